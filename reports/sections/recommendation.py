"""The advice in full: which rule decided, what has to be there first, and why not the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True, slots=True)
class Condition:
    """Something to be settled first, with the figures that call for it."""

    code: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Another answer that would change the advice, by its place in the result, and the option it would be."""

    choice: int
    option: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A choice that nobody could make, by its place in the result, and what would turn the advice."""

    entry: int
    question: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Recommendation(Section):
    """The rule that fired with its figures and claims; conditions; what bears on confidence."""

    option: str
    fired: str
    fired_figures: tuple[str, ...]
    claims: tuple[str, ...]
    conditional: bool
    conditions: tuple[Condition, ...]
    steps: tuple[str, ...]
    confidence: str
    confidence_reasons: tuple[Mapping[str, Any], ...]
    own_serving: bool
    unknown: tuple[Unknown, ...]

    slug = "recommendation"
    name = _("Recommendation")
    opens = True

    @classmethod
    def build(cls, case: Case) -> Self:
        """From the result's recommendation."""
        advice = case.result["recommendation"]
        figures = {reason["code"]: tuple(reason["figures"]) for reason in advice["reasons"]}
        return cls(
            option=advice["option"],
            fired=advice["fired"],
            fired_figures=figures.get(advice["fired"], ()),
            claims=tuple(advice["claims"]),
            conditional=advice["conditional"],
            conditions=tuple(Condition(code, figures.get(code, ())) for code in advice["conditions"]),
            steps=tuple(advice["steps"]),
            confidence=advice["confidence"],
            confidence_reasons=tuple({"questions": (), **reason} for reason in advice["confidence_reasons"]),
            own_serving="own_serving_needed" in figures,
            unknown=tuple(_unknown(case)),
        )


def _unknown(case: Case) -> Iterator[Unknown]:
    """The unknown answers that are choices; for a number the thresholds say what would turn the advice."""
    for entry, one in enumerate(case.result.get("unknown", ())):
        if one["would_be"]:
            turns = (Turn(choice, other["option"]) for choice, other in enumerate(one["would_be"]))
            advised = case.result["recommendation"]["option"]
            yield Unknown(entry, one["question"], tuple(turn for turn in turns if turn.option != advised))
