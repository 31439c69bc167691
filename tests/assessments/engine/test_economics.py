"""The cost model without a client: the documented example to the printed digit, and every refusal by field."""

import json
from copy import deepcopy
from decimal import Decimal

import pytest

from assessments.engine.economics import run
from assessments.engine.errors import EconomicsError

EXAMPLE = {
    "months": 12,
    "requests_per_month": 1000000,
    "rate_per_hour": 100,
    "discount_per_month": 0,
    "tokens": {
        "system": 600, "examples": 5, "example": 200, "query": 300, "context": 2000, "output": 150, "finetuned_prompt": 400,
    },
    "price": {"input": 2, "output": 10, "cached": 0.1},
    "cached": False,
    "upfront": {"few_shot": 1250, "rag": 28000, "fine_tune_lora": 17500, "hybrid_rag_lora": 45500},
    "hours_per_month": {"few_shot": 2, "rag": 7.5, "fine_tune_lora": 20, "hybrid_rag_lora": 27.5},
    "infrastructure_per_month": {"rag": 300, "hybrid_rag_lora": 300},
    "gpu": {"per_hour": 5.49, "hours_per_month": 730, "count": 1},
    "retraining": {"per_year": 4, "cost": 1500},
}  # fmt: skip


def example(**changes):
    return {**deepcopy(EXAMPLE), **changes}


def without(name, **changes):
    return {key: value for key, value in example(**changes).items() if key != name}


def test_the_worked_client():
    result = run(EXAMPLE)
    assert result["cost_per_request"] == {
        "few_shot": 0.0053, "rag": 0.0073, "fine_tune_lora": 0, "hybrid_rag_lora": 0,
    }  # fmt: skip
    assert result["tco"] == {
        "few_shot": 67250, "rag": 128200, "fine_tune_lora": 95592.4, "hybrid_rag_lora": 136192.4,
    }  # fmt: skip
    assert result["break_even"]["few_shot"] == {
        "requests_per_month": 1445635.220126,
        "tokens_per_month": 2963552201.257862,
        "month": "never",
        "upfront_delta": 16250,
        "monthly_delta": 6307.7,
    }
    assert set(result["break_even"]) == {"few_shot", "rag", "hybrid_rag_lora"}
    assert "cost_per_request_by_month" not in result


def test_the_worked_client_with_the_prefix_cached():
    result = run(example(cached=True))
    assert (result["cost_per_request"]["few_shot"], result["cost_per_request"]["rag"]) == (0.00226, 0.00616)
    assert (result["tco"]["few_shot"], result["tco"]["rag"]) == (30770, 114520)
    assert round(result["break_even"]["few_shot"]["requests_per_month"]) == 3390206


@pytest.mark.parametrize(("cached", "expected"), [(False, 1.694), (True, 34.406)])
def test_the_month_of_the_worked_client_at_three_million_requests(cached, expected):
    month = run(example(requests_per_month=3_000_000, cached=cached))["break_even"]["few_shot"]["month"]
    assert round(month, 3) == expected


def test_an_option_that_costs_more_to_start_with_pays_at_once():
    result = run(EXAMPLE)["break_even"]
    assert result["rag"]["month"] == "immediate"
    assert result["hybrid_rag_lora"]["requests_per_month"] == "never"
    assert result["hybrid_rag_lora"]["tokens_per_month"] == "never"


def test_the_result_is_plain_json():
    assert json.loads(json.dumps(run(EXAMPLE))) == run(EXAMPLE)


def test_an_option_without_an_upfront_cost_is_not_computed():
    result = run(example(upfront={"few_shot": 1250}))
    assert result == {"cost_per_request": {"few_shot": 0.0053}, "tco": {"few_shot": 67250}, "break_even": {}}


def test_what_is_left_out_is_absent_from_the_sums():
    result = run({"months": 1, "requests_per_month": 0, "upfront": {"fine_tune_lora": 10}, "gpu": EXAMPLE["gpu"]})
    assert result == {"cost_per_request": {"fine_tune_lora": 0}, "tco": {"fine_tune_lora": 4017.7}, "break_even": {}}


def test_prompting_pays_for_system_query_and_output_only():
    assert run(example(upfront={"prompting": 0}))["cost_per_request"] == {"prompting": 0.0033}


def test_a_chain_pays_for_the_sum_of_its_steps():
    step = {"system": 600, "query": 300, "output": 150}
    params = example(upfront={"prompt_chaining": 0}, tokens={"steps": [step, step]})
    assert run(params)["cost_per_request"] == {"prompt_chaining": 0.0066}


def test_a_tuned_model_without_a_gpu_pays_by_the_token():
    params = without("gpu", finetuned_price={"input": 4, "output": 12}, cached=True)
    result = run(params)
    assert result["cost_per_request"]["fine_tune_lora"] == 0.0034
    assert result["cost_per_request"]["hybrid_rag_lora"] == 0.0114
    assert result["break_even"] == {}


