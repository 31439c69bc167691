"""Pages: with what a firm signs, for its people; its admins upload a certificate and retire it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from assessments.models import Firm
from claims.operations import OperationRefused
from reports import identities, signing_keys
from reports.identities import IdentityRefused
from reports.signing_forms import IdentityForm


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def signing(request: HttpRequest, firm: str) -> HttpResponse:
    """With what the firm signs, and with what it did; for its admins the form for another."""
    owner = get_object_or_404(Firm.objects.visible_to(request.user), slug=firm)
    manages = Firm.objects.managed_by(request.user).filter(pk=owner.pk).exists()
    if request.method == "POST" and not manages:
        raise Http404
    form = IdentityForm(request.POST, request.FILES) if request.method == "POST" else IdentityForm()
    if form.is_bound and form.is_valid() and _added(request, owner, form):
        return redirect("reports:signing", owner.slug)
    today = timezone.now().date()
    identity = identities.current(owner)
    context: dict[str, Any] = {
        "firm": owner,
        "form": form,
        "manages": manages,
        "is_set_up": signing_keys.is_set_up(),
        "identity": identity,
        "fault": identities.fault(identity, on=today) if identity is not None else "",
        "ends_soon": identity is not None and identities.ends_soon(identity, on=today),
        "retired": owner.signing_identities.filter(retired_at__isnull=False).select_related("made_by", "retired_by"),
    }
    response = render(request, "reports/signing.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "private, no-store"
    return response


@sensitive_variables()
def _added(request: HttpRequest, firm: Firm, form: IdentityForm) -> bool:
    """Whether the file is what the firm signs with now; what is wrong with it stands in the form."""
    given = form.cleaned_data
    content, passphrase = given["file"].read(), given["passphrase"]
    try:
        made = identities.add(by=request.user, at=timezone.now(), firm=firm, content=content, passphrase=passphrase)
    except IdentityRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    except OperationRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"Reports of {firm.name} are signed from now on by {made.subject}.")
    return True


@require_POST
@login_required
def retire(request: HttpRequest, firm: str) -> HttpResponse:
    """Sign no more. 404 for whoever is no admin of the firm."""
    owner = get_object_or_404(Firm.objects.managed_by(request.user), slug=firm)
    identity = identities.current(owner)
    if identity is None:
        messages.error(request, f"{owner.name} has no certificate to retire.")
    else:
        try:
            identities.retire(by=request.user, at=timezone.now(), identity=identity)
        except OperationRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The certificate is retired. What was signed with it stays signed.")
    return redirect("reports:signing", owner.slug)
