"""The prices of the client's model, month by month."""

from datetime import date
from decimal import Decimal

import pytest

from assessments.engine import AnswersError
from assessments.engine.prices import first_day

INPUT = "token-price-openai-gpt-6-1-sol-input"
OUTPUT = "token-price-openai-gpt-6-1-sol-output"
CACHED = "token-price-openai-gpt-6-1-sol-cached-input"


@pytest.fixture
def price(claims, claim):
    """Add a price like one there is, with changes of scope and value."""

    def add(slug, like=INPUT, value=None, **scope):
        other = claim(like)
        ends = {} if value is None else {"low": value, "likely": value, "high": value}
        claims.append(
            {**other, "slug": slug, "value": {**other["value"], **ends}, "scope": {**other["scope"], **scope}}
        )
        return claims[-1]

    return add


@pytest.fixture
def cost(judge):
    """Cost of one request of few-shot prompting as low, likely, high; None where it is unknown."""

    def run(changes=None, option="few_shot"):
        result = judge(changes)
        found = next(one for one in result["options"] if one["option"] == option)
        if "cost_per_request" not in found["figures"]:
            assert "token_price" in found["missing"]
            return None
        figure = next(one for one in result["figures"] if one["id"] == found["figures"]["cost_per_request"])
        return figure["low"], figure["likely"], figure["high"]

    return run


def ruling(judge, slug, part="set_aside"):
    [found] = [one for one in judge()["evidence"][part] if one["claim"] == f"{slug}@1" and one["role"] == "token_price"]
    return found["because"][0]["code"]


def test_one_request_with_its_prefix_cached(cost):
    assert cost() == (0.00284,) * 3


def test_a_prefix_without_a_cached_price_is_billed_like_any_input(cost, claims, claim):
    claims.remove(claim(CACHED))
    assert cost() == (0.0036,) * 3


def test_a_price_from_a_later_month_counts_from_then_on(cost, price, judge):
    price("later", value=6, **{"from": "2027-05-01"})
    # Six months (November to April) at 0.00284 and six at 0.00444.
    assert cost() == (0.00364,) * 3
    assert cost({"horizon_months": 6}) == (0.00284,) * 3
    assert ruling(judge, "later", "applied") == "scope_matches"


def test_a_price_that_started_earlier_gives_way_to_the_current_one(cost, price, judge):
    price("before", value=99, **{"from": "2024-01-01"})
    price("now", value=2, **{"from": "2026-01-01"})
    assert cost() == (0.00284,) * 3
    assert ruling(judge, "before") == "other_period"


def test_a_price_that_ends_without_a_successor_leaves_the_cost_unknown(cost, claim):
    claim(INPUT)["expires_on"] = "2027-05-01"
    assert cost() is None
    assert cost({"horizon_months": 6}) == (0.00284,) * 3


@pytest.mark.parametrize("slug", ["a-twin", "z-twin"])
def test_a_price_that_has_ended_does_not_hide_one_that_started_with_it(cost, price, claim, judge, slug):
    price(slug, value=99).update(freshness="expired", expires_on="2026-11-01")
    assert cost() == (0.00284,) * 3
    assert ruling(judge, slug) == "expired"


def test_two_prices_that_start_together_are_taken_by_slug(cost, price):
    price("a-twin", value=6)
    price("z-twin", value=99)
    assert cost() == (0.00444,) * 3


def test_three_prices_in_a_row_are_averaged_by_their_months(cost, price):
    price("second", value=6, **{"from": "2027-02-01"})
    price("third", value=4, **{"from": "2027-08-01"})
    expected = (3 * 0.00284 + 6 * 0.00444 + 3 * 0.00364) / 12
    assert cost() == (pytest.approx(expected, abs=1e-6),) * 3


def test_the_maker_of_a_model_comes_before_a_host(cost, price, judge):
    for direction in (INPUT, OUTPUT, CACHED):
        price(f"host-{direction}", like=direction, value=50, provider="a-host")
    assert cost() == (0.00284,) * 3
    assert ruling(judge, f"host-{INPUT}") == "other_provider"


def test_a_provider_may_be_named_with_the_model(cost, price):
    for direction in (INPUT, OUTPUT, CACHED):
        price(f"host-{direction}", like=direction, value=50, provider="a-host")
    assert cost({"baseline_model": "a-host:gpt-6.1-sol"}) == (0.05,) * 3


def test_a_price_for_short_prompts_is_none_for_longer_ones(cost, claim):
    claim(INPUT)["scope"]["up_to_prompt_tokens"] = 2000
    claim(OUTPUT)["scope"]["up_to_prompt_tokens"] = 9000
    assert cost({"tokens_in": 2000}) == (0.0041,) * 3
    assert cost({"tokens_in": 2001}) is None
    assert cost({"tokens_in": 800}, option="rag") is None, "the retrieved tokens count too"


def test_a_price_that_depends_on_the_hour_is_a_range(cost, claim):
    claim(INPUT)["value"].update(low=2, likely=None, high=4)
    claim(INPUT)["scope"]["peak_hours_per_day"] = 6
    low, likely, high = cost()
    assert (low, high) == (0.00284, 0.00364)
    assert likely == 0.00304


@pytest.mark.parametrize(
    "change",
    [
        {"value": {"low": 2, "likely": None, "high": 4}},
        {"value": {"low": None}},
        {"value": {"per": "month"}},
        {"scope": {"model": "gpt-6.1-sol"}},
    ],
)
def test_what_is_no_price_of_a_token_is_not_used(cost, claim, change):
    document = claim(INPUT)
    document["value"].update(change.get("value", {}))
    document["scope"] = change.get("scope", document["scope"])
    assert cost() is None


def test_an_expired_price_cannot_be_used(cost, claim, judge):
    for slug in (INPUT, OUTPUT, CACHED):
        claim(slug)["freshness"] = "expired"
    assert cost() is None
    assert ruling(judge, INPUT) == "expired"
    recommendation = judge({"gaps": ["cost_at_volume"]})["recommendation"]
    assert (recommendation["option"], recommendation["lacking"]) == ("evidence_expired", ["token-price-gpt-6.1-sol"])


def test_a_retracted_price_is_as_good_as_none(judge, claim):
    for slug in (INPUT, OUTPUT, CACHED):
        claim(slug)["state"] = "retracted"
    assert judge({"gaps": ["cost_at_volume"]})["recommendation"]["option"] == "evidence_missing"


def test_a_model_that_nobody_prices_is_an_error(judge):
    with pytest.raises(AnswersError, match="no price is published for 'gpt-0'"):
        judge({"baseline_model": "gpt-0"})


def test_without_any_price_the_model_cannot_be_checked_and_the_cost_is_unknown(cost, claims):
    claims[:] = [one for one in claims if one["metric"]["slug"] != "token-price"]
    assert cost({"baseline_model": "anything"}) is None


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (0, date(2026, 11, 22)),
        (1, date(2026, 12, 1)),
        (2, date(2027, 1, 1)),
        (13, date(2027, 12, 1)),
        (60, date(2031, 11, 1)),
    ],
)
def test_each_month_is_priced_on_its_own_first_day(month, expected):
    assert first_day(date(2026, 11, 22), month) == expected


def test_a_price_keeps_its_digits(judge, claim):
    claim(INPUT)["value"].update(low=0.1, likely=0.1, high=0.1)
    figure = next(one for one in judge()["figures"] if one["params"] == {"claim": INPUT})
    assert Decimal(str(figure["likely"])) == Decimal("0.1")
