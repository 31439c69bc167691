"""Every computed figure with its formula."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True)
class Calculations(Section):
    """Ids of the computed figures in the order of the ledger. The middle of a claim's range is shown in the formulas."""

    rows: tuple[str, ...]

    slug = "calculations"
    name = _("Calculations")

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """None where nothing was computed."""
        computed = [one for one in case.result["figures"] if one["origin"]["kind"] == "formula"]
        rows = tuple(one["id"] for one in computed if one["key"] != "middle")
        return cls(rows=rows) if rows else None
