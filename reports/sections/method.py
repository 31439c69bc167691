"""How the advice was reached, and what it cannot know."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True)
class Method(Section):
    """`oldest_check` is the oldest reading among the cited claims: the date of a set is that of its oldest part.

    `founding`: the frameworks are the founding ones, all of them and no other. `drawn`: there are draws of the totals.
    """

    oldest_check: str | None
    unread: int
    overdue: tuple[str, ...]
    contested: tuple[str, ...]
    founding: bool
    drawn: bool

    slug = "method"
    name = _("Method and limits")

    @classmethod
    def build(cls, case: Case) -> Self:
        """From the standing of the cited claims on the as-of day."""
        cited = [case.by_reference[one["claim"]] for one in case.result["citations"]]
        checked = [claim.standing["checked_on"] for claim in cited]
        return cls(
            oldest_check=min((day for day in checked if day), default=None),
            unread=sum(day is None for day in checked),
            overdue=tuple(claim.reference for claim in cited if claim.standing["freshness"] == "overdue"),
            contested=tuple(claim.reference for claim in cited if claim.standing["contested_by"]),
            founding=case.founding_frameworks,
            drawn=bool(case.result.get("uncertainty")),
        )
