"""What can be done to a claim. Every write of the registry is one of these verbs.

Each is atomic and takes who does it (`by`) and when (`at`, an aware datetime
read at the edge). Rules that people run into raise `OperationRefused` with a
message for them.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from claims import chain, projection
from claims.models import Check, Citation, Claim, Conflict, Person, Revision, Topic
from claims.quantity import QuantityError

# What can be asked for as `scope.<key>`: no double underscore, which means something else to a query.
_SCOPE_KEY = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_SCOPE_RULE = (
    "Scope is a flat set of keys (small letters, digits, single underscores), each with a text, a finite number or "
    "true/false."
)

VALUE_FIELDS = ("low", "likely", "high", "bound", "rating", "unit", "currency", "per")
FIELDS = (
    "statement",
    "statement_es",
    "subject",
    "metric",
    *VALUE_FIELDS,
    "scope",
    "assumptions",
    "study_type",
    "credibility",
    "credibility_reason",
    "certainty",
    "certainty_reasons",
    "expires_on",
    "change_note",
)


class OperationRefused(Exception):
    """A rule forbids this. `field` names what is wrong, where one thing is; the message says what would be right."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def _require(person: Person, permission: str, verb: str) -> None:
    if not person.has_perm(permission):
        raise OperationRefused(f"{person.get_username()} may not {verb}: ask a registry manager for the role.")


def _lock(claim: Claim) -> Claim:
    """The claim as it is now, locked until the transaction ends."""
    return Claim.objects.select_for_update().get(pk=claim.pk)


def check_value(claim: Claim) -> None:
    """Raise `ValidationError` by field where the value makes no sense, or not for its metric."""
    try:
        claim.quantity.check_against(
            units=claim.metric.units,
            ratings=claim.metric.ratings,
            max_percent=claim.metric.max_percent,
            allow_negative=claim.metric.allow_negative,
        )
    except QuantityError as error:
        raise ValidationError({error.field if error.field in VALUE_FIELDS else "low": [str(error)]}) from error


def _is_scope(scope: object) -> bool:
    return isinstance(scope, dict) and all(
        isinstance(key, str)
        and _SCOPE_KEY.fullmatch(key)
        and isinstance(value, str | int | float | bool)
        and (not isinstance(value, float) or isfinite(value))
        for key, value in scope.items()
    )


def validate(claim: Claim) -> None:
    """Raise `ValidationError` by field where the claim breaks a rule of its metric or of the schema."""
    check_value(claim)
    if not _is_scope(claim.scope):
        raise ValidationError({"scope": [_SCOPE_RULE]})
    claim.full_clean(exclude=["current_revision", "superseded_by", "submitted_by"])


@transaction.atomic
def draft(
    *,
    by: Person,
    at: datetime,
    slug: str,
    fields: Mapping[str, Any],
    citations: Sequence[Mapping[str, Any]],
    topics: Sequence[Topic] = (),
) -> Claim:
    """Begin a new claim. `fields` are those of `FIELDS`; each citation has the columns of `Citation` but the claim."""
    _require(by, "claims.add_claim", "draft claims")
    if Claim.objects.filter(slug=slug).exists():
        raise OperationRefused(f"There is a claim {slug} already: revise that one.", field="slug")
    claim = Claim(slug=slug, changed_by=by, changed_at=at, **{key: fields[key] for key in FIELDS if key in fields})
    validate(claim)
    claim.save()
    _write_citations(claim, citations)
    claim.topics.set(topics)
    claim.drafters.add(by)
    return claim


