"""Amounts in the currency of the report, at a dated rate that is itself a published claim.

Everything is computed in US dollars, the currency of the answers, thresholds and token prices; what the options cost
is converted at the end, so that the rate stands in the ledger beside the amounts. A rate is a claim of the metric
`exchange-rate` with the scope `{from, to}` and, where there are several, `on`, the day it is of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from assessments.engine.break_even import BreakEven
from assessments.engine.claim import Claim, Claims, Standing
from assessments.engine.costing import Offer
from assessments.engine.errors import CurrencyError
from assessments.engine.ledger import Figure, Ledger

METRIC = "exchange-rate"


def exchange_rate(claims: Claims, base: str, currency: str, as_of: date) -> Claim:
    """The latest usable rate from one currency to another. Raises CurrencyError where none is published."""
    rates = [
        claim
        for claim in claims
        if claim.metric == METRIC
        and (claim.scope.get("from"), claim.scope.get("to")) == (base, currency)
        and claim.likely is not None
        and claim.standing(as_of) is Standing.USABLE
    ]
    if not rates:
        raise CurrencyError(f"no exchange rate from {base} to {currency} is published; leave the currency at {base}")
    return max(rates, key=lambda claim: (str(claim.scope.get("on", "")), claim.slug))


def convert_offers(offers: Iterable[Offer], rate: Figure, currency: str, ledger: Ledger) -> list[Offer]:
    """The same options with every amount in another currency."""
    return [
        replace(
            offer, figures={name: converted(figure, rate, currency, ledger) for name, figure in offer.figures.items()}
        )
        for offer in offers
    ]


def convert_break_even(even: BreakEven, rate: Figure, currency: str, ledger: Ledger) -> BreakEven:
    """The break-even with its two amounts in another currency; volumes and months stay as they are."""
    if even.upfront_delta is None or even.monthly_delta is None:
        return even
    return replace(
        even,
        upfront_delta=converted(even.upfront_delta, rate, currency, ledger),
        monthly_delta=converted(even.monthly_delta, rate, currency, ledger),
    )


def converted(figure: Figure, rate: Figure, currency: str, ledger: Ledger) -> Figure:
    """An amount at the rate; anything that is not money unchanged."""
    if figure.measure.currency is None:
        return figure
    measure = replace(figure.measure, currency=currency)
    inputs = {"amount": figure, "rate": rate}
    made = ledger.formula(
        figure.key,
        figure.label,
        "{amount} × {rate}",
        inputs,
        lambda amount, rate: amount * rate,
        measure,
        figure.params,
    )
    assert made is not None, "a rate has a value, so an amount with a known end keeps one"
    return made
