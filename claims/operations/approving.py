"""Approvals as a person gives them: of a text they saw, with an answer to what speaks against it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from claims import chain, unmoved_citation, working_copy
from claims.models import Claim, Person, Revision
from claims.operations.publishing import publish
from claims.operations.rules import OperationRefused, lock

# What a person who read the source again may note in a citation without changing what the claim says.
_MARKS = ("locator", "note")
_MARKS_OF_SOURCE = ("accessed_on",)


def warning_of(claim: Claim) -> str:
    """What has to be answered before this change is approved: its value moved and its citation did not. Empty: nothing."""
    current = claim.current_revision
    if current is None or claim.state not in (Claim.State.DRAFT, Claim.State.REVIEW):
        return ""
    return unmoved_citation.warning(current.body, working_copy.text_of(claim))


@transaction.atomic
def approve(*, by: Person, at: datetime, claim: Claim, edit_number: int, although: str = "") -> Revision:
    """Publish a claim in review as the person saw it. `although` answers `warning_of`, and goes into the log."""
    chain.hold()
    claim = lock(claim, edit_number)
    warning = warning_of(claim)
    if warning and not although.strip():
        raise OperationRefused(
            f"{warning} Say why the citation stays as it is, or send the claim back.", field="although"
        )
    return publish(by=by, at=at, claim=claim, edit_number=edit_number, although=although.strip() if warning else "")


def beyond_reading(claim: Claim) -> list[str]:
    """The parts of a claim that its draft changes for readers, marks of a reading left out. Sources count by slug.

    Empty: the draft only confirms what is published. A claim that was never published confirms nothing.
    """
    if claim.current_revision is None:
        return ["a first publication"]
    before, after = claim.current_revision.body, working_copy.text_of(claim)
    found = [key.replace("_", " ") for key in working_copy.WRITTEN if key != "citations" and before[key] != after[key]]
    told, tells = _cited(before), _cited(after)
    if [cited for cited, _ in told] != [cited for cited, _ in tells]:
        found.append("citations")
    elif told != tells:
        found.append("the record of a source")
    return found


def _cited(text: Mapping[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What each citation says and what is known of its source, without the marks of a reading."""
    return [
        (
            {key: value for key, value in citation.items() if key not in (*_MARKS, "source")}
            | {"source": citation["source"]["slug"]},
            {key: value for key, value in citation["source"].items() if key not in _MARKS_OF_SOURCE},
        )
        for citation in text["citations"]
    ]


@dataclass(slots=True)
class Approvals:
    """What came of many approvals at once: what was published, and why each of the others was left."""

    published: list[Revision] = field(default_factory=list)
    left: list[tuple[Claim, str]] = field(default_factory=list)


def approve_confirmations(*, by: Person, at: datetime, claims: Iterable[Claim], seen: Mapping[int, int]) -> Approvals:
    """Publish those of the claims in review whose change is only a check; leave the others, each with its reason.

    `seen` holds the edit number that the person saw of each claim (id). Each claim is a transaction of its own: one
    that is left takes nothing from the others, and of two people who approve the same, one does.
    """
    outcome = Approvals()
    for claim in claims:
        try:
            outcome.published.append(_approve_confirmation(by=by, at=at, claim=claim, seen=seen.get(claim.pk)))
        except OperationRefused as refusal:
            outcome.left.append((claim, refusal.message))
    return outcome


@transaction.atomic
def _approve_confirmation(*, by: Person, at: datetime, claim: Claim, seen: int | None) -> Revision:
    if seen is None:
        raise OperationRefused(f"{claim.slug} was not on the page you saw.")
    chain.hold()
    locked = lock(claim, seen)
    if locked.state != Claim.State.REVIEW:
        raise OperationRefused(f"{claim.slug} is {locked.get_state_display().lower()}, not in review.")
    changes = beyond_reading(locked)
    if changes:
        raise OperationRefused(f"{claim.slug} changes more than a reading: {', '.join(changes)}.")
    return publish(by=by, at=at, claim=locked, edit_number=seen)
