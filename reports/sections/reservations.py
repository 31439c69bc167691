"""What the report was issued in spite of, with the reasons of whoever issued it (`gate.py`)."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True, slots=True)
class Reservation:
    """One of them, by its place in the case; the cited claims or the scope questions that it is about."""

    place: int
    code: str
    claims: tuple[str, ...]
    questions: tuple[int, ...]


@dataclass(frozen=True)
class Reservations(Section):
    """All of them, in the order in which they were found."""

    rows: tuple[Reservation, ...]

    slug = "reservations"
    name = _("Issued with reservations")

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """None where nothing stood in the way."""
        if not case.reservations:
            return None
        cited = {one["claim"].rpartition("@")[0]: one["claim"] for one in case.result["citations"]}
        asked = {one["id"]: n for n, one in enumerate(case.result.get("scope_questions", ()))}
        return cls(
            rows=tuple(
                Reservation(
                    place=place,
                    code=one["code"],
                    claims=tuple(cited[about] for about in one["about"] if about in cited),
                    questions=tuple(asked[about] for about in one["about"] if about in asked),
                )
                for place, one in enumerate(case.reservations)
            )
        )
