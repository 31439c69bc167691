"""Answers that a program sends as JSON, held against the questions by the forms of the pages: the same fields, the same
words for what is wrong.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from assessments import facts
from assessments.changed_fields import ChangedFields
from assessments.engine.questionnaire import UNKNOWN, Question
from assessments.json_body import name_the_words
from assessments.models import Assessment
from assessments.typed_numbers import ENDS, SLASH

# A number with three decimals, as a page would have it asked again: thirty, or thirty thousand? JSON leaves no doubt.
_THREE_DECIMALS = re.compile(r"\d+\.\d{3}")
Messages = dict[str, list[str]]


class _GivenFields(ChangedFields):
    """Questions that are answered by name: what is wrong with an answer is said, whether the question matters or not."""

    def clean(self) -> dict[str, Any]:
        return forms.Form.clean(self) or {}


def read(given: Mapping[str, Any], case: Assessment) -> tuple[dict[str, Any], Messages]:
    """The valid answers by question, and what is wrong with the others, by question. Names without a question are wrong."""
    questions = facts.questionnaire()
    answers: dict[str, Any] = {}
    wrong: Messages = {name: [f"There is no question “{name}”."] for name in given if name not in questions.by_id}
    for step in questions.steps:
        asked = [question for question in questions.of_step(step.id) if question.id in given]
        if not asked:
            continue
        form = _GivenFields(
            {question.id: _as_typed(question, given[question.id]) for question in asked},
            step=step,
            stored=case.answers,
            unread={},
            models=facts.priced_models() if any(question.type == "price_model" for question in asked) else (),
            changed=[question.id for question in asked],
        )
        name_the_words(form)
        form.is_valid()
        answers |= form.answers()
        for question in asked:
            if question.id in form.errors:
                wrong[question.id] = [*form.errors[question.id], *_what_a_range_is(question, given[question.id])]
    return answers, wrong


def _what_a_range_is(question: Question, value: Any) -> list[str]:
    """A sentence for an object with other members than a range has, where a range may be given."""
    if question.options or question.exact or not isinstance(value, Mapping) or set(value) == set(ENDS):
        return []
    return [f"A range is an object with {', '.join(ENDS[:-1])} and {ENDS[-1]}."]


def _as_typed(question: Question, value: Any) -> Any:
    """A JSON value as the field of the question takes it; one of another kind as text that the field will refuse."""
    if question.type == "multi_enum":
        if value == UNKNOWN:
            return [UNKNOWN]
        return [_text(one) for one in value] if isinstance(value, list) else _text(value)
    if isinstance(value, Mapping) and set(value) == set(ENDS):
        return SLASH.join(_text(value[end]) for end in ENDS)
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return json.dumps(value)
    text = format(Decimal(str(value)), "f")
    return f"{text}0" if _THREE_DECIMALS.fullmatch(text) else text
