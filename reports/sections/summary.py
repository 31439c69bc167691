"""What a board member reads in a minute: the answer, what would change it, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from assessments.engine.offer import chosen_variant, variant_of
from assessments.wording import headline
from reports.case import Case
from reports.case_charts import priced, totals
from reports.chart_texts import Chart
from reports.sections.base import Section


@dataclass(frozen=True, slots=True)
class Priced:
    """An option with its total over the horizon."""

    option: str
    total: str


@dataclass(frozen=True, slots=True)
class Flip:
    """An answer at which the advice turns: the answer's figure, the figure of the threshold, and the new option."""

    question: str
    now: str
    at: str
    to: str
    falls: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One framework in a line."""

    id: str
    verdict: str
    agrees: bool


@dataclass(frozen=True)
class Summary(Section):
    """One page. `reach` is the break-even figure, or never, immediate or unknown."""

    headline: str
    option: str
    staged: bool
    cost: Priced | None
    rival: Priced | None
    horizon: str | None
    volume: str | None
    reach: str
    reach_is_figure: bool
    caching_flips: bool
    uncached: str | None
    flips: tuple[Flip, ...]
    conditions: tuple[str, ...]
    steps: tuple[str, ...]
    fired: str
    fired_claims: tuple[str, ...]
    reasons: tuple[Mapping[str, Any], ...]
    confidence: str
    chart: Chart | None

    slug = "summary"
    name = _("Summary")
    opens = True

    @classmethod
    def build(cls, case: Case) -> Self:
        """The result's recommendation, its totals and its thresholds."""
        advice, even = case.result["recommendation"], case.result["break_even"]
        costs = {variant_of(one): Priced(variant_of(one), one["figures"]["tco"]) for one in priced(case)}
        chosen = chosen_variant(case.result["options"], advice["option"])
        rivals = [one for variant, one in costs.items() if variant != chosen]
        reach = even["requests_per_month"] or "unknown"
        return cls(
            headline=headline(advice, case.language),
            option=advice["option"],
            staged=advice["option"] == "staged",
            cost=costs.get(chosen or ""),
            rival=rivals[0] if rivals else None,
            horizon=case.answer_figure("horizon_months"),
            volume=case.answer_figure("requests_per_month"),
            reach=reach,
            reach_is_figure=reach in case.figures,
            caching_flips="prompt_caching_flips" in even.get("notes", ()),
            uncached=_figure_or_none(case, even.get("uncached_requests_per_month")),
            flips=tuple(_flip(case, flip) for flip in advice["flips"]),
            conditions=tuple(advice["conditions"]),
            steps=tuple(advice["steps"]),
            fired=advice["fired"],
            fired_claims=tuple(advice["claims"]),
            reasons=tuple(advice["confidence_reasons"]),
            confidence=advice["confidence"],
            chart=totals(case),
        )


def _figure_or_none(case: Case, name: str | None) -> str | None:
    return name if name in case.figures else None


def _flip(case: Case, flip: Mapping[str, Any]) -> Flip:
    now = case.figures[flip["figure"]]["likely"]
    return Flip(
        question=flip["question"],
        now=flip["figure"],
        at=flip["at_figure"],
        to=flip["to"],
        falls=now is not None and flip["at"] < now,
    )
