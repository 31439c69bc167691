"""Dated exchange rates, which are published claims like any other.

A rate is a claim of the metric `exchange-rate` with the scope `{from, to}` and, where there are several, `on`, the day
it is of.
"""

from __future__ import annotations

from datetime import date

from assessments.engine.claim import Claim, Claims, Standing
from assessments.engine.errors import CurrencyError

METRIC = "exchange-rate"


def latest_rate(claims: Claims, base: str, currency: str, as_of: date) -> Claim | None:
    """The latest usable rate from one currency to another: units of `currency` for one of `base`. None: no such claim."""
    rates = [
        claim
        for claim in claims.of_metric(METRIC)
        if (claim.scope.get("from"), claim.scope.get("to")) == (base, currency)
        and claim.likely is not None
        and claim.standing(as_of) is Standing.USABLE
    ]
    return max(rates, key=lambda claim: (str(claim.scope.get("on", "")), claim.slug), default=None)


def exchange_rate(claims: Claims, base: str, currency: str, as_of: date) -> Claim:
    """The same. Raises CurrencyError where none is published."""
    rate = latest_rate(claims, base, currency, as_of)
    if rate is None:
        raise CurrencyError(f"no exchange rate from {base} to {currency} is published; leave the currency at {base}")
    return rate
