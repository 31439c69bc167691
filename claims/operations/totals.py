"""Totals that a claim states about other claims of its source: stated, withdrawn, and looked at when a part changes."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from claims import chain, published, serving
from claims.arithmetic import Finding
from claims.models import Claim, Person, StatedPart, StatedTotal, Task
from claims.operations.acts import record
from claims.operations.rules import OperationRefused, lock, require

Part = tuple[Claim, Decimal | int]
"""A claim, and how often it counts."""


@transaction.atomic
def state_total(
    *, by: Person, at: datetime, claim: Claim, operation: str, parts: Sequence[Part], note: str = ""
) -> StatedTotal:
    """Say that a claim is the sum or the product of others in its source. Stating it again replaces what was said."""
    require(by, "claims.add_statedtotal", "state totals")
    chain.hold()
    claim = lock(claim)
    check_total(claim, parts)
    total = StatedTotal.objects.filter(claim=claim).first() or StatedTotal(claim=claim, stated_at=at)
    total.operation, total.note = operation, note.strip()
    total.full_clean()
    total.save()
    total.parts.all().delete()
    for position, (part, times) in enumerate(parts):
        row = StatedPart(total=total, claim=part, times=Decimal(times), position=position)
        row.full_clean()
        row.save()
    said = [{"claim": part.slug, "times": str(times)} for part, times in parts]
    serving.refresh([claim.pk])
    record("state_total", by=by, at=at, claim=claim, note=total.note, operation=total.operation, parts=said)
    return total


def check_total(claim: Claim, parts: Sequence[Part]) -> None:
    """Raise `OperationRefused` where these cannot be the parts of what a claim states."""
    if not parts:
        raise OperationRefused("A total has parts: name at least one claim.", field="parts")
    sources = set(claim.citations.values_list("source", flat=True))
    for part, _times in parts:
        if part.pk == claim.pk:
            raise OperationRefused("A total is not a part of itself: name other claims.", field="parts")
        if not part.citations.filter(source__in=sources).exists():
            raise OperationRefused(
                f"{part.slug} is read in no source of {claim.slug}: a total is checked against figures of its own source.",
                field="parts",
            )


@transaction.atomic
def withdraw_total(*, by: Person, at: datetime, claim: Claim, reason: str) -> None:
    """Say no longer that a claim is a total of others."""
    require(by, "claims.change_statedtotal", "withdraw totals")
    chain.hold()
    claim = lock(claim)
    if not reason.strip():
        raise OperationRefused("Say why: the log keeps it.", field="reason")
    if not StatedTotal.objects.filter(claim=claim).exists():
        raise OperationRefused(f"{claim.slug} states no total.")
    StatedTotal.objects.filter(claim=claim).delete()
    _close_task(claim, at=at, outcome="The total was withdrawn.")
    serving.refresh([claim.pk])
    record("withdraw_total", by=by, at=at, claim=claim, note=reason.strip())


def findings_with(claim: Claim, *, at: datetime) -> dict[int, dict[str, Any]]:
    """Id of each published claim whose total this claim states or is part of → what is found of it now."""
    totals = StatedTotal.objects.filter(Q(claim=claim) | Q(parts__claim=claim)).values("claim")
    rows = list(published.revisions().filter(claim__in=totals))
    if not rows:
        return {}
    bodies = published.documents(rows, on=at.date())
    return {row.claim_id: body["arithmetic"] for row, body in zip(rows, bodies, strict=True) if body["arithmetic"]}


def notice_changes(before: dict[int, dict[str, Any]], claim: Claim, *, at: datetime) -> None:
    """Open a task for each total that no longer follows since `before`, and close that of one that does again.

    What was known when a total was stated is no news, so nothing is opened for it.
    """
    for claim_id, found in findings_with(claim, at=at).items():
        total = Claim.objects.get(pk=claim_id)
        if found["finding"] != Finding.DOES_NOT_FOLLOW:
            _close_task(total, at=at, outcome=f"A new revision of {claim.slug} settled it.")
        elif claim_id in before and before[claim_id]["finding"] != Finding.DOES_NOT_FOLLOW:
            _open_task(total, found, at=at, because=claim)


def _open_task(total: Claim, found: dict[str, Any], *, at: datetime, because: Claim) -> None:
    note = f"Since the new revision of {because.slug} its parts give {found['computed']['text']}."
    Task.objects.get_or_create(
        kind=Task.Kind.TOTAL_DOES_NOT_FOLLOW,
        claim=total,
        closed_at=None,
        defaults={"opened_at": at, "note": note},
    )
    record("open_task", by=None, at=at, claim=total, note=note, kind=Task.Kind.TOTAL_DOES_NOT_FOLLOW.value)


def _close_task(total: Claim, *, at: datetime, outcome: str) -> None:
    open_tasks = Task.objects.filter(kind=Task.Kind.TOTAL_DOES_NOT_FOLLOW, claim=total, closed_at=None)
    if open_tasks.update(closed_at=at, outcome=outcome):
        record("close_task", by=None, at=at, claim=total, note=outcome, kind=Task.Kind.TOTAL_DOES_NOT_FOLLOW.value)
