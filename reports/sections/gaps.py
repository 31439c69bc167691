"""Inputs of the method that no published claim gives: what the report could not say, and what that leaves open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True, slots=True)
class Lack:
    """Inputs of which the same is said: their roles, the codes of it, and the options without a total because of them."""

    roles: tuple[str, ...]
    codes: tuple[str, ...]
    options: tuple[str, ...]


@dataclass(frozen=True)
class Gaps(Section):
    """What is lacking, in the order of the result."""

    rows: tuple[Lack, ...]

    slug = "gaps"
    name = _("What the evidence lacks")

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """None where nothing is lacking, or where the result was made before gaps were kept."""
        alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
        for one in case.result.get("gaps", ()):
            alike.setdefault((_codes(one), tuple(one["options"])), []).append(one["role"])
        rows = tuple(Lack(tuple(roles), codes, options) for (codes, options), roles in alike.items())
        return cls(rows=rows) if rows else None


def _codes(gap: Mapping[str, Any]) -> tuple[str, ...]:
    """Why it is lacking, and that an assumption stands in its place."""
    return (gap["code"], "assumption") if gap.get("assumption") else (gap["code"],)
