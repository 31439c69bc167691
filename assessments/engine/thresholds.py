"""Where the cheapest adequate option becomes another: for each input of the totals, with all others at likely values.

The totals are scanned on a grid of values of the input, all inputs in one pass over the ledger's formulas; where the
cheapest option changes between two points, the value is found on the same formulas in decimals, by the secant method
kept in its bracket (exact in one step where the totals are linear in the input, as most are). A last pass over the
formulas makes sure that no other option is cheaper still where the two are equal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from assessments.engine.distributions import Array
from assessments.engine.draws import Graph, Leaf
from assessments.engine.ledger import Figure, Ledger
from assessments.engine.numbers import CONTEXT, INFINITY, ONE, ZERO, to_json
from assessments.engine.offer import Offer
from assessments.engine.questionnaire import Questionnaire

FURTHEST = 20
"""How far an input that has no bounds of its own is followed: up to so many times its likely value, and down to as
small a part of it. The answer to a question is followed to the bounds of the question."""

_STEPS = 24  # points of the grid on either side
_CLOSE = Decimal("1e-24")  # of the totals, or of the bracket: well below what is reported
_DUST = 1e-12  # of a total: what floats may differ by

Limits = Mapping[str, tuple[Decimal | None, Decimal | None]]
"""Question or key of an assumption → the lowest and highest value it may have, None for no end."""

_EVENLY = np.arange(_STEPS + 1.0) / _STEPS


@dataclass(frozen=True, slots=True)
class Threshold:
    """Past `value` of `input`, on this side of it, another option is the cheapest adequate one."""

    input: Figure
    value: Figure
    side: str
    before: str
    after: str

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        return {
            "figure": self.input.id,
            "at_figure": self.value.id,
            "at": to_json(self.value.likely),
            "side": self.side,
            "from": self.before,
            "to": self.after,
        }


def thresholds(
    ledger: Ledger,
    offers: Mapping[str, Offer],
    questionnaire: Questionnaire,
    fixed: Collection[str] = (),
    limits: Limits | None = None,
) -> tuple[Threshold, ...]:
    """The nearest value below and above the likely one, for each input that has one; the closest first.

    `offers` by variant; those that are adequate and have a likely total take part. `fixed` are questions whose answer
    the formulas hold in other ways too, so that it cannot be moved in them; `limits` narrow how far others are followed.
    """
    totals = {
        name: offer.figures["tco"]
        for name, offer in offers.items()
        if offer.adequate and "tco" in offer.figures and offer.figures["tco"].likely is not None
    }
    if len(totals) < 2:  # one option is always the cheapest
        return ()
    search = _Search(ledger, totals)
    leaves = [
        leaf
        for leaf in search.graph.leaves.values()
        if leaf.likely is not None and leaf.likely >= ZERO and leaf.figure.params.get("question") not in fixed
    ]
    grids = [_Grid.of(leaf, *_bounds(leaf, questionnaire, limits or {})) for leaf in leaves]
    return tuple(sorted(search.nearest(grids), key=_distance))


def _distance(threshold: Threshold) -> float:
    """How many times the likely value has to be multiplied or divided to get there; what starts at zero comes last."""
    now, then = threshold.input.likely, threshold.value.likely
    if not now or not then:
        return inf
    return float(max(now / then, then / now))


def _bounds(leaf: Leaf, questionnaire: Questionnaire, limits: Limits) -> tuple[Decimal, Decimal]:
    """The lowest and highest value that an input is followed to."""
    likely = leaf.likely or ZERO
    name = leaf.figure.params.get("question", leaf.figure.key)
    question = questionnaire.by_id.get(name)
    low, high = likely / FURTHEST, likely * FURTHEST
    if question is not None and question.minimum is not None and question.maximum is not None:
        low, high = question.minimum, question.maximum
    least, most = limits.get(name, (None, None))
    return low if least is None else max(low, least), high if most is None else min(high, most)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Values of an input from the likely one outwards, the likely one first. Floats, but for the likely one."""

    leaf: Leaf
    below: Array
    above: Array

    @classmethod
    def of(cls, leaf: Leaf, low: Decimal, high: Decimal) -> _Grid:
        """Evenly down to `low`, by equal ratios up to `high`; closer together up to `FURTHEST` times the likely value."""
        assert leaf.likely is not None
        likely, bottom, top = float(leaf.likely), float(low), float(high)
        below = likely + (bottom - likely) * _EVENLY if bottom < likely else np.array([likely])
        if top <= likely:
            return cls(leaf, below, np.array([likely]))
        start = likely or top / 1e9
        near = min(top, start * FURTHEST)
        first, then = start * (near / start) ** _EVENLY[1:], near * (top / near) ** _EVENLY[1:]
        return cls(leaf, below, np.concatenate([np.array([likely]), first, then if near < top else then[:0]]))

    def exact(self, value: float) -> Decimal:
        """A value of the grid as a decimal."""
        likely = self.leaf.likely
        return likely if likely is not None and float(likely) == value else Decimal(repr(float(value)))


@dataclass(frozen=True, slots=True)
class _Table:
    """`costs` are the totals at some values, of shape (totals, values); `holds`: today's cheapest one still is there."""

    costs: Array
    holds: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Crossing:
    """Between `inner` and `outer`, seen from the likely value, this rival undercuts the cheapest option."""

    leaf: Leaf
    side: str
    inner: Decimal
    outer: Decimal
    rival: str


