"""Drafts: begun, changed, handed over, sent back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from claims import working_copy
from claims.models import Citation, Claim, ImportedRow, Person, Revision, Source, Topic
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
    record("draft", by=by, at=at, claim=claim, edit_number=claim.edit_number)
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
    refuses rather than overwrite. The text that is replaced goes into the log.
    """
    require(by, "claims.change_claim", "change claims")
    claim = lock(claim, edit_number)
    replaced = working_copy.text_of(claim)
    changed = _rewrite(claim, by=by, at=at, fields=fields, citations=citations, topics=topics)
    record(
        "revise", by=by, at=at, claim=claim, note=claim.change_note, changed=changed, edit_number=claim.edit_number,
        replaced=replaced,
    )  # fmt: skip
    return claim


@transaction.atomic
def restore(
    *, by: Person, at: datetime, claim: Claim, revision: Revision, reason: str, edit_number: int | None = None
) -> Claim:
    """Make an earlier revision the text of a new draft, which goes the way of every draft.

    Refused where the revision names sources, topics, a subject or a metric that are no longer there.
    """
    require(by, "claims.change_claim", "change claims")
    claim = lock(claim, edit_number)
    if revision.claim_id != claim.pk:
        raise OperationRefused(f"{revision} is a revision of another claim.", field="revision")
    if not reason.strip():
        raise OperationRefused("Say why the earlier text is right again.", field="reason")
    replaced = working_copy.text_of(claim)
    try:
        parts = working_copy.parts_of(revision.body)
    except working_copy.NamesWhatIsGone as gone:
        raise OperationRefused(
            f"{revision} names what is no longer in the registry: {gone}. Enter it again first."
        ) from gone
    fields = parts.fields | {"change_note": reason.strip()}
    changed = _rewrite(claim, by=by, at=at, fields=fields, citations=parts.citations, topics=parts.topics)
    if not set(changed) - {"change_note"}:
        raise OperationRefused(f"{claim.slug} says exactly this already: there is nothing to restore.")
    record(
        "restore", by=by, at=at, claim=claim, revision=revision, note=claim.change_note, changed=changed,
        edit_number=claim.edit_number, replaced=replaced,
    )  # fmt: skip
    return claim


def _rewrite(
    claim: Claim,
    *,
    by: Person,
    at: datetime,
    fields: Mapping[str, Any],
    citations: Sequence[Mapping[str, Any]] | None,
    topics: Sequence[Topic] | None,
) -> list[str]:
    """Write another text into the working copy of a locked claim; the names of what changed."""
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
    if citations is not None and _rows(citations) != _rows(claim.citations.values(*_CITED).order_by("position", "pk")):
        claim.citations.all().delete()
        _write_citations(claim, citations)
        changed.append("citations")
    if topics is not None and set(topics) != set(claim.topics.all()):
        claim.topics.set(topics)
        changed.append("topics")
    claim.drafters.add(by)
    return changed


_CITED = ("source", "stance", "printed", "locator", "attributed_to", "note")


def _rows(citations: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """Citations as they would be stored, so that two lists of them can be compared."""
    blank = {"stance": Citation.Stance.SUPPORTS, "attributed_to": None}
    return [tuple(_stored(citation.get(key, blank.get(key, ""))) for key in _CITED) for citation in citations]


def _stored(column: Any) -> Any:
    return column.pk if isinstance(column, Source) else column


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
def send_back(*, by: Person, at: datetime, claim: Claim, reason: str, edit_number: int | None = None) -> Claim:
    """Return a claim in review to its author, with the reason, which takes the place of the author's note.

    That is a change of the text, so it counts as one: who has the claim open is told before they save over it.
    """
    require(by, "claims.approve_claim", "review claims")
    claim = lock(claim, edit_number)
    if claim.state != Claim.State.REVIEW:
        raise OperationRefused(f"{claim.slug} is not in review.")
    if not reason.strip():
        raise OperationRefused("Say what the author should change.", field="reason")
    replaced = working_copy.text_of(claim)
    claim.state = Claim.State.DRAFT
    claim.change_note = reason.strip()
    claim.submitted_by = claim.submitted_at = None
    claim.changed_at = at
    # The row it was imported from still says what the claim says: it may be imported again, corrected.
    ImportedRow.objects.filter(claim=claim, edit_number=claim.edit_number).update(edit_number=claim.edit_number + 1)
    claim.edit_number += 1
    claim.save(update_fields=["state", "change_note", "submitted_by", "submitted_at", "changed_at", "edit_number"])
    record(
        "send_back", by=by, at=at, claim=claim, note=claim.change_note, edit_number=claim.edit_number,
        replaced=replaced,
    )  # fmt: skip
    return claim
