"""How sure the costs are: percentiles of each total, which option is cheapest how often, and what it would be worth to
know an input better. All by simulation over the ledger's own formulas.

Expected value of perfect information on one input (EVPPI): the draws are put into 64 classes of that input; the value
is the cost of the option that is best on average, less the mean over the classes of the best option's cost in each
(Strong and Oakley, Medical Decision Making 33, 2013). On all inputs (EVPI): the same with each draw a class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from assessments.engine.costing import Offer
from assessments.engine.currencies import converted
from assessments.engine.distributions import Array
from assessments.engine.draws import DRAWS, SEED, Chunk, Graph, Leaf, chunks, quantiles, reported
from assessments.engine.ledger import Figure, Ledger, Measure

PERCENTILES: Mapping[str, float] = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
CLASSES = 64
BLOCKS = 16  # of a chunk, for the standard error
DUST = 1e-9  # of an amount: what sums of floats differ by when they are added in another order
MOST_ROWS = 8  # of the tornado
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Bar:
    """One input of the tornado: what it moves, at its P10 and at its P90."""

    input: Figure
    low: Figure
    high: Figure


@dataclass(frozen=True, slots=True)
class Study:
    """What the draws say beyond the single totals, as ledger figures. Amounts are in the currency of the totals."""

    inputs: tuple[tuple[Figure, str], ...]
    error: Figure | None
    option: str | None
    against: str | None
    moved: Figure | None
    bars: tuple[Bar, ...]
    evpi: Figure | None
    worth: tuple[tuple[Figure, Figure], ...]
    draws: int = DRAWS
    seed: int = SEED

    def converted(self, rate: Figure, currency: str, ledger: Ledger) -> Study:
        """The same in another currency."""

        def other(figure: Figure) -> Figure:
            return converted(figure, rate, currency, ledger)

        return replace(
            self,
            error=self.error and other(self.error),
            moved=self.moved and other(self.moved),
            bars=tuple(Bar(bar.input, other(bar.low), other(bar.high)) for bar in self.bars),
            evpi=self.evpi and other(self.evpi),
            worth=tuple((one, other(value)) for one, value in self.worth),
        )

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        rows = [{"figure": bar.input.id, "low": bar.low.id, "high": bar.high.id} for bar in self.bars]
        tornado = (
            {"option": self.option, "against": self.against, "of": self.moved.id, "rows": rows} if self.moved else None
        )
        return {
            "draws": self.draws,
            "seed": self.seed,
            "sampling_error": self.error.id if self.error else None,
            "inputs": [{"figure": figure.id, "distribution": kind} for figure, kind in self.inputs],
            "tornado": tornado,
            "evpi": {
                "figure": self.evpi.id if self.evpi else None,
                "inputs": [{"figure": figure.id, "value": value.id} for figure, value in self.worth],
                "leading": self.worth[0][0].id if self.worth else None,
            },
        }


def study(ledger: Ledger, offers: Mapping[str, Offer], chosen: str, draws: int = DRAWS) -> Study | None:
    """Draw the totals of the offers; puts `p10`, `p50`, `p90` and `p_cheapest` among the figures of each.

    `chosen` is the variant that is recommended; it need not be among them. None where no offer has a total that can
    be drawn. An offer whose total rests on an open end without a scale is left out, with a note.
    """
    totals, graph = _drawable(ledger, offers)
    if not totals:
        return None
    adequate = [name for name in totals if offers[name].adequate]
    option = chosen if chosen in totals else None
    drawn = _Drawn(graph, totals, adequate, option, alone=draws <= DRAWS)
    for chunk in chunks(graph, draws):
        drawn.add(chunk)
    for name, total in totals.items():
        for code, value in zip(PERCENTILES, drawn.percentiles(name), strict=True):
            offers[name].figures[code] = ledger.found(
                code,
                f"{code.upper()} of the total cost of {offers[name].name}",
                f"{code.upper()} of {{total}} over the draws",
                {"total": total},
                reported(value),
                total.measure,
                {"option": name},
            )
        if name in adequate:
            offers[name].figures["p_cheapest"] = ledger.found(
                "p_cheapest",
                f"how often {offers[name].name} is the cheapest adequate option",
                "share of the draws in which {total} is the lowest of " + ", ".join(f"{{{one}}}" for one in adequate),
                {"total": total, **{one: totals[one] for one in adequate}},
                reported(drawn.cheapest(name)) * _HUNDRED,
                Measure("percent"),
                {"option": name},
            )
    against = drawn.rival(option)
    bars = _tornado(ledger, graph, drawn, totals, option, against)
    return Study(
        inputs=tuple((leaf.shown, leaf.spread.kind) for leaf in graph.uncertain if leaf.spread),
        error=_error(ledger, drawn, totals, offers, option),
        option=option,
        against=against,
        moved=bars[0],
        bars=bars[1],
        evpi=_evpi(ledger, drawn, totals),
        worth=_worth(ledger, graph, drawn, totals),
        draws=draws,
    )


def _drawable(ledger: Ledger, offers: Mapping[str, Offer]) -> tuple[dict[str, Figure], Graph]:
    """The totals of the options that may be chosen, by variant, without those that cannot be drawn; and their graph."""
    totals = {name: offer.figures["tco"] for name, offer in offers.items() if offer.eligible and "tco" in offer.figures}
    try:
        return totals, Graph(ledger, totals.values())
    except ValueError:
        pass  # one of them has an open end without a scale: find out which
    for name, total in list(totals.items()):
        try:
            Graph(ledger, [total])
        except ValueError:
            offers[name].notes.append("open_end_without_scale")
            del totals[name]
    return totals, Graph(ledger, totals.values())


class _Drawn:
    """Sums over the chunks, so that memory does not grow with the draws. `alone`: there is one chunk."""

    def __init__(
        self,
        graph: Graph,
        totals: Mapping[str, Figure],
        adequate: Sequence[str],
        option: str | None,
        *,
        alone: bool,
    ) -> None:
        self.graph, self.totals, self.adequate, self.option = graph, totals, adequate, option
        shares = np.array(tuple(PERCENTILES.values()))
        self.leaf_quantiles = {leaf.figure.id: leaf.spread.quantile(shares) for leaf in graph.uncertain if leaf.spread}
        self._chunks = 0
        self._draws = 0
        self._quantiles = {name: np.zeros(len(PERCENTILES)) for name in totals}
        self._blocks = np.zeros(BLOCKS)
        self._lowest = np.zeros(len(adequate))
        self._sums = np.zeros(len(adequate))
        self._best = 0.0
        self._classes = {leaf.figure.id: np.zeros((len(adequate), CLASSES)) for leaf in graph.uncertain}
        self._alone = alone
        self._contending = list(range(len(adequate)))

    def add(self, chunk: Chunk) -> None:
        """Count one chunk in."""
        count = len(next(iter(chunk.shares.values()), np.zeros(1)))
        rows = {name: np.broadcast_to(chunk.values[self.graph.of(total)], count) for name, total in self.totals.items()}
        for name, row in rows.items():
            self._quantiles[name] += quantiles(
                chunk.values[self.graph.of(self.totals[name])], tuple(PERCENTILES.values()), count
            )
            if name == self.option and count >= BLOCKS:
                self._blocks += np.median(row.reshape(BLOCKS, -1), axis=1)
        self._chunks += 1
        self._draws += count
        if self.adequate:
            self._add_adequate(np.stack([rows[name] for name in self.adequate]), chunk.shares)

    def _add_adequate(self, costs: Array, shares: Mapping[str, Array]) -> None:
        best, which = _lowest(costs)
        sums = costs.sum(axis=1)
        self._lowest += np.bincount(which, minlength=len(costs))
        self._sums += sums
        self._best += float(best.sum())
        if self._alone:  # an option that costs more than the best single one in every draw does so in every class
            least = int(sums.argmin())
            self._contending = [n for n, row in enumerate(costs < costs[least]) if n == least or row.any()]
        for one, share in shares.items():
            if self._decides(one):
                place = (share * CLASSES).astype(np.intp)
                for number in self._contending:
                    self._classes[one][number] += np.bincount(place, weights=costs[number], minlength=CLASSES)

    def percentiles(self, name: str) -> list[float]:
        """P10, P50 and P90 of a total."""
        return [float(value) for value in self._quantiles[name] / self._chunks]

    def cheapest(self, name: str) -> float:
        """The share of the draws in which this adequate option is the cheapest one."""
        return float(self._lowest[self.adequate.index(name)] / self._draws)

    def rival(self, option: str | None) -> str | None:
        """The adequate option with the lowest mean beside this one."""
        others = [(mean, name) for mean, name in zip(self._sums, self.adequate, strict=True) if name != option]
        return min(others)[1] if others and option is not None else None

    def error(self) -> float:
        """The standard error of the P50 of the recommended option, from the medians of the blocks."""
        medians = self._blocks / self._chunks
        return float(medians.std(ddof=1) / np.sqrt(BLOCKS * self._chunks))

    def evpi(self) -> float:
        """What it would be worth to know everything, in the currency of the totals."""
        return self._gain(self._best)

    def worth(self, leaf: str) -> float:
        """What it would be worth to know one input."""
        if not self._decides(leaf):
            return 0.0
        return self._gain(float(self._classes[leaf][self._contending].min(axis=0).sum()))

    def _decides(self, leaf: str) -> bool:
        """Whether an input is behind the total of an option that may be the best. Of any other the worth is zero."""
        totals = (self.totals[self.adequate[number]] for number in self._contending)
        return any(leaf in self.graph.behind(total) for total in totals)

    def _gain(self, best: float) -> float:
        """How much lower than the best single option the best in each class is, on average; no dust of rounding."""
        least = float(self._sums.min())
        gain = least - best
        return gain / self._draws if gain > DUST * abs(least) else 0.0


def _lowest(costs: Array) -> tuple[Array, npt.NDArray[np.int8]]:
    """The lowest of each column, and in which row it stands: the first of those that tie. Quicker than `argmin`."""
    best, which = costs[0].copy(), np.zeros(costs.shape[1], np.int8)
    for number in range(1, len(costs)):
        lower = costs[number] < best
        np.copyto(best, costs[number], where=lower)
        which[lower] = number
    return best, which


def _error(
    ledger: Ledger, drawn: _Drawn, totals: Mapping[str, Figure], offers: Mapping[str, Offer], option: str | None
) -> Figure | None:
    if option is None or not drawn.graph.uncertain:
        return None
    return ledger.found(
        "sampling_error",
        f"standard error of the P50 of {offers[option].name}",
        "standard error of the median of {total} between blocks of the draws",
        {"total": totals[option]},
        reported(drawn.error()),
        totals[option].measure,
        {"option": option},
    )


def _evpi(ledger: Ledger, drawn: _Drawn, totals: Mapping[str, Figure]) -> Figure | None:
    if len(drawn.adequate) < 2:  # with one option there is nothing to decide
        return None
    inputs = {name: totals[name] for name in drawn.adequate}
    return ledger.found(
        "evpi",
        "what it would be worth to know every input before deciding",
        "lowest mean of " + _listed(inputs) + " less the mean of the lowest in each draw",
        inputs,
        reported(drawn.evpi()),
        next(iter(inputs.values())).measure,
    )


def _worth(
    ledger: Ledger, graph: Graph, drawn: _Drawn, totals: Mapping[str, Figure]
) -> tuple[tuple[Figure, Figure], ...]:
    """The inputs that would be worth knowing better, the most worthwhile first."""
    if len(drawn.adequate) < 2:
        return ()
    inputs = {name: totals[name] for name in drawn.adequate}
    found = [(drawn.worth(leaf.figure.id), leaf) for leaf in graph.uncertain]
    return tuple(
        (
            leaf.shown,
            ledger.found(
                "evppi",
                "what it would be worth to know this input before deciding",
                "lowest mean of " + _listed(inputs) + " less the mean of the lowest at each class of {input}",
                {**inputs, "input": leaf.shown},
                reported(worth),
                next(iter(inputs.values())).measure,
            ),
        )
        for worth, leaf in sorted(found, key=lambda pair: -pair[0])
        if worth > 0
    )


def _tornado(
    ledger: Ledger,
    graph: Graph,
    drawn: _Drawn,
    totals: Mapping[str, Figure],
    option: str | None,
    against: str | None,
) -> tuple[Figure | None, tuple[Bar, ...]]:
    """The difference of two totals (or one total) with each input in turn at its P10 and P90, the others at P50."""
    if option is None:
        return None, ()
    inputs = {"total": totals[option]} | ({"rival": totals[against]} if against else {})
    pattern = "{total} − {rival}" if against else "{total}"
    leaves = [leaf for leaf in graph.uncertain if any(leaf.figure.id in graph.behind(one) for one in inputs.values())]
    columns: dict[str, Array | float] = {
        name: leaf.middle if leaf.spread is None else np.full(2 * len(leaves) + 1, drawn.leaf_quantiles[name][1])
        for name, leaf in graph.leaves.items()
    }
    for number, leaf in enumerate(leaves):
        column = columns[leaf.figure.id]
        assert isinstance(column, np.ndarray)
        column[2 * number], column[2 * number + 1] = drawn.leaf_quantiles[leaf.figure.id][[0, 2]]
    values = graph.values(columns)
    moved = np.broadcast_to(values[graph.of(totals[option])], 2 * len(leaves) + 1)
    if against:
        moved = moved - values[graph.of(totals[against])]
    measure = totals[option].measure
    of = ledger.found("tornado", "the difference that is at stake", pattern + " at the P50 of every input", inputs, reported(float(moved[-1])), measure)  # fmt: skip

    def end(leaf: Leaf, place: int, code: str) -> Figure:
        return ledger.found(
            f"tornado_{code}",
            f"the difference at the {code.upper()} of this input",
            pattern + f" with {{input}} at its {code.upper()}, every other input at its P50",
            {**inputs, "input": leaf.shown},
            reported(float(moved[place])),
            measure,
        )

    bars = [Bar(leaf.shown, end(leaf, 2 * n, "p10"), end(leaf, 2 * n + 1, "p90")) for n, leaf in enumerate(leaves)]
    moving = [bar for bar in bars if _swing(bar) > _size(bar) * Decimal(repr(DUST))]
    return of, tuple(sorted(moving, key=_swing, reverse=True)[:MOST_ROWS])


def _swing(bar: Bar) -> Decimal:
    assert bar.low.likely is not None
    assert bar.high.likely is not None
    return abs(bar.high.likely - bar.low.likely)


def _size(bar: Bar) -> Decimal:
    assert bar.low.likely is not None
    return abs(bar.low.likely)


def _listed(inputs: Mapping[str, Figure]) -> str:
    return ", ".join(f"{{{name}}}" for name in inputs)
