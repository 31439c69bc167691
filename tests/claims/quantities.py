"""Values for the tests of the value type: written short, and drawn at random."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from claims.quantity import (
    PERS,
    UNITS,
    Bound,
    Quantity,
)
from claims.quantity_ratings import RATINGS
from claims.quantity_value import SIGNED_UNITS, current_currencies


def number(value: float | str) -> Decimal:
    return Decimal(str(value))


def quantity(low=None, likely=None, high=None, **rest) -> Quantity:
    ends = (None if end is None else number(end) for end in (low, likely, high))
    return Quantity(*ends, **rest)


numerals = st.decimals(min_value=0, max_value=10**9, places=4).filter(lambda n: n.is_finite())


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    unit = draw(st.sampled_from(UNITS))
    if unit == "rating":
        return Quantity(rating=draw(st.sampled_from(sorted(RATINGS))), unit="rating")
    rest: dict[str, Any] = {"unit": unit, "per": draw(st.sampled_from([None, *PERS]))}
    if unit == "currency":
        rest["currency"] = draw(st.sampled_from(sorted(current_currencies())))
    sign = draw(st.sampled_from([1, -1])) if unit in SIGNED_UNITS else 1
    low, likely, high = sorted(sign * draw(numerals) for _ in range(3))
    shape = draw(st.sampled_from(["point", "range", "median", *Bound]))
    if shape in (Bound.AT_LEAST, Bound.AT_MOST, Bound.UP_TO):
        side = "low" if shape == Bound.AT_LEAST else "high"
        return Quantity(**{side: low}, bound=Bound(shape), **rest)
    bound = Bound.ABOUT if shape == Bound.ABOUT else None
    if shape == "point" or low == high:
        return Quantity(low, low, low, bound, **rest)
    return Quantity(low, likely if shape == "median" else None, high, bound, **rest)
