"""What a fact may still turn out to be while the questionnaire is half filled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from assessments.engine.facts import Value
from assessments.engine.questionnaire import Question

Span = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Possible:
    """The values a fact may have: those of `values`, any number of `span`, any selection of `choices`, any text.

    `waits` are the questions that decide which of them it is; none where it is known.
    """

    values: tuple[Value, ...] = ()
    span: Span | None = None
    choices: frozenset[str] | None = None
    text: bool = False
    waits: tuple[str, ...] = ()

    def tries(self, beside: Iterable[Value]) -> list[Value]:
        """Some of the values, such that no comparison with one of `beside` comes out in a way that none of them shows.

        For a number those are the ends, every value of `beside` in between, and one value between each two of them.
        """
        others = [part for one in beside for part in (one, *(one if isinstance(one, frozenset) else ()))]
        found = list(self.values)
        if self.span is not None:
            low, high = self.span
            within = {one for one in others if isinstance(one, Decimal) and low <= one <= high}
            points = sorted({low, high, *within})
            found += [*points, *((first + then) / 2 for first, then in pairwise(points))]
        if self.choices is not None:
            found += [frozenset(), self.choices, *(one for one in others if isinstance(one, frozenset))]
            found += [frozenset([one]) for one in others if isinstance(one, str)]
        if self.text:
            found += ["", *(one for one in others if isinstance(one, str))]
        return found

    def or_else(self, value: Value, waits: tuple[str, ...]) -> Possible:
        """The same, or this value: which one, these questions decide."""
        return replace(self, values=(*self.values, value), waits=waits)


def known(value: Value) -> Possible:
    """A fact that is settled."""
    return Possible((value,))


def unanswered(question: Question) -> Possible:
    """Every valid answer of a question."""
    waits = (question.id,)
    none: tuple[Value, ...] = (None,) if question.nullable else ()
    if question.type == "bool":
        return Possible((True, False, *none), waits=waits)
    if question.type == "enum":
        return Possible((*question.values, *none), waits=waits)
    if question.type == "multi_enum":
        return Possible(none, choices=frozenset(question.values), waits=waits)
    if question.type == "price_model":
        return Possible(none, text=True, waits=waits)
    assert question.minimum is not None, "a number has bounds, by the questionnaire"
    assert question.maximum is not None
    return Possible(none, span=(question.minimum, question.maximum), waits=waits)


def ends(one: Possible) -> Span:
    """The lowest and highest number a fact may be. Not for one that may be no number."""
    numbers = [value for value in (*one.values, *(one.span or ())) if isinstance(value, Decimal)]
    return min(numbers), max(numbers)


def between(low: Decimal, high: Decimal, waits: tuple[str, ...]) -> Possible:
    """A number that follows from others; known as soon as its ends are one."""
    return known(low) if low == high else Possible(span=(low, high), waits=waits)
