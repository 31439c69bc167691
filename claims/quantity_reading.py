"""The marks of one printed figure, gathered from left to right: its numbers, and what stands at them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from claims.quantity_language import Kind
from claims.quantity_scanning import Mark
from claims.quantity_value import WORD_NUMBERS, Bound, QuantityError

_NUMBERS = frozenset({Kind.NUMBER, Kind.SCALE})
_ENDS_AN_AMOUNT = _NUMBERS | {Kind.HALF, Kind.CURRENCY, Kind.UNIT, Kind.WORD_NUMBER}
_BEGINS_AN_AMOUNT = frozenset({Kind.NUMBER, Kind.CURRENCY})


@dataclass
class Amount:
    """One number with what is printed at it; `prefixed` tells "$5" from "5 €"."""

    number: Decimal
    scale: Decimal | None = None
    currency: str | None = None
    prefixed: bool = False
    unit: str | None = None

    @property
    def scaled(self) -> Decimal:
        """The number with its thousands or millions."""
        return self.number * (self.scale or 1)


@dataclass
class Reading:
    """What was printed, not yet judged as a whole. At most two amounts; two are joined as a range."""

    text: str
    amounts: list[Amount] = field(default_factory=list)
    word: str | None = None
    """A word that stands for the number ("thousands"), and the currency printed after it."""
    word_currency: str | None = None
    bounds: set[Bound] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    pers: set[str] = field(default_factory=set)
    opens: bool = False
    """ "from": a lower limit if one number follows."""
    between: bool = False
    # What was read and still waits for its number.
    joined: bool = False
    negative: bool = False
    currency: str | None = None

    def refusal(self, message: str, *, part: str = "text") -> QuantityError:
        """The error for this text; `{}` in the message stands for it."""
        return QuantityError(message.replace("{}", self.text), field=part)

    def take(self, mark: Mark, before: Mark | None, after: Mark | None) -> None:
        """Read the next mark; its neighbours tell a dash from a minus, and a currency before from one behind."""
        self._HANDLERS[mark.kind](self, mark, before, after)

    def finish(self) -> None:
        """Refuse what still waits for a number."""
        if self.joined or self.negative or self.currency:
            raise self.refusal("A number is missing in “{}”.")

    def _number(self, mark: Mark, _before: Mark | None, _after: Mark | None) -> None:
        if self.word or (self.amounts and not self.joined):
            raise self.refusal("“{}” holds two numbers that nothing joins. Enter one figure, or write “5 to 10”.")
        number = Decimal(mark.value)
        self.amounts.append(
            Amount(-number if self.negative else number, currency=self.currency, prefixed=self.currency is not None)
        )
        self.joined = self.negative = False
        self.currency = None

    def _half(self, mark: Mark, before: Mark | None, after: Mark | None) -> None:
        self._number(mark, before, after)
        self._take_unit("percent")

    def _scale(self, mark: Mark, before: Mark | None, _after: Mark | None) -> None:
        if before is None or before.kind is not Kind.NUMBER:
            raise self.refusal("In “{}” no number stands before the thousand or million.")
        self.amounts[-1].scale = Decimal(mark.value)

    def _word_number(self, mark: Mark, before: Mark | None, _after: Mark | None) -> None:
        if mark.value == "millions" and before is not None and before.kind is Kind.NUMBER:
            self.amounts[-1].scale = WORD_NUMBERS["millions"]  # "10 millones"
        elif self.amounts or self.word or self.negative or self.currency:
            raise self.refusal("“{}” mixes a number with a word for a number. Enter one of them.")
        else:
            self.word = mark.value

    def _currency_mark(self, mark: Mark, before: Mark | None, _after: Mark | None) -> None:
        if before is not None and before.kind in _NUMBERS:
            standing, self.amounts[-1].currency = self.amounts[-1].currency, mark.value
        elif before is not None and before.kind is Kind.WORD_NUMBER:
            standing, self.word_currency = self.word_currency, mark.value
        else:
            standing, self.currency = self.currency, mark.value
        if standing not in (None, mark.value):
            raise self.refusal("“{}” names two currencies. Enter one figure for each.", part="currency")

    def _unit(self, mark: Mark, _before: Mark | None, _after: Mark | None) -> None:
        if not self.amounts and self.word is None:
            raise self.refusal("In “{}” the unit stands before its number.", part="unit")
        self._take_unit(mark.value)

    def _take_unit(self, unit: str) -> None:
        self.units.add(unit)
        if self.amounts:
            self.amounts[-1].unit = unit

    def _per(self, mark: Mark, _before: Mark | None, _after: Mark | None) -> None:
        self.pers.add(mark.value)

    def _bound(self, mark: Mark, _before: Mark | None, _after: Mark | None) -> None:
        self.bounds.add(Bound(mark.value))

    def _from(self, _mark: Mark, _before: Mark | None, _after: Mark | None) -> None:
        self.opens = True

    def _between(self, _mark: Mark, _before: Mark | None, _after: Mark | None) -> None:
        self.between = True

    def _join(self, _mark: Mark, _before: Mark | None, _after: Mark | None) -> None:
        if len(self.amounts) != 1 or self.joined:
            raise self.refusal("“{}” is not one range. Write it as “5 to 10”.")
        self.joined = True

    def _and(self, mark: Mark, before: Mark | None, after: Mark | None) -> None:
        if not self.between:
            raise self.refusal("“{}” joins two figures by “and”. Enter them apart, or write “5 to 10”.")
        self._join(mark, before, after)

    def _dash(self, mark: Mark, before: Mark | None, after: Mark | None) -> None:
        if self._follows_amount(before):
            self._join(mark, before, after)
        elif self.negative or after is None or after.kind not in _BEGINS_AN_AMOUNT:
            raise self.refusal("A dash stands in “{}” where no number follows.")
        else:
            self.negative = True

    def _plus(self, _mark: Mark, before: Mark | None, after: Mark | None) -> None:
        if self._follows_amount(before):
            self.bounds.add(Bound.AT_LEAST)
        elif after is None or after.kind not in _BEGINS_AN_AMOUNT:
            raise self.refusal("A plus sign stands in “{}” where no number follows.")

    def _median(self, _mark: Mark, _before: Mark | None, _after: Mark | None) -> None:
        raise self.refusal("“{}” names two medians.", part="likely")

    def _follows_amount(self, before: Mark | None) -> bool:
        if before is None:
            return False
        return before.kind in _ENDS_AN_AMOUNT or (before.kind is Kind.PER and bool(self.amounts))

    _HANDLERS: ClassVar[Mapping[Kind, Callable[[Reading, Mark, Mark | None, Mark | None], None]]] = {
        Kind.NUMBER: _number,
        Kind.HALF: _half,
        Kind.SCALE: _scale,
        Kind.WORD_NUMBER: _word_number,
        Kind.CURRENCY: _currency_mark,
        Kind.UNIT: _unit,
        Kind.PER: _per,
        Kind.BOUND: _bound,
        Kind.FROM: _from,
        Kind.BETWEEN: _between,
        Kind.RANGE: _join,
        Kind.AND: _and,
        Kind.MINUS: _dash,
        Kind.PLUS: _plus,
        Kind.MEDIAN: _median,
    }


def read(marks: Sequence[Mark], text: str) -> Reading:
    """The marks of one figure, gathered. QuantityError where two of them cannot stand beside each other."""
    reading = Reading(text)
    padded = [None, *marks, None]
    for mark, before, after in zip(marks, padded, padded[2:], strict=False):
        reading.take(mark, before, after)
    reading.finish()
    return reading
