"""How an uncertain figure is distributed: the rules of the method, one place for all.

A range whose source states its median or mode is PERT with λ = 4 (Vose, Risk Analysis, 2008: a beta distribution with
mean (low + 4 mode + high) / 6). A range without one is log-uniform where its ends are five times apart or more, else
uniform; hours are uniform. A range that the client gave is triangular. A bound with one end is a truncated
distribution, never a point: above "at least" a Pareto tail, below "at most" uniform from zero. A pool of several is
their mixture by weight (linear opinion pool: Stone, Annals of Mathematical Statistics 32, 1961).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import log
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from assessments.engine.ledger import Figure

Array = npt.NDArray[np.float64]
Quantile = Callable[[Array], Array]
"""Shares in [0, 1) → values in the unit of the figure, element by element."""

PERT_LAMBDA = 4.0
WIDE = 5.0
"""High over low from which a range without a stated likely value is taken as log-uniform."""

TAIL = 2.0
"""Shape of the Pareto tail above "at least L": median 1.41 L, mean 2 L."""

_KNOTS = 4097
_CELLS = 16_384
_TAIL_CELLS = 64
"""A table is read at even shares, except in the first and last 64th: there its curve may be too steep for that."""

_TAIL_SHARES = 2.0 ** -np.arange(40.0, 5.0, -0.0625)
_POOL_SHARES = np.concatenate([_TAIL_SHARES, np.arange(32.0, 993.0) / 1024.0, 1.0 - _TAIL_SHARES[::-1]])
"""Where the members of a pool are read: evenly, and ever closer towards both ends."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """`quantile` gives values for shares."""

    kind: str
    quantile: Quantile


def distribution(figure: Figure) -> Distribution | None:
    """The distribution of a figure that is not computed; None where it is one value.

    Raises ValueError for an open end that has no scale, such as "at least 0".
    """
    low, likely, high = (None if end is None else float(end) for end in (figure.low, figure.likely, figure.high))
    if low is None or high is None:
        return _open(low, likely, high)
    if low == high:
        return None
    if figure.origin.kind == "answer" and likely is not None:
        return Distribution("triangular", _triangular(low, likely, high))
    if figure.measure.unit == "hours":
        return Distribution("uniform", _uniform(low, high))
    stated = likely is not None and figure.origin.kind == "claim"
    if stated and likely is not None:
        return Distribution("pert", _pert(low, likely, high))
    if low > 0 and high / low >= WIDE:
        return Distribution("log_uniform", _log_uniform(low, high))
    return Distribution("uniform", _uniform(low, high))


def point(figure: Figure) -> float:
    """The one value of a figure without a distribution."""
    [value, *_] = [float(end) for end in (figure.likely, figure.low, figure.high) if end is not None]
    return value


def pooled(members: Sequence[tuple[Figure, Decimal]]) -> Distribution:
    """The mixture of some figures by weight; the weights need not add up to one.

    Its cumulative shares are the weighted sum of those of its members, so it has a quantile of its own: one dimension
    draws it, and its P10 and P90 are those of the pool. Raises ValueError as `distribution` does.
    """
    spreads = [distribution(figure) for figure, _ in members]
    curves = [
        np.full(2, point(figure)) if spread is None else spread.quantile(_POOL_SHARES)
        for spread, (figure, _) in zip(spreads, members, strict=True)
    ]
    values = np.sort(np.concatenate(curves))
    whole = float(sum(weight for _, weight in members))
    shares = np.zeros(len(values))
    for spread, curve, (_, weight) in zip(spreads, curves, members, strict=True):
        if spread is None:  # a step: its value stands twice, before and after it
            below = np.arange(len(values)) > np.searchsorted(values, curve[0])
        else:
            below = np.interp(values, curve, _POOL_SHARES, left=0.0, right=1.0)
        shares += float(weight) / whole * below
    return Distribution("pool", _read_backwards(shares, values))


def _open(low: float | None, likely: float | None, high: float | None) -> Distribution | None:
    if low is None and high is None:
        return None  # "about": one value, without ends
    if high is None:
        if low is None or low <= 0:
            raise ValueError("a bound of zero or less has no scale")
        shape = log(2) / log(likely / low) if likely is not None and likely > low else TAIL
        return Distribution("truncated", _pareto(low, shape))
    if high <= 0:
        raise ValueError("a bound of zero or less has no scale")
    if likely is not None and 0 < likely < high:
        return Distribution("truncated", _triangular(0.0, likely, high))
    return Distribution("truncated", _uniform(0.0, high))


def _uniform(low: float, high: float) -> Quantile:
    return lambda shares: low + (high - low) * shares


def _log_uniform(low: float, high: float) -> Quantile:
    span = log(high / low)
    return lambda shares: low * np.exp(span * shares)


def _pareto(low: float, shape: float) -> Quantile:
    return lambda shares: low * (1.0 - shares) ** (-1.0 / shape)


def _triangular(low: float, mode: float, high: float) -> Quantile:
    turn = (mode - low) / (high - low)

    def quantile(shares: Array) -> Array:
        left = low + np.sqrt(shares * (high - low) * (mode - low))
        right = high - np.sqrt((1.0 - shares) * (high - low) * (high - mode))
        return np.where(shares < turn, left, right)

    return quantile


def _pert(low: float, mode: float, high: float) -> Quantile:
    rise = 1.0 + PERT_LAMBDA * (mode - low) / (high - low)
    fall = 1.0 + PERT_LAMBDA * (high - mode) / (high - low)
    quantile = _beta(rise, fall)
    return lambda shares: low + (high - low) * quantile(shares)


@lru_cache(maxsize=256)
def _beta(rise: float, fall: float) -> Quantile:
    """The beta distribution from a table read backwards: its inverse function is a hundred times slower.

    4,097 knots, even in the value: a draw is off by less than a hundred-thousandth of the range, and only
    in the outermost hundred-thousandth of them by up to a ten-thousandth.
    """
    from scipy.special import betainc  # noqa: PLC0415  # slow to import, and not every evaluation draws

    values = np.linspace(0.0, 1.0, _KNOTS)
    return _read_backwards(cast(Any, betainc)(rise, fall, values), values)


def _read_backwards(shares_at: Array, values_at: Array) -> Quantile:
    """The quantile function of a table of cumulative shares, ten times as fast as searching the table for each draw."""
    even = np.interp(np.arange(_CELLS + 2) / _CELLS, shares_at, values_at)
    slope = np.diff(even, append=even[-1])

    def quantile(shares: Array) -> Array:
        place = shares * _CELLS
        cell = place.astype(np.intp)
        found = even[cell] + (place - cell) * slope[cell]
        outer = np.flatnonzero(np.abs(shares - 0.5) > 0.5 - 1.0 / _TAIL_CELLS)
        found[outer] = np.interp(shares[outer], shares_at, values_at)
        return found

    return quantile
