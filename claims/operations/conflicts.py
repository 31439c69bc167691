"""Conflicts as people handle them: put down by hand, and decided. What machines do is in `comparing.py`."""

from datetime import date, datetime

from django.db import transaction

from claims import chain, events, serving
from claims.models import Act, Claim, Conflict, Person
from claims.operations.acts import record
from claims.operations.comparing import tell_sides
from claims.operations.rules import EditedMeanwhile, OperationRefused, require


class DecidedMeanwhile(EditedMeanwhile):
    """Somebody else decided the conflict, or changed one of its claims, since this person read it."""


@transaction.atomic
def record_conflict(
    *, by: Person, at: datetime, claims: tuple[Claim, Claim], relation: str, reason: str = ""
) -> Conflict:
    """Put two claims down as disagreeing, undecided: what no machine sees, such as two words."""
    require(by, "claims.add_conflict", "record conflicts")
    if claims[0] == claims[1]:
        raise OperationRefused("A claim does not disagree with itself: choose two.", field="second")
    chain.hold()
    # As they stand now: one of them may have been published since the caller read it.
    pair = Claim.objects.filter(pk__in=[claim.pk for claim in claims]).select_related("current_revision")
    first, second = pair.order_by("pk")
    if (first.subject_id, first.metric_id) != (second.subject_id, second.metric_id):
        raise OperationRefused(
            "The two are on different subjects or metrics: a conflict is between answers to one question.",
            field="second",
        )
    conflict = Conflict(
        first=first,
        second=second,
        first_revision=first.current_revision,
        second_revision=second.current_revision,
        relation=relation,
        reason=reason.strip(),
        opened_at=at,
    )
    conflict.full_clean()
    conflict.save()
    record("record_conflict", by=by, at=at, conflict=conflict, note=conflict.reason)
    tell_sides(events.Kind.CONTESTED, [conflict], at=at)
    serving.refresh([first.pk, second.pk])
    return conflict


def last_act(conflict: Conflict) -> int:
    """What `settle_conflict` takes as `seen`: the last thing that was done to a conflict, 0 where nothing was."""
    return Act.objects.filter(conflict=conflict).order_by("-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic
def settle_conflict(
    *,
    by: Person,
    at: datetime,
    conflict: Conflict,
    state: str,
    reason: str,
    on: date | None = None,
    seen: int | None = None,
) -> Conflict:
    """Decide a conflict, with a reason; deciding again replaces the decision.

    `seen` is the `last_act` that the person read: where somebody else has decided since, or one of the claims was
    changed, this raises `DecidedMeanwhile`. None: the caller read the conflict in this transaction.
    """
    require(by, "claims.change_conflict", "settle conflicts")
    chain.hold()
    conflict = Conflict.objects.select_for_update(no_key=True).get(pk=conflict.pk)
    if seen is not None and seen != last_act(conflict):
        raise DecidedMeanwhile(_meanwhile(conflict))
    if state == Conflict.State.OPEN:
        raise OperationRefused("To settle a conflict, choose what it is.", field="state")
    if not reason.strip():
        raise OperationRefused("A decision has a reason.", field="reason")
    conflict.state = state
    conflict.reason = reason.strip()
    conflict.decided_on, conflict.decided_by = on or at.date(), by
    conflict.lapsed_at = None
    conflict.full_clean()
    conflict.save()
    record("settle_conflict", by=by, at=at, conflict=conflict, note=conflict.reason, state=conflict.state)
    contests = conflict.state in Conflict.CONTESTING
    tell_sides(events.Kind.CONTESTED if contests else events.Kind.SETTLED, [conflict], at=at)
    serving.refresh([conflict.first_id, conflict.second_id])
    return conflict


def _meanwhile(conflict: Conflict) -> str:
    last = Act.objects.filter(conflict=conflict).order_by("-pk").select_related("by").first()
    if last is None or last.by is None:
        return (
            "One of the two claims was changed while you were reading. Nothing of yours was stored: look at both again, "
            "then save."
        )
    return (
        f"{last.by.get_username()} decided this while you were reading: {conflict.get_state_display().lower()}. "
        "Nothing of yours was stored: compare the two decisions, then save yours or leave theirs."
    )
