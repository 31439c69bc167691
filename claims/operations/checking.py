"""Checks: that somebody, or a machine, looked."""

from datetime import date, datetime

from django.db import transaction

from claims.models import Check, Claim, Person, Visit
from claims.operations.acts import record
from claims.operations.rules import OperationRefused, require


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
    event = Check(
        claim=claim, kind=kind, on=day, by=by, recorded_at=at, note=note.strip(), finding=finding, visit=visit
    )
    event.full_clean()
    event.save()
    record("check", by=by, at=at, claim=claim, note=event.note, kind=event.kind, on=day.isoformat(), finding=finding)
    return event
