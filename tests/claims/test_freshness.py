"""When a claim is fresh, due, overdue or expired, and what it weighs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.freshness import (
    Freshness,
    Policy,
    State,
    Tier,
    age_days,
    due_on,
    freshness,
    last_reading,
    lead_days,
    oldest,
    state,
    weight,
)

READ_ON = date(2026, 1, 1)
QUARTERLY = Policy(half_life_days=183, review_days=90)
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))


def state_after(days: int, *, expires_on: date | None = None) -> State:
    return state(
        checked_on=READ_ON,
        dated_on=None,
        interval_days=90,
        expires_on=expires_on,
        as_of=READ_ON + timedelta(days=days),
    )


def test_a_claim_ages_from_fresh_to_due_to_overdue() -> None:
    # A quarter of 90 days is 22: due from day 68, overdue after day 90.
    assert [state_after(day) for day in (0, 67, 68, 90, 91)] == [
        State.FRESH,
        State.FRESH,
        State.DUE,
        State.DUE,
        State.OVERDUE,
    ]


def test_the_hard_stop_ends_a_claim_on_its_day_whatever_its_age() -> None:
    stop = READ_ON + timedelta(days=10)
    assert state_after(9, expires_on=stop) is State.FRESH
    assert state_after(10, expires_on=stop) is State.EXPIRED
    assert state_after(500, expires_on=stop) is State.EXPIRED


def test_a_reading_by_a_person_counts_before_the_date_of_the_source() -> None:
    published = date(2020, 1, 1)
    assert due_on(checked_on=READ_ON, dated_on=published, interval_days=90) == date(2026, 4, 1)
    assert due_on(checked_on=None, dated_on=published, interval_days=90) == date(2020, 3, 31)
    assert due_on(checked_on=None, dated_on=None, interval_days=90) is None


def test_undated_and_unread_evidence_is_overdue_weighs_nothing_and_stands_lowest() -> None:
    assert freshness([], dated_on=None, policy=QUARTERLY, as_of=READ_ON) == Freshness(
        state=State.OVERDUE, tier=Tier.UNDATED, weight=0.0, checked_on=None, check_due_on=None
    )


def test_undated_evidence_that_a_person_read_counts_from_that_day() -> None:
    found = freshness(
        [("read_in_context", READ_ON)], dated_on=None, policy=QUARTERLY, as_of=READ_ON + timedelta(days=183)
    )
    assert found == Freshness(
        state=State.OVERDUE, tier=Tier.DATED, weight=0.5, checked_on=READ_ON, check_due_on=date(2026, 4, 1)
    )


def test_only_a_reading_by_a_person_up_to_the_day_advances_the_date() -> None:
    checks = [
        ("read_in_context", date(2026, 1, 1)),
        ("upstream_read", date(2026, 2, 1)),
        ("link_answers", date(2026, 3, 1)),
        ("figure_present", date(2026, 3, 2)),
        ("superseded", date(2026, 3, 3)),
        ("read_in_context", date(2026, 5, 1)),
    ]
    assert last_reading(checks, as_of=date(2026, 4, 1)) == date(2026, 2, 1)
    assert last_reading(checks, as_of=date(2026, 5, 1)) == date(2026, 5, 1)
    assert last_reading(checks[2:5], as_of=date(2026, 5, 1)) is None


@pytest.mark.parametrize(
    ("interval", "lead"), [(1, 1), (4, 1), (7, 1), (14, 3), (90, 22), (120, 30), (183, 30), (1825, 30)]
)
def test_lead_is_a_quarter_of_the_interval_from_one_to_thirty_days(interval: int, lead: int) -> None:
    assert lead_days(interval) == lead


def test_where_an_event_asks_for_the_review_the_half_life_is_the_longest_wait() -> None:
    assert Policy(half_life_days=91).interval_days == 91
    assert QUARTERLY.interval_days == 90


def test_weight_halves_with_each_half_life() -> None:
    assert [weight(age, 45) for age in (0, 45, 90)] == [1.0, 0.5, 0.25]
    assert weight(None, 45) == 0.0


def test_a_source_dated_after_the_day_asked_for_is_of_age_zero() -> None:
    assert age_days(checked_on=None, dated_on=date(2026, 2, 1), as_of=READ_ON) == 0
    assert age_days(checked_on=READ_ON, dated_on=date(2020, 1, 1), as_of=date(2026, 1, 31)) == 30


def test_the_date_of_a_set_is_its_oldest_and_unknown_if_one_is_unknown() -> None:
    assert oldest([date(2026, 2, 1), date(2026, 1, 1)]) == date(2026, 1, 1)
    assert oldest([date(2026, 2, 1), None]) is None
    assert oldest([]) is None


@given(read_on=days, as_of=days, interval=st.integers(1, 2000), half_life=st.integers(1, 2000))
def test_a_claim_never_becomes_fresher_by_waiting(read_on: date, as_of: date, interval: int, half_life: int) -> None:
    order = list(State)
    today, tomorrow = (
        state(checked_on=read_on, dated_on=None, interval_days=interval, expires_on=None, as_of=day)
        for day in (as_of, as_of + timedelta(days=1))
    )
    assert order.index(today) <= order.index(tomorrow)
    age = age_days(checked_on=read_on, dated_on=None, as_of=as_of)
    assert age is not None
    assert 0 <= weight(age + 1, half_life) <= weight(age, half_life) <= 1
