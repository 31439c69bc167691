"""The ledger: the only place where a number of an assessment comes into being.

Every figure has an origin: a claim revision, an answer, a declared assumption, or a formula over figures that
are already in the ledger. So each can be followed back, and none is typed into a sentence.

Ranges go through a formula by interval evaluation: the function is called at every combination of the lowest and
highest value of its uncertain inputs, and the smallest and largest result are kept. For the formulas of the cost
model, monotone in each input, that is exact for independent inputs; where one quantity reaches a result by two
ways, the range comes out wider than need be, never narrower. An open end stays open: None means unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from itertools import product
from typing import Any, Literal

from assessments.engine.claim import Claim
from assessments.engine.numbers import CONTEXT, INFINITY, to_json

MOST_UNCERTAIN_INPUTS = 6  # 64 corners; a longer formula is written in steps, which also reads better
HOUSE = "Footing house assumptions"
_HALF = Decimal("0.5")

Corner = Callable[..., Decimal]


class LedgerError(ValueError):
    """A figure that cannot be followed back, or whose range is upside down."""


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


class Ledger:
    """Figures in the order of their making, F1, F2, …; what is asked for twice is made once."""

    def __init__(self) -> None:
        self._figures: dict[str, Figure] = {}
        self._made: dict[tuple[str, ...], Figure] = {}

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._figures.values())

    def __getitem__(self, figure_id: str) -> Figure:
        return self._figures[figure_id]

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

    def answer(self, question: str, label: str, value: Decimal, measure: Measure, key: str = "answer") -> Figure:
        """A number the client gave; with a `key` of its own where it is what an answer stands for."""
        origin, params = Origin("answer", question), {"question": question}
        return self._enter(
            ("answer", question),
            lambda number: Figure(number, key, label, value, value, value, measure, origin, params=params),
        )

    def assumption(self, key: str, label: str, value: Decimal, measure: Measure, note: str, by: str = HOUSE) -> Figure:
        """A number nobody sourced: it says so, why it is what it is, and who set it."""
        origin = Origin("assumption", by, note)
        return self._enter(
            ("assumption", key), lambda number: Figure(number, key, label, value, value, value, measure, origin)
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
        return self._enter(
            ("within", figure.id, str(share)),
            lambda number: replace(figure, id=number, key="middle", likely=likely, origin=origin, bound=None),
        )

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
        return self._enter(
            ("formula", key, label, pattern, *ids),
            lambda number: Figure(number, key, label, low, likely, high, measure, origin, params=params or {}),
        )

    def _enter(self, identity: tuple[str, ...], make: Callable[[str], Figure]) -> Figure:
        """The figure of this identity, made with the next id where it is new."""
        if identity not in self._made:
            figure = make(f"F{len(self._figures) + 1}")
            self._figures[figure.id] = self._made[identity] = figure
        return self._made[identity]


def spread(function: Corner, inputs: Mapping[str, Figure]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Low, likely and high of `function` over the ranges of its inputs; None where it is unknown or without end."""
    ends: dict[str, tuple[Decimal, ...]] = {}
    for name, figure in inputs.items():
        low = -INFINITY if figure.low is None else figure.low
        high = INFINITY if figure.high is None else figure.high
        ends[name] = (low,) if low == high else (low, high)
    if sum(len(pair) == 2 for pair in ends.values()) > MOST_UNCERTAIN_INPUTS:
        raise LedgerError(f"more than {MOST_UNCERTAIN_INPUTS} uncertain inputs: write the formula in steps")
    likely = at(function, {name: figure.likely for name, figure in inputs.items()})
    corners = [at(function, dict(zip(ends, values, strict=True))) for values in product(*ends.values())]
    found = [corner for corner in corners if corner is not None]
    if len(found) < len(corners):
        return None, _finite(likely), None
    if likely is not None:
        found.append(likely)
    return _finite(min(found)), _finite(likely), _finite(max(found))


def at(function: Corner, point: Mapping[str, Decimal | None]) -> Decimal | None:
    """A function at one point; None where an input or the result has no value there."""
    known = {name: value for name, value in point.items() if value is not None}
    if len(known) < len(point):
        return None
    with localcontext(CONTEXT):
        try:
            return function(**known)
        except (InvalidOperation, DivisionByZero):
            return None


def _finite(value: Decimal | None) -> Decimal | None:
    return value if value is not None and value.is_finite() else None
