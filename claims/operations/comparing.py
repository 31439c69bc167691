"""What publishing does about conflicts. A machine compares, opens and says that a pair lapsed; it decides nothing.

`meet` and `part` are called by the verbs of `publishing.py`, inside their transaction. The rules are in
docs/decisions/0022.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from claims import chain, comparison, events, serving
from claims.conflicts import Apart, Comparison, Relation
from claims.models import Act, Claim, Comparable, Conflict, Person, Revision
from claims.operations.acts import record
from claims.rates import Rates

BATCH = 2000
# Scope or time keep the two apart: what a decision that the scope differs says.
_BY_SCOPE = frozenset({Apart.SCOPE, Apart.TIME})
_LAPSING = {
    Apart.SCOPE: "their scopes no longer meet",
    Apart.TIME: "they no longer hold at the same time",
    Apart.EXPIRED: "one of them has expired",
    Apart.SHARE: "they are shares of different things now",
}


@dataclass(slots=True)
class Found:
    """What a comparison of the whole registry came to: how many claims have a number, and pairs as `slug and slug`."""

    compared: int
    opened: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    lapsed: list[str] = field(default_factory=list)


def meet(revision: Revision, *, at: datetime) -> None:
    """Compare what was just published with everything that is: pairs put down earlier again, and new ones."""
    Comparable.objects.filter(claim=revision.claim_id).delete()
    row = comparison.row(revision)
    rates = comparison.rates(at.date()) if revision.currency else Rates()
    known = set()
    for conflict in _with_sides(Conflict.objects.filter(Q(first=revision.claim_id) | Q(second=revision.claim_id))):
        known |= {conflict.first_id, conflict.second_id}
        _compare_again(conflict, at=at, rates=rates)
    if row is not None:
        row.save(force_insert=True)
        rivals = comparison.rivals(revision, on=at.date(), rates=rates)
        _open([(revision, other, how) for other, how in rivals if other.claim_id not in known], at=at)


def part(claim: Claim, *, by: Person, at: datetime, successor: Claim | None, reason: str) -> None:
    """A claim that was retracted or superseded is compared with nothing; with its successor it is at one."""
    Comparable.objects.filter(claim=claim).delete()
    sides = Conflict.objects.filter(
        Q(first=claim) | Q(second=claim), lapsed_at__isnull=True, state__in=Conflict.CONTESTING
    ).values_list("first_id", "second_id")
    rivals = {side for pair in sides for side in pair} - {claim.pk}
    events.tell(events.Kind.SETTLED, rivals, at=at)  # this claim contests nobody any more
    if successor is None:
        return
    for conflict in Conflict.objects.select_for_update().filter(
        first__in=(claim, successor), second__in=(claim, successor), state=Conflict.State.OPEN
    ):
        conflict.state, conflict.reason = Conflict.State.SUPERSEDED, reason
        conflict.decided_on, conflict.decided_by, conflict.lapsed_at = at.date(), by, None
        conflict.save()
        record("settle_conflict", by=by, at=at, conflict=conflict, note=reason, state=conflict.state)


@transaction.atomic
def find_conflicts(*, at: datetime, dry_run: bool = False) -> Found:
    """Compare all that is published with all, as publishing would; puts in order what got in past the verbs.

    Also finds pairs that only a newer exchange rate makes comparable. With `dry_run` nothing of it stays.
    """
    chain.hold()
    found, rates = Found(compared=_rebuild()), comparison.rates(at.date())
    known: set[tuple[int, int]] = set()
    moved: list[Conflict] = []
    for conflict in _with_sides(Conflict.objects.all()):
        known.add((conflict.first_id, conflict.second_id))
        outcome = _compare_again(conflict, at=at, rates=rates)
        if outcome:
            getattr(found, outcome).append(_pair(conflict))
            moved.append(conflict)
    published = Revision.objects.filter(claim__current_revision=F("pk"), claim__comparable__isnull=False)
    for revision in published.order_by("claim").select_related("claim").iterator(BATCH):
        # Of each pair the older claim finds the newer one.
        rivals = comparison.rivals(revision, on=at.date(), rates=rates, younger=True)
        new = [(revision, other, how) for other, how in rivals if (revision.claim_id, other.claim_id) not in known]
        opened = _open(new, at=at)
        found.opened += [_pair(conflict) for conflict in opened]
        moved += opened
    serving.refresh([side for one in moved for side in (one.first_id, one.second_id)])
    if dry_run:
        transaction.set_rollback(True)
    return found


def _rebuild() -> int:
    """Make every comparable row anew; how many there are."""
    Comparable.objects.all().delete()
    published = Revision.objects.filter(claim__current_revision=F("pk"), state=Revision.State.PUBLISHED)
    rows = (comparison.row(one) for one in published.order_by("claim").iterator(BATCH))
    return len(Comparable.objects.bulk_create((row for row in rows if row is not None), batch_size=BATCH))


def _with_sides(conflicts: QuerySet[Conflict]) -> list[Conflict]:
    """Conflicts, locked, with their claims and the revisions that stand and that were compared."""
    locked = conflicts.select_for_update(of=("self",))
    return list(
        locked.select_related(
            "first__current_revision", "second__current_revision", "first_revision", "second_revision"
        )
    )


def _pair(conflict: Conflict) -> str:
    return f"{conflict.first.slug} and {conflict.second.slug}"


def _open(pairs: Iterable[tuple[Revision, Revision, Comparison]], *, at: datetime) -> list[Conflict]:
    """Put down pairs that disagree, for an editor to decide."""
    made, acts = [], []
    for one, other, how in pairs:
        first, second = sorted((one, other), key=lambda revision: revision.claim_id)
        conflict = Conflict(
            first=first.claim, second=second.claim, first_revision=first, second_revision=second,
            relation=Relation.DISJOINT, opened_at=at,
        )  # fmt: skip
        made.append(conflict)
        acts.append(Act(verb="open_conflict", at=at, conflict=conflict, detail=_detail(how)))
    Conflict.objects.bulk_create(made)
    for act, conflict in zip(acts, made, strict=True):
        act.conflict = conflict
    Act.objects.bulk_create(acts)
    tell_sides(events.Kind.CONTESTED, made, at=at)
    return made


def tell_sides(kind: events.Kind, conflicts: Iterable[Conflict], *, at: datetime) -> None:
    """Tell whoever stands on either side of some conflicts that they are contested now, or no longer are."""
    events.tell(kind, [side for one in conflicts for side in (one.first_id, one.second_id)], at=at)


def _detail(how: Comparison) -> dict[str, Any]:
    """What the log keeps of a comparison: the claims that gave the rates, where some were needed."""
    return {"rates": [rate.claim for rate in how.conversion.through]} if how.conversion else {}


def _compare_again(conflict: Conflict, *, at: datetime, rates: Rates) -> str:
    """Compare a pair that is put down. Where nothing was changed of what was compared, whatever was decided stands.

    `reopened` where an editor must decide anew, `lapsed` where the two no longer disagree, else empty.
    """
    first, second = conflict.first.current_revision, conflict.second.current_revision
    if first is None or second is None or {first.state, second.state} != {Revision.State.PUBLISHED}:
        return ""
    before = conflict.first_revision, conflict.second_revision
    conflict.first_revision, conflict.second_revision = first, second
    if before[0] is None or before[1] is None:  # put down before one of them was published
        conflict.save(update_fields=["first_revision", "second_revision"])
        return ""
    changes = [
        f"{claim.slug}@{now.number} changed its {' and '.join(names)}"
        for claim, then, now in ((conflict.first, before[0], first), (conflict.second, before[1], second))
        if (names := _changed(then, now))
    ]
    if not changes:
        return ""
    conflict.save(update_fields=["first_revision", "second_revision"])
    one_question = (first.subject_id, first.metric_id) == (second.subject_id, second.metric_id)
    how = comparison.between(first, second, on=at.date(), rates=rates)
    if one_question and how.relation is Relation.DISJOINT:
        return _look_again(conflict, how, changes, at=at)
    if conflict.lapsed_at is not None:
        return ""
    if not one_question:
        return _lapse(conflict, "they are about different things now", changes, at=at)
    if conflict.state == Conflict.State.SCOPE_DIFFERS and how.apart in _BY_SCOPE:
        return ""
    disagreed = comparison.between(before[0], before[1], on=at.date(), rates=rates).relation is Relation.DISJOINT
    if disagreed and how.relation is not None:
        return _lapse(conflict, f"their ranges are {how.relation} now", changes, at=at, relation=how.relation)
    if disagreed and how.apart in _LAPSING:
        return _lapse(conflict, _LAPSING[how.apart], changes, at=at)
    # No machine saw these two disagree, or none can see it now: a person has to.
    return _look_again(conflict, how, changes, at=at)


def _changed(then: Revision, now: Revision) -> list[str]:
    """Which parts of a side were changed since it was compared."""
    if then.pk == now.pk:
        return []
    before, after = comparison.parts(then), comparison.parts(now)
    return [name for name in before if before[name] != after[name]]


def _lapse(conflict: Conflict, why: str, changes: list[str], *, at: datetime, relation: Relation | None = None) -> str:
    """A pair that no longer disagrees: it leaves the queue and every page, and its decision stays in the log."""
    conflict.relation = relation or conflict.relation
    conflict.lapsed_at = at
    conflict.save(update_fields=["relation", "lapsed_at"])
    record("lapse_conflict", by=None, at=at, conflict=conflict, note=f"{'; '.join(changes)}: {why}.")
    if conflict.state in Conflict.CONTESTING:
        tell_sides(events.Kind.SETTLED, [conflict], at=at)
    return "lapsed"


def _look_again(conflict: Conflict, how: Comparison, changes: list[str], *, at: datetime) -> str:
    """Somebody has to decide a pair, again where it was decided; what was decided stays in the log."""
    earlier: dict[str, Any] = {"state": conflict.state, "reason": conflict.reason}
    if conflict.decided_by is not None and conflict.decided_on is not None:
        earlier |= {"decided_on": conflict.decided_on.isoformat(), "decided_by": conflict.decided_by.get_username()}
    undecided = conflict.state == Conflict.State.OPEN and conflict.lapsed_at is None
    contested = conflict.state in Conflict.CONTESTING and conflict.lapsed_at is None
    conflict.relation = how.relation or conflict.relation
    if conflict.lapsed_at is not None or conflict.state not in Conflict.CONTESTING:
        conflict.opened_at, conflict.lapsed_at = at, None
    if not undecided:
        conflict.state, conflict.decided_on, conflict.decided_by = Conflict.State.OPEN, None, None
        conflict.reason = f"Opened again: {'; '.join(changes)}."
    conflict.save()
    verb = "compare_conflict" if undecided else "reopen_conflict"
    record(verb, by=None, at=at, conflict=conflict, note="; ".join(changes), earlier=earlier, **_detail(how))
    if not contested:
        tell_sides(events.Kind.CONTESTED, [conflict], at=at)
    return "" if undecided else "reopened"
