"""Figures made alike, to be laid side by side: one unit, one period, one currency as far as rates lead. No Django here."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Context

from claims.conflicts import SAVINGS
from claims.quantity import Quantity, QuantityError, normalise, saving_as_ratio
from claims.rates import Conversion, Rates
from claims.scale import measure

# Where equally many figures are in each of two currencies: everything else is computed in this one.
FIRST = "USD"
_THREE_DIGITS = Context(prec=3)


def alike(value: Quantity, metric: str) -> Quantity:
    """A value in the unit and period in which values of its kind are compared; a saving as a ratio where it has one."""
    if metric in SAVINGS and value.unit == "percent":
        try:
            return saving_as_ratio(value)
        except QuantityError:
            return value
    return normalise(value)


def rounded(value: Quantity) -> Quantity:
    """A converted figure as people read it: three digits of each number."""
    low, likely, high = (
        None if number is None else _THREE_DIGITS.plus(number) for number in (value.low, value.likely, value.high)
    )
    return replace(value, low=low, likely=low if low is not None and low == high else likely, high=high)


def currencies(values: Iterable[Quantity]) -> dict[str | None, str]:
    """By period, the currency that most amounts are in; only periods in which there is more than one."""
    used: dict[str | None, Counter[str]] = {}
    for _, currency, per in map(measure, values):
        if currency:
            used.setdefault(per, Counter())[currency] += 1
    return {
        per: min(counts, key=lambda code: (-counts[code], code != FIRST, code))
        for per, counts in used.items()
        if len(counts) > 1
    }


def converted(value: Quantity, wanted: Mapping[str | None, str], rates: Rates) -> tuple[Quantity, Conversion | None]:
    """An amount in the currency that is wanted for its period, and at which rate; as it is where no rate leads there."""
    _, currency, per = measure(value)
    target = wanted.get(per)
    if currency is None or target is None or currency == target:
        return value, None
    conversion = rates.between(currency, target)
    if conversion is None:
        return value, None
    return normalise(value, to_currency=target, rate=conversion.factor), conversion
