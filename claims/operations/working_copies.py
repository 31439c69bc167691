"""The working copy of a claim as plain data: what an import compares, shows, writes and takes back.

A copy is a dictionary with the keys of `COLUMNS`, `topics` and `citations`; vocabulary and sources by slug, numbers as
the shortest decimal text, days as ISO dates. Two copies are the same claim text exactly where they are equal.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from claims import bulk_rows
from claims.models import Citation, Claim

Copy = dict[str, Any]

NUMBERS = ("low", "likely", "high")
COLUMNS = (
    "statement",
    "statement_es",
    "subject",
    "metric",
    *NUMBERS,
    "bound",
    "rating",
    "unit",
    "currency",
    "per",
    "scope",
    "assumptions",
    "study_type",
    "credibility",
    "credibility_reason",
    "certainty",
    "certainty_reasons",
    "expires_on",
)
CITATION = ("source", "stance", "printed", "locator", "attributed_to", "note")
PARTS = (*COLUMNS, "topics", "citations")

# How the query names what a copy holds.
_READ = {"subject": "subject__slug", "metric": "metric__slug"}
_READ_CITATION = ("source__slug", "stance", "printed", "locator", "attributed_to__slug", "note")


def number_text(number: Decimal | None) -> str | None:
    """A number as the shortest text that is it; 0 and -0 alike."""
    return None if number is None else f"{number.normalize():f}" if number else "0"


def canonical_data(value: Any) -> Any:
    """Plain data in which equal numbers are written alike: a whole number is no fraction, in every database."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {key: canonical_data(inner) for key, inner in value.items()}
    return [canonical_data(inner) for inner in value] if isinstance(value, list) else value


def same(one: Any, other: Any) -> bool:
    """Whether two parts of copies are alike; true is not 1 here."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The parts in which two copies differ, in the order in which they are shown."""
    return [part for part in PARTS if not same(before[part], after[part])]


def standing(claims: Sequence[int]) -> dict[int, Copy]:
    """The working copies of claims (ids) as they stand, by id. A query each for columns, topics and citations."""
    copies: dict[int, Copy] = {}
    for chunk in bulk_rows.in_chunks(claims):
        found = Claim.objects.filter(pk__in=chunk)
        for pk, *values in found.values_list("pk", *(_READ.get(column, column) for column in COLUMNS)):
            copies[pk] = _copy(values)
        topics = Claim.topics.through.objects.filter(claim__in=chunk).order_by("topic__slug")
        for pk, slug in topics.values_list("claim_id", "topic__slug"):
            copies[pk]["topics"].append(slug)
        citations = Citation.objects.filter(claim__in=chunk).order_by("position", "pk")
        for pk, *cells in citations.values_list("claim_id", *_READ_CITATION):
            copies[pk]["citations"].append(dict(zip(CITATION, cells, strict=True)))
    return copies


def _copy(values: Iterable[Any]) -> Copy:
    copy: Copy = dict(zip(COLUMNS, values, strict=True))
    for column in NUMBERS:
        copy[column] = number_text(copy[column])
    day: date | None = copy["expires_on"]
    copy["expires_on"] = day.isoformat() if day else None
    copy["scope"] = canonical_data(copy["scope"])
    copy["certainty_reasons"] = canonical_data(copy["certainty_reasons"])
    copy["topics"], copy["citations"] = [], []
    return copy
