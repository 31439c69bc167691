"""What a report without its lists rests on: what its marks stand for, how many of each there are, and where they are."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section
from reports.texts import COUNTED


@dataclass(frozen=True)
class Basis(Section):
    """`kinds` as `texts.count_of` counts them; the standing of the cited claims as in the section on the method."""

    kinds: tuple[str, ...]
    oldest_check: str | None
    overdue: tuple[str, ...]
    contested: tuple[str, ...]

    slug = "basis"
    name = _("What this rests on")

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """None where every row that a mark leads to is printed."""
        if not case.layout.without_rows:
            return None
        cited = [case.by_reference[one["claim"]] for one in case.result["citations"]]
        return cls(
            kinds=COUNTED,
            oldest_check=min((day for one in cited if (day := one.standing["checked_on"])), default=None),
            overdue=tuple(claim.reference for claim in cited if claim.standing["freshness"] == "overdue"),
            contested=tuple(claim.reference for claim in cited if claim.standing["contested_by"]),
        )
