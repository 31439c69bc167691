"""A client's answer in words, as the list of answers prints it."""

from collections.abc import Mapping
from typing import Any

from assessments.engine.questionnaire import UNKNOWN
from assessments.facts import questionnaire
from assessments.figure_text import figure_text
from assessments.progress import NOT_KNOWN, QUOTED

WORDS = {
    "yes": {"en": "yes", "es": "sí"},
    "no": {"en": "no", "es": "no"},
    "none": {"en": "none", "es": "ninguna"},
    "not_given": {"en": "not given", "es": "sin respuesta"},
}
PERCENT = 100


def question_text(question_id: str, lang: str) -> str:
    """The question as it was asked. Raises KeyError for one that the questionnaire does not have."""
    return questionnaire().by_id[question_id].text[lang]


def question_label(question_id: str, lang: str) -> str:
    """The short name of what a question asks for."""
    return questionnaire().by_id[question_id].label[lang]


def answer_text(question_id: str, value: Any, lang: str, stands_for: Any = None) -> str:
    """The answer in words: the label of a choice, a number or a range with its unit, yes or no.

    `stands_for` is what the result took an answer as that is not known.
    """
    question = questionnaire().by_id[question_id]
    if value == UNKNOWN and stands_for is not None:
        return NOT_KNOWN[lang].format(stand_in_text(question_id, stands_for, lang))
    if value is None:
        return WORDS["not_given"][lang]
    if question.type == "bool":
        return WORDS["yes" if value else "no"][lang]
    if question.type in ("enum", "multi_enum"):
        labels = {option.value: option.label[lang] for option in question.options}
        chosen = value if isinstance(value, list) else [value]
        return "; ".join(labels[one] for one in chosen) or WORDS["none"][lang]
    if question.numeric:
        ends = value if isinstance(value, Mapping) else dict.fromkeys(("low", "likely", "high"), value)
        if question.unit == "fraction":  # people read a share as a percentage
            shares = {end: round(number * PERCENT, 6) for end, number in ends.items()}
            return figure_text(_figure(shares, "percent"), lang)
        measure = question.measure
        return figure_text(_figure(ends, measure.unit, measure.currency), lang)
    return str(value)


def stand_in_text(question_id: str, stands_for: Any, lang: str) -> str:
    """An answer that nobody gave, in words: a choice in quotation marks, a range with its unit."""
    text = answer_text(question_id, stands_for, lang)
    return text if questionnaire().by_id[question_id].numeric else QUOTED[lang].format(text)


def _figure(ends: Mapping[str, float], unit: str, currency: str | None = None) -> dict[str, Any]:
    return {**ends, "unit": unit, "currency": currency, "per": None}
