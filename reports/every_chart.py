"""All charts of a case by name, as addresses and pages name them."""

from collections.abc import Mapping
from typing import Protocol

from reports.case import Case
from reports.case_charts import band, break_even, over_time, published, totals
from reports.chart_parts import WIDTH
from reports.chart_texts import Chart
from reports.claim_charts import budget, examples, latency
from reports.framework_charts import agreement
from reports.uncertainty_charts import cheapest, tornado


class Draw(Protocol):
    """Draws one chart of a case in a width (`chart_parts.WIDTH` or `NARROW`); None where there is nothing to draw."""

    def __call__(self, case: Case, *, width: float = WIDTH) -> Chart | None:
        """The chart, its texts in the language that is active."""


CHARTS: Mapping[str, Draw] = {
    "totals": totals,
    "over-time": over_time,
    "break-even": break_even,
    "published": published,
    "band": band,
    "cheapest": cheapest,
    "tornado": tornado,
    "agreement": agreement,
    "examples": examples,
    "latency": latency,
    "budget": budget,
}
