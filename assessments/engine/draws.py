"""Draws: quasi-random points, and the formulas of a ledger evaluated on them.

The points are a Sobol sequence with Owen's scrambling (scipy.stats.qmc; Joe and Kuo's direction numbers) and a fixed
seed, one column for each uncertain input in the order of the ledger, so the same assessment draws the same points on
every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from assessments.engine.distributions import Array, Distribution, distribution, point, pooled
from assessments.engine.intervals import Corner
from assessments.engine.ledger import Figure, Ledger
from assessments.engine.numbers import CONTEXT

DRAWS = 16_384
"""A power of two, as Sobol points want; also the size of a chunk, so that memory does not grow with the draws."""

SEED = 20_261_122
DIGITS = 10  # significant ones that are reported: the last bits of exp and log differ between processors


@dataclass(frozen=True, slots=True)
class Step:
    """One computed figure: its function and the figures it takes, by name."""

    figure: str
    function: Corner
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A figure that is not computed. `likely` is None where none is known; `spread` is None for one value.

    `shown` is the figure that people see for it: the same with a likely value, where one was added.
    """

    figure: Figure
    shown: Figure
    likely: Decimal | None
    spread: Distribution | None

    @property
    def middle(self) -> float:
        """The likely value; for a leaf without one some value of it."""
        return point(self.figure) if self.likely is None else float(self.likely)


class Graph:
    """What some figures of a ledger are computed from, in the order of computing.

    Raises ValueError where an input is open and has no scale.
    """

    def __init__(self, ledger: Ledger, targets: Iterable[Figure]) -> None:
        self.targets = tuple(targets)
        self.leaves: dict[str, Leaf] = {}
        self.steps: list[Step] = []
        self._ledger = ledger
        self._names: dict[str, str] = {}
        self._behind: dict[str, frozenset[str]] = {}
        self._ways: dict[tuple[str, tuple[str, ...]], list[Step]] = {}
        for target in self.targets:
            self._visit(target)

    def of(self, figure: Figure) -> str:
        """The id under which the values of a figure are found: that of its root."""
        return self._names[figure.id]

    @property
    def uncertain(self) -> tuple[Leaf, ...]:
        """The leaves that are not one value, in the order of the ledger."""
        return tuple(leaf for leaf in self.leaves.values() if leaf.spread is not None)

    def behind(self, figure: Figure) -> frozenset[str]:
        """Ids of the leaves that a figure is computed from."""
        name = self.of(figure)
        if name not in self._behind:
            reached = {name}
            for step in reversed(self.steps):
                if step.figure in reached:
                    reached.update(step.inputs.values())
            self._behind[name] = frozenset(reached & self.leaves.keys())
        return self._behind[name]

    def _visit(self, figure: Figure) -> str:
        inner = self._ledger.base(figure)
        seen = inner.id in self._names
        self._names[figure.id] = self._names[inner.id] = inner.id
        pool = self._ledger.pool(inner)
        computation = self._ledger.computation(inner)
        if pool is not None or computation is None:
            if not seen or self.leaves[inner.id].likely is None:
                likely = inner.likely if figure.likely is None else figure.likely
                spread = distribution(inner) if pool is None else pooled(self._bare(pool.members))
                self.leaves[inner.id] = Leaf(inner, figure, likely, spread)
        elif not seen:
            inputs = {name: self._visit(self._ledger[one]) for name, one in computation.inputs.items()}
            self.steps.append(Step(inner.id, computation.function, inputs))
        return inner.id

    def _bare(self, members: Iterable[tuple[Figure, Decimal]]) -> list[tuple[Figure, Decimal]]:
        """The members of a pool as their sources give them, without an added likely value."""
        return [(self._ledger.base(figure), weight) for figure, weight in members]

    def values(self, leaves: Mapping[str, Array | float]) -> dict[str, Any]:
        """The targets for some values of the leaves; what rests on single values only stays one float.

        What no later step takes is let go at once: memory that is used again is worth more than half of the time.
        """
        found: dict[str, Any] = dict(leaves)
        for step, spent in zip(self.steps, self._spent, strict=True):
            found[step.figure] = step.function(**{name: found[one] for name, one in step.inputs.items()})
            for one in spent:
                del found[one]
        return found

    @cached_property
    def _spent(self) -> list[list[str]]:
        """For each step the figures that neither a later step takes nor anybody asked for."""
        last = {one: place for place, step in enumerate(self.steps) for one in step.inputs.values()}
        wanted = {self.of(target) for target in self.targets}
        spent: list[list[str]] = [[] for _ in self.steps]
        for one, place in last.items():
            if one not in wanted:
                spent[place].append(one)
        return spent

    def exact(self, leaf: str, value: Decimal, targets: Sequence[Figure]) -> list[Decimal | None]:
        """Some targets with one leaf at a value and the others at their likely ones; None for one without a value."""
        names = tuple(self.of(target) for target in targets)
        found = self._likely
        if value != self.leaves[leaf].likely:
            found = {**found, leaf: value}
            with localcontext(CONTEXT):
                for step in self._between(leaf, names):
                    found[step.figure] = _value(step, found)
        return [found[name] for name in names]

    @cached_property
    def _likely(self) -> dict[str, Decimal | None]:
        """Every figure at the likely values of the leaves."""
        found: dict[str, Decimal | None] = {name: leaf.likely for name, leaf in self.leaves.items()}
        with localcontext(CONTEXT):
            for step in self.steps:
                found[step.figure] = _value(step, found)
        return found

    def _between(self, leaf: str, targets: tuple[str, ...]) -> list[Step]:
        """The steps that lead from a leaf to targets, in order."""
        if (leaf, targets) not in self._ways:
            needed, moved, way = set(targets), {leaf}, []
            for step in reversed(self.steps):
                if step.figure in needed:
                    needed.update(step.inputs.values())
            for step in self.steps:
                if step.figure in needed and not moved.isdisjoint(step.inputs.values()):
                    moved.add(step.figure)
                    way.append(step)
            self._ways[leaf, targets] = way
        return self._ways[leaf, targets]


