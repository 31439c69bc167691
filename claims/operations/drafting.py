"""Drafts: begun, changed, handed over, sent back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from claims.models import Citation, Claim, Person, Topic
from claims.operations.acts import record
from claims.operations.rules import FIELDS, OperationRefused, check_value, lock, require, validate


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
    require(by, "claims.add_claim", "draft claims")
    if Claim.objects.filter(slug=slug).exists():
        raise OperationRefused(f"There is a claim {slug} already: revise that one.", field="slug")
    claim = Claim(slug=slug, changed_by=by, changed_at=at, **{key: fields[key] for key in FIELDS if key in fields})
    validate(claim)
    claim.save()
    _write_citations(claim, citations)
    claim.topics.set(topics)
    claim.drafters.add(by)
    record("draft", by=by, at=at, claim=claim)
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
    require(by, "claims.change_claim", "change claims")
    claim = lock(claim, edit_number)
    if claim.state in (Claim.State.RETRACTED, Claim.State.SUPERSEDED):
        raise OperationRefused(f"{claim.slug} is {claim.get_state_display().lower()}: it is history now.")
    changed = [key for key in FIELDS if key in fields and getattr(claim, key) != fields[key]]
    for key in changed:
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
    record("revise", by=by, at=at, claim=claim, note=claim.change_note, changed=changed)
    return claim


def _write_citations(claim: Claim, citations: Sequence[Mapping[str, Any]]) -> None:
    for position, columns in enumerate(citations):
        citation = Citation(claim=claim, position=position, **columns)
        citation.clean_fields(exclude=("claim", "source", "attributed_to"))
        citation.validate_constraints()
        citation.save()


@transaction.atomic
def submit(*, by: Person, at: datetime, claim: Claim, edit_number: int | None = None) -> Claim:
    """Hand a draft over for review."""
    require(by, "claims.change_claim", "submit claims")
    claim = lock(claim, edit_number)
    if claim.state != Claim.State.DRAFT:
        raise OperationRefused(f"{claim.slug} is {claim.get_state_display().lower()}: only a draft is submitted.")
    if not claim.citations.exists():
        raise OperationRefused(f"{claim.slug} cites no source: add a citation first.", field="citations")
    check_value(claim)
    claim.state = Claim.State.REVIEW
    claim.submitted_by, claim.submitted_at = by, at
    claim.save(update_fields=["state", "submitted_by", "submitted_at"])
    claim.drafters.add(by)
    record("submit", by=by, at=at, claim=claim)
    return claim


@transaction.atomic
def send_back(*, by: Person, at: datetime, claim: Claim, reason: str) -> Claim:
    """Return a claim in review to its author, with the reason."""
    require(by, "claims.approve_claim", "review claims")
    claim = lock(claim)
    if claim.state != Claim.State.REVIEW:
        raise OperationRefused(f"{claim.slug} is not in review.")
    if not reason.strip():
        raise OperationRefused("Say what the author should change.", field="reason")
    claim.state = Claim.State.DRAFT
    claim.change_note = reason.strip()
    claim.submitted_by = claim.submitted_at = None
    claim.changed_at = at
    claim.save(update_fields=["state", "change_note", "submitted_by", "submitted_at", "changed_at"])
    record("send_back", by=by, at=at, claim=claim, note=claim.change_note)
    return claim
