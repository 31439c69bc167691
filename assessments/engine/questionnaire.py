"""The questionnaire as data: steps, questions, their types and bounds, and when a question matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from assessments.engine.condition_syntax import FactType, Syntax
from assessments.engine.conditions import Condition
from assessments.engine.errors import FrameworkError
from assessments.engine.ledger import Measure
from assessments.engine.numbers import from_json, to_json
from assessments.engine.result import digest

Text = Mapping[str, str]
"""The same words in each language: {"en": …, "es": …}."""

UNKNOWN = "unknown"
"""The answer "I do not know"."""

TYPES = frozenset({"bool", "enum", "multi_enum", "integer", "number", "price_model"})
_MEASURES = {
    "requests/month": Measure("requests", per="month"),
    "fraction": Measure("ratio"),
    "USD": Measure("currency", "USD"),
}
_FACT_KINDS = {"integer": "number", "price_model": "text"}

DERIVED_FROM: Mapping[str, tuple[str, ...]] = {
    "monthly_tokens": ("requests_per_month", "tokens_in", "tokens_out"),
    "requests_per_day": ("requests_per_month",),
}
"""Facts that follow from answers by a convention of the questionnaire, and from which (see `facts.Facts`)."""

DERIVED_FACTS: Mapping[str, FactType] = {name: FactType("number") for name in DERIVED_FROM}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a list. `per_year` says how often a change of this kind happens."""

    value: str
    label: Text
    per_year: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the questionnaire."""

    id: str
    title: Text
    intro: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `minimum` and `maximum` bound a number, both ends allowed.

    `unknown` is what "I do not know" stands for: a choice, or for a number `(low, likely, high)`; None where the
    question cannot be left to it. `exact`: a number that cannot be a range.
    """

    id: str
    step: str
    type: str
    text: Text
    reason: Text
    help: Text
    label: Text
    unit: str | None
    nullable: bool
    options: tuple[Option, ...]
    minimum: Decimal | None
    maximum: Decimal | None
    used_by: tuple[str, ...]
    typical: tuple[str, ...]
    shown_when: Condition | None
    when_hidden: Any
    unknown: Any = None
    exact: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The answers of a list, in order."""
        return tuple(option.value for option in self.options)

    @property
    def stands_for(self) -> Any:
        """What "I do not know" counts as, as an answer in JSON; None where the question cannot be left to it."""
        if not isinstance(self.unknown, tuple):
            return self.unknown
        return dict(zip(("low", "likely", "high"), map(to_json, self.unknown), strict=True))

    @property
    def numeric(self) -> bool:
        """Whether the answer is a number."""
        return self.type in ("integer", "number")

    def allows(self, number: Decimal) -> bool:
        """Whether a number is within the bounds."""
        return (self.minimum is None or number >= self.minimum) and (self.maximum is None or number <= self.maximum)

    @property
    def measure(self) -> Measure:
        """What a numeric answer counts."""
        unit = self.unit or "count"
        return _MEASURES.get(unit) or Measure(unit, per="request" if unit == "tokens" else None)

    @property
    def fact_type(self) -> FactType:
        """The type a condition sees."""
        return FactType(_FACT_KINDS.get(self.type, self.type), frozenset(self.values), self.nullable)


@dataclass(frozen=True)
class Questionnaire:
    """All questions in order. `digest` is that of the file as read."""

    version: int
    conventions: Mapping[str, Decimal]
    steps: tuple[Step, ...]
    questions: tuple[Question, ...]
    digest: str

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        """Questions by their id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def fact_types(self) -> Mapping[str, FactType]:
        """Every fact a condition may name."""
        return {question.id: question.fact_type for question in self.questions} | dict(DERIVED_FACTS)

    def of_step(self, step: str) -> tuple[Question, ...]:
        """The questions of one page."""
        return tuple(question for question in self.questions if question.step == step)

    def shown(self, question: Question, answers: Mapping[str, Any]) -> bool:
        """Whether a question matters, given what is answered so far; an unanswered condition counts as not met."""
        if question.shown_when is None:
            return True
        return bool(question.shown_when.judge(_SoFar(answers, self.by_id)).value)

    def complete(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers with every question that is not shown set to its `when_hidden` value."""
        completed = dict(answers)
        for question in self.questions:
            if not self.shown(question, completed):
                completed[question.id] = question.when_hidden
        return completed


@dataclass(frozen=True, slots=True)
class _SoFar:
    """A half-filled questionnaire, as conditions see it."""

    answers: Mapping[str, Any]
    questions: Mapping[str, Question]

    def fact(self, name: str) -> Any:
        value = self.answers.get(name)
        if value == UNKNOWN:
            value = self.questions[name].unknown
            return value[1] if isinstance(value, tuple) else value
        if isinstance(value, Mapping):
            value = value.get("likely")
        return from_json(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def claim_field(self, slug: str, field: str) -> Decimal:
        raise LookupError(f"{slug}.{field}: what is shown depends on answers only")

    figure_field = claim_field


def load_questionnaire(path: Path) -> Questionnaire:
    """Read and check the questionnaire. Raises FrameworkError naming file, question and key."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    steps = tuple(Step(step["id"], step["title"], step["intro"]) for step in data["steps"])
    plain = [_question(path.name, entry, {step.id for step in steps}) for entry in data["questions"]]
    syntax = Syntax(path.name, {question.id: question.fact_type for question in plain})
    questions = tuple(_question(path.name, entry, {step.id for step in steps}, syntax) for entry in data["questions"])
    conventions = {name: from_json(value) for name, value in data["conventions"].items()}
    return Questionnaire(data["version"], conventions, steps, questions, digest(data))


def _question(file: str, entry: Mapping[str, Any], steps: set[str], syntax: Syntax | None = None) -> Question:
    name = str(entry.get("id"))
    if missing := [key for key in ("step", "type", "text", "reason", "help", "used_by") if key not in entry]:
        raise FrameworkError(file, name, missing[0], "is missing")
    if entry["step"] not in steps:
        raise FrameworkError(file, name, "step", f"{entry['step']!r} is not a step")
    if entry["type"] not in TYPES:
        raise FrameworkError(file, name, "type", f"{entry['type']!r} is not one of {', '.join(sorted(TYPES))}")
    bounds = entry.get("bounds", {})
    condition = entry.get("shown_when")
    return Question(
        id=name,
        step=entry["step"],
        type=entry["type"],
        text=entry["text"],
        reason=entry["reason"],
        help=entry["help"],
        label=entry.get("label", entry["text"]),
        unit=entry.get("unit"),
        nullable=entry.get("nullable", False),
        options=tuple(_option(option) for option in entry.get("allowed", ())),
        minimum=from_json(bounds["min"]) if bounds else None,
        maximum=from_json(bounds["max"]) if bounds else None,
        used_by=tuple(entry["used_by"]),
        typical=tuple(entry.get("typical", ())),
        shown_when=syntax.condition(condition, name) if syntax and condition else None,
        when_hidden=entry.get("when_hidden"),
        unknown=_unknown(file, name, entry),
        exact=entry.get("exact", False),
    )


def _unknown(file: str, name: str, entry: Mapping[str, Any]) -> Any:
    """What stands for "I do not know": a range for a number, one of the choices else."""
    stands_for = entry.get("unknown")
    if stands_for is None:
        return None
    if entry["type"] not in ("integer", "number"):
        allowed = [True, False] if entry["type"] == "bool" else [option["value"] for option in entry.get("allowed", ())]
        if any(one not in allowed for one in (stands_for if isinstance(stands_for, list) else [stands_for])):
            raise FrameworkError(file, name, "unknown", "must be among the answers of the question")
        if any(option["value"] == stands_for and "per_year" in option for option in entry.get("allowed", ())):
            raise FrameworkError(file, name, "unknown", "must not be a pace: sums would be built on it")
        return stands_for
    low, likely, high = (from_json(stands_for[end]) for end in ("low", "likely", "high"))
    if not from_json(entry["bounds"]["min"]) <= low <= likely <= high <= from_json(entry["bounds"]["max"]):
        raise FrameworkError(file, name, "unknown", "low, likely and high must be in order and within the bounds")
    return low, likely, high


def _option(option: Mapping[str, Any]) -> Option:
    per_year = option.get("per_year")
    return Option(option["value"], option["label"], None if per_year is None else from_json(per_year))
