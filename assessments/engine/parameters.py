"""The parameters of the cost model without a client, read and checked. Nothing is defaulted but what costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

from assessments.engine.errors import EconomicsError
from assessments.engine.numbers import ONE, ZERO, from_json

HOSTED = ("prompting", "few_shot", "prompt_chaining", "rag")
TUNED = ("fine_tune_lora", "fine_tune_full", "hybrid_rag_lora")
MOST_MONTHS = 60
_TOKENS = {
    "prompting": ("system", "query", "output"),
    "few_shot": ("system", "examples", "example", "query", "output"),
    "prompt_chaining": (),
    "rag": ("system", "query", "context", "output"),
}
_TUNED_TOKENS = {"hybrid_rag_lora": ("finetuned_prompt", "context", "output")}
_TOP = frozenset(
    [
        "months",
        "requests_per_month",
        "rate_per_hour",
        "discount_per_month",
        "tokens",
        "price",
        "finetuned_price",
        "cached",
        "upfront",
        "hours_per_month",
        "infrastructure_per_month",
        "gpu",
        "retraining",
    ]
)
_KEYS = {
    "": _TOP,
    "tokens": ("system", "examples", "example", "query", "context", "output", "finetuned_prompt", "steps"),
    "gpu": ("per_hour", "hours_per_month", "count", "requests_per_month"),
    "retraining": ("per_year", "cost"),
}

MonthPrices = Mapping[str, Decimal | None]
"""`input`, `output` and `cached`, per million tokens; None where no price is published."""

PriceLookup = Callable[[str, str, int, int], Sequence[MonthPrices]]
"""(model, first month "YYYY-MM", months, tokens of the longest prompt) → the prices of each month.

Raises LookupError for a model, or a prompt of this length, without a price.
"""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A dedicated GPU. `capacity` is what one serves in requests a month, where it is known."""

    monthly: Decimal
    count: Decimal
    capacity: Decimal | None


@dataclass(frozen=True, slots=True)
class Parameters:
    """Checked parameters. Amounts by option hold only the options that were given."""

    months: int
    requests: Decimal
    rate: Decimal
    discount: Decimal
    cached: bool
    tokens: Mapping[str, Decimal]
    steps: tuple[Mapping[str, Decimal], ...]
    prices: Sequence[MonthPrices]
    tuned_price: MonthPrices | None
    upfront: Mapping[str, Decimal]
    hours: Mapping[str, Decimal]
    infrastructure: Mapping[str, Decimal]
    gpu: Gpu | None
    retraining_monthly: Decimal


def read(params: Mapping[str, Any], price_lookup: PriceLookup | None) -> Parameters:
    """Check parameters. Raises EconomicsError naming the field."""
    _known(params, "")
    upfront = _by_option(params, "upfront")
    if not upfront:
        raise EconomicsError("upfront", "is missing: an option without its up-front cost is not computed")
    hours = _by_option(params, "hours_per_month")
    tokens, steps = _tokens(params.get("tokens", {}))
    gpu, tuned_price = _gpu(params), _price_of(params, "finetuned_price")
    months = _months(params)
    _need_tokens(upfront, tokens, steps, on_gpu=gpu is not None)
    if any(option in TUNED for option in upfront) and gpu is None and tuned_price is None:
        raise EconomicsError("gpu", "is missing: a fine-tuned model needs a gpu or a finetuned_price")
    cached = params.get("cached", False)
    if not isinstance(cached, bool):
        raise EconomicsError("cached", f"must be true or false, not {cached!r}")
    hosted = any(option in HOSTED for option in upfront)
    longest = _longest_prompt(upfront, tokens, steps)
    prices = _prices(params, months, longest, price_lookup) if hosted or "price" in params else []
    if cached and hosted and any(price["cached"] is None for price in prices):
        raise EconomicsError("price.cached", "is missing: a cached prefix needs its price")
    return Parameters(
        months=months,
        requests=_number(params, "requests_per_month"),
        rate=_number(params, "rate_per_hour") if hours else ZERO,
        discount=_discount(params),
        cached=cached,
        tokens=tokens,
        steps=steps,
        prices=prices,
        tuned_price=tuned_price,
        upfront=upfront,
        hours=hours,
        infrastructure=_by_option(params, "infrastructure_per_month"),
        gpu=gpu,
        retraining_monthly=_retraining(params),
    )


def _known(data: Any, name: str) -> None:
    if not isinstance(data, Mapping):
        raise EconomicsError(name or "parameters", "must be a mapping")
    for key in data:
        if key not in _KEYS[name]:
            raise EconomicsError(f"{name}.{key}".lstrip("."), "is not a parameter")


def _number(data: Mapping[str, Any], key: str, prefix: str = "") -> Decimal:
    """A number from zero up. Raises EconomicsError where it is missing, of another type or negative."""
    field = f"{prefix}{key}"
    if key not in data:
        raise EconomicsError(field, "is missing")
    value = data[key]
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or (isinstance(value, float) and not isfinite(value))
    ):
        raise EconomicsError(field, f"must be a number, not {value!r}")
    if value < 0:
        raise EconomicsError(field, f"must not be negative, not {value!r}")
    return from_json(value)