@transaction.atomic
def revise(
    *,
    by: Person,
    at: datetime,
    claim: Claim,
    fields: Mapping[str, Any],
    citations: Sequence[Mapping[str, Any]] | None = None,
    topics: Sequence[Topic] | None = None,
    edit_number: int | None = None,
) -> Claim:
    """Change a draft, or begin a new draft of a published claim, which readers go on seeing as it is.

    `edit_number` is the one the editor started from: where somebody else saved in between, this
    refuses rather than overwrite.
    """
    _require(by, "claims.change_claim", "change claims")
    claim = _lock(claim)
    if claim.state in (Claim.State.RETRACTED, Claim.State.SUPERSEDED):
        raise OperationRefused(f"{claim.slug} is {claim.get_state_display().lower()}: it is history now.")
    if edit_number is not None and edit_number != claim.edit_number:
        raise OperationRefused(
            f"{claim.changed_by.get_username()} saved {claim.slug} while you were editing. "
            "Nothing of yours was stored: compare the two texts and save again."
        )
    for key in FIELDS:
        if key in fields:
            setattr(claim, key, fields[key])
    validate(claim)
    if claim.state == Claim.State.PUBLISHED:
        claim.drafters.clear()
    claim.state = Claim.State.DRAFT
    claim.submitted_by = claim.submitted_at = None
    claim.changed_by, claim.changed_at = by, at
    claim.edit_number += 1
    claim.save()
    if citations is not None:
        claim.citations.all().delete()
        _write_citations(claim, citations)
    if topics is not None:
        claim.topics.set(topics)
    claim.drafters.add(by)
    return claim


def _write_citations(claim: Claim, citations: Sequence[Mapping[str, Any]]) -> None:
    for position, columns in enumerate(citations):
        citation = Citation(claim=claim, position=position, **columns)
        citation.clean_fields(exclude=("claim", "source", "attributed_to"))
        citation.validate_constraints()
        citation.save()


@transaction.atomic
def submit(*, by: Person, at: datetime, claim: Claim) -> Claim:
    """Hand a draft over for review."""
    _require(by, "claims.change_claim", "submit claims")
    claim = _lock(claim)
    if claim.state != Claim.State.DRAFT:
        raise OperationRefused(f"{claim.slug} is {claim.get_state_display().lower()}: only a draft is submitted.")
    if not claim.citations.exists():
        raise OperationRefused(f"{claim.slug} cites no source: add a citation first.", field="citations")
    check_value(claim)
    claim.state = Claim.State.REVIEW
    claim.submitted_by, claim.submitted_at = by, at
    claim.save(update_fields=["state", "submitted_by", "submitted_at"])
    claim.drafters.add(by)
    return claim


@transaction.atomic
def send_back(*, by: Person, at: datetime, claim: Claim, reason: str) -> Claim:
    """Return a claim in review to its author, with the reason."""
    _require(by, "claims.approve_claim", "review claims")
    claim = _lock(claim)
    if claim.state != Claim.State.REVIEW:
        raise OperationRefused(f"{claim.slug} is not in review.")
    if not reason.strip():
        raise OperationRefused("Say what the author should change.", field="reason")
    claim.state = Claim.State.DRAFT
    claim.change_note = reason.strip()
    claim.submitted_by = claim.submitted_at = None
    claim.changed_at = at
    claim.save(update_fields=["state", "change_note", "submitted_by", "submitted_at", "changed_at"])
    return claim


@transaction.atomic
def publish(*, by: Person, at: datetime, claim: Claim) -> Revision:
    """Approve a claim in review: append its next revision to the chain. `by` is none of its drafters."""
    _require(by, "claims.approve_claim", "approve claims")
    claim = _lock(claim)
    if claim.state != Claim.State.REVIEW or claim.submitted_by_id is None:
        raise OperationRefused(f"{claim.slug} is not in review: submit it first.")
    if claim.drafters.filter(pk=by.pk).exists():
        raise OperationRefused(
            f"{by.get_username()} worked on this change of {claim.slug}: somebody else must approve it."
        )
    check_value(claim)
    head, moment = chain.next_link(at)
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
    return revision


