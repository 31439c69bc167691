"""The printed figures of the worked client, and the edges of each formula."""

from decimal import Decimal

import pytest

from assessments.engine.closed_forms import (
    annuity,
    break_even_month,
    break_even_requests,
    break_even_requests_in_gpus,
    break_even_tokens,
    largest_upfront,
    request_cost,
)
from assessments.engine.numbers import INFINITY

D = Decimal


def test_a_request_of_the_worked_client_costs_what_is_printed():
    assert request_cost(D(1600), D(300), D(150), D(2), D(2), D(10)) == D("0.0053")
    assert request_cost(D(1600), D(300), D(150), D("0.1"), D(2), D(10)) == D("0.00226")


def test_an_annuity_without_discount_is_the_number_of_months():
    assert annuity(D(12)) == 12


def test_an_annuity_with_discount_is_worth_less():
    assert annuity(D(12), D("0.01")).quantize(D("1e-9")) == D("11.255077473")


@pytest.mark.parametrize(("saved", "expected"), [("0.0053", 1445635), ("0.00226", 3390206)])
def test_break_even_requests_of_the_worked_client(saved, expected):
    assert int(break_even_requests(D(16250), D("6307.7"), D(saved), D(12))) == expected


@pytest.mark.parametrize("saved", ["0", "-0.001"])
def test_where_nothing_is_saved_a_request_break_even_is_never_reached(saved):
    assert break_even_requests(D(16250), D("6307.7"), D(saved), D(12)) == INFINITY


def test_where_tuning_is_cheaper_anyway_any_volume_pays():
    assert break_even_requests(D(-5000), D(-100), D("0.005"), D(12)) == 0


@pytest.mark.parametrize(
    ("monthly", "gpu", "count", "expected"),
    [
        (100, 200, 1, 100),  # the one GPU is just full, and a second would never pay
        (101, 200, 1, INFINITY),
        (101, 100, 1, INFINITY),  # what a further GPU saves when it is full is what it costs
        (101, 99, 1, 200),  # short of one dollar, which a full GPU gains
        (102, 99, 1, 300),
        (150, 50, 2, 150),  # two GPUs are paid for, and two serve this
        (250, 50, 2, 300),
    ],
)
def test_break_even_requests_with_as_many_gpus_as_they_need(monthly, gpu, count, expected):
    """A dollar saved by each request, a hundred requests to a GPU, nothing at the start."""
    found = break_even_requests_in_gpus(D(0), D(monthly), D(1), D(12), gpu=D(gpu), capacity=D(100), count=D(count))
    assert found == expected


@pytest.mark.parametrize(("saved", "expected"), [("0.0053", "1.694"), ("0.00226", "34.406")])
def test_break_even_month_of_the_worked_client(saved, expected):
    assert break_even_month(D(16250), D("6307.7"), 3_000_000 * D(saved)).quantize(D("0.001")) == D(expected)


def test_the_month_never_comes_where_the_saving_does_not_cover_the_upkeep():
    assert break_even_month(D(16250), D(6000), D(6000)) == INFINITY


@pytest.mark.parametrize("upfront", [0, -1])
def test_it_pays_from_the_start_where_nothing_more_is_spent(upfront):
    assert break_even_month(D(upfront), D(0), D(1)) == 0


def test_it_is_put_off_for_ever_where_the_gain_is_only_the_interest():
    assert break_even_month(D(1000), D(0), D(100), D("0.1")) == INFINITY
    assert break_even_month(D(1001), D(0), D(100), D("0.1")) == INFINITY
    assert break_even_month(D(999), D(0), D(100), D("0.1")) < INFINITY


def test_a_discount_puts_the_month_off():
    month = break_even_month(D(1000), D(0), D(100), D("0.01"))
    assert annuity(month, D("0.01")).quantize(D("1e-6")) == 10
    assert month > 10


def test_a_high_discount_puts_it_off_for_ever():
    assert break_even_month(D(1000), D(0), D(100), D("0.1")) == INFINITY


@pytest.mark.parametrize(("upfront", "ratio", "expected"), [(5000, 50, "11.81"), (30000, 10, "77.16")])
def test_the_often_quoted_band_is_reproduced(upfront, ratio, expected):
    blended = D("0.8") * 30 + D("0.2") * 60
    tokens = break_even_tokens(D(upfront), D(0), blended, D(ratio), D(12))
    assert (tokens / 1_000_000).quantize(D("0.01")) == D(expected)


def test_a_ratio_of_one_saves_nothing():
    assert break_even_tokens(D(5000), D(0), D(36), D(1), D(12)) == INFINITY


def test_the_largest_upfront_is_the_inverse_of_the_tokens():
    tokens = break_even_tokens(D(5000), D(200), D(36), D(50), D(12))
    assert largest_upfront(tokens, D(200), D(36), D(50), D(12)).quantize(D("1e-9")) == 5000
