"""What nobody measured: each assumption, why it is what it is, and who set it."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True, slots=True)
class Assumption:
    """One figure without a source. `mark` is its number in the list."""

    mark: str
    figure: str


@dataclass(frozen=True)
class Assumptions(Section):
    """Assumptions in the order of their numbers."""

    rows: tuple[Assumption, ...]

    slug = "assumptions"
    name = _("Assumptions")

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """None where every figure has a source."""
        rows = tuple(Assumption(f"A{n}", figure) for figure, n in case.assumption_numbers.items())
        return cls(rows=rows) if rows else None
