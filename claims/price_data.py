"""The prices of the installed genai-prices package as records of the registry: one source, and a claim a price.

Which models is said by `price_selection.yaml`. Only the standard rate is taken: no batch, priority or flexible
processing. A price with a start date becomes a claim of its own and ends the one before it; a model without a price for
input and output is an error; an unknown price of cached input is no claim.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from genai_prices.data import providers as installed_providers
from genai_prices.types import (
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    Provider,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
)

from claims.quantity import Quantity, text

SOURCE = "genai-prices"
SELECTION_FILE = Path(__file__).with_name("price_selection.yaml")


class PriceDataError(ValueError):
    """The package does not hold what the selection asks for; one message a problem."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Release:
    """A release of the package: the day it appeared, and when the selection was reviewed against it."""

    version: str
    released_on: date
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class Direction:
    """One kind of token that is charged for, and how the package and people call it."""

    code: str
    key: str
    printed: str
    en: str
    es: str


DIRECTIONS = (
    Direction("input", "input_mtok", "input", "for input to", "por la entrada de"),
    Direction("output", "output_mtok", "output", "for output of", "por la salida de"),
    Direction(
        "cached_input", "cache_read_mtok", "input cache read", "for cached input to", "por la entrada en caché de"
    ),
)


@dataclass(frozen=True, slots=True)
class Price:
    """One price in USD per million tokens, from a day (None: always) until another (None: open)."""

    amount: Decimal
    peak_amount: Decimal | None
    up_to_prompt_tokens: int | None
    starts_on: date | None
    ends_on: date | None


def selection() -> tuple[dict[str, Release], dict[str, list[str]]]:
    """The releases that were reviewed, by version, and the model ids by provider."""
    content = yaml.safe_load(SELECTION_FILE.read_text(encoding="utf-8"))
    releases = {
        number: Release(number, dates["released_on"], dates["reviewed_at"])
        for number, dates in content["releases"].items()
    }
    return releases, content["providers"]


def installed_version() -> str:
    """The version of the genai-prices package that is installed."""
    return version(SOURCE)


def registry(
    release: Release,
    *,
    models: Mapping[str, Sequence[str]] | None = None,
    providers: Sequence[Provider] = installed_providers,
) -> dict[str, list[dict[str, Any]]]:
    """`{"sources": […], "claims": […]}` in the shape of the starter files, for `models` (default: the selection).

    Raises PriceDataError with every model that is unknown, deprecated or without a price, and every price the claims
    cannot express.
    """
    wanted = selection()[1] if models is None else models
    known = {provider.id: provider for provider in providers}
    claims: list[dict[str, Any]] = []
    problems: list[str] = []
    for provider_id, model_ids in wanted.items():
        provider = known.get(provider_id)
        offered = {model.id: model for model in provider.models} if provider else {}
        for model_id in model_ids:
            try:
                claims += _claims(provider, offered.get(model_id), release)
            except PriceDataError as error:
                problems += [f"{provider_id} {model_id}: {problem}" for problem in error.problems]
    slugs = [claim["slug"] for claim in claims]
    problems += [f"Two prices share the slug {slug}." for slug in sorted({s for s in slugs if slugs.count(s) > 1})]
    if problems:
        raise PriceDataError(problems)
    return {"sources": [_source(release)], "claims": claims}


def _claims(provider: Provider | None, model: ModelInfo | None, release: Release) -> Iterator[dict[str, Any]]:
    if provider is None or model is None:
        raise PriceDataError(["not in the package."])
    if model.deprecated:
        raise PriceDataError(["deprecated by its provider."])
    # A price that ended before the month of the release is history, and no claim.
    since = release.released_on.replace(day=1)
    for direction in DIRECTIONS:
        current = [p for p in _prices(model, direction) if p.ends_on is None or p.ends_on > since]
        if not current and direction.code != "cached_input":
            raise PriceDataError([f"no price for {direction.code} tokens."])
        for price in current:
            yield _claim(provider, model, direction, price, release)


def _prices(model: ModelInfo, direction: Direction) -> list[Price]:
    """The prices of one direction in order of their start; equal ones that follow each other are one."""
    conditions = model.prices if isinstance(model.prices, list) else [ConditionalPrice(prices=model.prices)]
    peaks = {
        _amount(condition.prices, direction)[0]
        for condition in conditions
        if isinstance(condition.constraint, TimeOfDateConstraint)
    }
    if len(peaks) > 1:
        raise PriceDataError([f"more than one peak price for {direction.code} tokens."])
    peak = next(iter(peaks), None)
    starts = [condition for condition in conditions if not isinstance(condition.constraint, TimeOfDateConstraint)]
    days = [c.constraint.start_date if isinstance(c.constraint, StartDateConstraint) else None for c in starts]
    if any(day is None for day in days[1:]) or sorted(day for day in days if day) != [day for day in days if day]:
        raise PriceDataError(["prices that do not follow each other by start date."])
    found: list[Price] = []
    for condition, day, next_day in zip(starts, days, [*days[1:], None], strict=True):
        amount, longest = _amount(condition.prices, direction)
        if amount is None:
            continue
        price = Price(amount, peak if peak != amount else None, longest, day, next_day)
        last = found[-1] if found else None
        if last and last.ends_on == day and _terms(last) == _terms(price):
            found[-1] = Price(*_terms(price), last.starts_on, next_day)
        else:
            found.append(price)
    return found


def _terms(price: Price) -> tuple[Decimal, Decimal | None, int | None]:
    return price.amount, price.peak_amount, price.up_to_prompt_tokens


