"""One thing that a machine noticed: what it saw, and what a person says to it."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from claims import operations
from claims.admin.place import Place, go_on
from claims.admin.recheck import evidence_of
from claims.models import TakenItem, Task
from claims.operations import OperationRefused
from claims.queue_forms import OutcomeForm


def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the machine noticed; close it with what was found, and go on."""
    tasks = Task.objects.select_related("claim__current_revision", "source", "opened_by__visit", "closed_by")
    noticed = get_object_or_404(tasks, pk=pk)
    place = Place.read(request.GET, "task")
    form = OutcomeForm(request.POST if "close" in request.POST else None)
    if request.method == "POST" and ("skip" in request.POST or _close(request, noticed, form)):
        if place.queue.kind:
            operations.release(by=request.user, at=timezone.now(), kind=place.queue.kind, item=noticed.pk)
        return go_on(request, place.without(noticed.pk), timezone.now())
    return TemplateResponse(request, "admin/queue/task.html", _context(request, noticed, place, form))


def _close(request: HttpRequest, noticed: Task, form: OutcomeForm) -> bool:
    """Whether the task was closed; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        operations.close_task(by=request.user, at=timezone.now(), task=noticed, outcome=form.cleaned_data["outcome"])
    except OperationRefused as refusal:
        if refusal.field in form.fields:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.error(request, refusal.message)
        return False
    messages.success(request, f"Closed: {noticed}.")
    return True


def _context(request: HttpRequest, noticed: Task, place: Place, form: OutcomeForm) -> dict[str, Any]:
    claim = noticed.claim
    revision = claim.current_revision if claim else None
    source = noticed.source
    visits = source.visits if source else None
    return {
        **admin.site.each_context(request),
        "title": noticed.get_kind_display(),
        "task": noticed,
        "claim": claim,
        "source": source,
        "place": place,
        "form": form,
        "body": revision.body if revision else None,
        "evidence": evidence_of(revision.body) if revision else [],
        "visits": visits.defer("text")[:5] if visits else [],
        "taken": TakenItem.objects.held(timezone.now()).filter(kind=place.queue.kind, object_id=noticed.pk).first(),
        "may_close": noticed.closed_at is None and request.user.has_perm("claims.change_task"),
    }
