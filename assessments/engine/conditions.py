"""Conditions of decision tables: comparisons of facts, combined by all, any and not.

A condition is judged to true, false or unknown (Kleene's three-valued logic): a threshold whose claim is missing or
past its hard stop makes a comparison unknown, and a combination is unknown only where the unknown part matters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Protocol

from assessments.engine.claim import Standing


class Op(StrEnum):
    """How a fact is compared with its operand."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    CONTAINS = "contains"
    ANY_OF = "any_of"


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """Something a judgement rests on: a fact, a claim or a computed figure, by its name."""

    kind: Literal["fact", "claim", "figure"]
    name: str


@dataclass(frozen=True, slots=True)
class Lack:
    """Evidence that was needed and could not be used, and why."""

    name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Judgement:
    """True, false or unknown (None), with what decided it and what was lacking."""

    value: bool | None
    sources: tuple[Source, ...] = ()
    lacks: tuple[Lack, ...] = ()


class Case(Protocol):
    """What a condition may look at."""

    def fact(self, name: str) -> Any:
        """A fact's value: bool, str, Decimal, frozenset of str, or None for none."""

    def claim_field(self, slug: str, field: str) -> Decimal | str | Lack:
        """`low`, `likely`, `high` or `rating` of a claim that may be used."""

    def figure_field(self, name: str, field: str) -> Decimal | Lack:
        """`low`, `likely` or `high` of a computed figure; infinity where it is never reached."""


class Condition(Protocol):
    """Anything that can be judged."""

    def judge(self, case: Case) -> Judgement:
        """True, false or unknown for this case."""

    def comparisons(self) -> Iterator[Comparison]:
        """The comparisons it is made of."""


@dataclass(frozen=True, slots=True)
class Operand:
    """What a fact is compared with: a value, or the field of a claim, of a computed figure, or another fact."""

    kind: Literal["value", "claim", "figure", "fact"]
    name: str = ""
    field: str = ""
    value: Any = None

    def read(self, case: Case) -> Any:
        """The value to compare with, or what is lacking."""
        if self.kind == "claim":
            return case.claim_field(self.name, self.field)
        if self.kind == "figure":
            return case.figure_field(self.name, self.field)
        return case.fact(self.name) if self.kind == "fact" else self.value

    def sources(self) -> tuple[Source, ...]:
        """Where the value came from; a value written in the table has no source."""
        return () if self.kind == "value" else (Source(self.kind, self.name),)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One fact against one operand. An ordering with nothing on either side (None) is false."""

    fact: str
    op: Op
    operand: Operand

    def judge(self, case: Case) -> Judgement:
        """Compare; unknown where the operand's evidence is lacking."""
        sources = (Source("fact", self.fact), *self.operand.sources())
        left, right = case.fact(self.fact), self.operand.read(case)
        if isinstance(right, Lack):
            return Judgement(None, sources, (right,))
        return Judgement(self._holds(left, right), sources)

    def _holds(self, left: Any, right: Any) -> bool:
        if self.op in (Op.EQ, Op.NE):
            return bool(left == right) is (self.op is Op.EQ)
        if self.op is Op.CONTAINS:
            return right in left
        if self.op is Op.ANY_OF:
            return bool(left & right)
        if left is None or right is None:
            return False
        if self.op is Op.IN:
            return left in right
        if self.op in (Op.LT, Op.GE):
            return bool(left < right) is (self.op is Op.LT)
        return bool(left > right) is (self.op is Op.GT)

    def comparisons(self) -> Iterator[Comparison]:
        """Itself."""
        yield self


@dataclass(frozen=True, slots=True)
class Combination:
    """`all` or `any` of some conditions. An empty `all` is true, an empty `any` false."""

    kind: Literal["all", "any"]
    parts: tuple[Condition, ...]

    def judge(self, case: Case) -> Judgement:
        """The first part that decides is the reason; where none does, all of them together are."""
        decisive = self.kind == "any"
        judged = [part.judge(case) for part in self.parts]
        for judgement in judged:
            if judgement.value is decisive:
                return judgement
        unknown = [judgement for judgement in judged if judgement.value is None]
        return merge(not decisive if not unknown else None, unknown or judged)

    def comparisons(self) -> Iterator[Comparison]:
        """Those of the parts, in order."""
        for part in self.parts:
            yield from part.comparisons()


@dataclass(frozen=True, slots=True)
class Negation:
    """`not` of a condition."""

    part: Condition

    def judge(self, case: Case) -> Judgement:
        """The opposite; unknown stays unknown."""
        judgement = self.part.judge(case)
        value = None if judgement.value is None else not judgement.value
        return Judgement(value, judgement.sources, judgement.lacks)

    def comparisons(self) -> Iterator[Comparison]:
        """Those of the part."""
        return self.part.comparisons()


@dataclass(frozen=True, slots=True)
class NoneOf:
    """True where a table's list comes out empty. Unknown as soon as one entry is: a list is shown whole or not at all."""

    parts: tuple[Condition, ...]

    def judge(self, case: Case) -> Judgement:
        """True where no part holds."""
        judged = [part.judge(case) for part in self.parts]
        unknown = [judgement for judgement in judged if judgement.value is None]
        if unknown:
            return merge(None, unknown)
        holding = [judgement for judgement in judged if judgement.value]
        return merge(not holding, holding or judged)

    def comparisons(self) -> Iterator[Comparison]:
        """Those of the parts, in order."""
        return Combination("any", self.parts).comparisons()


def merge(value: bool | None, judged: list[Judgement]) -> Judgement:
    """One judgement of this value, resting on all that these rest on, each named once."""
    sources = dict.fromkeys(source for judgement in judged for source in judgement.sources)
    lacks = dict.fromkeys(lack for judgement in judged for lack in judgement.lacks)
    return Judgement(value, tuple(sources), tuple(lacks))