class _Search:
    """The totals as functions of one input at a time."""

    def __init__(self, ledger: Ledger, totals: Mapping[str, Figure]) -> None:
        self.graph = Graph(ledger, totals.values())
        self._ledger = ledger
        self._totals = totals
        self._names = list(totals)
        self._likely = {name: leaf.middle for name, leaf in self.graph.leaves.items()}
        self.now = min(self._names, key=lambda name: (totals[name].likely or ZERO, self._names.index(name)))

    def nearest(self, grids: Sequence[_Grid]) -> list[Threshold]:
        """The threshold next below and next above the likely value of each input, where there are such."""
        sides = [(grid, side) for grid in grids for side in ("below", "above")]
        tables = self._tables([(grid.leaf, getattr(grid, side)) for grid, side in sides])
        wanted = [
            self._first(grid, side, table)
            for (grid, side), table in zip(sides, tables, strict=True)
            if not table.holds.all()
        ]
        found = []
        while wanted:
            roots = [(crossing, *self._root(crossing)) for crossing in wanted]
            tables = self._tables([(crossing.leaf, np.array([float(root)])) for crossing, root, _ in roots])
            wanted = []
            for (crossing, root, beyond), table in zip(roots, tables, strict=True):
                cheaper = crossing.rival if self._level(table, crossing.rival) else self._best(crossing, beyond)
                if cheaper == crossing.rival:
                    found.append(self._threshold(crossing.leaf, crossing.side, root, crossing.rival))
                else:
                    wanted.append(replace(crossing, outer=beyond, rival=cheaper))
        return found

    def _tables(self, wanted: Sequence[tuple[Leaf, Array]]) -> list[_Table]:
        """The totals for each leaf at its values, all others likely; infinity for one without a value there."""
        width = sum(len(values) for _, values in wanted)
        columns: dict[str, Array] = {name: np.full(width, value) for name, value in self._likely.items()}
        ends = np.cumsum([0, *(len(values) for _, values in wanted)])
        for (leaf, values), start, end in zip(wanted, ends[:-1], ends[1:], strict=True):
            columns[leaf.figure.id][start:end] = values
        with np.errstate(all="ignore"):
            drawn = self.graph.values(columns)
        rows = np.stack([np.broadcast_to(drawn[self.graph.of(self._totals[name])], width) for name in self._names])
        rows = np.where(np.isnan(rows), np.inf, rows)
        holds = rows[self._names.index(self.now)] <= rows.min(axis=0) * (1 + _DUST)
        return [_Table(rows[:, start:end], holds[start:end]) for start, end in pairwise(ends.tolist())]

    def _first(self, grid: _Grid, side: str, table: _Table) -> _Crossing:
        """Where on this side the cheapest option of today first is not the cheapest any more."""
        beyond = int(table.holds.argmin())
        values = getattr(grid, side)
        costs = table.costs[:, beyond - 1 : beyond + 1]
        with np.errstate(all="ignore"):  # a total may be infinite there
            lead = costs - costs[self._names.index(self.now)]
            way = np.where(lead[:, 1] < 0, lead[:, 0] / (lead[:, 0] - lead[:, 1]), np.inf)
        rival = self._names[int(np.where(np.isnan(way), 1.0, way).argmin())]
        return _Crossing(grid.leaf, side, grid.exact(values[beyond - 1]), grid.exact(values[beyond]), rival)

    def _level(self, table: _Table, rival: str) -> bool:
        """Whether this rival and today's cheapest option cost the same, and no other less."""
        costs = table.costs[:, 0].tolist()
        return bool(table.holds[0]) and costs[self._names.index(rival)] <= min(costs) * (1 + _DUST)

    def _best(self, crossing: _Crossing, value: Decimal) -> str:
        """The cheapest option at a value; the rival of the crossing where it is no dearer."""
        costs = self.graph.exact(crossing.leaf.figure.id, value, tuple(self._totals.values()))
        known = {name: cost for name, cost in zip(self._names, costs, strict=True) if cost is not None}
        return min(known, key=lambda name: (known[name], name != crossing.rival))

    def _root(self, crossing: _Crossing) -> tuple[Decimal, Decimal]:
        """Where the rival, cheaper at `outer`, costs the same as today's cheapest option.

        Twice; where a total jumps from one side to the other, first the value before the jump and then the one after.
        """
        pair = (self._totals[crossing.rival], self._totals[self.now])

        def lead(value: Decimal) -> Decimal:
            cost, mine = self.graph.exact(crossing.leaf.figure.id, value, pair)
            if mine is None:
                return -INFINITY
            return INFINITY if cost is None else cost - mine

        inner, outer = crossing.inner, crossing.outer
        with localcontext(CONTEXT):
            ahead, behind = lead(inner), lead(outer)
            close = _CLOSE * max(abs(ahead), ONE)
            straight = True
            while ahead > close and abs(outer - inner) > _CLOSE * outer:
                secant = straight and ahead.is_finite() and behind.is_finite()
                middle = inner + (outer - inner) * ahead / (ahead - behind) if secant else (inner + outer) / 2
                gap = lead(middle)
                if abs(gap) <= close:
                    return middle, middle
                if gap > ZERO:
                    inner, ahead = middle, gap
                else:
                    outer, behind = middle, gap
                straight = not straight
            return (inner, inner) if ahead <= close else (inner, outer)

    def _threshold(self, leaf: Leaf, side: str, value: Decimal, after: str) -> Threshold:
        rounded = value.quantize(Decimal("1e-12")) if abs(value) < Decimal("1e15") else value
        figure = self._ledger.found(
            "threshold",
            f"value at which {after.replace('_', ' ')} becomes the cheapest",
            "the value of {input} at which {now} and {then} are equal, all else as likely",
            {"input": leaf.shown, "now": self._totals[self.now], "then": self._totals[after]},
            rounded,
            leaf.figure.measure,
            {"option": after},
        )
        return Threshold(leaf.shown, figure, side, self.now, after)
