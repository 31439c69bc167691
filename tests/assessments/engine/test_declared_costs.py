"""What a consultant may declare beside the answers, and what it does to the costs."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from assessments.engine import closed_forms
from assessments.engine.method import shipped
from assessments.engine.numbers import at_least, ceiling
from assessments.engine.offer import chosen_variant, variant_of

HOUSE = shipped().house
INPUT = "token-price-openai-gpt-6-1-sol-input"
PROVIDER_PRICES = {"tuned_input_price": 0.3, "tuned_output_price": 1.2, "tuned_training_price": 3}


def total(option):
    return option["tco"]["likely"]


@pytest.mark.parametrize("more", [{}, {"discount": 0.01}, {"gpu_capacity": 10_000_000}])
def test_a_break_even_that_any_volume_passes_says_that_it_is_not_below_zero(world, more):
    _, even, _ = world(prompt_hours=1000, **more)
    for name in ("requests_per_month", "uncached_requests_per_month"):
        assert (even[name]["low"], even[name]["likely"], even[name]["high"]) == (0, 0, 0)
        assert ", not below zero" in even[name]["origin"]["pattern"]
    _, even, _ = world(**more)
    assert "below zero" not in even["requests_per_month"]["origin"]["pattern"]


# A provider's tuned model, paid by the token


def test_a_provider_without_a_price_says_what_is_missing_and_is_never_free(world):
    options, _, _ = world()
    found = options["fine_tune_lora_provider"]
    assert (found["option"], found["variant"]) == ("fine_tune_lora", "fine_tune_lora_provider")
    assert found["missing"] == ["tuned_token_price", "provider_retraining"]
    assert set(found["tco"].values()) == {None}
    assert {"monthly", "cost_per_request", "tco"}.isdisjoint(found["figures"])


@pytest.mark.parametrize("known", ["tuned_input_price", "tuned_output_price"])
def test_one_token_price_of_two_is_no_price(world, known):
    options, _, _ = world(None, **{known: 1, "tuned_training_price": 3})
    assert options["fine_tune_lora_provider"]["missing"] == ["tuned_token_price"]


def test_a_provider_with_declared_prices_is_priced(world, answers):
    given = answers()
    options, _, result = world(None, **PROVIDER_PRICES)
    found = options["fine_tune_lora_provider"]
    request = (given["tokens_in"] * 0.3 + given["tokens_out"] * 1.2) / 1e6
    run = given["n_examples"] * (given["tokens_in"] + given["tokens_out"]) * 3 * 3 / 1e6
    monthly = 2000 + run / given["retrain_cadence_months"] + given["requests_per_month"] * request
    assert found["figures"]["cost_per_request"]["likely"] == pytest.approx(request, abs=1e-6)
    assert total(found) == pytest.approx(17500 + 12 * monthly, abs=1e-4)
    assert found["missing"] == []
    by = {figure["key"]: figure["origin"].get("by") for figure in result["figures"] if figure["key"] in PROVIDER_PRICES}
    assert by == dict.fromkeys(PROVIDER_PRICES, "ana")


def test_a_claim_on_a_providers_price_counts_without_a_declaration(judge, claims, claim):
    for direction in ("input", "output"):
        claims.append(
            claim(INPUT)
            | {
                "slug": f"tuned-{direction}",
                "subject": {"slug": "provider-fine-tuning"},
                "scope": {"direction": direction},
            }
        )
    claims.append(
        claim(INPUT)
        | {
            "slug": "tuned-training",
            "subject": {"slug": "provider-fine-tuning"},
            "metric": {"slug": "training-token-price"},
            "scope": {"method": "lora"},
        }
    )
    result = judge()
    found = next(one for one in result["options"] if one["variant"] == "fine_tune_lora_provider")
    assert found["missing"] == []
    assert found["tco"]["likely"] is not None
    assert {"tuned-input@1", "tuned-output@1", "tuned-training@1"} <= {one["claim"] for one in result["citations"]}


def test_what_a_training_run_costs_stays_unknown_where_its_price_is_without_end(judge, claims, claim, declared):
    value = claim(INPUT)["value"] | {"low": None, "likely": None, "high": 3, "bound": "up_to"}
    claims.append(
        claim(INPUT)
        | {
            "slug": "tuned-training",
            "subject": {"slug": "provider-fine-tuning"},
            "metric": {"slug": "training-token-price"},
            "scope": {"method": "lora"},
            "value": value,
        }
    )
    options = judge({"n_examples": 0}, choices=declared(tuned_input_price=1, tuned_output_price=1))["options"]
    found = next(one for one in options if one["variant"] == "fine_tune_lora_provider")
    assert found["missing"] == ["provider_retraining"]


@pytest.mark.parametrize("deployment", ["own_weights_required", "air_gapped"])
def test_a_provider_is_not_offered_where_nobody_else_may_serve_the_model(world, deployment):
    options, _, _ = world({"deployment": deployment}, **PROVIDER_PRICES)
    found = options["fine_tune_lora_provider"]
    assert (found["eligible"], found["reasons"]) == (False, ["provider_fine_tune_not_allowed"])
    assert set(found["tco"].values()) == {None}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([("a", "a", True, 5), ("a", "b", True, 4)], "b"),
        ([("a", "a", True, 4), ("a", "b", True, 5)], "a"),
        ([("a", "a", True, None), ("a", "b", True, 5)], "b"),
        ([("a", "a", True, 5), ("a", "b", False, 4)], "a"),
        ([("a", "a", True, None), ("a", "b", True, None)], "a"),
        ([("c", "c", True, 1)], None),
    ],
    ids=["the cheaper", "the dedicated if cheaper", "the priced", "the offered", "none priced", "no such option"],
)
def test_of_two_ways_to_build_the_recommended_option_one_is_meant(options, expected):
    rows = [
        {"option": option, "variant": variant, "eligible": eligible, "tco": {"likely": likely}}
        for option, variant, eligible, likely in options
    ]
    assert chosen_variant(rows, "a") == expected


def test_a_result_from_before_there_were_variants_has_its_options():
    assert variant_of({"option": "rag"}) == "rag"


def test_the_budget_is_held_against_the_way_that_is_meant(world):
    tight = {"budget_total_usd": 60000, "gaps": ["format_style"]}
    _, _, dedicated = world(tight)
    _, _, served = world(tight, **PROVIDER_PRICES)
    for result, variant in ((dedicated, "fine_tune_lora"), (served, "fine_tune_lora_provider")):
        assert result["recommendation"]["option"] == "fine_tune_lora"
        assert chosen_variant(result["options"], "fine_tune_lora") == variant
        meant = next(one for one in result["options"] if one["variant"] == variant)
        over = meant["tco"]["likely"] > 60000
        shown = {figure for one in result["warnings"] for figure in one["figures"]}
        assert (meant["figures"]["tco"] in shown) is over, variant


# Whole GPUs


@pytest.mark.parametrize(
    ("requests", "capacity", "gpus"),
    [(0, 10_000, 1), (10_000, 10_000, 1), (10_001, 10_000, 2), (95_000, 10_000, 10)],
    ids=["none still keeps one running", "full", "one request more", "a part of one counts whole"],
)
def test_gpus_are_whole_and_enough(world, requests, capacity, gpus):
    options, _, _ = world({"requests_per_month": requests}, gpu_capacity=capacity)
    for variant in ("fine_tune_lora", "hybrid_rag_lora"):
        one_gpu, _, _ = world({"requests_per_month": requests})
        more = (gpus - 1) * 4007.7 * 12
        assert total(options[variant]) == pytest.approx(total(one_gpu[variant]) + more, abs=1e-4)
        assert "gpus_for_the_volume" in options[variant]["notes"]
        assert "gpu_capacity_not_measured" not in options[variant]["notes"]


def test_the_break_even_has_the_gpus_that_it_needs_itself(world):
    _, even, _ = world(None, gpu_capacity=2_000_000)
    # One GPU serves 2M of the 2.70M that one takes, two serve 4M of the 4.11M that two take, three 6M of 5.52M.
    expected = ((16250 / 12 + 6307.7) + 2 * 4007.7) / 0.00284
    assert even["requests_per_month"]["likely"] == pytest.approx(expected, abs=1e-3)
    _, enough, _ = world(None, gpu_capacity=5_000_000)
    assert enough["requests_per_month"]["likely"] == pytest.approx((16250 / 12 + 6307.7) / 0.00284, abs=1e-3)


def test_gpus_that_cost_more_than_they_save_never_pay(world):
    _, even, _ = world(None, gpu_capacity=100_000)
    assert (even["requests_per_month"], even["tokens_per_month"]) == ("never", "never")


def test_formulas_take_draws_as_well_as_decimals():
    assert ceiling(Decimal("1.2")) == 2
    assert at_least(1, Decimal("0.5")) == 1
    draws = np.array([0.2, 1.0, 1.2])
    assert list(ceiling(draws)) == [1.0, 1.0, 2.0]
    assert list(at_least(1, draws)) == [1.0, 1.0, 1.2]
    assert list(closed_forms.gpus(np.array([0.0, 10.0, 11.0]), np.array([10.0, 10.0, 10.0]))) == [1.0, 1.0, 2.0]
    months = np.array([12.0, 24.0])
    assert closed_forms.annuity(months, np.array([0.01, 0.02])) == pytest.approx([11.2550775, 18.9139256])
    assert closed_forms.annuity(months) is months
    assert float(closed_forms.annuity(Decimal(12), Decimal("0.01"))) == pytest.approx(11.2550775)


@pytest.mark.parametrize("saved", [Decimal(0), Decimal(-1)])
def test_where_nothing_is_saved_no_number_of_gpus_pays(saved):
    args = {"gpu": Decimal(1), "capacity": Decimal(1)}
    found = closed_forms.break_even_requests_in_gpus(Decimal(1), Decimal(1), saved, Decimal(12), **args)
    assert found == Decimal("Infinity")


# Chains


def test_a_declared_chain_costs_its_calls(world):
    options, _, _ = world(None, chain_steps=3)
    chain = options["prompt_chaining"]
    assert chain["figures"]["cost_per_request"]["likely"] == pytest.approx(3 * 0.00284)
    start = chain["figures"]["upfront"]["likely"]
    expected = None if start is None else start + 12 * (20000 * 3 * 0.00284 + 200)
    assert chain["missing"] == []
    assert total(chain) == (None if expected is None else pytest.approx(expected, abs=1e-4))
    assert "chain_calls_alike" in chain["notes"]


def test_a_chain_without_a_token_price_stays_unpriced(judge, claims, declared):
    claims[:] = [one for one in claims if one["metric"]["slug"] != "token-price"]
    options = judge(choices=declared(chain_steps=3))["options"]
    chain = next(one for one in options if one["variant"] == "prompt_chaining")
    assert chain["missing"] == ["token_price"]


CHAIN_AND_FACTS = {"gaps": ["multi_step"], "needs_private_facts": True, "regulated": True}


def test_a_recommended_chain_with_retrieval_is_priced_once_its_calls_are_declared(world, declared):
    options, _, _ = world(CHAIN_AND_FACTS, chain_steps=2)
    found = options["chaining_plus_rag"]
    assert found["missing"] == []
    assert found["figures"]["cost_per_request"]["likely"] == pytest.approx(2 * 0.00684)
    monthly = 20000 * 2 * 0.00684 + 750 + 300 + 200
    assert found["figures"]["monthly"]["likely"] == pytest.approx(monthly, abs=1e-4)


def test_its_start_needs_both_builds(judge, claims, claim, declared):
    claims.remove(claim("rag-build-cost-production"))
    found = judge(CHAIN_AND_FACTS, choices=declared(chain_steps=2))["options"][-1]
    assert (found["variant"], found["missing"]) == ("chaining_plus_rag", ["rag_build_cost"])
    assert "upfront" not in found["figures"]


def test_a_closed_deployment_is_offered_no_chain_with_retrieval(world):
    options, _, _ = world(CHAIN_AND_FACTS | {"deployment": "air_gapped"}, chain_steps=2)
    assert options["chaining_plus_rag"]["reasons"] == ["hosted_api_not_allowed"]


# The worth of later money, and prices month by month


def worth(months, rate):
    return sum((1 + rate) ** -month for month in range(1, months + 1))


def test_without_a_discount_or_with_one_of_nothing_every_digit_stays(world):
    plain, even, _ = world()
    nothing, even_nothing, _ = world(None, discount=0)
    assert {v: one["tco"] for v, one in plain.items()} == {v: one["tco"] for v, one in nothing.items()}
    assert even["requests_per_month"]["likely"] == even_nothing["requests_per_month"]["likely"]


def test_a_discount_weighs_totals_and_the_break_even(world):
    options, even, _ = world({"requests_per_month": 5_000_000}, discount=0.01)
    monthly = options["few_shot"]["figures"]["monthly"]["likely"]
    assert total(options["few_shot"]) == pytest.approx(1250 + worth(12, 0.01) * monthly, abs=1e-4)
    expected = (16250 / worth(12, 0.01) + 6307.7) / 0.00284
    assert even["requests_per_month"]["likely"] == pytest.approx(expected, abs=1e-3)
    gain, months = 5_000_000 * 0.00284 - 6307.7, even["month"]["likely"]
    assert gain * (1 - 1.01**-months) / 0.01 == pytest.approx(16250, abs=0.05)


def test_prices_of_later_months_are_weighed_at_their_worth_today(judge, claims, claim, declared):
    later = {"low": 6, "likely": 6, "high": 6}
    claims.append(
        claim(INPUT)
        | {
            "slug": "later",
            "value": claim(INPUT)["value"] | later,
            "scope": claim(INPUT)["scope"] | {"from": "2027-05-01"},
        }
    )
    result = judge(choices=declared(discount=0.01))
    figures = {figure["id"]: figure for figure in result["figures"]}
    few_shot = next(one for one in result["options"] if one["variant"] == "few_shot")
    months = [0.00284] * 6 + [0.00444] * 6
    expected = 1250 + sum((20000 * cost + 200) / 1.01**month for month, cost in enumerate(months, start=1))
    assert few_shot["tco"]["likely"] == pytest.approx(expected, abs=1e-3)
    phases = [(p["first"], p["last"], figures[p["monthly"]]["likely"]) for p in few_shot["phases"]]
    assert phases == [(1, 6, pytest.approx(256.8)), (7, 12, pytest.approx(288.8))]


def test_a_future_dated_price_takes_effect_in_its_month_and_not_before(judge, claims, claim):
    claims.append(
        claim(INPUT)
        | {
            "slug": "later",
            "value": claim(INPUT)["value"] | {"low": 6, "likely": 6, "high": 6},
            "scope": claim(INPUT)["scope"] | {"from": "2027-05-01"},
        }
    )
    result = judge(as_of=date(2026, 11, 22))
    few_shot = next(one for one in result["options"] if one["variant"] == "few_shot")
    assert [(phase["first"], phase["last"]) for phase in few_shot["phases"]] == [(1, 6), (7, 12)]
    tuned = next(one for one in result["options"] if one["variant"] == "fine_tune_lora")
    assert [(phase["first"], phase["last"]) for phase in tuned["phases"]] == [(1, 12)]


def test_a_tier_applies_to_one_request_and_never_to_the_tokens_of_a_month(judge, claim):
    claim(INPUT)["scope"]["up_to_prompt_tokens"] = 1000
    found = next(one for one in judge({"tokens_in": 1000})["options"] if one["variant"] == "few_shot")
    assert found["missing"] == [], "20,000,000 tokens a month, in requests of 1,000"
    longer = next(one for one in judge({"tokens_in": 1001})["options"] if one["variant"] == "few_shot")
    assert longer["missing"] == ["token_price"]


def test_a_missing_price_never_becomes_zero(judge, claims):
    claims[:] = [one for one in claims if one["scope"].get("direction") != "output"]
    for option in judge()["options"]:
        if option["option"] in ("prompting", "few_shot", "rag"):
            assert "token_price" in option["missing"]
            assert set(option["tco"].values()) == {None}


def test_a_one_sided_bound_is_no_point_in_a_total(world, claim):
    claim("fine-tuning-project-cost-range")["value"].update(high=None, likely=None, bound="at_least")
    options, _, _ = world(None, **PROVIDER_PRICES)
    for variant in ("fine_tune_lora", "fine_tune_lora_provider", "hybrid_rag_lora"):
        assert options[variant]["tco"]["low"] is not None
        assert (options[variant]["tco"]["likely"], options[variant]["tco"]["high"]) == (None, None)


# Parts that an end-to-end figure includes


def test_what_the_project_cost_includes_is_named_with_the_option_and_not_added(world, claim):
    options, _, result = world()
    covered = [
        one["claim"]
        for one in result["evidence"]["set_aside"]
        if one["because"][0]["code"] == "superseded_by_end_to_end" and one["role"] == "fine_tuning_project_cost"
    ]
    assert covered
    for variant in ("fine_tune_lora", "fine_tune_lora_provider", "hybrid_rag_lora"):
        assert options[variant]["covered"] == covered
    assert options["few_shot"]["covered"] == []
    assert options["fine_tune_lora"]["figures"]["upfront"]["likely"] == 17500