def test_a_full_gpu_is_joined_by_another():
    one = run(example())["tco"]["fine_tune_lora"]
    gpu = {**EXAMPLE["gpu"], "requests_per_month": 400_000}
    assert run(example(gpu=gpu))["tco"]["fine_tune_lora"] == round(one + 2 * 12 * 4007.7, 6)


def test_break_even_counts_the_gpus_that_it_needs_itself():
    gpu = {**EXAMPLE["gpu"], "requests_per_month": 1_000_000}
    even = run(example(gpu=gpu))["break_even"]["few_shot"]["requests_per_month"]
    # With n GPUs R* = (16250/12 + 6307.7 + (n-1) x 4007.7) / 0.0053; n = 3 is the first that can serve it.
    assert even == round((16250 / 12 + 6307.7 + 2 * 4007.7) / 0.0053, 6)
    assert 2_000_000 < even <= 3_000_000


def test_break_even_does_not_depend_on_the_gpus_of_the_given_volume():
    gpu = {**EXAMPLE["gpu"], "requests_per_month": 1_000_000}
    few, many = run(example(gpu=gpu)), run(example(gpu=gpu, requests_per_month=9_000_000))
    assert few["break_even"]["few_shot"]["requests_per_month"] == many["break_even"]["few_shot"]["requests_per_month"]


def test_a_large_gpu_needs_no_other():
    gpu = {**EXAMPLE["gpu"], "requests_per_month": 2_000_000}
    assert run(example(gpu=gpu))["break_even"]["few_shot"]["requests_per_month"] == 1445635.220126


def test_a_gpu_that_never_earns_its_price_never_breaks_even():
    gpu = {**EXAMPLE["gpu"], "requests_per_month": 500_000}
    assert run(example(gpu=gpu))["break_even"]["few_shot"]["requests_per_month"] == "never"


def test_a_discount_makes_later_months_cheaper():
    params = example(discount_per_month=0.01)
    result = run(params)
    assert result["tco"]["few_shot"] == 63152.926104
    assert result["break_even"]["few_shot"]["requests_per_month"] > 1445635


class Prices:
    """A price list whose input price rises in a given month."""

    def __init__(self, *changes):
        self.changes = changes
        self.asked = None

    def __call__(self, model, start, months, prompt_tokens):
        if model != "gpt-6.1-sol":
            raise LookupError(f"There is no published price of {model}.")
        self.asked = (start, months, prompt_tokens)
        prices = []
        for month in range(months):
            price = next(price for first, price in reversed(self.changes) if month >= first)
            prices.append({"input": Decimal(price), "output": Decimal(10), "cached": Decimal("0.1")})
        return prices


def by_model(**changes):
    return example(price={"model": "gpt-6.1-sol", "from": "2026-11"}, **changes)


def test_a_model_is_priced_by_the_price_data():
    prices = Prices((0, 2))
    assert run(by_model(), price_lookup=prices) == run(EXAMPLE)
    assert prices.asked == ("2026-11", 12, 2900)


def test_the_longest_prompt_of_a_chain_is_priced():
    prices = Prices((0, 2))
    step = {"system": 9000, "query": 300, "output": 150}
    run(by_model(upfront={"prompt_chaining": 0}, tokens={"steps": [step]}), price_lookup=prices)
    assert prices.asked == ("2026-11", 12, 9300)


def test_the_longest_prompt_is_the_one_with_the_examples_where_nothing_is_retrieved():
    prices = Prices((0, 2))
    run(by_model(upfront={"few_shot": 0, "prompting": 0}), price_lookup=prices)
    assert prices.asked == ("2026-11", 12, 1900)


def test_each_month_has_its_own_price():
    result = run(by_model(), price_lookup=Prices((0, 2), (6, 4)))
    assert result["cost_per_request_by_month"]["few_shot"] == [0.0053] * 6 + [0.0091] * 6
    assert result["cost_per_request"]["few_shot"] == 0.0072
    assert result["tco"]["few_shot"] == 67250 + 6 * 3800
    assert "fine_tune_lora" not in result["cost_per_request_by_month"]


@pytest.mark.parametrize(
    ("changes", "requests", "expected"),
    [
        (((0, 2), (1, 4)), 3_000_000, 1.31715),  # 9,592.30 is gained in the first month, 20,992.30 in the second
        (((0, 4), (11, 2)), 3_000_000, 0.774093),
        (((0, 2), (11, 4)), 1_000_000, 20.789313),  # pays back after the horizon, at the last price
        (((0, 4), (11, 2)), 1_000_000, 5.819575),
        (((0, 2), (11, "2.1")), 1_000_000, "never"),
    ],
)
def test_the_month_is_found_month_by_month_where_prices_change(changes, requests, expected):
    result = run(by_model(requests_per_month=requests), price_lookup=Prices(*changes))
    assert result["break_even"]["few_shot"]["month"] == expected


