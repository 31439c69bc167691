"""Publications and ends: the verbs that append to the chain."""

from datetime import datetime
from typing import Any

from django.db import transaction

from claims import chain, events, projection, serving
from claims.models import Check, Claim, Person, Revision
from claims.operations import comparing, gaps
from claims.operations.acts import record
from claims.operations.rules import OperationRefused, check_value, lock, require
from claims.operations.totals import findings_with, notice_changes


@transaction.atomic
def publish(*, by: Person, at: datetime, claim: Claim, edit_number: int | None = None, although: str = "") -> Revision:
    """Approve a claim in review: append its next revision to the chain. `by` is none of its drafters.

    A person approves through `approve`, which asks for `although`: why a value may move while its citation does not.

    Where one of them had found the figure changed at its source, that reading now counts: it is what the new figure
    was read by.
    """
    require(by, "claims.approve_claim", "approve claims")
    chain.hold()
    claim = lock(claim, edit_number)
    if claim.state != Claim.State.REVIEW or claim.submitted_by_id is None:
        raise OperationRefused(f"{claim.slug} is not in review: submit it first.")
    if claim.drafters.filter(pk=by.pk).exists():
        raise OperationRefused(
            f"{by.get_username()} worked on this change of {claim.slug}: somebody else must approve it."
        )
    check_value(claim)
    totals = findings_with(claim, at=at)
    head, moment = chain.next_link(at)
    _count_readings(claim, moment)
    revision = projection.write(
        claim,
        author_id=claim.submitted_by_id,
        approver_id=by.pk,
        at=moment,
        note=claim.change_note,
        previous=head,
    )
    claim.state = Claim.State.PUBLISHED
    claim.current_revision = revision
    claim.change_note = ""
    claim.save(update_fields=["state", "current_revision", "change_note"])
    answer: dict[str, Any] = {"although": although} if although else {}
    record("publish", by=by, at=at, claim=claim, revision=revision, note=revision.note, **answer)
    if totals:
        notice_changes(totals, claim, at=moment)
    comparing.meet(revision, at=at)
    gaps.fill(revision, by=by, at=at)
    serving.follow([claim.pk])
    events.tell(events.Kind.REVISED if revision.number > 1 else events.Kind.PUBLISHED, [claim.pk], at=at)
    return revision


def _count_readings(claim: Claim, at: datetime) -> None:
    """A figure that was found changed, and is published as it was found, was read on the day it was found."""
    found = claim.checks.filter(kind=Check.Kind.CHANGED, by__in=claim.drafters.all())
    if claim.current_revision:
        found = found.filter(recorded_at__gte=claim.current_revision.published_at)
    event = found.order_by("-on", "-pk").first()
    if event is not None:
        Check.objects.create(
            claim=claim,
            kind=Check.Kind.READ_IN_CONTEXT,
            on=event.on,
            by=event.by,
            recorded_at=at,
            note="Read when the figure was found changed.",
        )


@transaction.atomic
def retract(*, by: Person, at: datetime, claim: Claim, reason: str) -> Revision:
    """Withdraw a published claim. Its revisions go on answering; it leaves every list."""
    return _close(by=by, at=at, claim=claim, reason=reason, state=Revision.State.RETRACTED)


@transaction.atomic
def supersede(*, by: Person, at: datetime, claim: Claim, by_claim: Claim, reason: str) -> Revision:
    """Replace a published claim by another published one."""
    if by_claim.pk == claim.pk:
        raise OperationRefused("A claim cannot supersede itself.", field="by_claim")
    chain.hold()
    # Both at once, in one order: two people who replace claims by one another wait instead of blocking each other.
    pair = [claim.pk, by_claim.pk]
    locked = {row.pk: row for row in Claim.objects.select_for_update(no_key=True).filter(pk__in=pair).order_by("pk")}
    by_claim = locked[by_claim.pk]
    if by_claim.state != Claim.State.PUBLISHED:
        raise OperationRefused(f"{by_claim.slug} is not published: publish it first.", field="by_claim")
    return _close(by=by, at=at, claim=claim, reason=reason, state=Revision.State.SUPERSEDED, successor=by_claim)


def _close(
    *, by: Person, at: datetime, claim: Claim, reason: str, state: Revision.State, successor: Claim | None = None
) -> Revision:
    require(by, "claims.retract_claim", "retract or supersede claims")
    chain.hold()
    claim = lock(claim)
    if not reason.strip():
        raise OperationRefused("Say why: the reason is printed in the change log.", field="reason")
    current = claim.current_revision
    if current is None or current.state != Revision.State.PUBLISHED:
        raise OperationRefused(f"{claim.slug} is not published.")
    if current.author_id == by.pk:
        raise OperationRefused(f"{by.get_username()} is the author of {claim.slug}: somebody else must close it.")
    head, moment = chain.next_link(at)
    assert head is not None  # the claim's own revision is in the chain
    revision = projection.write_closing(
        current, state=state, approver_id=by.pk, at=moment, note=reason.strip(), previous=head
    )
    claim.state = Claim.State(state.value)
    claim.current_revision = revision
    claim.superseded_by = successor
    claim.save(update_fields=["state", "current_revision", "superseded_by"])
    comparing.part(claim, by=by, at=at, successor=successor, reason=reason.strip())
    gaps.part(claim, by=by, at=at, successor=successor)
    serving.follow([claim.pk])
    verb = "retract" if successor is None else "supersede"
    record(verb, by=by, at=at, claim=claim, revision=revision, note=revision.note)
    ended = events.Kind.RETRACTED if successor is None else events.Kind.SUPERSEDED
    events.tell(ended, [claim.pk], at=at)
    return revision
