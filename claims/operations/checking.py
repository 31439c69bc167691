"""Checks: that somebody, or a machine, looked."""

from datetime import date, datetime

from django.db import transaction

from claims import chain, serving
from claims.models import Check, Claim, Person, Visit
from claims.operations.acts import record
from claims.operations.rules import CheckedMeanwhile, OperationRefused, lock, require


@transaction.atomic
def check(
    *,
    by: Person | None,
    at: datetime,
    claim: Claim,
    kind: str,
    on: date | None = None,
    note: str = "",
    finding: str = "",
    visit: Visit | None = None,
) -> Check:
    """Record that somebody, or a machine (`by=None`), looked. `on` is the day of the reading, today if not given.

    `finding` and `visit` say what a machine saw, and where. A doubt, a figure that is gone and one that is replaced
    need a note.
    """
    day = on or at.date()
    if by is None and kind not in Check.MACHINE:
        raise OperationRefused("A machine records links and figures; a reading is made by a person.", field="kind")
    if by is not None:
        require(by, "claims.add_check", "record checks")
    if day > at.date():
        raise OperationRefused("A check cannot lie in the future.", field="on")
    if kind in Check.NEED_NOTE and not note.strip():
        raise OperationRefused("Say what you saw: the next person has to understand it.", field="note")
    # One after the other, machines too: so ids are in the order of commits, and a walk in the order of readings knows by
    # the greatest id that it saw whether somebody has read since, where a count would go through every check there is.
    chain.hold()
    event = Check(
        claim=claim, kind=kind, on=day, by=by, recorded_at=at, note=note.strip(), finding=finding, visit=visit
    )
    event.full_clean()
    event.save()
    if kind in Check.READINGS:
        serving.refresh([claim.pk])
    record("check", by=by, at=at, claim=claim, note=event.note, kind=event.kind, on=day.isoformat(), finding=finding)
    return event


@transaction.atomic
def check_once(
    *, by: Person, at: datetime, claim: Claim, kind: str, seen: int, revision: int | None, note: str = ""
) -> Check:
    """Record what a person found who read the claim as `revision` (its id), after the check `seen` (its id; 0: none).

    Where somebody checked it or published it anew in between, this raises `CheckedMeanwhile` and records nothing: two
    people who work on one item make one check.
    """
    chain.hold()
    claim = lock(claim)
    if claim.state in (Claim.State.RETRACTED, Claim.State.SUPERSEDED):
        raise OperationRefused(f"{claim.slug} is {claim.get_state_display().lower()}: it is history now.")
    newest = newest_by_a_person(claim)
    if newest is not None and newest.pk != seen:
        assert newest.by is not None
        who = "You" if newest.by_id == by.pk else newest.by.get_full_name() or newest.by.get_username()
        raise CheckedMeanwhile(
            f"{who} checked {claim.slug} a moment ago: {newest.get_kind_display().lower()}. Nothing was recorded twice."
        )
    if claim.current_revision_id != revision:
        raise CheckedMeanwhile(
            f"{claim.slug} was published anew while you were reading: look at the new figure, and check that one."
        )
    return check(by=by, at=at, claim=claim, kind=kind, note=note)


def newest_by_a_person(claim: Claim) -> Check | None:
    """The check that a person recorded last; None where nobody did."""
    return claim.checks.filter(by__isnull=False).select_related("by").order_by("-pk").first()
