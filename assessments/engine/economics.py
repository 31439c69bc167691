"""The cost model without a client: parameters in, cost per request, totals and break-even out.

The formulas are those of `closed_forms`. A month is paid at its end; re-trainings are spread over the months.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from assessments.engine import closed_forms
from assessments.engine.numbers import CONTEXT, INFINITY, ONE, ZERO, ceiling, to_json
from assessments.engine.parameters import HOSTED, TUNED, MonthPrices, Parameters, PriceLookup, read

TUNED_OPTION = "fine_tune_lora"


@dataclass(frozen=True, slots=True)
class Prompt:
    """The tokens of one request: the prefix that repeats, the rest of the input, and the output."""

    prefix: Decimal
    fresh: Decimal
    output: Decimal

    @property
    def total(self) -> Decimal:
        """All tokens of the request."""
        return self.prefix + self.fresh + self.output

    def cost(self, price: MonthPrices, *, cached: bool) -> Decimal:
        """What the request costs at a month's price; the prefix at the cached price where it is cached."""
        asked, answered = _known(price["input"]), _known(price["output"])
        prefix_price = _known(price["cached"]) if cached else asked
        return closed_forms.request_cost(self.prefix, self.fresh, self.output, prefix_price, asked, answered)


@dataclass(frozen=True, slots=True)
class Costs:
    """One option: up front, fixed a month, and a request in each month. `tokens` of a request; None on a GPU."""

    upfront: Decimal
    fixed: Decimal
    requests: tuple[Decimal, ...]
    tokens: Decimal | None


def run(params: Mapping[str, Any], *, price_lookup: PriceLookup | None = None) -> dict[str, Any]:
    """Cost per request, total cost and break-even of every option that has an up-front cost.

    Amounts are in the currency of the parameters, rounded to six decimals. Raises EconomicsError naming the field.
    """
    with localcontext(CONTEXT):
        given = read(params, price_lookup)
        costs = {option: _costs(option, given) for option in (*HOSTED, *TUNED) if option in given.upfront}
        result = {
            "cost_per_request": {option: to_json(_mean(cost, given)) for option, cost in costs.items()},
            "tco": {option: to_json(_total(cost, given)) for option, cost in costs.items()},
            "break_even": _break_evens(costs, given),
        }
        changing = {o: [to_json(c) for c in cost.requests] for o, cost in costs.items() if len(set(cost.requests)) > 1}
    return result | ({"cost_per_request_by_month": changing} if changing else {})


def _costs(option: str, given: Parameters) -> Costs:
    fixed = given.hours.get(option, ZERO) * given.rate + given.infrastructure.get(option, ZERO)
    if option in TUNED:
        fixed += given.retraining_monthly
        if given.gpu is not None:
            fixed += given.gpu.monthly * _gpus(given)
            return Costs(given.upfront[option], fixed, (ZERO,) * given.months, None)
    prompts = _prompts(option, given)
    prices = [given.tuned_price or {}] * given.months if option in TUNED else given.prices
    cached = given.cached and option in HOSTED
    requests = tuple(sum((prompt.cost(price, cached=cached) for prompt in prompts), ZERO) for price in prices)
    return Costs(given.upfront[option], fixed, requests, sum((prompt.total for prompt in prompts), ZERO))


def _prompts(option: str, given: Parameters) -> list[Prompt]:
    """The prompts of one request: one, or one for each step of a chain."""
    tokens = given.tokens
    if option == "prompt_chaining":
        return [Prompt(step["system"], step["query"], step["output"]) for step in given.steps]
    if option in TUNED:
        context = tokens["context"] if option == "hybrid_rag_lora" else ZERO
        return [Prompt(ZERO, tokens["finetuned_prompt"] + context, tokens["output"])]
    examples = tokens["examples"] * tokens["example"] if option == "few_shot" else ZERO
    context = tokens["context"] if option == "rag" else ZERO
    return [Prompt(tokens["system"] + examples, tokens["query"] + context, tokens["output"])]


