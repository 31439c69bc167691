"""What each question decides: the rules of every table that read its answer, and whether it enters the costs.

Walked from the tables themselves, so that what is told about a question is what the engine really does with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from assessments.engine.conditions import Condition
from assessments.engine.costing import CONSTRAINT
from assessments.engine.inputs import ANSWERS
from assessments.engine.method import Method
from assessments.engine.questionnaire import DERIVED_FROM
from assessments.engine.tables import Entry, Table

Place = Literal["framework", "house", "objection", "warning", "unasked"]


@dataclass(frozen=True, slots=True)
class Use:
    """One rule, condition or notice that reads an answer. `table` is the framework's id, else empty.

    `chooses`: the answer does not decide whether the rule applies, but which option it then speaks for.
    """

    place: Place
    table: str
    code: str
    chooses: bool = False


@dataclass(frozen=True, slots=True)
class Uses:
    """All that one question feeds. `constrains`: it decides which ways to build can be offered at all."""

    rules: tuple[Use, ...]
    costs: bool
    constrains: bool

    def __bool__(self) -> bool:
        """Whether it feeds anything: a question that does not need not be asked."""
        return bool(self.rules or self.costs or self.constrains)


def question_uses(method: Method) -> Mapping[str, Uses]:
    """Question → what its answer feeds, rules in the order in which they are judged."""
    rules: dict[str, dict[Use, None]] = {question: {} for question in method.questionnaire.by_id}
    for use, condition in _read(method):
        for question in _questions(condition):
            if question in rules:  # a notice reads what was recommended too
                rules[question][use] = None
    return {
        question: Uses(tuple(found), question in ANSWERS, question == CONSTRAINT) for question, found in rules.items()
    }


def _read(method: Method) -> Iterator[tuple[Use, Condition]]:
    for framework in method.frameworks:
        yield from _table(framework.table, "framework", framework.id)
    yield from _table(method.house.table, "house", "")
    for entries in method.house.objections.values():
        yield from _entries(entries, "objection", "")
    for warning in method.warnings:
        yield Use("warning", "", warning.code), warning.when
    for question in method.unasked:
        for answer in question.answers:
            yield Use("unasked", "", question.id), answer.when


def _table(table: Table, place: Place, name: str) -> Iterator[tuple[Use, Condition]]:
    """The rules with the choice of their verdicts, then what is shown beside them."""
    for rule in table.rules:
        yield Use(place, name, rule.id), rule.when
        applies = set(_questions(rule.when))
        for entry in rule.verdict:
            yield Use(place, name, rule.id, chooses=applies.isdisjoint(_questions(entry.when))), entry.when
        yield from _entries(rule.conditions, place, name)
    for entries in table.lists.values():
        yield from _entries(entries, place, name)
    for choice, entries in table.choices.items():
        for entry in entries:
            yield Use(place, name, choice), entry.when


def _entries(entries: Iterable[Entry], place: Place, name: str) -> Iterator[tuple[Use, Condition]]:
    for entry in entries:
        yield Use(place, name, entry.code), entry.when


def _questions(condition: Condition) -> Iterator[str]:
    """The questions whose answers a condition reads, those behind a derived fact included."""
    for comparison in condition.comparisons():
        names = [comparison.fact]
        if comparison.operand.kind == "fact":
            names.append(comparison.operand.name)
        for name in names:
            yield from DERIVED_FROM.get(name, (name,))
