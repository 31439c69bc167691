"""A client's answer in words, as the list of answers prints it."""

from typing import Any

from assessments.facts import questionnaire
from assessments.figure_text import figure_text

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


def answer_text(question_id: str, value: Any, lang: str) -> str:
    """The answer in words: the label of a choice, a number with its unit, yes or no."""
    question = questionnaire().by_id[question_id]
    if value is None:
        return WORDS["not_given"][lang]
    if question.type == "bool":
        return WORDS["yes" if value else "no"][lang]
    if question.type in ("enum", "multi_enum"):
        labels = {option.value: option.label[lang] for option in question.options}
        chosen = value if isinstance(value, list) else [value]
        return "; ".join(labels[one] for one in chosen) or WORDS["none"][lang]
    if question.numeric:
        if question.unit == "fraction":  # people read a share as a percentage
            return figure_text(_point(round(value * PERCENT, 6), "percent"), lang)
        measure = question.measure
        return figure_text(_point(value, measure.unit, measure.currency), lang)
    return str(value)


def _point(value: float, unit: str, currency: str | None = None) -> dict[str, Any]:
    return {"low": value, "likely": value, "high": value, "unit": unit, "currency": currency, "per": None}
