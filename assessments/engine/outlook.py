"""How a condition may still come out while some facts are not known: one outcome, or several of true, false, lacking.

The outcomes are never too few: parts of a condition are taken as if they were independent of each other, so that what
is called certain here is so for every completion, and something that could be known may still be called open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assessments.engine.client_case import ClientCase
from assessments.engine.conditions import Combination, Comparison, Condition, Lack, Negation, NoneOf
from assessments.engine.possible import Possible

CERTAIN = {value: frozenset([value]) for value in (True, False, None)}
ANY = frozenset([True, False, None])


@dataclass(frozen=True, slots=True)
class Outlook:
    """The possible values of a judgement; None is "its evidence cannot be used", for want of one of `lacks`.

    `waits` are the questions that decide between several; none where there is one.
    """

    outcomes: frozenset[bool | None]
    waits: tuple[str, ...] = ()
    lacks: tuple[Lack, ...] = ()

    def certainly(self, value: bool | None) -> bool:
        """Whether it comes out so in any case."""
        return self.outcomes == CERTAIN[value]


@dataclass(frozen=True)
class Prospect:
    """A half-filled case: what each fact may be, the evidence of the day, and the questions that are not answered.

    Computed figures need all answers. Until then a comparison with one may come out in any way.
    """

    case: ClientCase
    facts: Mapping[str, Possible]
    unanswered: tuple[str, ...] = ()

    def judge(self, condition: Condition) -> Outlook:
        """How a condition may come out."""
        if isinstance(condition, Comparison):
            return self._compared(condition)
        if isinstance(condition, Negation):
            found = self.judge(condition.part)
            return replace(found, outcomes=frozenset(None if one is None else not one for one in found.outcomes))
        assert isinstance(condition, Combination | NoneOf)
        parts = [self.judge(part) for part in condition.parts]
        if isinstance(condition, NoneOf):
            return _outlook(_none_of(parts), parts)
        return _outlook(_combined(parts, decisive=condition.kind == "any"), parts)

    def open_facts(self, condition: Condition) -> tuple[str, ...]:
        """The questions behind all facts of a condition that are not known, whether they matter in it or not."""
        read = [
            name
            for comparison in condition.comparisons()
            for name in (comparison.fact, *([comparison.operand.name] if comparison.operand.kind == "fact" else []))
        ]
        return tuple(dict.fromkeys(question for name in read for question in self.facts[name].waits))

    def _compared(self, comparison: Comparison) -> Outlook:
        operand, left = comparison.operand, self.facts[comparison.fact]
        if operand.kind == "figure":
            return Outlook(ANY, self.unanswered)
        if operand.kind == "fact":
            right = self.facts[operand.name]
            lefts = left.tries(right.tries(()))
            pairs = [{comparison.fact: one, operand.name: two} for two in right.tries(lefts) for one in lefts]
            waits = (*left.waits, *right.waits)
        else:
            value = operand.read(self.case)
            pairs = [{comparison.fact: one} for one in left.tries([] if isinstance(value, Lack) else [value])]
            waits = left.waits
        judged = [comparison.judge(replace(self.case, extra=pair)) for pair in pairs]
        outcomes = frozenset(one.value for one in judged)
        return Outlook(outcomes, waits if len(outcomes) > 1 else (), judged[0].lacks)


def _outlook(outcomes: frozenset[bool | None], parts: Sequence[Outlook]) -> Outlook:
    waits = dict.fromkeys(question for part in parts for question in part.waits)
    lacks = dict.fromkeys(lack for part in parts for lack in part.lacks)
    return Outlook(outcomes, tuple(waits) if len(outcomes) > 1 else (), tuple(lacks) if None in outcomes else ())


def _combined(parts: Sequence[Outlook], *, decisive: bool) -> frozenset[bool | None]:
    """`any` (true is decisive) or `all` (false is)."""
    if any(part.certainly(decisive) for part in parts):
        return CERTAIN[decisive]
    found: set[bool | None] = set()
    if any(decisive in part.outcomes for part in parts):
        found.add(decisive)
    if all((not decisive) in part.outcomes for part in parts):
        found.add(not decisive)
    if any(None in part.outcomes for part in parts):
        found.add(None)
    return frozenset(found)


def _none_of(parts: Sequence[Outlook]) -> frozenset[bool | None]:
    """One part that lacks its evidence leaves the whole list unknown."""
    if any(part.certainly(None) for part in parts):
        return CERTAIN[None]
    found: set[bool | None] = set()
    if any(None in part.outcomes for part in parts):
        found.add(None)
    if all(False in part.outcomes for part in parts):
        found.add(True)
    if any(True in part.outcomes for part in parts):
        found.add(False)
    return frozenset(found)
