"""The page on which a copy with a password is made, for whoever may read the report."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from claims.operations import OperationRefused
from reports import protected_copies
from reports.models import Report
from reports.signing_forms import ProtectedForm


@sensitive_post_parameters("password", "again")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def protected(request: HttpRequest, reference: str) -> HttpResponse:
    """The form for a copy with a password, and the copy; 404 for whoever may not read an issued report of the case."""
    readable = Report.objects.visible_to(request.user).filter(reference=reference)
    reports = list(
        readable.select_related("assessment__client", "assessment__firm").defer("content", "manifest").order_by("pk")
    )
    if not reports:
        raise Http404
    at = timezone.now()
    form = ProtectedForm(
        request.POST if request.method == "POST" else None,
        reports=reports,
        initial={"lang": request.GET.get("lang", "")},
    )
    if form.is_bound and form.is_valid():
        try:
            copy = protected_copies.make(
                report=form.chosen, by=request.user, at=at, password=form.cleaned_data["password"]
            )
        except OperationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            headers = {
                "Content-Disposition": f'attachment; filename="{copy.name}"',
                "Cache-Control": "private, no-store",
            }
            return HttpResponse(copy.content, content_type="application/pdf", headers=headers)
    issued_signed = any(one.written.signed_by_id is not None for one in reports)
    context = {
        "case": reports[0].assessment,
        "form": form,
        "is_signed": issued_signed,
        "signs": issued_signed and any(protected_copies.signs(one, at=at) for one in reports),
    }
    response = render(request, "reports/protected.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "private, no-store"
    return response
