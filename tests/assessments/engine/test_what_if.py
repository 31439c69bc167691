"""A what-if: what it takes for granted, what it leaves alone, and what it refuses."""

from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.engine import AnswersError, evaluate
from assessments.engine.changes import changes
from assessments.engine.choices import NONE_MADE, read_choices, read_what_if
from assessments.engine.method import shipped
from assessments.engine.what_if import CONTROLS, UNMOVED
from tests.assessments.engine.conftest import AS_OF, read

METHOD = shipped()
CLAIMS = read("keystone_claims.yaml")
BASE = read("base_answers.yaml")
MODEL = BASE["baseline_model"]
OTHER = "gpt-6.1-luna"
DECLARED = read_choices({"assumptions": {"hourly_rate": {"value": 80, "note": "Agreed.", "by": "ana"}}}, METHOD.house)


def trying(data, choices=NONE_MADE):
    return replace(choices, what_if=read_what_if(data, METHOD.house))


def result(data=None, *, choices=NONE_MADE, claims=CLAIMS, **answers):
    return evaluate(
        {**BASE, **answers},
        claims,
        as_of=AS_OF,
        frameworks=METHOD.frameworks,
        method=METHOD,
        choices=choices if data is None else trying(data, choices),
    ).as_dict()


def numbers(found):
    """Every number of a result by what it is, whoever says it; the formula of a price with a factor has one step more."""
    return [
        (figure["key"], figure["low"], figure["likely"], figure["high"])
        for figure in found["figures"]
        if figure["key"] not in ("answer", "price_factor", "supposed_price", "claim")
        and not figure["key"].startswith("what_if_")
    ]


def figure(found, key):
    return next(one for one in found["figures"] if one["key"] == key)


def priced(factor, model=MODEL):
    """The claims with every token price of the model times a factor, or as those of another model."""
    claims = deepcopy(CLAIMS)
    for claim in claims:
        if claim["metric"]["slug"] == "token-price":
            for end in ("low", "likely", "high"):
                claim["value"][end] *= factor
            claim["scope"]["model"] = model
            claim["slug"] = claim["slug"].replace("sol", "sol" if model == MODEL else "luna")
    return claims


def test_a_what_if_that_moves_nothing_is_the_result():
    assert result({}) == result()
    assert result({"price_factor": 1}) == result({"price_factor": 1.0}) == result()
    assert read_what_if({}, METHOD.house) == UNMOVED


MOVES = st.fixed_dictionaries(
    {},
    optional={
        "requests_per_month": st.integers(0, 10**11),
        "horizon_months": st.integers(1, 60),
        "cacheable_share": st.integers(0, 100).map(lambda percent: percent / 100),
    },
)


@settings(max_examples=40, deadline=None)
@given(MOVES)
def test_a_moved_answer_costs_what_it_would_cost_as_an_answer(moves):
    supposed, answered = result(moves), result(**moves)
    assert changes(answered, supposed).verdict == "unaffected"
    assert not changes(answered, supposed).figures
    assert numbers(supposed) == numbers(answered)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from([0.25, 0.5, 2, 4, 64]))
def test_a_factor_on_prices_costs_what_such_prices_would_cost(factor):
    supposed, claimed = result({"price_factor": factor}), result(claims=priced(factor))
    assert not changes(claimed, supposed).figures
    assert numbers(supposed) == numbers(claimed)


def test_another_model_costs_what_its_prices_say():
    both = [*CLAIMS, *(one for one in priced(0.5, OTHER) if one["metric"]["slug"] == "token-price")]
    supposed = result({"baseline_model": OTHER}, claims=both)
    assert numbers(supposed) == numbers(result(claims=both, baseline_model=OTHER))
    assert supposed["answers"]["baseline_model"] == MODEL


def test_a_moved_answer_is_an_assumption_of_the_what_if_and_no_answer():
    found = result({"requests_per_month": 5000, "horizon_months": 24, "cacheable_share": 0.9})
    moved = [figure(found, f"what_if_{name}") for name in ("requests_per_month", "horizon_months", "cacheable_share")]
    assert [one["likely"] for one in moved] == [5000, 24, 0.9]
    for one in moved:
        assert (one["origin"]["kind"], one["origin"]["by"]) == ("assumption", "What-if")
        assert one["id"] in found["assumptions"]
    said = {one["origin"].get("question") for one in found["figures"]}
    assert said.isdisjoint({"requests_per_month", "horizon_months", "cacheable_share"})
    assert {name: found["answers"][name] for name in BASE} == BASE


def test_a_factor_goes_from_a_hundredth_to_a_hundred():
    assert [read_what_if({"price_factor": edge}, METHOD.house).as_dict() for edge in (0.01, 100)] == [
        {"price_factor": 0.01},
        {"price_factor": 100},
    ]
    for beyond in (0.0099, 100.1):
        with pytest.raises(AnswersError, match=r"must be a number from 0\.01 to 100"):
            read_what_if({"price_factor": beyond}, METHOD.house)


def test_a_factor_leaves_every_price_claim_as_it_is():
    found, plain = result({"price_factor": 0.5}), result()
    claimed = [
        {one["origin"]["claim"]: one["likely"] for one in side["figures"] if one["key"] == "claim"}
        for side in (found, plain)
    ]
    assert claimed[0] == claimed[1]
    supposed = [one for one in found["figures"] if one["key"] == "supposed_price"]
    assert sorted((one["label"], one["likely"]) for one in supposed) == [
        ("price of cached input tokens, what-if", 0.05),
        ("price of input tokens, what-if", 1),
        ("price of output tokens, what-if", 5),
    ]
    factor = figure(found, "price_factor")
    assert (factor["likely"], factor["origin"]["by"]) == (0.5, "What-if")
    assert all(factor["id"] in one["origin"]["inputs"] for one in supposed)


