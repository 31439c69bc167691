"""Approving at once those changes that are only a check."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims import operations
from claims.models import Claim

MOST_REASONS = 20


class BulkApproval:
    """The action of the list of claims. Each row carries the edit number that the list showed."""

    actions = ("approve_confirmations",)

    def action_checkbox(self, claim: Claim) -> SafeString:
        box = super().action_checkbox(claim)  # type: ignore[misc]  # ModelAdmin stands behind this class
        return format_html('{}<input type="hidden" name="seen-{}" value="{}">', box, claim.pk, claim.edit_number)

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("claims.approve_claim"))

    @admin.action(description="Approve those that only confirm", permissions=["approve"])
    def approve_confirmations(self: Any, request: HttpRequest, queryset: QuerySet[Claim]) -> None:
        """Publish what changes nothing for readers but marks of a reading; say of each other one why it was left."""
        claims = list(queryset.order_by("slug"))
        seen = {claim.pk: _number(request.POST.get(f"seen-{claim.pk}", "")) for claim in claims}
        outcome = operations.approve_confirmations(
            by=request.user,
            at=timezone.now(),
            claims=claims,
            seen={pk: number for pk, number in seen.items() if number is not None},
        )
        if outcome.published:
            names = ", ".join(revision.claim.slug for revision in outcome.published)
            self.message_user(request, f"Published {len(outcome.published)}: {names}.", messages.SUCCESS)
        for _, why in outcome.left[:MOST_REASONS]:
            self.message_user(request, f"Left: {why}", messages.WARNING)
        if len(outcome.left) > MOST_REASONS:
            rest = len(outcome.left) - MOST_REASONS
            self.message_user(request, f"Left as well: {rest} more.", messages.WARNING)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None
