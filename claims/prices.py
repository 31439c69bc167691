"""Token prices as price claims: read by month for the cost model. `price_data` makes the claims from genai-prices.

A price claim has the metric `token-price`, a value in USD per million tokens, and the scope
`{provider, model, direction: input|output|cached_input}` with, where they apply, `from` (the day it starts),
`up_to_prompt_tokens` (longer prompts cost more) and `peak_hours_per_day` (the value is then a range, from the price
outside those hours to the price inside them).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

METRIC = "token-price"
PROVIDER_ORDER = (
    "openai", "anthropic", "google", "mistral", "deepseek", "cohere", "x-ai", "moonshotai",  # makers
    "groq", "together", "fireworks",  # hosts of other makers' models
)  # fmt: skip
"""Where several providers sell one model id, the first of these counts: its own maker before a host."""


class MonthPrices(TypedDict):
    """USD per million tokens. `cached` is None where no price for a cached prefix is published: unknown, not free."""

    input: Decimal
    output: Decimal
    cached: Decimal | None


class PriceMissing(LookupError):
    """A model that has no published price for a day it would be used on. Never replaced by a default."""

    def __init__(self, model: str, *, day: date | None = None, reason: str = "") -> None:
        when = f" for {day.isoformat()}" if day else ""
        super().__init__(f"There is no published price of {model}{when}{': ' if reason else ''}{reason}.")
        self.model = model
        self.day = day


def monthly_prices(
    price_claims: Iterable[Mapping[str, Any]],
    model: str,
    *,
    start: date | str,
    months: int,
    prompt_tokens: int | None = None,
) -> list[tuple[date, MonthPrices]]:
    """Each month of the horizon with the price of its own first day; the first month, if begun, with that of `start`.

    `price_claims` are claims as the API serves them; those of other metrics are passed over. `model` is a model id, or
    "provider:model". `start` is a day or a month ("2026-11"). A price that depends on the hour of the day counts for
    its hours, with requests spread evenly over the day: low + (high - low) * peak_hours_per_day / 24.
    Raises PriceMissing for a model, or a month of it, without an input and an output price, and for prompts longer
    than the price is for.
    """
    first = (
        date.fromisoformat(f"{start}-01" if len(start) == len("2026-11") else start)
        if isinstance(start, str)
        else start
    )
    offered = _of_one_provider(price_claims, model)
    if not offered:
        raise PriceMissing(model)
    days = [first, *(_month_after(first, number) for number in range(1, months))] if months > 0 else []
    return [(day, _prices_on(day, offered, model, prompt_tokens)) for day in days]


def price_models(price_claims: Iterable[Mapping[str, Any]]) -> list[str]:
    """The model ids that have price claims, sorted, each once."""
    return sorted({str(claim["scope"]["model"]) for claim in price_claims if _is_price(claim)})


def _is_price(claim: Mapping[str, Any]) -> bool:
    value = claim["value"]
    return bool(
        claim["metric"]["slug"] == METRIC
        and value["unit"] == "currency"
        and value["currency"] == "USD"
        and value["per"] == "million_tokens"
        and claim["scope"].keys() >= {"provider", "model", "direction"}
    )


def _of_one_provider(price_claims: Iterable[Mapping[str, Any]], model: str) -> list[Mapping[str, Any]]:
    by_provider: dict[str, list[Mapping[str, Any]]] = {}
    for claim in price_claims:
        if _is_price(claim):
            scope = claim["scope"]
            if model in (scope["model"], f"{scope['provider']}:{scope['model']}"):
                by_provider.setdefault(str(scope["provider"]), []).append(claim)
    return by_provider[min(by_provider, key=_rank)] if by_provider else []


def _rank(provider: str) -> tuple[int, str]:
    return (PROVIDER_ORDER.index(provider) if provider in PROVIDER_ORDER else len(PROVIDER_ORDER)), provider


def _month_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _prices_on(day: date, offered: list[Mapping[str, Any]], model: str, prompt_tokens: int | None) -> MonthPrices:
    found = {
        direction: _price_on(day, offered, direction, model, prompt_tokens)
        for direction in ("input", "output", "cached_input")
    }
    if found["input"] is None or found["output"] is None:
        raise PriceMissing(model, day=day)
    return {"input": found["input"], "output": found["output"], "cached": found["cached_input"]}


def _price_on(
    day: date, offered: list[Mapping[str, Any]], direction: str, model: str, prompt_tokens: int | None
) -> Decimal | None:
    """The price in force: the latest to have started, unless it has ended since."""
    started = [c for c in offered if c["scope"]["direction"] == direction and _starts_on(c) <= day]
    claim = max(started, key=_starts_on, default=None)
    if claim is None or (claim["expires_on"] and date.fromisoformat(claim["expires_on"]) <= day):
        return None
    longest = claim["scope"].get("up_to_prompt_tokens")
    if prompt_tokens is not None and longest is not None and prompt_tokens > longest:
        raise PriceMissing(model, day=day, reason=f"the price is for prompts of up to {longest:,} tokens")
    low, high = claim["value"]["low"], claim["value"]["high"]
    if low is None or high is None:
        raise PriceMissing(model, day=day, reason="the price is one-sided")
    low, high = Decimal(str(low)), Decimal(str(high))
    if low == high:
        return low
    peak_hours = claim["scope"].get("peak_hours_per_day")
    if peak_hours is None:
        raise PriceMissing(model, day=day, reason="the price is a range, and nothing says when which end applies")
    return low + (high - low) * Decimal(str(peak_hours)) / 24


def _starts_on(claim: Mapping[str, Any]) -> date:
    start = claim["scope"].get("from")
    return date.min if start is None else date.fromisoformat(str(start))