def test_a_moved_rate_counts_before_a_declared_one_which_stays_declared():
    found = result({"hourly_rate": 150}, choices=DECLARED)
    rate = figure(found, "hourly_rate")
    assert (rate["likely"], rate["origin"]["by"]) == (150, "What-if")
    assert figure(result({}, choices=DECLARED), "hourly_rate")["likely"] == 80
    assert found["choices"] == {**DECLARED.as_dict(), "what_if": {"hourly_rate": 150}}


def test_a_single_value_takes_the_place_of_a_range():
    spread = {"low": 1000, "likely": 20000, "high": 90000}
    found = result({"requests_per_month": 30000}, requests_per_month=spread)
    assert numbers(found) == numbers(result(requests_per_month=30000))
    assert found["answers"]["requests_per_month"] == spread


def test_a_value_takes_the_place_of_an_answer_nobody_knows(tables, answers, claims):
    def allow(data):
        volume = next(one for one in data["questions"] if one["id"] == "requests_per_month")
        volume["unknown"] = {"low": 1000, "likely": 30000, "high": 1000000}

    unknowing = tables("questionnaire.yaml", allow)

    def judged(what_if):
        return evaluate(
            answers(requests_per_month="unknown"),
            claims,
            as_of=AS_OF,
            frameworks=unknowing.frameworks,
            method=unknowing,
            choices=trying(what_if),
        ).as_dict()

    assert figure(judged({}), "unknown_requests_per_month")["high"] == 1000000
    found = judged({"requests_per_month": 30000})
    assert figure(found, "what_if_requests_per_month")["high"] == 30000
    assert "unknown_requests_per_month" not in {one["key"] for one in found["figures"]}


def test_more_volume_turns_the_advice_and_the_flip_says_where():
    gap = {"gaps": ["cost_at_volume"], "cacheable_share": 0}
    few, many = result({"requests_per_month": 1000}, **gap), result({"requests_per_month": 50_000_000}, **gap)
    assert (few["recommendation"]["option"], many["recommendation"]["option"]) == ("few_shot", "fine_tune_lora")
    [flip] = [one for one in many["recommendation"]["flips"] if one["question"] == "requests_per_month"]
    assert flip["figure"] == figure(many, "what_if_requests_per_month")["id"]


def test_months_are_not_searched_for_a_threshold_where_each_month_has_its_own_price():
    later = deepcopy(next(one for one in CLAIMS if one["slug"].endswith("sol-input")))
    later["slug"] += "-later"
    later["scope"]["from"] = "2027-01-01"
    large = {"requests_per_month": 3_000_000, "prompt_result": "untested", "few_shot_result": "untested"}

    def searched(claims):
        found = result({"horizon_months": 11}, claims=claims, cacheable_share=0, **large)
        labels = {one["id"]: one["params"].get("question") for one in found["figures"]}
        return {labels[one["figure"]] for one in found["thresholds"]}

    assert searched(CLAIMS) - searched([*CLAIMS, later]) == {"horizon_months"}


def test_what_is_read_is_given_back_in_the_order_of_the_controls():
    data = {
        "cacheable_share": 0.5,
        "requests_per_month": 1.5,
        "baseline_model": MODEL,
        "price_factor": 0.5,
        "hourly_rate": 90,
        "horizon_months": 6,
    }
    found = read_what_if(data, METHOD.house)
    assert found.as_dict() == data
    assert list(found.as_dict()) == list(CONTROLS)
    assert found
    assert not UNMOVED


RATE = METHOD.house.assumptions["hourly_rate"].expected
FACTOR = "must be a number from 0.01 to 100"
REFUSED = [
    ("a control that is none", {"tokens_in": 1}, "tokens_in", f"cannot be moved; what can is {', '.join(CONTROLS)}"),
    ("a rate in words", {"hourly_rate": "80"}, "hourly_rate", "must be a number, not '80'"),
    ("a rate that is a truth", {"hourly_rate": True}, "hourly_rate", "must be a number, not True"),
    ("a rate below nothing", {"hourly_rate": -1}, "hourly_rate", f"must be {RATE}, not -1"),
    ("prices for nothing", {"price_factor": 0}, "price_factor", f"{FACTOR}, not 0"),
    ("prices beyond all measure", {"price_factor": 10**400}, "price_factor", f"{FACTOR}, not {10**400}"),
    ("a factor without end", {"price_factor": float("nan")}, "price_factor", "must be a number, not nan"),
]


@pytest.mark.parametrize(("data", "key", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused_with_its_control_and_what_would_be_right(data, key, message):
    with pytest.raises(AnswersError) as error:
        read_what_if(data, METHOD.house)
    assert error.value.errors == [(key, message)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"requests_per_month": -1}, "must be from 0 to 100000000000, not -1"),
        ({"requests_per_month": 10**12}, "must be from 0 to 100000000000, not 1000000000000"),
        ({"requests_per_month": {"low": 1, "likely": 2, "high": 3}}, "must be a number, not {'low': 1, 'likely': 2, 'high': 3}"),
        ({"requests_per_month": "unknown"}, "must be a number, not 'unknown'"),
        ({"horizon_months": 61}, "must be from 1 to 60, not 61"),
        ({"horizon_months": 1.5}, "must be a whole number, not 1.5"),
        ({"cacheable_share": 80}, "must be from 0 to 1, not 80"),
        ({"baseline_model": "abacus"}, "no price is published for 'abacus'; choose a model with a price"),
    ],
)  # fmt: skip
def test_an_answer_is_checked_when_the_case_is_judged(data, message):
    with pytest.raises(AnswersError) as error:
        result(data)
    assert error.value.errors == [(next(iter(data)), message)]
