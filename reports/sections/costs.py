"""What it costs, over time and by volume, with the pictures."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.case_charts import band, break_even, over_time, published
from reports.chart_texts import Chart
from reports.sections.base import Section

PARTS = ("requests_per_month", "uncached_requests_per_month", "month", "upfront_delta", "monthly_delta")


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the break-even: a figure, else a word, else unknown."""

    name: str
    figure: str | None
    word: str | None


@dataclass(frozen=True)
class Costs(Section):
    """The break-even's parts by name: the id of a figure, a word (`never`, `immediate`), or None for unknown."""

    published: Chart | None
    over_time: Chart | None
    break_even: Chart | None
    band: Chart | None
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...]

    slug = "costs"
    name = _("Costs and break-even")

    @classmethod
    def build(cls, case: Case) -> Self:
        """Charts are left out where their figures are unknown."""
        even = case.result["break_even"]
        return cls(
            published=published(case),
            over_time=over_time(case),
            break_even=break_even(case),
            band=band(case),
            parts=tuple(_part(case, name, even[name]) for name in PARTS),
            notes=tuple(even["notes"]),
            missing=tuple(even["missing"]),
        )


def _part(case: Case, name: str, value: str | None) -> Part:
    figure = value if value in case.figures else None
    return Part(name=name, figure=figure, word=None if figure else value)
