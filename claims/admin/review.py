"""One draft to be reviewed: what it would change for readers, and one key to approve it or send it back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from claims import exposure, operations
from claims.admin import changes
from claims.admin.place import Place, go_on
from claims.admin.steps import what_was_seen
from claims.admin.words import InWords
from claims.editor_forms import ReasonForm
from claims.models import Claim, TakenItem
from claims.operations import OperationRefused
from claims.queue import drafts


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the draft; approve it or send it back, and go on."""
    claim = get_object_or_404(Claim, pk=pk)
    place = Place.read(request.GET, "review")
    sends_back = "send_back" in request.POST
    form = ReasonForm(request.POST if sends_back else None)
    seen = request.POST.get("edit_number", "")
    if request.method == "POST":
        done = "skip" in request.POST or (
            _send_back(request, claim, form, seen) if sends_back else _approve(request, claim, seen)
        )
        if done:
            if place.queue.kind:
                operations.release(by=request.user, at=timezone.now(), kind=place.queue.kind, item=claim.pk)
            return go_on(request, place.without(claim.pk), timezone.now())
        claim.refresh_from_db()
    return TemplateResponse(request, "admin/queue/review.html", _context(request, claim, place, form, seen))


def _number(seen: str) -> int:
    """The edit number that the page showed; one that no text has where the request names none."""
    return int(seen) if seen.isdecimal() and len(seen) < 10 else -1


def _approve(request: HttpRequest, claim: Claim, seen: str) -> bool:
    """Publish the text that the reviewer saw, and no other; whether it was published."""
    although = request.POST.get("although", "")
    try:
        operations.approve(
            by=request.user, at=timezone.now(), claim=claim, edit_number=_number(seen), although=although
        )
    except OperationRefused as refusal:
        messages.error(request, refusal.message)
        return False
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    messages.success(request, f"Published {claim.slug}.")
    return True


def _send_back(request: HttpRequest, claim: Claim, form: ReasonForm, seen: str) -> bool:
    """Return the draft with a reason; whether it was returned."""
    if not form.is_valid():
        return False
    try:
        operations.send_back(
            by=request.user,
            at=timezone.now(),
            claim=claim,
            reason=form.cleaned_data["reason"],
            edit_number=_number(seen),
        )
    except OperationRefused as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, f"Sent {claim.slug} back.")
    return True


def _context(request: HttpRequest, claim: Claim, place: Place, form: ReasonForm, seen: str) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": claim.statement,
        "claim": claim,
        "place": place,
        "form": form,
        "value": InWords().value_text(claim),
        "why": drafts.why(claim),
        "changes": changes.of(claim),
        "warning": operations.warning_of(claim),
        "meanwhile": what_was_seen(claim, seen),
        "although": request.POST.get("although", ""),
        "citations": claim.citations.select_related("source", "attributed_to"),
        "cited_by": exposure.citing_in_words(exposure.citing([claim.pk]).get(claim.pk, {})),
        "taken": TakenItem.objects.held(timezone.now()).filter(kind=place.queue.kind, object_id=claim.pk).first(),
        "is_mine": claim.drafters.filter(pk=request.user.pk).exists(),
        "may_approve": claim.state == Claim.State.REVIEW and request.user.has_perm("claims.approve_claim"),
    }