def _gpus(given: Parameters) -> Decimal:
    """GPUs needed at the given volume: those there are, and a further one whenever they are full."""
    gpu = given.gpu
    if gpu is None or gpu.capacity is None:
        return ZERO if gpu is None else gpu.count
    return max(gpu.count, ceiling(given.requests / gpu.capacity))


def _weights(given: Parameters) -> list[Decimal]:
    """What one unit paid at the end of each month is worth today."""
    return [(ONE + given.discount) ** -(month + 1) if given.discount else ONE for month in range(given.months)]


def _mean(cost: Costs, given: Parameters) -> Decimal:
    """The cost of a request over the horizon, each month counted at its worth today."""
    weights = _weights(given)
    return sum((w * c for w, c in zip(weights, cost.requests, strict=True)), ZERO) / sum(weights, ZERO)


def _total(cost: Costs, given: Parameters) -> Decimal:
    weights = _weights(given)
    monthly = [given.requests * request + cost.fixed for request in cost.requests]
    return cost.upfront + sum((w * amount for w, amount in zip(weights, monthly, strict=True)), ZERO)


def _break_evens(costs: Mapping[str, Costs], given: Parameters) -> dict[str, Any]:
    """Fine-tuning on its own GPU against each other option; nothing where it is not among the options."""
    if TUNED_OPTION not in costs or given.gpu is None:
        return {}
    tuned = costs[TUNED_OPTION]
    return {option: _against(tuned, cost, given) for option, cost in costs.items() if option != TUNED_OPTION}


def _against(tuned: Costs, other: Costs, given: Parameters) -> dict[str, Any]:
    upfront, monthly = tuned.upfront - other.upfront, tuned.fixed - other.fixed
    requests = _requests(upfront, monthly, other, given)
    month = _month(upfront, monthly, other, given)
    return {
        "requests_per_month": _said(requests),
        "tokens_per_month": _said(requests * other.tokens if other.tokens and requests.is_finite() else INFINITY),
        "month": "immediate" if month == ZERO else _said(month),
        "upfront_delta": to_json(upfront),
        "monthly_delta": to_json(monthly),
    }


def _requests(upfront: Decimal, monthly: Decimal, other: Costs, given: Parameters) -> Decimal:
    """R*, with as many GPUs as R* itself needs where a GPU's capacity is known."""
    annuity, saved = closed_forms.annuity(Decimal(given.months), given.discount), _mean(other, given)
    gpu = given.gpu
    if gpu is None or gpu.capacity is None:
        return closed_forms.break_even_requests(upfront, monthly, saved, annuity)
    at_first = monthly - gpu.monthly * (_gpus(given) - gpu.count)
    return closed_forms.break_even_requests_in_gpus(
        upfront, at_first, saved, annuity, gpu=gpu.monthly, capacity=gpu.capacity, count=gpu.count
    )


def _month(upfront: Decimal, monthly: Decimal, other: Costs, given: Parameters) -> Decimal:
    """m* at the given volume. Where prices change the months are added up one by one, and go on at the last price."""
    if len(set(other.requests)) == 1:
        return closed_forms.break_even_month(upfront, monthly, given.requests * other.requests[0], given.discount)
    gains = [given.requests * cost - monthly for cost in other.requests]
    left = upfront
    for month, (gain, weight) in enumerate(zip(gains, _weights(given), strict=True)):
        if left <= ZERO:
            return Decimal(month)
        if gain * weight >= left:
            return month + left / (gain * weight)
        left -= gain * weight
    # From here on in money of the last month of the horizon.
    left *= (ONE + given.discount) ** given.months
    return given.months + closed_forms.break_even_month(left, ZERO, gains[-1], given.discount)


def _said(value: Decimal) -> int | float | str | None:
    return to_json(value) if value.is_finite() else "never"


def _known(price: Decimal | None) -> Decimal:
    assert price is not None, "a price that is needed was checked when the parameters were read"
    return price