def _months(params: Mapping[str, Any]) -> int:
    months = _number(params, "months")
    if months != months.to_integral_value() or not ONE <= months <= MOST_MONTHS:
        raise EconomicsError("months", f"must be a whole number from 1 to {MOST_MONTHS}")
    return int(months)


def _discount(params: Mapping[str, Any]) -> Decimal:
    discount = _number(params, "discount_per_month") if "discount_per_month" in params else ZERO
    if discount >= ONE:
        raise EconomicsError("discount_per_month", "must be below 1, for example 0.01")
    return discount


def _by_option(params: Mapping[str, Any], name: str) -> dict[str, Decimal]:
    given = params.get(name, {})
    if not isinstance(given, Mapping):
        raise EconomicsError(name, "must be a mapping of options to numbers")
    for option in given:
        if option not in (*HOSTED, *TUNED):
            raise EconomicsError(f"{name}.{option}", f"is not one of {', '.join((*HOSTED, *TUNED))}")
    return {option: _number(given, option, f"{name}.") for option in given}


def _tokens(data: Any) -> tuple[dict[str, Decimal], tuple[Mapping[str, Decimal], ...]]:
    _known(data, "tokens")
    steps = data.get("steps", [])
    if not isinstance(steps, list):
        raise EconomicsError("tokens.steps", "must be a list")
    read_steps = []
    for index, step in enumerate(steps):
        if not isinstance(step, Mapping):
            raise EconomicsError(f"tokens.steps.{index}", "must be a mapping of system, query and output")
        read_steps.append({key: _number(step, key, f"tokens.steps.{index}.") for key in _TOKENS["prompting"]})
    return {key: _number(data, key, "tokens.") for key in data if key != "steps"}, tuple(read_steps)


def _need_tokens(
    upfront: Mapping[str, Decimal], tokens: Mapping[str, Decimal], steps: Sequence[Any], *, on_gpu: bool
) -> None:
    """Every option that pays by the token must have its tokens."""
    for option in upfront:
        needed: tuple[str, ...] = ()
        if option in HOSTED:
            needed = _TOKENS[option]
        elif not on_gpu:
            needed = _TUNED_TOKENS.get(option, ("finetuned_prompt", "output"))
        for key in needed:
            if key not in tokens:
                raise EconomicsError(f"tokens.{key}", f"is missing for {option}")
    if "prompt_chaining" in upfront and not steps:
        raise EconomicsError("tokens.steps", "is missing for prompt_chaining")


def _gpu(params: Mapping[str, Any]) -> Gpu | None:
    if "gpu" not in params:
        return None
    gpu = params["gpu"]
    _known(gpu, "gpu")
    monthly = _number(gpu, "per_hour", "gpu.") * _number(gpu, "hours_per_month", "gpu.")
    capacity = _number(gpu, "requests_per_month", "gpu.") if "requests_per_month" in gpu else None
    if capacity == ZERO:
        raise EconomicsError("gpu.requests_per_month", "must be above zero")
    return Gpu(monthly, _number(gpu, "count", "gpu."), capacity)


def _retraining(params: Mapping[str, Any]) -> Decimal:
    if "retraining" not in params:
        return ZERO
    retraining = params["retraining"]
    _known(retraining, "retraining")
    return _number(retraining, "per_year", "retraining.") * _number(retraining, "cost", "retraining.") / 12


def _longest_prompt(
    upfront: Mapping[str, Decimal], tokens: Mapping[str, Decimal], steps: Sequence[Mapping[str, Decimal]]
) -> int:
    """Input tokens of the longest request to the hosted model: price tiers go by one request."""
    system, query = tokens.get("system", ZERO), tokens.get("query", ZERO)
    prompts = [step["system"] + step["query"] for step in steps] + [system + query]
    if "few_shot" in upfront:
        prompts.append(system + tokens["examples"] * tokens["example"] + query)
    if "rag" in upfront:
        prompts.append(system + query + tokens["context"])
    return int(max(prompts))


def _prices(
    params: Mapping[str, Any], months: int, longest: int, price_lookup: PriceLookup | None
) -> Sequence[MonthPrices]:
    price = params.get("price")
    if isinstance(price, Mapping) and "model" in price:
        if set(price) != {"model", "from"}:
            raise EconomicsError("price", "takes model and from, or input, output and cached")
        if price_lookup is None:
            raise EconomicsError("price.model", "there is no price data to look it up in")
        try:
            return price_lookup(str(price["model"]), str(price["from"]), months, longest)
        except (LookupError, ValueError) as error:
            raise EconomicsError("price.model", str(error)) from error
    found = _price_of(params, "price")
    if found is None:
        raise EconomicsError("price", "is missing")
    return [found] * months


def _price_of(params: Mapping[str, Any], name: str) -> MonthPrices | None:
    if name not in params:
        return None
    price = params[name]
    if not isinstance(price, Mapping):
        raise EconomicsError(name, "must be a mapping")
    for key in price:
        if key not in ("input", "output", "cached"):
            raise EconomicsError(f"{name}.{key}", "is not a price")
    return {
        "input": _number(price, "input", f"{name}."),
        "output": _number(price, "output", f"{name}."),
        "cached": _number(price, "cached", f"{name}.") if price.get("cached") is not None else None,
    }
