"""Decimal arithmetic of the engine: one context, one way in from JSON and one way out."""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

import numpy as np

CONTEXT = Context(prec=34, traps=[InvalidOperation, DivisionByZero, Overflow])
"""34 digits (IEEE 754 decimal128), so that rounding never shows in the six decimals given out."""

INFINITY = Decimal("Infinity")
ZERO = Decimal(0)
ONE = Decimal(1)
MILLION = 1_000_000  # int: a formula that divides by it takes arrays of draws as well as decimals
MONTHS_PER_YEAR = 12

_SIX_PLACES = Decimal("0.000001")
_ALL_DIGITS_WHOLE = Decimal(10) ** 27  # from here on 34 digits leave no room for six decimals


def from_json(value: int | float | Decimal) -> Decimal:
    """The decimal that a JSON number prints; floats go through their shortest repr, so 0.1 stays 0.1."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def to_json(value: Decimal | None) -> int | float | None:
    """A JSON number rounded to six decimals; whole numbers come out as int, unknown as None."""
    if value is None:
        return None
    if abs(value) >= _ALL_DIGITS_WHOLE:
        return int(value)
    rounded = value.quantize(_SIX_PLACES, context=CONTEXT)
    whole = rounded.to_integral_value()
    return int(whole) if whole == rounded else float(rounded)


def ceiling(value: Decimal) -> Decimal:
    """The next whole number up; what is whole stays. Takes an array of draws as well."""
    if isinstance(value, Decimal):
        return value.to_integral_value(ROUND_CEILING)
    return np.ceil(value)  # type: ignore[unreachable]


def at_least(least: int, value: Decimal) -> Decimal:
    """The value, but never below `least`. Takes an array of draws as well."""
    if isinstance(value, Decimal):
        return max(Decimal(least), value)
    return np.maximum(value, least)  # type: ignore[unreachable]
