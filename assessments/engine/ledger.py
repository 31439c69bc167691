"""The ledger: the only place where a number of an assessment comes into being.

Every figure has an origin: a claim revision, an answer, a declared assumption, or a formula over figures that
are already in the ledger. So each can be followed back, and none is typed into a sentence.

Ranges go through a formula by interval evaluation (see `intervals`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from typing import Any, Literal

from assessments.engine.claim import Claim
from assessments.engine.errors import LedgerError
from assessments.engine.intervals import Corner, spread
from assessments.engine.numbers import CONTEXT, ZERO, to_json

HOUSE = "Footing house assumptions"
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure comes from. `reference` is `slug@n`, a question id, a person, or the formula in words.

    `pattern` is the formula with a `{name}` for each input, to be put into another language; `names` are in the order
    of `inputs`.
    """

    kind: Literal["claim", "answer", "assumption", "formula"]
    reference: str
    note: str = ""
    inputs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    pattern: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        if self.kind == "claim":
            return {"kind": self.kind, "claim": self.reference}
        if self.kind == "answer":
            return {"kind": self.kind, "question": self.reference}
        if self.kind == "assumption":
            return {"kind": self.kind, "note": self.note, "by": self.reference}
        return {
            "kind": self.kind,
            "formula": self.reference,
            "inputs": list(self.inputs),
            "names": list(self.names),
            "pattern": self.pattern,
        }


