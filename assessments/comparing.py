"""Two results to compare: of two cases of one client, or of one case on the evidence of two days. Stores nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments import evidence_cache, operations, supposing
from assessments.models import Assessment


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: which case, on the evidence of which day, and what it came to."""

    case: Assessment
    as_of: date
    result: Mapping[str, Any]


def of_case(case: Assessment, *, today: date) -> Side:
    """A case as it stands: frozen, or on today's evidence. Raises `AnswersError` and `CurrencyError`."""
    return Side(case, case.as_of or today, supposing.saved(case, today=today))


def on_day(case: Assessment, day: date) -> Side:
    """The same answers and assumptions on the evidence of a day. Raises `AnswersError` and `CurrencyError`."""
    return Side(case, day, operations.evaluate(case, as_of=day, on=evidence_cache.of_day(day)).as_dict())


def in_order(one: Side, other: Side) -> tuple[Side, Side]:
    """The earlier evidence first; of one day, the case that was begun first; of one case, the one as it stands."""
    return (other, one) if (other.as_of, other.case.pk) < (one.as_of, one.case.pk) else (one, other)