def _value(step: Step, known: Mapping[str, Decimal | None]) -> Decimal | None:
    inputs = {}
    for name, one in step.inputs.items():
        value = known[one]
        if value is None:
            return None
        inputs[name] = value
    try:
        return step.function(**inputs)
    except (InvalidOperation, DivisionByZero):
        return None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some draws: `shares` of each uncertain leaf, and the values of the targets."""

    shares: Mapping[str, Array]
    values: Mapping[str, Any]


def chunks(graph: Graph, count: int = DRAWS, seed: int = SEED) -> Iterator[Chunk]:
    """The draws, `DRAWS` at a time. `count` is a power of two."""
    uncertain = graph.uncertain
    fixed = {name: leaf.middle for name, leaf in graph.leaves.items() if leaf.spread is None}
    for points in _points(len(uncertain), count, seed):
        shares = {leaf.figure.id: mine for leaf, mine in zip(uncertain, points, strict=False)}
        drawn: dict[str, Array | float] = dict(fixed)
        for leaf in uncertain:
            assert leaf.spread is not None
            drawn[leaf.figure.id] = leaf.spread.quantile(shares[leaf.figure.id])
        yield Chunk(shares, graph.values(drawn))


def _points(width: int, count: int, seed: int) -> Iterator[Array]:
    """Shares of shape (width, at most `DRAWS`) until there are `count`."""
    if count <= DRAWS:
        yield _first_points(width, count, seed)
        return
    sequence = _sequence(width, seed)
    for _ in range(count // DRAWS):
        yield np.ascontiguousarray(sequence.random(DRAWS).T)


@lru_cache(maxsize=16)
def _first_points(width: int, count: int, seed: int) -> Array:
    points = np.ascontiguousarray(_sequence(width, seed).random(count).T)
    points.flags.writeable = False
    return points


def _sequence(width: int, seed: int) -> Any:
    from scipy.stats import qmc  # noqa: PLC0415  # takes a second to import, and not every evaluation draws

    return qmc.Sobol(max(width, 1), scramble=True, rng=seed)


def reported(value: float) -> Decimal:
    """A number that a simulation found, to ten significant digits."""
    return CONTEXT.create_decimal(f"{value:.{DIGITS - 1}e}").normalize(CONTEXT)


def quantiles(values: Any, shares: Sequence[float], count: int) -> Array:
    """Quantiles of the values of a figure, between the two nearest in order; the value itself where it is one."""
    if np.ndim(values) == 0:
        return np.full(len(shares), float(values))
    places = np.asarray(shares) * (count - 1)
    below = np.floor(places).astype(np.intp)
    above = np.minimum(below + 1, count - 1)
    # Where sorting is quick this is hardly slower, and elsewhere twice as quick.
    ordered = np.partition(values, np.concatenate((below, above)))
    return np.asarray(ordered[below] + (ordered[above] - ordered[below]) * (places - below))
