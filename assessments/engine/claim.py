"""A published claim as the engine reads it, and the set of claims an assessment may draw on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from assessments.engine.numbers import from_json

ClaimDocument = Mapping[str, Any]
"""The JSON document of a claim revision, as the API serves it."""


class Standing(StrEnum):
    """Whether a claim may be used on a given day."""

    USABLE = "usable"
    MISSING = "missing"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Claim:
    """One published revision. `low`, `likely` and `high` are None where the source does not say.

    `upstreams` are the sources that its citations lead to, `freshness_weight` is 2^(−age ÷ half-life) on the day of the
    assessment, from 1 towards 0; None where whoever handed the document in did not say.
    """

    slug: str
    revision: int
    digest: str
    subject: str
    metric: str
    low: Decimal | None
    likely: Decimal | None
    high: Decimal | None
    bound: str | None
    rating: str | None
    unit: str
    currency: str | None
    per: str | None
    statement: str = ""
    name: str = ""
    scope: Mapping[str, Any] = field(default_factory=dict)
    certainty: str = "very_low"
    contested_by: tuple[str, ...] = ()
    attributed_to: tuple[str, ...] = ()
    upstreams: frozenset[str] = frozenset()
    freshness: str = "fresh"
    freshness_weight: Decimal | None = None
    check_due_on: date | None = None
    expires_on: date | None = None
    state: str = "published"

    @property
    def reference(self) -> str:
        """`slug@revision`, the address of exactly this text."""
        return f"{self.slug}@{self.revision}"

    @property
    def numeric(self) -> bool:
        """Whether the claim states at least one number."""
        return not (self.low is None and self.likely is None and self.high is None)

    def standing(self, as_of: date) -> Standing:
        """Expired on the day of its hard stop and after; retracted and superseded revisions count as missing."""
        if self.state != "published":
            return Standing.MISSING
        stopped = self.expires_on is not None and as_of >= self.expires_on
        return Standing.EXPIRED if stopped or self.freshness == "expired" else Standing.USABLE

    def overdue(self, as_of: date) -> bool:
        """Whether its review date has passed."""
        return self.freshness == "overdue" or (self.check_due_on is not None and as_of > self.check_due_on)

    def number(self, name: str) -> Decimal | None:
        """`low`, `likely` or `high`."""
        value: Decimal | None = getattr(self, name)
        return value


class Claims:
    """The claims of an assessment, by slug, in the order of their slugs.

    Remembers which of them were asked for by slug: a rule that read a threshold and did not apply rests on that
    claim as much as the rule that did.
    """

    def __init__(self, documents: Iterable[ClaimDocument]) -> None:
        claims = sorted((parse(document) for document in documents), key=lambda claim: (claim.slug, claim.revision))
        self._by_slug = {claim.slug: claim for claim in claims}  # of two revisions the later one stays
        self._by_metric: dict[str, list[Claim]] = {}
        for claim in self:
            self._by_metric.setdefault(claim.metric, []).append(claim)
        self._asked: dict[str, Claim] = {}

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._by_slug.values())

    def get(self, slug: str) -> Claim | None:
        """The claim, usable or not; None where no such claim was handed in."""
        return self._by_slug.get(slug)

    def standing(self, slug: str, as_of: date) -> Standing:
        """Whether the claim with this slug may be used on this day."""
        claim = self._by_slug.get(slug)
        if claim is None:
            return Standing.MISSING
        self._asked.setdefault(slug, claim)
        return claim.standing(as_of)

    def usable(self, slug: str, as_of: date) -> Claim | None:
        """The claim if it may be cited on this day, else None."""
        return self._by_slug[slug] if self.standing(slug, as_of) is Standing.USABLE else None

    def asked(self) -> list[Claim]:
        """The claims that were asked for by slug, in the order of the first question."""
        return list(self._asked.values())

    def about(self, subjects: Iterable[str], metrics: Iterable[str]) -> list[Claim]:
        """All claims with one of these subjects and one of these metrics, by slug."""
        wanted = frozenset(subjects)
        found = [claim for metric in frozenset(metrics) for claim in self.of_metric(metric) if claim.subject in wanted]
        return sorted(found, key=lambda claim: claim.slug)

    def of_metric(self, metric: str) -> list[Claim]:
        """All claims with this metric, by slug."""
        return self._by_metric.get(metric, [])


def parse(document: ClaimDocument) -> Claim:
    """Read one claim document. Raises KeyError where the document is not of the contract's shape."""
    value = document["value"]
    return Claim(
        slug=document["slug"],
        revision=document["revision"],
        digest=document["digest"],
        subject=document["subject"]["slug"],
        metric=document["metric"]["slug"],
        low=_number(value["low"]),
        likely=_number(value["likely"]),
        high=_number(value["high"]),
        bound=value["bound"],
        rating=value["rating"],
        unit=value["unit"],
        currency=value["currency"],
        per=value["per"],
        statement=document["statement"],
        name=f"{_name(document['subject'])}, {_name(document['metric']).lower()}",
        scope=dict(document["scope"]),
        certainty=document["certainty"],
        contested_by=tuple(sorted(document["contested_by"])),
        attributed_to=tuple(sorted({c["attributed_to"] for c in document["citations"] if c.get("attributed_to")})),
        upstreams=_upstreams(document["citations"]),
        freshness=document["freshness"],
        freshness_weight=_number(document.get("freshness_weight")),
        check_due_on=_day(document["check_due_on"]),
        expires_on=_day(document["expires_on"]),
        state=document.get("state", "published"),
    )


def _upstreams(citations: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Where the supporting citations lead to, each to what it is attributed to; all of them where none supports."""
    supporting = [one for one in citations if one["stance"] == "supports"] or citations
    return frozenset(one.get("attributed_to") or one["source"]["slug"] for one in supporting)


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("name", entry["slug"]))


def _number(value: int | float | None) -> Decimal | None:
    return None if value is None else from_json(value)


def _day(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
