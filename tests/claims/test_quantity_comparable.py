"""How two values are made comparable: unit, currency, period, and a saving as a ratio."""

from decimal import Decimal

import pytest
from hypothesis import assume, given

from claims.quantity import (
    Bound,
    Quantity,
    QuantityError,
    normalise,
    parse,
    saving_as_ratio,
)
from tests.claims.quantities import quantities, quantity


@pytest.mark.parametrize(
    ("printed", "comparable"),
    [
        pytest.param("4.5 months", quantity(4.5, 4.5, 4.5, unit="months"), id="months stay"),
        pytest.param(
            "4–8 weeks", quantity("0.919917864476386", None, "1.83983572895277", unit="months"), id="weeks to months"
        ),
        pytest.param("365.25 days", quantity(12, 12, 12, unit="months"), id="days to months"),
        pytest.param("8,766 hours", quantity(12, 12, 12, unit="months"), id="hours to months"),
        pytest.param("525,960 minutes", quantity(12, 12, 12, unit="months"), id="minutes to months"),
        pytest.param("100 ms", quantity(100, 100, 100, unit="ms"), id="latency stays"),
        pytest.param(
            "5–10 hours per month", quantity(5, None, 10, unit="hours", per="month"), id="effort a month stays"
        ),
        pytest.param("60 hours per year", quantity(5, 5, 5, unit="hours", per="month"), id="effort a year to a month"),
        pytest.param(
            "120 minutes per month", quantity(2, 2, 2, unit="hours", per="month"), id="minutes of effort to hours"
        ),
        pytest.param(
            "$20,000/quarter",
            quantity(
                "6666.66666666667", "6666.66666666667", "6666.66666666667", unit="currency", currency="USD", per="month"
            ),
            id="a quarter to a month",
        ),
        pytest.param(
            "$200,000+/year",
            quantity("16666.6666666667", bound=Bound.AT_LEAST, unit="currency", currency="USD", per="month"),
            id="a lower limit stays one",
        ),
        pytest.param(
            "700 requests per week", quantity(3000, 3000, 3000, unit="requests", per="month"), id="a week to a month"
        ),
        pytest.param(
            "millions of queries per day",
            quantity(30_000_000, bound=Bound.AT_LEAST, unit="requests", per="month"),
            id="a day to a month, and the number is no longer the word's",
        ),
        pytest.param(
            "9 to 900 times a year", quantity(9, None, 900, unit="ratio", per="year"), id="ratios do not add up"
        ),
        pytest.param("very low", Quantity(rating="very_low", unit="rating"), id="a rating stays"),
        pytest.param(
            "$300 to $800 per run",
            quantity(300, None, 800, unit="currency", currency="USD", per="run"),
            id="a run stays",
        ),
    ],
)
def test_value_is_made_comparable(printed: str, comparable: Quantity) -> None:
    assert normalise(parse(printed)) == comparable


def test_money_is_converted_at_the_rate_given() -> None:
    euros = parse("€10,000–€20,000")
    assert normalise(euros, to_currency="USD", rate=Decimal("1.1")) == quantity(
        11000, None, 22000, unit="currency", currency="USD"
    )
    assert normalise(euros, to_currency="EUR") == euros
    assert normalise(parse("5 weeks"), to_currency="USD").unit == "months"


@pytest.mark.parametrize("rate", [None, Decimal(0), Decimal(-1), Decimal("NaN")])
def test_money_is_not_converted_without_a_rate(rate: Decimal | None) -> None:
    with pytest.raises(QuantityError) as refusal:
        normalise(parse("€10,000"), to_currency="USD", rate=rate)
    assert refusal.value.field == "currency"


def test_ends_that_round_to_one_number_are_a_point() -> None:
    euros = quantity(999_999_999_999_998, None, 999_999_999_999_999, unit="currency", currency="EUR")
    assert normalise(euros, to_currency="USD", rate=Decimal("0.15")) == quantity(
        15 * 10**13, 15 * 10**13, 15 * 10**13, unit="currency", currency="USD"
    )


@given(q=quantities())
def test_making_comparable_twice_changes_nothing(q: Quantity) -> None:
    # A day's worth of the largest figures is more than a figure can be a month.
    assume(all(end is None or end < 10**12 for end in (q.low, q.high)))
    assert normalise(normalise(q)) == normalise(q)


def test_saving_as_a_ratio() -> None:
    assert saving_as_ratio(parse("70% to 90%")) == quantity("3.33333333333333", None, 10, unit="ratio")
    assert saving_as_ratio(parse("up to 98 %")) == quantity(high=50, bound=Bound.UP_TO, unit="ratio")
    assert saving_as_ratio(parse("half")) == quantity(2, 2, 2, unit="ratio")


@pytest.mark.parametrize(("printed", "field"), [("5 weeks", "unit"), ("50-100%", "high"), ("over 100%", "low")])
def test_saving_that_is_no_ratio(printed: str, field: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        saving_as_ratio(parse(printed))
    assert refusal.value.field == field


# The founding documents, beside the checkout
