"""Values side by side: when there is one scale for them, and where each stands on it."""

from decimal import Decimal

import pytest

from claims.quantity import Bound, Quantity
from claims.scale import common_scale, in_words


def money(low: str | None, high: str | None, *, bound: Bound | None = None, per: str | None = None) -> Quantity:
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    likely = ends[0] if ends[0] == ends[1] else None
    return Quantity(low=ends[0], likely=likely, high=ends[1], bound=bound, unit="currency", currency="USD", per=per)


def test_a_straight_scale_begins_at_zero() -> None:
    scale = common_scale([money("2000", "3000"), money("10000", "10000")])
    assert scale is not None
    assert scale.ends == ("US$0", "US$10K")
    assert not scale.logarithmic
    assert scale.bar(money("2000", "3000")) == {
        "low": 20.0,
        "likely": None,
        "high": 30.0,
        "low_open": False,
        "high_open": False,
    }


def test_more_than_a_decade_is_logarithmic() -> None:
    scale = common_scale([money("100", "900"), money("10000", None, bound=Bound.AT_LEAST)])
    assert scale is not None
    assert scale.logarithmic
    assert scale.ends == ("US$100", "US$10K")
    bar = scale.bar(money("1000", None, bound=Bound.AT_LEAST))
    assert bar is not None
    assert (bar["low"], bar["high"], bar["high_open"]) == (50.0, None, True)


def test_a_scale_reaches_below_zero_where_a_value_does() -> None:
    falls = [Quantity(low=Decimal(n), likely=Decimal(n), high=Decimal(n), unit="percent") for n in (-30, 20)]
    scale = common_scale(falls)
    assert scale is not None
    assert scale.ends == ("-50%", "20%")


def test_ends_are_as_precise_as_they_need_to_be() -> None:
    prices = [money("0.15", "0.15", per="million_tokens"), money("0.6", "0.6", per="million_tokens")]
    scale = common_scale(prices)
    assert scale is not None
    assert scale.ends == ("US$0", "US$1")
    cheap = common_scale([money("0.002", "0.002"), money("3", "3")])
    assert cheap is not None
    assert cheap.ends == ("US$0.002", "US$5")


@pytest.mark.parametrize(
    "values",
    [
        [],
        [money("1", "2")],
        [money("0", "0"), money("0", "0")],
        [money("1", "2"), money("1", "2", per="month")],
        [money("1", "2"), Quantity(low=Decimal(1), likely=None, high=Decimal(2), unit="months")],
    ],
)
def test_where_there_is_nothing_to_compare_there_is_no_scale(values: list[Quantity]) -> None:
    assert common_scale(values) is None


def test_words_stand_beside_a_scale_without_a_place_on_it() -> None:
    word = Quantity(low=None, likely=None, high=None, rating="low", unit="rating")
    scale = common_scale([money("1", "2"), word, money("2", "4")])
    assert scale is not None
    assert scale.bar(word) is None


def test_what_is_paid_once_is_comparable_whatever_it_is_paid_for() -> None:
    assert common_scale([money("1", "2", per="build"), money("1", "2", per="project")]) is not None
    assert in_words([money("1", "2", per="build")]) == "USD"
    assert in_words([money("1", "2", per="million_tokens")]) == "USD per million tokens"
