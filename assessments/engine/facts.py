"""Answers checked against the questionnaire, and the facts that follow from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import isfinite
from typing import Any

from assessments.engine.errors import AnswersError
from assessments.engine.numbers import from_json, to_json
from assessments.engine.questionnaire import UNKNOWN, Question, Questionnaire

Value = bool | str | Decimal | frozenset[str] | None
"""A fact: numbers are Decimal, lists of choices are sets, None means "none" where the question allows it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The answers of one client. `answers` is what was given, in the questions' order, as JSON.

    `values` has for a range its likely value and for "unknown" what stands for it; `ends` the lowest and highest
    value of a number that is a range or not known. `supposed` are the questions at a value that is not the client's.
    """

    answers: Mapping[str, Any]
    values: Mapping[str, Value]
    ends: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    supposed: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    def number(self, name: str) -> Decimal:
        """A numeric fact that is not nullable."""
        value = self.values[name]
        assert isinstance(value, Decimal), f"{name} is a number by the questionnaire"
        return value

    @property
    def unknown(self) -> tuple[str, ...]:
        """The questions that were answered with "I do not know", in order."""
        return tuple(name for name, answer in self.answers.items() if answer == UNKNOWN and name not in self.supposed)

    def moved(self, name: str, value: Value) -> Facts:
        """The same client with one fact at another value; what follows from it is not recomputed."""
        return replace(self, values={**self.values, name: value})


def validate(answers: Mapping[str, Any], questionnaire: Questionnaire, models: Collection[str] | None = None) -> Facts:
    """Check answers and return the facts.

    Every question must be answered; a nullable one may be null or left out. `models` are the models with a price,
    where that is known. Raises AnswersError with (question id, what would be right) for everything that is wrong.
    """
    errors = [(str(key), "is not a question") for key in answers if key not in questionnaire.by_id]
    given: dict[str, Any] = {}
    values: dict[str, Value] = {}
    ends: dict[str, tuple[Decimal, Decimal]] = {}
    for question in questionnaire.questions:
        answer = answers.get(question.id)
        try:
            if question.numeric and (isinstance(answer, Mapping) or answer == UNKNOWN):
                low, likely, high = _range(question, answer)
                values[question.id], ends[question.id] = likely, (low, high)
            else:
                values[question.id] = _value(question, answers, models)
        except ValueError as error:
            errors.append((question.id, str(error)))
        else:
            given[question.id] = _as_json(question, values[question.id], answer, ends.get(question.id))
    if errors:
        raise AnswersError(errors)
    return _complete(Facts(given, values, ends), questionnaire)


def suppose(
    facts: Facts,
    moved: Mapping[str, Any],
    questionnaire: Questionnaire,
    models: Collection[str] | None = None,
) -> Facts:
    """The same client with some answers at other values, all that follows from them included.

    `moved` holds single values by question; `answers` stays what the client said. Raises AnswersError as `validate`.
    """
    values, errors = dict(facts.values), []
    for name, answer in moved.items():
        question = questionnaire.by_id[name]
        try:
            values[name] = _number(question, answer) if question.numeric else _value(question, moved, models)
        except ValueError as error:
            errors.append((name, str(error)))
    if errors:
        raise AnswersError(errors)
    ends = {name: pair for name, pair in facts.ends.items() if name not in moved}
    return _complete(Facts(facts.answers, values, ends, facts.supposed | frozenset(moved)), questionnaire)


def value_of(question: Question, answer: Any) -> Value:
    """The fact that one answer gives: of a range its likely value. Raises ValueError saying what would be right."""
    if question.numeric and (isinstance(answer, Mapping) or answer == UNKNOWN):
        return _range(question, answer)[1]
    return _value(question, {question.id: answer}, None)


def _complete(facts: Facts, questionnaire: Questionnaire) -> Facts:
    """With the facts that follow from the answers."""
    requests = facts.number("requests_per_month")
    derived = {
        "monthly_tokens": requests * (facts.number("tokens_in") + facts.number("tokens_out")),
        "requests_per_day": requests / questionnaire.conventions["days_per_month"],
    }
    return replace(facts, values={**facts.values, **derived})


def _value(question: Question, answers: Mapping[str, Any], models: Collection[str] | None) -> Value:
    answer = answers.get(question.id)
    if answer is None:
        if question.nullable:
            return None
        raise ValueError("is missing" if question.id not in answers else "must not be empty")
    if answer == UNKNOWN and UNKNOWN not in question.values and question.type != "price_model":
        return _stand_in(question)
    if question.type == "bool":
        if not isinstance(answer, bool):
            raise ValueError(f"must be true or false, not {answer!r}")
        return answer
    if question.numeric:
        return _number(question, answer)
    if question.type == "multi_enum":
        return _choices(question, answer)
    if question.type == "price_model":
        return _model(answer, models)
    if not isinstance(answer, str) or answer not in question.values:
        raise ValueError(f"must be one of {', '.join(question.values)}, not {answer!r}")
    return answer


def _stand_in(question: Question) -> Value:
    """What "I do not know" stands for where the answer is a choice."""
    if question.unknown is None:
        raise ValueError("cannot be left unknown: everything else rests on it")
    stands_for = question.unknown
    return frozenset(stands_for) if question.type == "multi_enum" else stands_for


def _range(question: Question, answer: Any) -> tuple[Decimal, Decimal, Decimal]:
    """Low, likely and high of a number given as a range, or of one that is not known."""
    if answer == UNKNOWN:
        if question.unknown is None:
            raise ValueError("cannot be left unknown: everything else rests on it")
        low, likely, high = question.unknown
        return low, likely, high
    if question.exact:
        raise ValueError("takes one number, not a range")
    if unknown := sorted(str(key) for key in answer if key not in ("low", "likely", "high")):
        raise ValueError(f"takes low, likely and high, not {unknown[0]}")
    if missing := [end for end in ("low", "likely", "high") if end not in answer]:
        raise ValueError(f"as a range needs {missing[0]}")
    low, likely, high = (_number(question, answer[end]) for end in ("low", "likely", "high"))
    if not low <= likely <= high:
        raise ValueError("must have low, likely and high in this order")
    return low, likely, high


def _number(question: Question, answer: Any) -> Decimal:
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        raise ValueError(f"must be a number, not {answer!r}")
    if isinstance(answer, float) and not isfinite(answer):
        raise ValueError(f"must be a number, not {answer!r}")
    number = from_json(answer)
    if question.type == "integer" and number != number.to_integral_value():
        raise ValueError(f"must be a whole number, not {answer!r}")
    if not question.allows(number):
        raise ValueError(f"must be from {to_json(question.minimum)} to {to_json(question.maximum)}, not {answer!r}")
    return number


def _choices(question: Question, answer: Any) -> frozenset[str]:
    if not isinstance(answer, list | tuple):
        raise ValueError(f"must be a list, not {answer!r}")
    wrong = [one for one in answer if not isinstance(one, str) or one not in question.values]
    if wrong:
        raise ValueError(f"must be among {', '.join(question.values)}, not {wrong[0]!r}")
    if len(set(answer)) < len(answer):
        raise ValueError("must name each choice once")
    return frozenset(answer)


def _model(answer: Any, models: Collection[str] | None) -> str:
    if not isinstance(answer, str) or not answer:
        raise ValueError(f"must be the id of a model, not {answer!r}")
    if models is not None and answer not in models:
        raise ValueError(f"no price is published for {answer!r}; choose a model with a price")
    return answer


def _as_json(question: Question, value: Value, answer: Any, ends: tuple[Decimal, Decimal] | None) -> Any:
    if answer == UNKNOWN:
        return UNKNOWN
    if ends is not None and isinstance(value, Decimal):
        return {"low": to_json(ends[0]), "likely": to_json(value), "high": to_json(ends[1])}
    if isinstance(value, Decimal):
        return to_json(value)
    if isinstance(value, frozenset):
        return [choice for choice in question.values if choice in value]
    return value
