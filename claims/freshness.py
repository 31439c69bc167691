"""How fresh a claim is on a day: pure functions of dates. The policy is `domain/evidence-policy.md`, a row a family.

Age counts from the last check by a person, else from the date the evidence gives itself. Evidence that has neither is
undated: it is overdue, weighs nothing and stands in the lowest tier; the day it was fetched dates nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

READINGS = frozenset({"read_in_context", "upstream_read"})
"""The kinds of check by which a person has read the value; no other kind advances a date."""

LONGEST_LEAD_DAYS = 30


class State(StrEnum):
    """What everyone sees beside a claim."""

    FRESH = "fresh"
    DUE = "due"
    OVERDUE = "overdue"
    EXPIRED = "expired"


class Tier(StrEnum):
    """Whether the evidence has a date to count from."""

    DATED = "dated"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Policy:
    """How fast figures of one metric family age, in days. Without `review_days` an event asks for the review."""

    half_life_days: int
    review_days: int | None = None

    @property
    def interval_days(self) -> int:
        """Days from the last reading to the next one; the half-life is the longest wait for an event."""
        return self.review_days or self.half_life_days


@dataclass(frozen=True, slots=True)
class Freshness:
    """All that is known about how fresh one claim is on one day."""

    state: State
    tier: Tier
    weight: float
    checked_on: date | None
    check_due_on: date | None


def last_reading(checks: Iterable[tuple[str, date]], *, as_of: date) -> date | None:
    """The latest day up to `as_of` on which a person read the value. `checks` are pairs of kind and day."""
    return max((on for kind, on in checks if kind in READINGS and on <= as_of), default=None)


def due_on(*, checked_on: date | None, dated_on: date | None, interval_days: int) -> date | None:
    """The day by which a person has to read the claim again; None where nothing dates it."""
    anchor = checked_on or dated_on
    return None if anchor is None else anchor + timedelta(days=interval_days)


def lead_days(interval_days: int) -> int:
    """How many days before it is due a claim is shown as due: a quarter of the interval, from 1 to 30 days."""
    return max(1, min(LONGEST_LEAD_DAYS, interval_days // 4))


def state(
    *,
    checked_on: date | None,
    dated_on: date | None,
    interval_days: int,
    expires_on: date | None,
    as_of: date,
) -> State:
    """Expired on and after the hard stop; overdue after the due day, or undated; due in the days that lead up to it."""
    due = due_on(checked_on=checked_on, dated_on=dated_on, interval_days=interval_days)
    return state_of(due, interval_days=interval_days, expires_on=expires_on, as_of=as_of)


def state_of(due: date | None, *, interval_days: int, expires_on: date | None, as_of: date) -> State:
    """`state` of a claim of which the day is known by which it has to be read."""
    if expires_on is not None and as_of >= expires_on:
        return State.EXPIRED
    if due is None or as_of > due:
        return State.OVERDUE
    return State.DUE if as_of >= due - timedelta(days=lead_days(interval_days)) else State.FRESH


def age_days(*, checked_on: date | None, dated_on: date | None, as_of: date) -> int | None:
    """Days since the last reading, else since the evidence's own date; None where it has neither, never negative."""
    anchor = checked_on or dated_on
    return None if anchor is None else max(0, (as_of - anchor).days)


def weight(age_days: int | None, half_life_days: int) -> float:
    """2^(-age / half-life), from 1 (today) towards 0; undated evidence (age None) weighs 0."""
    return 0.0 if age_days is None else float(2.0 ** (-age_days / half_life_days))


WEIGHT_DIGITS = 6
"""Decimals of a weight where it is told: what lies beyond says nothing, and differs between processors."""


def weight_on(*, checked_on: date | None, dated_on: date | None, half_life_days: int, as_of: date) -> float:
    """The weight of a claim on a day, to six decimals."""
    age = age_days(checked_on=checked_on, dated_on=dated_on, as_of=as_of)
    return round(weight(age, half_life_days), WEIGHT_DIGITS)


def freshness(
    checks: Iterable[tuple[str, date]],
    *,
    dated_on: date | None,
    policy: Policy,
    expires_on: date | None = None,
    as_of: date,
) -> Freshness:
    """State, tier, weight and dates of one claim on `as_of`, from its checks and the date of its evidence."""
    checked_on = last_reading(checks, as_of=as_of)
    age = age_days(checked_on=checked_on, dated_on=dated_on, as_of=as_of)
    return Freshness(
        state=state(
            checked_on=checked_on,
            dated_on=dated_on,
            interval_days=policy.interval_days,
            expires_on=expires_on,
            as_of=as_of,
        ),
        tier=Tier.UNDATED if age is None else Tier.DATED,
        weight=weight(age, policy.half_life_days),
        checked_on=checked_on,
        check_due_on=due_on(checked_on=checked_on, dated_on=dated_on, interval_days=policy.interval_days),
    )


def oldest(days: Iterable[date | None]) -> date | None:
    """The date shown for a set of claims: the oldest of them. None where the set is empty or one of them has no date."""
    dated: list[date] = []
    for day in days:
        if day is None:
            return None
        dated.append(day)
    return min(dated, default=None)
