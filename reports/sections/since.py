"""What changed since the report that this one supersedes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True, slots=True)
class Row:
    """One figure that moved, by its place among the changes; `after` is the id of the figure of today.

    Where a side has no figure, its word says what stands there (never, immediate), or nothing does.
    """

    place: int
    option: str | None
    key: str
    before: bool
    after: str | None
    word_before: str | None
    word_after: str | None


@dataclass(frozen=True)
class Since(Section):
    """`advice`: the options recommended before and now, and whether it flips. `verdicts`: frameworks that say another thing."""

    before: str
    after: str
    flips: bool
    issued_on: str
    as_of: str
    conditions: tuple[str, ...]
    no_longer: tuple[str, ...]
    confidence: tuple[str, str]
    verdicts: tuple[str, ...]
    rows: tuple[Row, ...]

    slug = "since"
    name = _("Since the last report")

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """None for the first report of a case."""
        if case.since is None:
            return None
        found = case.since["changes"]
        before, after = (found["recommendation"][side] for side in ("before", "after"))
        return cls(
            before=before["option"],
            after=after["option"],
            flips=found["recommendation"]["flips"],
            issued_on=case.since["issued_on"],
            as_of=case.since["as_of"],
            conditions=tuple(one for one in after["conditions"] if one not in before["conditions"]),
            no_longer=tuple(one for one in before["conditions"] if one not in after["conditions"]),
            confidence=(before["confidence"], after["confidence"]),
            verdicts=tuple(one["framework"] for one in found["frameworks"] if one["framework"] in case.frameworks),
            rows=tuple(_row(place, one) for place, one in enumerate(found["figures"])),
        )


def _row(place: int, change: Mapping[str, Any]) -> Row:
    return Row(
        place=place,
        option=change["option"],
        key=change["key"],
        before=change["before"] is not None,
        after=change["after"]["id"] if change["after"] is not None else None,
        word_before=change["word_before"],
        word_after=change["word_after"],
    )
