"""The rows of the result page: what stands in its tables and lists, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

Document = Mapping[str, Any]
"""The document of a claim revision, as the API serves it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence with the figures and claims (`slug@n`) behind it."""

    text: str
    figures: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Flip:
    """An answer and the value at which the advice becomes another."""

    label: str
    now: str
    at: str
    to: str


@dataclass(frozen=True, slots=True)
class FrameworkRow:
    """What one framework says and why. `mark` says of a firm's own whose it is and in which version."""

    title: str
    verdict: str
    agrees: bool
    undecided: bool
    claims: tuple[str, ...]
    reasons: tuple[Reason, ...]
    band: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A range on the scale that all rows share, 0 to 100; None where there is no such end."""

    low: float | None
    likely: float | None
    high: float | None
    low_open: bool
    high_open: bool


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One way to build, side by side with the others. `figures`: name → figure id, None where unknown.

    `covered`: `slug@n` and statement of the claims on parts that its start includes, so that none is added on top.
    """

    name: str
    inside: str
    chosen: bool
    eligible: bool
    why_not: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    covered: tuple[tuple[str, str], ...]
    figures: Mapping[str, str | None]
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Pool:
    """Claims that were pooled: id of the figure that came out, and of each member and its weight."""

    title: str
    figure: str
    members: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Caution:
    """What was seen, what to do instead, and how it is known."""

    reason: Reason
    remedy: str
    basis: str
    is_good_news: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A question nobody asked, with its answer."""

    question: str
    reason: Reason
    day: date | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The other claim of a conflict, and what was decided when the result was made."""

    other: str
    document: Document
    state: str
    relation: str
    reason: str
    decided_on: str | None

    @property
    def url(self) -> str:
        """The page of exactly this revision."""
        return revision_url(self.other)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A claim revision with why it applies or was set aside, and who disagrees."""

    reference: str
    number: int | None
    document: Document
    why: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]

    @property
    def url(self) -> str:
        """The page of exactly this revision."""
        return revision_url(self.reference)

    @property
    def best_citation(self) -> Mapping[str, Any]:
        """The citation that supports it and has the most reliable source."""
        citations: list[Mapping[str, Any]] = self.document["citations"]
        supporting = [one for one in citations if one["stance"] == "supports"] or citations
        return min(supporting, key=lambda one: one["source"]["reliability"])


def revision_url(reference: str) -> str:
    """The page of a revision, `slug@n`."""
    slug, _, number = reference.rpartition("@")
    return reverse("claims:revision-detail", args=[slug, int(number)])


def bar_of(total: Mapping[str, float | None], scale: float) -> Bar:
    """A total as a bar; `scale` is the largest end of all rows."""

    def place(end: str) -> float | None:
        value = total[end]
        return None if value is None else round(100 * value / scale, 1)

    return Bar(place("low"), place("likely"), place("high"), total["low"] is None, total["high"] is None)