def test_changing_prices_of_something_dearer_to_start_pay_at_once():
    result = run(by_model(), price_lookup=Prices((0, 2), (6, 4)))
    assert result["break_even"]["rag"]["month"] == "immediate"


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ([], "parameters: must be a mapping"),
        (example(requets=1), "requets: is not a parameter"),
        (without("months"), "months: is missing"),
        (example(months=0), "months: must be a whole number from 1 to 60"),
        (example(months=61), "months: must be a whole number from 1 to 60"),
        (example(months=1.5), "months: must be a whole number from 1 to 60"),
        (without("requests_per_month"), "requests_per_month: is missing"),
        (example(requests_per_month=-1), "requests_per_month: must not be negative, not -1"),
        (example(requests_per_month="1000"), "requests_per_month: must be a number, not '1000'"),
        (example(requests_per_month=True), "requests_per_month: must be a number, not True"),
        (example(requests_per_month=float("nan")), "requests_per_month: must be a number, not nan"),
        (without("rate_per_hour"), "rate_per_hour: is missing"),
        (example(discount_per_month=1), "discount_per_month: must be below 1, for example 0.01"),
        (without("upfront"), "upfront: is missing: an option without its up-front cost is not computed"),
        (example(upfront=[]), "upfront: must be a mapping of options to numbers"),
        (example(upfront={"rga": 1}),
         "upfront.rga: is not one of prompting, few_shot, prompt_chaining, rag, fine_tune_lora, fine_tune_full, hybrid_rag_lora"),
        (example(upfront={"rag": None}), "upfront.rag: must be a number, not None"),
        (example(hours_per_month={"rag": "7"}), "hours_per_month.rag: must be a number, not '7'"),
        (example(tokens={}), "tokens.system: is missing for few_shot"),
        (example(tokens=7), "tokens: must be a mapping"),
        (example(tokens={"sytem": 1}), "tokens.sytem: is not a parameter"),
        (example(tokens={"steps": 1}), "tokens.steps: must be a list"),
        (example(tokens={"steps": [1]}), "tokens.steps.0: must be a mapping of system, query and output"),
        (example(tokens={"steps": [{"system": 1, "query": 1}]}), "tokens.steps.0.output: is missing"),
        (example(upfront={"prompt_chaining": 1}), "tokens.steps: is missing for prompt_chaining"),
        (without("gpu"), "gpu: is missing: a fine-tuned model needs a gpu or a finetuned_price"),
        (without("gpu", finetuned_price={"input": 4, "output": 12}, tokens={"output": 1},
                 upfront={"hybrid_rag_lora": 1}),
         "tokens.finetuned_prompt: is missing for hybrid_rag_lora"),
        (without("gpu", finetuned_price={"input": 4, "output": 12}, tokens={"output": 1},
                 upfront={"fine_tune_full": 1}),
         "tokens.finetuned_prompt: is missing for fine_tune_full"),
        (example(gpu={"per_hour": 1, "hours_per_month": 1}), "gpu.count: is missing"),
        (example(gpu={"per_hour": 1, "hours_per_month": 1, "count": 1, "requests_per_month": 0}),
         "gpu.requests_per_month: must be above zero"),
        (example(retraining={"per_year": 4}), "retraining.cost: is missing"),
        (without("price"), "price: is missing"),
        (example(price=2), "price: must be a mapping"),
        (example(price={"input": 2, "output": 10, "cache": 1}), "price.cache: is not a price"),
        (example(price={"input": 2}), "price.output: is missing"),
        (example(price={"input": 2, "output": 10}, cached=True),
         "price.cached: is missing: a cached prefix needs its price"),
        (example(cached="yes"), "cached: must be true or false, not 'yes'"),
        (example(price={"model": "gpt-6.1-sol"}), "price: takes model and from, or input, output and cached"),
        (example(price={"model": "gpt-6.1-sol", "from": "2026-11"}),
         "price.model: there is no price data to look it up in"),
        (example(gpu={"hours_per_month": 1, "count": 1}), "gpu.per_hour: is missing"),
        (example(gpu={"per_hour": 1, "count": 1}), "gpu.hours_per_month: is missing"),
        (example(gpu=[]), "gpu: must be a mapping"),
        (example(retraining={"cost": 4}), "retraining.per_year: is missing"),
        (example(retraining=[]), "retraining: must be a mapping"),
        (example(tokens={**EXAMPLE["tokens"], "query": -1}), "tokens.query: must not be negative, not -1"),
        (without("gpu", finetuned_price=7), "finetuned_price: must be a mapping"),
        (without("gpu", finetuned_price={"input": 1}), "finetuned_price.output: is missing"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_refused_by_name_with_what_would_be_right(params, said):
    with pytest.raises(EconomicsError) as error:
        run(params)
    assert str(error.value) == said
    assert said.startswith(f"{error.value.field}: ")


def test_a_model_without_a_price_is_an_error():
    with pytest.raises(EconomicsError, match=r"price\.model: .*no published price of gpt-0") as error:
        run(example(price={"model": "gpt-0", "from": "2026-11"}), price_lookup=Prices((0, 2)))
    assert error.value.field == "price.model"


def test_prices_are_not_needed_where_nothing_pays_by_the_token():
    assert run(without("price", upfront={"fine_tune_lora": 17500}))["tco"] == {"fine_tune_lora": 95592.4}
