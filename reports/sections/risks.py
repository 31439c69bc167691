"""What may go wrong, what it rests on, and what to do instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section

GOOD_NEWS = frozenset({"good_candidate"})


@dataclass(frozen=True)
class Risks(Section):
    """Warnings of the result, and what speaks in favour, each with code, figures, claims and remedy."""

    warnings: tuple[Mapping[str, Any], ...]
    favours: tuple[Mapping[str, Any], ...]
    conditions: tuple[str, ...]

    slug = "risks"
    name = _("Risks and conditions")

    @classmethod
    def build(cls, case: Case) -> Self:
        """Warnings keep their order: the engine lists what weighs most first."""
        warnings = case.result["warnings"]
        return cls(
            warnings=tuple(one for one in warnings if one["code"] not in GOOD_NEWS),
            favours=tuple(one for one in warnings if one["code"] in GOOD_NEWS),
            conditions=tuple(case.result["recommendation"]["conditions"]),
        )