def _amount(prices: ModelPrice, direction: Direction) -> tuple[Decimal | None, int | None]:
    """USD per million tokens, and the longest prompt it is for: above that, another tier applies to all tokens."""
    amount = getattr(prices, direction.key)
    if isinstance(amount, TieredPrices):
        return amount.base, min(tier.start for tier in amount.tiers)
    return amount, None


def _peak_windows(model: ModelInfo) -> list[tuple[time, time]]:
    conditions = model.prices if isinstance(model.prices, list) else []
    return [
        (condition.constraint.start_time, condition.constraint.end_time)
        for condition in conditions
        if isinstance(condition.constraint, TimeOfDateConstraint)
    ]


def _hours(windows: Sequence[tuple[time, time]]) -> int | float:
    """Hours a day in the windows; one may run over midnight."""
    minutes = sum(((end.hour - start.hour) * 60 + end.minute - start.minute) % (24 * 60) for start, end in windows)
    hours, rest = divmod(minutes, 60)
    return hours + rest / 60 if rest else hours


def _claim(
    provider: Provider, model: ModelInfo, direction: Direction, price: Price, release: Release
) -> dict[str, Any]:
    windows = _peak_windows(model) if price.peak_amount is not None else []
    ends = sorted({price.amount, price.amount if price.peak_amount is None else price.peak_amount})
    value = Quantity(
        low=ends[0],
        likely=ends[0] if len(ends) == 1 else None,
        high=ends[-1],
        unit="currency",
        currency="USD",
        per="million_tokens",
    )
    slug = "-".join(
        ["token-price", provider.id, _slug(model.id), direction.code.replace("_", "-")]
        + ([f"from-{price.starts_on}"] if price.starts_on else [])
    )
    scope: dict[str, str | int | float] = {"provider": provider.id, "model": model.id, "direction": direction.code}
    if price.starts_on:
        scope["from"] = price.starts_on.isoformat()
    if price.up_to_prompt_tokens is not None:
        scope["up_to_prompt_tokens"] = price.up_to_prompt_tokens
    if windows:
        scope["peak_hours_per_day"] = _hours(windows)
    return {
        "slug": slug,
        "statement": _statement(provider, model, direction, price, value),
        "translations": {"es": {"statement": _statement_es(provider, model, direction, price, value)}},
        "subject": "base-model",
        "metric": "token-price",
        "topics": ["token-prices"],
        "value": {key: part for key, part in value.as_json().items() if part is not None},
        "scope": scope,
        "assumptions": _assumptions(price, windows),
        "study_type": "official_documentation",
        "credibility": 2,
        "credibility_reason": "A list price, as the package records it from the provider's own page",
        "certainty": "moderate",
        "certainty_reasons": [{"code": "indirectness", "note": "Recorded by a third party, not read at the provider"}],
        "expires_on": price.ends_on,
        "citations": [
            {
                "source": SOURCE,
                "stance": "supports",
                "printed": "; ".join(f"${amount}/{direction.printed} MTok" for amount in ends),
                # The version makes each release a reading of its own: the claim is revised and dated by it.
                "locator": f"genai-prices {release.version}: {provider.id}, {model.id}, {direction.key}",
                "note": f"Price page named in the data: {provider.pricing_urls[0]}" if provider.pricing_urls else "",
            }
        ],
    }


def _slug(model_id: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", model_id.lower()).strip("-")


def _statement(provider: Provider, model: ModelInfo, direction: Direction, price: Price, value: Quantity) -> str:
    start = f"From {price.starts_on} " if price.starts_on else ""
    end = f" until {price.ends_on}" if price.ends_on else ""
    peak = ", by the hour of the day" if price.peak_amount is not None else ""
    return f"{start}{provider.name} charges {text(value)} {direction.en} {model.id}{peak}{end}."


def _statement_es(provider: Provider, model: ModelInfo, direction: Direction, price: Price, value: Quantity) -> str:
    start = f"Desde el {price.starts_on} " if price.starts_on else ""
    end = f" hasta el {price.ends_on}" if price.ends_on else ""
    peak = ", según la hora del día" if price.peak_amount is not None else ""
    return f"{start}{provider.name} cobra {text(value, lang='es')} {direction.es} {model.id}{peak}{end}."


def _assumptions(price: Price, windows: Sequence[tuple[time, time]]) -> str:
    said = ["Standard rate, without batch, priority or flexible processing."]
    if price.up_to_prompt_tokens is not None:
        said.append(f"For prompts of up to {price.up_to_prompt_tokens:,} tokens; all tokens of a longer one cost more.")
    if windows:
        hours = " and ".join(f"{start:%H:%M} to {end:%H:%M}" for start, end in windows)
        said.append(
            f"The higher price holds from {hours} UTC. The data knows no days of the week, so where a provider has no "
            "peak at weekends the higher price is an upper limit."
        )
    return " ".join(said)


def _source(release: Release) -> dict[str, Any]:
    return {
        "slug": SOURCE,
        "title": f"genai-prices {release.version}: prices of calling language models",
        "publisher": "Pydantic",
        "author": None,
        "url": "https://github.com/pydantic/genai-prices",
        "kind": "price_data",
        "language": "en",
        "published_on": release.released_on,
        "updated_on": None,
        "accessed_on": release.reviewed_at.date(),
        "reliability": "B",
        "reliability_reason": "Kept in the open, with the page and often the day of verification for each price; compiled at second hand",
        "interest": "Its publisher sells monitoring of applications that call language models; no provider's price depends on it.",
        "method": "Prices are entered from the providers' price pages and released as a versioned package.",
        "limits": "Peak prices know no days of the week; the history before a first dated price is not kept for every model.",
        "attributes_to": [],
        "notes": "Imported from the installed package. Each claim names the version and the entry it was read from.",
    }