@dataclass(frozen=True, slots=True)
class Measure:
    """What a figure counts: unit, currency where it is money, and the period or thing it is per."""

    unit: str
    currency: str | None = None
    per: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of an assessment with its range. An end that is not known is None.

    `label` says in English what it is; `term` is the shorter name it has inside a formula. `key` and `params` name it
    for the templates, which have the words in every language.
    """

    id: str
    key: str
    label: str
    low: Decimal | None
    likely: Decimal | None
    high: Decimal | None
    measure: Measure
    origin: Origin
    bound: str | None = None
    term: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.term:
            object.__setattr__(self, "term", self.label)
        known = [value for value in (self.low, self.likely, self.high) if value is not None]
        if not known:
            raise LedgerError(f"{self.key}: a figure needs a number")
        if any(not value.is_finite() for value in known) or known != sorted(known):
            raise LedgerError(f"{self.key}: low, likely and high must be finite and in order, not {known}")

    def number(self, name: str) -> Decimal | None:
        """`low`, `likely` or `high`."""
        value: Decimal | None = getattr(self, name)
        return value

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        return {
            "id": self.id,
            "key": self.key,
            "params": dict(self.params),
            "label": self.label,
            "low": to_json(self.low),
            "likely": to_json(self.likely),
            "high": to_json(self.high),
            "bound": self.bound,
            "unit": self.measure.unit,
            "currency": self.measure.currency,
            "per": self.measure.per,
            "origin": self.origin.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class Computation:
    """How a figure comes from others: `function` takes them by name, decimals or arrays of draws alike.

    `inputs`: name → figure id.
    """

    function: Corner
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pool:
    """Several figures on one quantity, each with its weight; a figure that is their pool is drawn as their mixture."""

    members: tuple[tuple[Figure, Decimal], ...]


class Ledger:
    """Figures in the order of their making, F1, F2, …; what is asked for twice is made once."""

    def __init__(self) -> None:
        self._figures: dict[str, Figure] = {}
        self._made: dict[tuple[str, ...], Figure] = {}
        self._computed: dict[str, Computation] = {}
        self._bases: dict[str, Figure] = {}
        self._pools: dict[str, Pool] = {}

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._figures.values())

    def __getitem__(self, figure_id: str) -> Figure:
        return self._figures[figure_id]

    def base(self, figure: Figure) -> Figure:
        """The figure that this one only adds a likely value to; else the figure itself."""
        return self._bases.get(figure.id, figure)

    def computation(self, figure: Figure) -> Computation | None:
        """How a figure is computed; None for a claim, an answer, an assumption, and what a simulation found."""
        return self._computed.get(figure.id)

    def pool(self, figure: Figure) -> Pool | None:
        """The figures that this one is the pool of; None for one that is no pool."""
        return self._pools.get(figure.id)

    def pools(self) -> Iterator[dict[str, Any]]:
        """The pools as in the result document, in the order of their making."""
        for figure_id in self._pools:
            inputs = dict(zip(self[figure_id].origin.names, self[figure_id].origin.inputs, strict=True))
            numbers = range(1, len(inputs) // 2 + 1)
            members = [{"figure": inputs[f"value{n}"], "weight": inputs[f"weight{n}"]} for n in numbers]
            yield {"figure": figure_id, "members": members}

    def pooled(
        self,
        key: str,
        label: str,
        members: Sequence[tuple[Figure, Figure]],
        params: Mapping[str, str] | None = None,
    ) -> Figure:
        """The linear opinion pool of some figures, each with the figure of its weight.

        Its likely value is the weighted mean of theirs, its ends are the lowest and the highest; in draws it is their
        mixture by weight. Raises LedgerError for a member with an open end or without a likely value, for a weight
        that is not one value above zero, and where there is no member.
        """
        if not members or any(weight.likely is None or weight.likely <= 0 for _, weight in members):
            raise LedgerError(f"{key}: a pool has members, and each a weight above zero")
        inputs: dict[str, Figure] = {}
        for n, (figure, weight) in enumerate(members, start=1):
            inputs |= {f"value{n}": figure, f"weight{n}": weight}
        numbers = range(1, len(members) + 1)
        weighed = " + ".join(f"{{value{n}}} × {{weight{n}}}" for n in numbers)
        weights = " + ".join(f"{{weight{n}}}" for n in numbers)
        pattern = f"({weighed}) ÷ ({weights}), from the lowest end to the highest"
        measure = members[0][0].measure
        low, high = min(_known(figure.low) for figure, _ in members), max(_known(figure.high) for figure, _ in members)
        with localcontext(CONTEXT):
            whole = sum((_known(weight.likely) for _, weight in members), ZERO)
            likely = sum((_known(figure.likely) * _known(weight.likely) for figure, weight in members), ZERO) / whole
        ids = tuple(figure.id for figure in inputs.values())
        text = pattern.format(**{name: figure.term for name, figure in inputs.items()})
        origin = Origin("formula", text, inputs=ids, names=tuple(inputs), pattern=pattern)
        made = self._enter(
            ("pooled", key, label, pattern, *ids),
            lambda number: Figure(number, key, label, low, likely, high, measure, origin, params=params or {}),
        )
        self._pools[made.id] = Pool(tuple((figure, _known(weight.likely)) for figure, weight in members))
        return made

    def claim(self, claim: Claim, term: str = "") -> Figure:
        """The value of a claim as its source gives it. Raises LedgerError for a claim without a number."""
        return self._enter(
            ("claim", claim.reference),
            lambda number: Figure(
                number,
                "claim",
                claim.statement or claim.slug,
                claim.low,
                claim.likely,
                claim.high,
                Measure(claim.unit, claim.currency, claim.per),
                Origin("claim", claim.reference),
                claim.bound,
                term or claim.name,
                {"claim": claim.slug},
            ),
        )

    def answer(
        self,
        question: str,
        label: str,
        value: Decimal,
        measure: Measure,
        key: str = "answer",
        ends: tuple[Decimal, Decimal] | None = None,
    ) -> Figure:
        """A number the client gave; with a `key` of its own where it is what an answer stands for.

        `ends` are the lowest and highest value where the client gave a range.
        """
        low, high = ends or (value, value)
        origin, params = Origin("answer", question), {"question": question}
        return self._enter(
            ("answer", question),
            lambda number: Figure(number, key, label, low, value, high, measure, origin, params=params),
        )

    def assumption(
        self,
        key: str,
        label: str,
        value: Decimal,
        measure: Measure,
        note: str,
        by: str = HOUSE,
        ends: tuple[Decimal, Decimal] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Figure:
        """A number nobody sourced: it says so, why it is what it is, and who set it. `ends` make it a range."""
        low, high = ends or (value, value)
        origin = Origin("assumption", by, note)
        return self._enter(
            ("assumption", key),
            lambda number: Figure(number, key, label, low, value, high, measure, origin, params=params or {}),
        )

    def middle(self, figure: Figure) -> Figure:
        """The figure with a likely value: its own, else the middle of its range; an open range is left open."""
        return self.within(figure, _HALF, "the middle of the range: {range}")

    def within(self, figure: Figure, share: Decimal, pattern: str) -> Figure:
        """A closed range with the value this share of the way up as its likely one, unless it has one already."""
        if figure.likely is not None or figure.low is None or figure.high is None:
            return figure
        with localcontext(CONTEXT):
            likely = figure.low + (figure.high - figure.low) * share
        text = pattern.format(range=figure.term)
        origin = Origin("formula", text, inputs=(figure.id,), names=("range",), pattern=pattern)
        made = self._enter(
            ("within", figure.id, str(share)),
            lambda number: replace(figure, id=number, key="middle", likely=likely, origin=origin, bound=None),
        )
        self._bases[made.id] = figure
        return made

    def formula(
        self,
        key: str,
        label: str,
        pattern: str,
        inputs: Mapping[str, Figure],
        function: Corner,
        measure: Measure,
        params: Mapping[str, str] | None = None,
    ) -> Figure | None:
        """A figure computed from others of this ledger.

        `pattern` is the readable formula with a `{name}` for each input; `function` takes the inputs as keywords and
        may return infinity for "never". None where nothing finite is known. The same key, label, pattern and inputs
        give the same figure. Raises LedgerError for an input of another ledger or more than six uncertain inputs.
        """
        for name, figure in inputs.items():
            if self._figures.get(figure.id) is not figure:
                raise LedgerError(f"{key}: {name} is not a figure of this ledger")
        low, likely, high = spread(function, inputs)
        if low is None and likely is None and high is None:
            return None
        ids = tuple(figure.id for figure in inputs.values())
        text = pattern.format(**{name: figure.term for name, figure in inputs.items()})
        origin = Origin("formula", text, inputs=ids, names=tuple(inputs), pattern=pattern)
        made = self._enter(
            ("formula", key, label, pattern, *ids),
            lambda number: Figure(number, key, label, low, likely, high, measure, origin, params=params or {}),
        )
        self._computed.setdefault(made.id, Computation(function, dict(zip(inputs, ids, strict=True))))
        return made

    def found(
        self,
        key: str,
        label: str,
        pattern: str,
        inputs: Mapping[str, Figure],
        value: Decimal,
        measure: Measure,
        params: Mapping[str, str] | None = None,
    ) -> Figure:
        """A figure that a simulation or a search over others of this ledger found: one value, how, and from what.

        `pattern` says how it was found, with a `{name}` for each input. Raises LedgerError for an input of another
        ledger.
        """
        for name, figure in inputs.items():
            if self._figures.get(figure.id) is not figure:
                raise LedgerError(f"{key}: {name} is not a figure of this ledger")
        ids = tuple(figure.id for figure in inputs.values())
        text = pattern.format(**{name: figure.term for name, figure in inputs.items()})
        origin = Origin("formula", text, inputs=ids, names=tuple(inputs), pattern=pattern)
        return self._enter(
            ("found", key, label, pattern, *ids),
            lambda number: Figure(number, key, label, value, value, value, measure, origin, params=params or {}),
        )

    def _enter(self, identity: tuple[str, ...], make: Callable[[str], Figure]) -> Figure:
        """The figure of this identity, made with the next id where it is new."""
        if identity not in self._made:
            figure = make(f"F{len(self._figures) + 1}")
            self._figures[figure.id] = self._made[identity] = figure
        return self._made[identity]


def _known(value: Decimal | None) -> Decimal:
    if value is None:
        raise LedgerError("the members of a pool are closed ranges with a likely value")
    return value
