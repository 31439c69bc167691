"""One number that the evidence lacks: what would fill it, what came near, and the way to a claim that does."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from claims import operations
from claims.admin.log import in_words
from claims.admin.place import Place, go_on
from claims.models import Act, Gap, Revision, TakenItem
from claims.operations import OperationRefused
from claims.queue import LISTS
from claims.queue_forms import GapForm


def gap(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the gap; close it where nothing is to be had, open it again, or go on."""
    lacking = get_object_or_404(Gap.objects.select_related("closed_by", "filled_by__claim"), pk=pk)
    place = Place.read(request.GET, "gap")
    form = GapForm(request.POST if "close" in request.POST else None)
    if request.method == "POST" and ("skip" in request.POST or _done(request, lacking, form)):
        if place.queue.kind:
            operations.release(by=request.user, at=timezone.now(), kind=place.queue.kind, item=lacking.pk)
        return go_on(request, place.without(lacking.pk), timezone.now())
    return TemplateResponse(request, "admin/queue/gap.html", _context(request, lacking, place, form))


def _done(request: HttpRequest, lacking: Gap, form: GapForm) -> bool:
    """Whether it was closed, or opened again; if not, the page says why."""
    by, at = request.user, timezone.now()
    try:
        if "reopen" in request.POST:
            operations.reopen_gap(by=by, at=at, gap=lacking)
        elif form.is_valid():
            operations.close_gap(by=by, at=at, gap=lacking, reason=form.cleaned_data["reason"])
        else:
            return False
    except OperationRefused as refusal:
        if form.is_bound and refusal.field in form.fields:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.error(request, refusal.message)
        return False
    messages.success(request, f"{'Open again' if 'reopen' in request.POST else 'Closed'}: {lacking}.")
    return True


def _context(request: HttpRequest, lacking: Gap, place: Place, form: GapForm) -> dict[str, Any]:
    at = timezone.now()
    [row] = LISTS["gap"].rows([lacking], at.date())
    is_open = Gap.objects.open(at.date()).filter(pk=lacking.pk).exists()
    return {
        **admin.site.each_context(request),
        "title": row.title,
        "gap": lacking,
        "row": row,
        "place": place,
        "form": form,
        "near": _near(lacking),
        "because": operations.closed_because(lacking) if lacking.closed_at else "",
        "is_open": is_open,
        "acts": [(act, in_words(act)) for act in Act.objects.filter(detail__gap=lacking.pk).select_related("by")],
        "taken": TakenItem.objects.held(at).filter(kind=place.queue.kind, object_id=lacking.pk).first(),
        "may_draft": request.user.has_perm("claims.add_claim"),
        "may_close": request.user.has_perm("claims.change_task"),
    }


def _near(lacking: Gap) -> list[Revision]:
    """The revisions that came near and were set aside, in the order in which they are named."""
    named = [reference.rpartition("@") for reference in lacking.claims]
    revisions = Revision.objects.filter(claim__slug__in=[slug for slug, _, _ in named]).select_related("claim")
    found = {str(revision): revision for revision in revisions}
    return [found[reference] for reference in lacking.claims if reference in found]