@transaction.atomic
def check(*, by: Person | None, at: datetime, claim: Claim, kind: str, on: date | None = None, note: str = "") -> Check:
    """Record that somebody, or a machine (`by=None`), looked. `on` is the day of the reading, today if not given."""
    day = on or at.date()
    if by is None and kind not in (Check.Kind.LINK_ANSWERS, Check.Kind.FIGURE_PRESENT):
        raise OperationRefused("A machine records links and figures; a reading is made by a person.", field="kind")
    if by is not None:
        _require(by, "claims.add_check", "record checks")
    if day > at.date():
        raise OperationRefused("A check cannot lie in the future.", field="on")
    event = Check(claim=claim, kind=kind, on=day, by=by, recorded_at=at, note=note)
    event.full_clean()
    event.save()
    return event


@transaction.atomic
def retract(*, by: Person, at: datetime, claim: Claim, reason: str) -> Revision:
    """Withdraw a published claim. Its revisions go on answering; it leaves every list."""
    return _close(by=by, at=at, claim=claim, reason=reason, state=Revision.State.RETRACTED)


@transaction.atomic
def supersede(*, by: Person, at: datetime, claim: Claim, by_claim: Claim, reason: str) -> Revision:
    """Replace a published claim by another published one."""
    if by_claim.pk == claim.pk:
        raise OperationRefused("A claim cannot supersede itself.", field="by_claim")
    if by_claim.state != Claim.State.PUBLISHED:
        raise OperationRefused(f"{by_claim.slug} is not published: publish it first.", field="by_claim")
    return _close(by=by, at=at, claim=claim, reason=reason, state=Revision.State.SUPERSEDED, successor=by_claim)


def _close(
    *, by: Person, at: datetime, claim: Claim, reason: str, state: Revision.State, successor: Claim | None = None
) -> Revision:
    _require(by, "claims.retract_claim", "retract or supersede claims")
    claim = _lock(claim)
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
    return revision


@transaction.atomic
def record_conflict(
    *, by: Person, at: datetime, claims: tuple[Claim, Claim], relation: str, reason: str = ""
) -> Conflict:
    """Put two claims down as disagreeing, undecided."""
    _require(by, "claims.add_conflict", "record conflicts")
    first, second = sorted(claims, key=lambda claim: claim.pk)
    conflict = Conflict(first=first, second=second, relation=relation, reason=reason, opened_at=at)
    conflict.full_clean()
    conflict.save()
    return conflict


@transaction.atomic
def settle_conflict(
    *, by: Person, at: datetime, conflict: Conflict, state: str, reason: str, on: date | None = None
) -> Conflict:
    """Decide a conflict, with a reason; deciding again replaces the decision."""
    _require(by, "claims.change_conflict", "settle conflicts")
    if state == Conflict.State.OPEN:
        raise OperationRefused("To settle a conflict, choose what it is.", field="state")
    if not reason.strip():
        raise OperationRefused("A decision has a reason.", field="reason")
    conflict.state = state
    conflict.reason = reason.strip()
    conflict.decided_on, conflict.decided_by = on or at.date(), by
    conflict.full_clean()
    conflict.save()
    return conflict


def verify_chain() -> list[str]:
    """Walk the whole revision chain; one sentence for each link that does not hold, none where all do."""
    broken: list[str] = []
    previous, expected = "", 1
    for revision in Revision.objects.order_by("sequence").select_related("claim").iterator():
        name = f"{revision.claim.slug}@{revision.number} (link {revision.sequence})"
        if revision.sequence != expected:
            broken.append(f"{name}: link {expected} is missing.")
        if revision.previous_digest != previous:
            broken.append(f"{name}: does not name the revision before it.")
        body = revision.body
        if projection.canonical(body) != revision.document:
            broken.append(f"{name}: the document is not in canonical form.")
        if (
            body.get("digest") != revision.digest
            or projection.digest(body, revision.previous_digest) != revision.digest
        ):
            broken.append(f"{name}: the digest does not match the document.")
        if tuple(body.get(key) for key in ("slug", "revision", "state")) != (
            revision.claim.slug,
            revision.number,
            revision.state,
        ):
            broken.append(f"{name}: the document speaks of another revision.")
        previous, expected = revision.digest, revision.sequence + 1
    return broken
