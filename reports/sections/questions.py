"""Questions that a client has and nobody asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from assessments.engine.offer import variant_of
from reports.case import Case
from reports.case_charts import priced
from reports.sections.base import Section
from reports.sections.summary import Priced


@dataclass(frozen=True)
class Questions(Section):
    """Each with id, answer code, figures, claims and parameters."""

    rows: tuple[Mapping[str, Any], ...]
    totals: tuple[Priced, ...]

    slug = "questions"
    name = _("Questions you did not have to ask")

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """As in the result, with the totals that answer the first of them."""
        totals = tuple(Priced(variant_of(one), one["figures"]["tco"]) for one in priced(case))
        return cls(rows=tuple(case.result["questions"]), totals=totals) if case.result["questions"] else None
