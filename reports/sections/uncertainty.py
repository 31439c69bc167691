"""How sure the costs are: percentiles, what moves the choice, what to measure first, and where the cheapest changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from assessments.engine.offer import chosen_variant, variant_of
from reports.case import Case
from reports.chart_texts import Chart
from reports.sections.base import Section
from reports.uncertainty_charts import cheapest, tornado

MOST_TURNS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One option's total in the draws. `share` is None for one that would not do, for the reasons in `objections`."""

    variant: str
    chosen: bool
    p10: str
    p50: str
    p90: str
    share: str | None
    objections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """An uncertain input, the marks it is followed by, and how it was drawn or what it moves the difference to."""

    figure: str
    marks: tuple[str, ...]
    distribution: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Uncertainty(Section):
    """Ids of figures; `turns` as in the result's `thresholds`, the closest first."""

    rows: tuple[Row, ...]
    share: str | None
    shares: Chart | None
    tornado: Mapping[str, Any] | None
    moves: Chart | None
    evpi: str | None
    leading: str | None
    leading_worth: str | None
    error: str | None
    turns: tuple[Mapping[str, Any], ...]
    swings: tuple[Input, ...]
    inputs: tuple[Input, ...]

    slug = "uncertainty"
    name = _("How sure the costs are")

    @property
    def chosen_falls_short(self) -> bool:
        """Whether the recommended option would not do, as far as is known."""
        return any(row.chosen and row.objections for row in self.rows)

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """None where nothing was drawn."""
        drawn = case.result.get("uncertainty")
        if drawn is None:
            return None
        chosen = chosen_variant(case.result["options"], case.result["recommendation"]["option"])
        worth = drawn["evpi"]["inputs"]
        rows = tuple(
            Row(
                variant=variant_of(one),
                chosen=variant_of(one) == chosen,
                p10=one["figures"]["p10"],
                p50=one["figures"]["p50"],
                p90=one["figures"]["p90"],
                share=one["figures"].get("p_cheapest"),
                objections=tuple(one["inadequate_because"]),
            )
            for one in case.result["options"]
            if "p50" in one["figures"]
        )
        return cls(
            rows=rows,
            share=next((row.share for row in rows if row.chosen), None),
            shares=cheapest(case),
            tornado=drawn["tornado"],
            moves=tornado(case),
            evpi=drawn["evpi"]["figure"],
            leading=drawn["evpi"]["leading"],
            leading_worth=worth[0]["value"] if worth else None,
            error=drawn["sampling_error"],
            turns=tuple(dict(one) for one in case.result["thresholds"][:MOST_TURNS]),
            swings=tuple(
                Input(row["figure"], (row["figure"],), low=row["low"], high=row["high"])
                for row in (drawn["tornado"] or {"rows": ()})["rows"]
            ),
            inputs=tuple(Input(one["figure"], (one["figure"],), one["distribution"]) for one in drawn["inputs"]),
        )
