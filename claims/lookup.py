"""What has become of revisions that somebody cites: `slug@number` or a digest, many at a time.

A fixed number of queries, however many are asked about.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.urls import reverse

from claims import published
from claims.forms import SLUG
from claims.models import Claim, Revision

MOST = 500
"""References that are looked up at a time."""
CITED = re.compile(rf"(?P<slug>{SLUG.pattern})@(?P<number>[1-9][0-9]{{0,8}})")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
FINDINGS = ("current", "changed", "superseded", "retracted", "unknown")

# What follows from the day, from other claims or from the number of a revision is no change of what a claim says.
_NO_PART = frozenset(
    ("revision", "state", "url", "published_at", "digest", "freshness", "checked_on", "check_due_on", "contested_by")
)
_TODAY = ("freshness", "checked_on", "check_due_on", "expires_on", "contested_by")


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing that is asked about, as it was written: a slug with a number, or a digest."""

    text: str
    slug: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class WrongItem:
    """One entry of a list that cannot be looked up: its place as `items[3]`, and what would be right."""

    field: str
    message: str


def read(items: Any) -> tuple[list[Reference], list[WrongItem]]:
    """The references of a list, and everything that is wrong with it; nothing is passed over."""
    if not isinstance(items, list):
        return [], [WrongItem("items", f"Send a JSON list of 1 to {MOST} texts, as [“some-claim@3”].")]
    if not 1 <= len(items) <= MOST:
        return [], [WrongItem("items", f"Send 1 to {MOST} of them at a time; these are {len(items)}.")]
    references, wrong = [], []
    for place, item in enumerate(items):
        reference = _reference(item)
        if reference:
            references.append(reference)
        else:
            wrong.append(
                WrongItem(f"items[{place}]", "It is neither slug@number, as some-claim@3, nor a digest, as sha256:….")
            )
    return references, wrong


def _reference(item: Any) -> Reference | None:
    if not isinstance(item, str):
        return None
    if DIGEST.fullmatch(item):
        return Reference(item)
    cited = CITED.fullmatch(item)
    return Reference(item, cited["slug"], int(cited["number"])) if cited else None


def find(references: Sequence[Reference], *, on: date) -> list[dict[str, Any]]:
    """What has become of each, in the order asked. Shape: `FoundSerializer`."""
    asked = _asked(references)
    claims = {revision.claim_id for revision in asked.values()}
    slugs = {reference.slug for reference in references if reference.slug}
    current = _current(Q(claim__in=claims) | Q(claim__slug__in=slugs), on)
    successors = _successors(current, on)
    by_slug = {standing.document["slug"]: standing for standing in current.values()}
    found = []
    for reference in references:
        revision = asked.get(reference.text)
        if revision is None:
            found.append(_unknown(reference, by_slug.get(reference.slug)))
        else:
            found.append(_found(reference, revision, current[revision.claim_id], successors.get(revision.claim_id)))
    return found


@dataclass(frozen=True, slots=True)
class _Standing:
    """The revision of a claim that counts today, with its document of today."""

    revision: Revision
    document: Mapping[str, Any]

    @property
    def json(self) -> dict[str, Any]:
        return {
            **_address(self.revision, self.document["slug"]),
            "state": self.revision.state,
            "note": self.revision.note,
            **{key: self.document[key] for key in _TODAY},
        }


def _address(revision: Revision, slug: str) -> dict[str, Any]:
    return {
        "slug": slug,
        "revision": revision.number,
        "digest": revision.digest,
        "url": reverse("api-revision-detail", args=[slug, revision.number]),
        "published_at": revision.published_at.isoformat().replace("+00:00", "Z"),
    }


def _asked(references: Iterable[Reference]) -> dict[str, Revision]:
    """The revisions that there are, by the text they were asked for with."""
    numbered = {(one.slug, one.number): one.text for one in references if one.slug}
    digests = {one.text for one in references if not one.slug}
    wanted = Q(digest__in=digests) | Q(
        claim__slug__in={slug for slug, _ in numbered}, number__in={number for _, number in numbered}
    )
    found: dict[str, Revision] = {}
    for revision in Revision.objects.filter(wanted).select_related("claim").order_by():
        if revision.digest in digests:
            found[revision.digest] = revision
        if text := numbered.get((revision.claim.slug, revision.number)):
            found[text] = revision
    return found


def _current(of: Q, on: date) -> dict[int, _Standing]:
    """Claim id → what stands of the claims that match."""
    rows = list(Revision.objects.filter(of, claim__current_revision=F("pk")).order_by("pk"))
    documents = published.documents(rows, on=on)
    return {row.claim_id: _Standing(row, document) for row, document in zip(rows, documents, strict=True)}


def _successors(current: Mapping[int, _Standing], on: date) -> dict[int, _Standing]:
    """Claim id → what stands of the claim that took its place, or of that which took the place of that, and so on."""
    if not any(one.revision.state == Revision.State.SUPERSEDED for one in current.values()):
        return {}
    taken = dict(Claim.objects.filter(superseded_by__isnull=False).values_list("pk", "superseded_by_id"))
    last: dict[int, int] = {}
    for claim in current:
        end, seen = claim, {claim}
        while end in taken and taken[end] not in seen:
            end = taken[end]
            seen.add(end)
        if end != claim:
            last[claim] = end
    standing = _current(Q(claim__in=set(last.values())), on)
    return {claim: standing[end] for claim, end in last.items() if end in standing}


def _unknown(reference: Reference, standing: _Standing | None) -> dict[str, Any]:
    return {
        "item": reference.text,
        "finding": "unknown",
        "cited": None,
        "current": standing.json if standing else None,
        "changes": [],
        "successor": None,
    }


def _found(
    reference: Reference, revision: Revision, standing: _Standing, successor: _Standing | None
) -> dict[str, Any]:
    state = standing.revision.state
    if state != Revision.State.PUBLISHED:
        finding = str(state)
    else:
        finding = "current" if revision.pk == standing.revision.pk else "changed"
    return {
        "item": reference.text,
        "finding": finding,
        "cited": _address(revision, revision.claim.slug),
        "current": standing.json,
        "changes": list(changes(revision.body, standing.revision.body)),
        "successor": successor.json if successor else None,
    }


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The fields of two documents that differ, by dotted name; a list counts as one field, what is absent as null."""
    before, after = (dict(_fields(document)) for document in (old, new))
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield {"field": name, "old": before.get(name), "new": after.get(name)}


def _fields(document: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if not path and key in _NO_PART:
            continue
        if isinstance(value, Mapping):
            yield from _fields(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value
