"""Answers checked against the questionnaire, and the facts that follow from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

from assessments.engine.errors import AnswersError
from assessments.engine.numbers import from_json, to_json
from assessments.engine.questionnaire import Question, Questionnaire

Value = bool | str | Decimal | frozenset[str] | None
"""A fact: numbers are Decimal, lists of choices are sets, None means "none" where the question allows it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The answers of one client. `answers` is what was given, in the questions' order, as JSON."""

    answers: Mapping[str, Any]
    values: Mapping[str, Value]

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    def number(self, name: str) -> Decimal:
        """A numeric fact that is not nullable."""
        value = self.values[name]
        assert isinstance(value, Decimal), f"{name} is a number by the questionnaire"
        return value

    def moved(self, name: str, value: Decimal) -> Facts:
        """The same client with one numeric fact at another value; what follows from it is not recomputed."""
        return Facts(self.answers, {**self.values, name: value})


def validate(answers: Mapping[str, Any], questionnaire: Questionnaire, models: Collection[str] | None = None) -> Facts:
    """Check answers and return the facts.

    Every question must be answered; a nullable one may be null or left out. `models` are the models with a price,
    where that is known. Raises AnswersError with (question id, what would be right) for everything that is wrong.
    """
    errors = [(str(key), "is not a question") for key in answers if key not in questionnaire.by_id]
    given: dict[str, Any] = {}
    values: dict[str, Value] = {}
    for question in questionnaire.questions:
        try:
            values[question.id] = _value(question, answers, models)
        except ValueError as error:
            errors.append((question.id, str(error)))
        else:
            given[question.id] = _as_json(question, values[question.id])
    if errors:
        raise AnswersError(errors)
    facts = Facts(given, values)
    requests = facts.number("requests_per_month")
    derived = {
        "monthly_tokens": requests * (facts.number("tokens_in") + facts.number("tokens_out")),
        "requests_per_day": requests / questionnaire.conventions["days_per_month"],
    }
    return Facts(given, {**values, **derived})


def _value(question: Question, answers: Mapping[str, Any], models: Collection[str] | None) -> Value:
    answer = answers.get(question.id)
    if answer is None:
        if question.nullable:
            return None
        raise ValueError("is missing" if question.id not in answers else "must not be empty")
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


def _as_json(question: Question, value: Value) -> Any:
    if isinstance(value, Decimal):
        return to_json(value)
    if isinstance(value, frozenset):
        return [choice for choice in question.values if choice in value]
    return value
