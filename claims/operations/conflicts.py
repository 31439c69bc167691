"""Conflicts: put down, and decided."""

from datetime import date, datetime

from django.db import transaction

from claims.models import Claim, Conflict, Person
from claims.operations.acts import record
from claims.operations.rules import OperationRefused, require


@transaction.atomic
def record_conflict(
    *, by: Person, at: datetime, claims: tuple[Claim, Claim], relation: str, reason: str = ""
) -> Conflict:
    """Put two claims down as disagreeing, undecided."""
    require(by, "claims.add_conflict", "record conflicts")
    first, second = sorted(claims, key=lambda claim: claim.pk)
    conflict = Conflict(first=first, second=second, relation=relation, reason=reason, opened_at=at)
    conflict.full_clean()
    conflict.save()
    record("record_conflict", by=by, at=at, conflict=conflict, note=reason)
    return conflict


@transaction.atomic
def settle_conflict(
    *, by: Person, at: datetime, conflict: Conflict, state: str, reason: str, on: date | None = None
) -> Conflict:
    """Decide a conflict, with a reason; deciding again replaces the decision."""
    require(by, "claims.change_conflict", "settle conflicts")
    if state == Conflict.State.OPEN:
        raise OperationRefused("To settle a conflict, choose what it is.", field="state")
    if not reason.strip():
        raise OperationRefused("A decision has a reason.", field="reason")
    conflict.state = state
    conflict.reason = reason.strip()
    conflict.decided_on, conflict.decided_by = on or at.date(), by
    conflict.full_clean()
    conflict.save()
    record("settle_conflict", by=by, at=at, conflict=conflict, note=conflict.reason, state=conflict.state)
    return conflict
