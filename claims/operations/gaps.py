"""Gaps in the evidence: told by who stands on the registry, filled by publishing, closed where nothing is to be had.

Nothing that comes in here says whose work lacks something. A machine notes and counts; a person closes.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from claims.lacking import Lacking
from claims.models import Claim, Gap, Person, Revision
from claims.operations.acts import record
from claims.operations.rules import OperationRefused, require


@transaction.atomic
def note_gaps(*, at: datetime, on: date, gaps: Iterable[Lacking], also: Iterable[int] = ()) -> list[Gap]:
    """Put down what is lacking on the evidence of the day `on`; a gap for each, those noted before among them.

    One that a claim had filled, and that is lacking on evidence from after that, opens again; one that a person closed
    stays closed. All are locked until the transaction ends, with `also` (ids of gaps), so that the caller may count.
    """
    lacking = {one.key: one for one in gaps}
    for key in sorted(lacking.keys() - set(Gap.objects.filter(key__in=lacking).values_list("key", flat=True))):
        _put_down(lacking[key], at=at)
    noted = []
    locked = Gap.objects.select_for_update().filter(Q(key__in=lacking) | Q(pk__in=list(also))).order_by("pk")
    for gap in locked:
        if gap.key not in lacking:
            continue
        gap.claims, gap.last_seen_at = list(lacking[gap.key].claims), at
        noted.append(gap)
    Gap.objects.bulk_update(noted, ["claims", "last_seen_at"])
    for gap in noted:
        if gap.filled_by_id and gap.closed_at and gap.closed_at < at and gap.closed_at.date() <= on:
            _open_again(gap, by=None, at=at, note="It is lacking although a claim had filled it.")
    return noted


def _put_down(one: Lacking, *, at: datetime) -> None:
    gap, created = Gap.objects.get_or_create(
        key=one.key,
        defaults={
            "code": one.code,
            "subjects": list(one.subjects),
            "metrics": list(one.metrics),
            "unit": one.unit,
            "currency": one.currency,
            "per": one.per,
            "scope": dict(one.scope),
            "first_seen_at": at,
            "last_seen_at": at,
        },
    )
    if created:
        record("note_gap", by=None, at=at, **_named(gap))


@transaction.atomic
def count_gaps(*, at: datetime, counts: Mapping[int, int]) -> None:  # noqa: ARG001 - every verb says when
    """Say how many lack each of these gaps (ids) at present."""
    changed = []
    for gap in Gap.objects.select_for_update().filter(pk__in=counts).order_by("pk"):
        if gap.lacked_by != counts[gap.pk]:
            gap.lacked_by = counts[gap.pk]
            changed.append(gap)
    Gap.objects.bulk_update(changed, ["lacked_by"])


@transaction.atomic
def close_gap(*, by: Person, at: datetime, gap: Gap, reason: str) -> Gap:
    """Say that the number is not to be had, and why. Refused where the gap is closed already."""
    require(by, "claims.change_task", "close gaps")
    gap = _lock(gap)
    if not Gap.objects.open(at.date()).filter(pk=gap.pk).exists():
        raise OperationRefused(f"This is closed already: {closed_because(gap)}")
    if not reason.strip():
        raise OperationRefused("Say where you looked and why it is not to be had.", field="reason")
    gap.closed_at, gap.closed_by, gap.filled_by, gap.reason = at, by, None, reason.strip()
    gap.full_clean()
    gap.save()
    record("close_gap", by=by, at=at, note=gap.reason, **_named(gap))
    return gap


@transaction.atomic
def reopen_gap(*, by: Person, at: datetime, gap: Gap) -> Gap:
    """Put a closed gap back on the list, for somebody to look once more. Refused where it is open."""
    require(by, "claims.change_task", "open gaps again")
    gap = _lock(gap)
    if gap.closed_at is None:
        raise OperationRefused("This is open already.")
    _open_again(gap, by=by, at=at, note=f"Was closed: {closed_because(gap)}")
    return gap


def closed_because(gap: Gap) -> str:
    """The claim that filled it, or why somebody gave it up."""
    return f"{gap.filled_by} gives it." if gap.filled_by else gap.reason


def fill(revision: Revision, *, by: Person, at: datetime) -> None:
    """What a publication does: gaps that the revision fills close, and name it. Those that the claim filled before and
    that this revision does not fill open again. In the transaction of the publication.
    """
    mine = Q(filled_by__claim=revision.claim_id)
    alike = Q(pk__in=Gap.objects.open(at.date()).filter(unit=revision.unit).values("pk"))
    found = Gap.objects.filter(mine | alike).values("pk")
    body = None
    locked = Gap.objects.select_for_update(of=("self",)).select_related("filled_by")
    for gap in locked.filter(pk__in=found).order_by("pk"):
        body = body or revision.body
        if gap.lacking.is_filled_by(body, on=at.date()):
            _fill(gap, revision, by=by, at=at)
        elif gap.filled_by and gap.filled_by.claim_id == revision.claim_id:
            _open_again(gap, by=by, at=at, note=f"{revision} says something else.")


def part(claim: Claim, *, by: Person, at: datetime, successor: Claim | None) -> None:
    """What an end does: gaps that the claim had filled, and that are still lacking somewhere, open again; where a
    successor fills one, it is named instead.
    """
    after = successor.current_revision if successor else None
    found = Gap.objects.filter(filled_by__claim=claim).values("pk")
    for gap in Gap.objects.select_for_update().filter(pk__in=found).order_by("pk"):
        if after and gap.lacking.is_filled_by(after.body, on=at.date()):
            _fill(gap, after, by=by, at=at)
        elif gap.lacked_by:
            _open_again(gap, by=by, at=at, note=f"{claim.slug} no longer stands.")


def _fill(gap: Gap, revision: Revision, *, by: Person, at: datetime) -> None:
    gap.closed_at, gap.closed_by, gap.filled_by, gap.reason = at, by, revision, ""
    gap.save()
    record("fill_gap", by=by, at=at, claim=revision.claim, revision=revision, **_named(gap))


def _open_again(gap: Gap, *, by: Person | None, at: datetime, note: str) -> None:
    gap.closed_at = gap.closed_by = gap.filled_by = None
    gap.reason = ""
    gap.save()
    record("reopen_gap", by=by, at=at, note=note, **_named(gap))


def _named(gap: Gap) -> dict[str, Any]:
    return {"about": f"gap {gap}", "gap": gap.pk}


def _lock(gap: Gap) -> Gap:
    return Gap.objects.select_for_update().get(pk=gap.pk)
