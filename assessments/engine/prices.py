"""Token prices of the client's model, month by month, from price claims.

A price claim states one price, or a range with the hours of the day at which its upper end applies. Its scope has the
provider, the model, the direction, and where they apply the day it starts and the longest prompt it is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from assessments.engine.claim import Claim, Claims, Standing
from assessments.engine.conditions import Lack
from assessments.engine.evidence import Evidence
from assessments.engine.numbers import from_json
from assessments.engine.rulings import Because

METRIC = "token-price"
HOURS_A_DAY = Decimal(24)
LONGEST = "up_to_prompt_tokens"
_KEYS = frozenset({"provider", "model", "direction"})
Starts = Sequence[tuple[date, Sequence[Claim]]]
"""Prices of one direction: the day on which they start, the latest first, and those that start on it."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices that hold for some months on end. `cached` is None where no price for a cached prefix is published."""

    input: Claim
    output: Claim
    cached: Claim | None
    months: int

    @property
    def longest_prompt(self) -> Decimal | None:
        """The longest prompt, in tokens, that all these prices are for; None where there is no limit."""
        claims = [claim for claim in (self.input, self.output, self.cached) if claim is not None]
        limits = [from_json(claim.scope[LONGEST]) for claim in claims if LONGEST in claim.scope]
        return min(limits, default=None)


def models(claims: Claims) -> frozenset[str]:
    """The models for which any price is published, usable or not: each by its id and as `provider:model`."""
    priced = [(str(claim.scope["provider"]), str(claim.scope["model"])) for claim in _prices(claims)]
    return frozenset(model for _, model in priced) | frozenset(f"{provider}:{model}" for provider, model in priced)


def tariffs(evidence: Evidence, model: str, months: int, providers: Sequence[str]) -> list[Tariff] | Lack:
    """The prices of each month of the horizon, equal months together; or what is lacking.

    The horizon starts on the day of the assessment. A price holds from the date in its scope, or always, until a later
    one starts or it ends; each month is priced on its own first day. Where several providers sell one model the first
    of `providers` counts, then the first by name. What was not used is set aside with its reason.
    """
    as_of = evidence.as_of
    mine = [claim for claim in _prices(evidence.claims) if _sells(claim, model) and claim.state == "published"]
    if not mine:
        return Lack(f"{METRIC}-{model}", Standing.MISSING)
    ranks = {name: rank for rank, name in enumerate(providers)}
    sellers = {str(claim.scope["provider"]) for claim in mine if claim.standing(as_of) is Standing.USABLE}
    provider = min(sellers, key=lambda name: (ranks.get(name, len(ranks)), name), default=None)
    served = [claim for claim in mine if claim.scope["provider"] == provider]
    by_direction = {direction: _in_order(served, direction) for direction in ("input", "output", "cached_input")}
    found = [_month(by_direction, first_day(as_of, month)) for month in range(months)]
    known = [month for month in found if month is not None]
    used = {claim.reference for month in known for claim in month if claim is not None}
    for claim in mine:
        because = _ruling(claim, model, provider, as_of, used=claim.reference in used)
        evidence.rule(claim, "token_price", (because,), applies=claim.reference in used)
    if len(known) < len(found):
        ended = any(claim.expires_on is not None or claim.freshness == "expired" for claim in mine)
        return Lack(f"{METRIC}-{model}", Standing.EXPIRED if ended else Standing.MISSING)
    return [Tariff(*prices, sum(1 for _ in same)) for prices, same in groupby(known)]


def peak_share(claim: Claim) -> Decimal:
    """How far up its range a price lies on average over a day: the share of the day at which the upper end applies."""
    return from_json(claim.scope["peak_hours_per_day"]) / HOURS_A_DAY


def first_day(as_of: date, month: int) -> date:
    """The day on which a month of the horizon is priced: `as_of` itself, then the first of each month after it."""
    if month == 0:
        return as_of
    year, index = divmod(as_of.month - 1 + month, 12)
    return date(as_of.year + year, index + 1, 1)


def _prices(claims: Claims) -> Iterator[Claim]:
    for claim in claims.of_metric(METRIC):
        if claim.per != "million_tokens" or not claim.scope.keys() >= _KEYS:
            continue
        if claim.low is not None and (claim.low == claim.high or "peak_hours_per_day" in claim.scope):
            yield claim


def _sells(claim: Claim, model: str) -> bool:
    return model in (claim.scope["model"], f"{claim.scope['provider']}:{claim.scope['model']}")


def _month(served: Mapping[str, Starts], day: date) -> tuple[Claim, Claim, Claim | None] | None:
    asked, answered = _at(served["input"], day), _at(served["output"], day)
    return None if asked is None or answered is None else (asked, answered, _at(served["cached_input"], day))


def _in_order(served: Iterable[Claim], direction: str) -> Starts:
    """The prices of one direction by the day on which they start, the latest first; of one day by slug."""
    found = [(_start(claim), claim) for claim in served if claim.scope["direction"] == direction]
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [(start, [claim for _, claim in together]) for start, together in groupby(found, key=lambda pair: pair[0])]


def _at(prices: Starts, day: date) -> Claim | None:
    """The price in force: the latest to have started, unless it has ended.

    Of several that start together, one that has not ended, then by slug.
    """
    together: Sequence[Claim] = next((claims for start, claims in prices if start <= day), ())
    return next((claim for claim in together if claim.standing(day) is Standing.USABLE), None)


def _start(claim: Claim) -> date:
    start = claim.scope.get("from")
    return date.min if start is None else date.fromisoformat(str(start))


def _ruling(claim: Claim, model: str, provider: str | None, as_of: date, *, used: bool) -> Because:
    if used:
        return Because("scope_matches", {"key": "model", "client": model})
    if claim.standing(as_of) is Standing.EXPIRED:
        return Because("expired")
    if claim.scope["provider"] != provider:
        return Because("other_provider", {"claim": claim.scope["provider"], "client": provider})
    return Because("other_period", {"from": claim.scope.get("from")})
