"""A formula over ranges: interval evaluation.

The function is called at every combination of the lowest and highest value of its uncertain inputs, and the smallest
and largest result are kept. For the formulas of the cost model, monotone in each input, that is exact for independent
inputs; where one quantity reaches a result by two ways, the range comes out wider than need be, never narrower. An
open end stays open: None means unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from itertools import product
from typing import TYPE_CHECKING

from assessments.engine.errors import LedgerError
from assessments.engine.numbers import CONTEXT, INFINITY

if TYPE_CHECKING:
    from assessments.engine.ledger import Figure

MOST_UNCERTAIN_INPUTS = 6  # 64 corners; a longer formula is written in steps, which also reads better

Corner = Callable[..., Decimal]


def spread(function: Corner, inputs: Mapping[str, Figure]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Low, likely and high of `function` over the ranges of its inputs; None where it is unknown or without end."""
    ends: dict[str, tuple[Decimal, ...]] = {}
    for name, figure in inputs.items():
        low = -INFINITY if figure.low is None else figure.low
        high = INFINITY if figure.high is None else figure.high
        ends[name] = (low,) if low == high else (low, high)
    if sum(len(pair) == 2 for pair in ends.values()) > MOST_UNCERTAIN_INPUTS:
        raise LedgerError(f"more than {MOST_UNCERTAIN_INPUTS} uncertain inputs: write the formula in steps")
    with localcontext(CONTEXT):
        likely = _at(function, {name: figure.likely for name, figure in inputs.items()})
        corners = [_at(function, dict(zip(ends, values, strict=True))) for values in product(*ends.values())]
    found = [corner for corner in corners if corner is not None]
    if len(found) < len(corners):
        return None, _finite(likely), None
    if likely is not None:
        found.append(likely)
    return _finite(min(found)), _finite(likely), _finite(max(found))


def at(function: Corner, point: Mapping[str, Decimal | None]) -> Decimal | None:
    """A function at one point; None where an input or the result has no value there."""
    with localcontext(CONTEXT):
        return _at(function, point)


def _at(function: Corner, point: Mapping[str, Decimal | None]) -> Decimal | None:
    if None in point.values():
        return None
    try:
        return function(**point)
    except (InvalidOperation, DivisionByZero):
        return None


def _finite(value: Decimal | None) -> Decimal | None:
    return value if value is not None and value.is_finite() else None
