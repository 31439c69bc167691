"""Claims on the same questions that were not used, and why: none is dropped in silence."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True, slots=True)
class Reason:
    """Where a reason stands in the result: entry and place in its list."""

    entry: int
    place: int


@dataclass(frozen=True, slots=True)
class Aside:
    """One claim that was set aside for one input."""

    reference: str
    role: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class SetAside(Section):
    """Claims set aside, in the order in which inputs were asked for."""

    rows: tuple[Aside, ...]

    slug = "set_aside"
    name = _("Claims set aside")

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """None where nothing was set aside. A claim that is set aside twice for the same reasons stands once."""
        rows: list[Aside] = []
        seen: set[tuple[str, ...]] = set()
        for i, entry in enumerate(case.result["evidence"]["set_aside"]):
            grounds = (entry["claim"], *(because["code"] for because in entry["because"]))
            if grounds not in seen:
                seen.add(grounds)
                reasons = tuple(Reason(i, place) for place in range(len(entry["because"])))
                rows.append(Aside(entry["claim"], entry["role"], reasons))
        return cls(rows=tuple(rows)) if rows else None
