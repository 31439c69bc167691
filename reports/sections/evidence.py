"""The numbered annex: who says so and what they have to gain, then every claim that is cited, as its source prints it,
whether the totals that sources state about their own figures follow, and who disagrees with whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from claims.models import Conflict
from reports.case import Case, PinnedClaim
from reports.sections.base import Section
from reports.texts import web_address

CONTESTING = frozenset(Conflict.CONTESTING)
ATTENTION = frozenset({"overdue", "expired"})


@dataclass(frozen=True, slots=True)
class Source:
    """One document with its publisher's interest. `claim` and `path` say where the case holds it."""

    mark: str
    claim: str
    path: str
    url: str
    published_on: str | None
    updated_on: str | None
    has_interest: bool
    reliability: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where one document prints a claim. `path` is the citation in the claim's document."""

    path: str
    source: str
    contradicts: bool
    published_on: str | None
    has_printed: bool
    has_locator: bool
    repeats_source: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the annex."""

    n: int
    reference: str
    places: tuple[Place, ...]
    checked_on: str | None
    freshness: str
    attention: bool
    contested: bool
    conflicts: tuple[int, ...]
    reliability: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Total:
    """A total that a cited claim states, and what was found of it."""

    n: int
    reference: str
    finding: str
    relation: str | None
    has_computed: bool
    has_middle: bool
    has_gap: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two claims that do not agree, at least one of them cited. `index` is its place in the result."""

    index: int
    references: tuple[str, ...]
    relation: str
    state: str
    contests: bool
    decided_on: str | None


@dataclass(frozen=True)
class Evidence(Section):
    """Sources in the order of their numbers, cited claims in the order of theirs, then where these are disagreed with."""

    sources: tuple[Source, ...]
    entries: tuple[Entry, ...]
    totals: tuple[Total, ...]
    disagreements: tuple[Disagreement, ...]

    slug = "evidence"
    name = _("Evidence")

    @classmethod
    def build(cls, case: Case) -> Self:
        """One entry for each citation of the result, one source for each document they stand in."""
        cited = [(one["n"], case.by_reference[one["claim"]]) for one in case.result["citations"]]
        return cls(
            sources=tuple(_sources(case, [claim for _n, claim in cited])),
            entries=tuple(_entry(case, n, claim) for n, claim in cited),
            totals=tuple(_total(n, claim) for n, claim in cited if claim.standing.get("arithmetic")),
            disagreements=tuple(_disagreements(case)),
        )


def _disagreements(case: Case) -> Iterator[Disagreement]:
    for index, conflict in enumerate(case.conflicts):
        references = tuple(conflict["revisions"])
        if any(reference in case.citation_numbers for reference in references):
            yield Disagreement(
                index=index,
                references=tuple(sorted(references, key=lambda one: case.citation_numbers.get(one, len(case.claims)))),
                relation=conflict["relation"],
                state=conflict["state"],
                contests=conflict["state"] in CONTESTING,
                decided_on=conflict["decided_on"],
            )


def _sources(case: Case, claims: list[PinnedClaim]) -> list[Source]:
    found: dict[str, Source] = {}
    for claim in claims:
        for i, citation in enumerate(claim.document["citations"]):
            source = citation["source"]
            if source["slug"] not in found:
                found[source["slug"]] = Source(
                    mark=f"S{case.source_numbers[source['slug']]}",
                    claim=claim.reference,
                    path=f"citations.{i}.source",
                    url=web_address(source["url"]),
                    published_on=source["published_on"],
                    updated_on=source["updated_on"],
                    has_interest=bool(source["interest"]),
                    reliability=source["reliability"],
                )
    return list(found.values())


def _entry(case: Case, n: int, claim: PinnedClaim) -> Entry:
    freshness = claim.standing["freshness"]
    citations = claim.document["citations"]
    supporting = [one for one in citations if one["stance"] == "supports"] or citations
    return Entry(
        n=n,
        reference=claim.reference,
        places=tuple(_place(i, one, citations[i - 1] if i else None) for i, one in enumerate(citations)),
        checked_on=claim.standing["checked_on"],
        freshness=freshness,
        attention=freshness in ATTENTION,
        contested=bool(claim.standing["contested_by"]),
        conflicts=tuple(i for i, one in enumerate(case.conflicts) if claim.reference in one["revisions"]),
        reliability=min(one["source"]["reliability"] for one in supporting),
        certainty=claim.document["certainty"],
    )


def _total(n: int, claim: PinnedClaim) -> Total:
    found = claim.standing["arithmetic"]
    return Total(
        n=n,
        reference=claim.reference,
        finding=found["finding"],
        relation=found["relation"] if found["relation"] != "equal" else None,
        has_computed=found["computed"] is not None,
        has_middle=found["middle"] is not None,
        has_gap=found["gap"] is not None,
    )


def _place(index: int, citation: Mapping[str, Any], before: Mapping[str, Any] | None) -> Place:
    source = citation["source"]
    return Place(
        path=f"citations.{index}",
        source=source["slug"],
        contradicts=citation["stance"] == "contradicts",
        published_on=source["published_on"] or source["updated_on"],
        has_printed=bool(citation["printed"]),
        has_locator=bool(citation["locator"]),
        repeats_source=before is not None and before["source"]["slug"] == source["slug"],
    )
