"""Values made comparable: one period, one unit of time, one currency, savings as ratios. Used to compare, not to print.

Conventions, all of them ours: a month has 365.25/12 days and a week 7; a day's or week's requests, tokens or money
become a month's by 30 days, as the questionnaire counts them; a quarter has 3 months, a year 12.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Context, Decimal

from claims.quantity_value import MAX_DIGITS, Quantity, QuantityError

DAYS_A_MONTH = Decimal("365.25") / 12
DAYS_A_MONTH_OF_VOLUME = Decimal(30)

_MONTHS_IN = {
    "weeks": 7 / DAYS_A_MONTH,
    "days": 1 / DAYS_A_MONTH,
    "hours": 1 / (24 * DAYS_A_MONTH),
    "minutes": 1 / (24 * 60 * DAYS_A_MONTH),
}
_TIMES_A_MONTH = {
    "year": 1 / Decimal(12),
    "quarter": 1 / Decimal(3),
    "week": DAYS_A_MONTH_OF_VOLUME / 7,
    "day": DAYS_A_MONTH_OF_VOLUME,
}
_RELATIVE_UNITS = frozenset({"ratio", "percent", "percentage_points", "rating"})
"""Units that do not add up over time: a price that falls 12-fold a year does not fall 1-fold a month."""

_ROUNDING = Context(prec=MAX_DIGITS)


def normalise(q: Quantity, *, to_currency: str | None = None, rate: Decimal | None = None) -> Quantity:
    """The value in the unit, period and currency in which values of its kind are compared.

    Elapsed time (no per) becomes months; effort per period keeps its hours, minutes become hours. Per year, quarter,
    week and day become per month, except for ratios, shares and points. `rate` is how much of `to_currency` one unit
    of the value's currency buys; money in another currency without a rate raises QuantityError, for it is unknown.
    Numbers are rounded to 15 digits. Normalising twice changes nothing.
    """
    if q.unit == "rating":
        return q
    factor = Decimal(1)
    unit, currency, per = q.unit, q.currency, q.per
    if to_currency is not None and currency not in (None, to_currency):
        if rate is None:
            raise QuantityError(f"To compare {currency} with {to_currency} a dated rate is needed.", field="currency")
        if not rate.is_finite() or rate <= 0:
            raise QuantityError(f"An exchange rate is above zero; {rate} is not.", field="currency")
        factor *= rate
        currency = to_currency
    if per is None and unit in _MONTHS_IN:
        factor *= _MONTHS_IN[unit]
        unit = "months"
    elif unit == "minutes":
        factor /= 60
        unit = "hours"
    if per in _TIMES_A_MONTH and unit not in _RELATIVE_UNITS:
        factor *= _TIMES_A_MONTH[per]
        per = "month"
    if factor == 1 and (unit, currency, per) == (q.unit, q.currency, q.per):
        return q
    return _converted(replace(q, rating=None), lambda number: number * factor, unit=unit, currency=currency, per=per)


def saving_as_ratio(q: Quantity) -> Quantity:
    """A saving of s percent as the ratio 1/(1 - s/100): 70–90 % saved is 3.33 to 10 times cheaper.

    Bounds stay on their side, for the ratio grows with the saving. QuantityError where `q` is not in percent, or
    where all is saved (no ratio says that).
    """
    if q.unit != "percent":
        raise QuantityError(f"A saving is given in percent, not in {q.unit}.", field="unit")
    for part in ("low", "likely", "high"):
        number = getattr(q, part)
        if number is not None and number >= 100:
            raise QuantityError("A saving of 100 % or more has no ratio.", field=part)
    return _converted(
        replace(q, rating=None), lambda saved: 100 / (100 - saved), unit="ratio", currency=None, per=q.per
    )


def _converted(
    q: Quantity, convert: Callable[[Decimal], Decimal], *, unit: str, currency: str | None, per: str | None
) -> Quantity:
    low, likely, high = (
        None if number is None else _ROUNDING.plus(convert(number)) for number in (q.low, q.likely, q.high)
    )
    if likely is None and low is not None and low == high:
        likely = low  # two ends that differed in a digit too small to keep
    return Quantity(low=low, likely=likely, high=high, bound=q.bound, unit=unit, currency=currency, per=per)
