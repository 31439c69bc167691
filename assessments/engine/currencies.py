"""Amounts in the currency of the report, at a dated rate that is itself a published claim.

Everything is computed in US dollars, the currency of the answers, thresholds and token prices; what the options cost
is converted at the end, so that the rate stands in the ledger beside the amounts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from assessments.engine.break_even import BreakEven
from assessments.engine.ledger import Figure, Ledger
from assessments.engine.offer import Offer


def convert_offers(offers: Iterable[Offer], rate: Figure, currency: str, ledger: Ledger) -> list[Offer]:
    """The same options with every amount in another currency."""
    return [
        replace(
            offer,
            figures={name: converted(figure, rate, currency, ledger) for name, figure in offer.figures.items()},
            phases=tuple(
                replace(phase, monthly=converted(phase.monthly, rate, currency, ledger)) for phase in offer.phases
            ),
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
