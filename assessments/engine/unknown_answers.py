"""What rests on "I do not know": what each such answer was taken as, and what the house would advise if it were known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from assessments.engine.conditions import Source
from assessments.engine.facts import Facts, suppose
from assessments.engine.questionnaire import Question, Questionnaire


def weighing(facts: Facts, questionnaire: Questionnaire, read: Iterable[Source]) -> list[str]:
    """The questions nobody could answer that bear on the advice: those among the sources of what decided, and numbers.

    A number that is not known widens every total, whether or not a rule reads it.
    """
    names = {source.name for source in read if source.kind == "fact"}
    return [name for name in facts.unknown if name in names or questionnaire.by_id[name].numeric]


def unknown_answers(
    facts: Facts, questionnaire: Questionnaire, option_for: Callable[[Facts], str]
) -> tuple[dict[str, Any], ...]:
    """Each answer that is not known, as in the result document: {"question", "taken_as", "would_be"}.

    `taken_as` is an answer in JSON. `would_be` says for every other choice which option the house recommends with it,
    all else as answered: [{"answer", "option"}]. It is empty for a number: its values are those of the thresholds.
    `option_for` runs the house recommendation for the facts it is given.
    """
    return tuple(
        {
            "question": name,
            "taken_as": questionnaire.by_id[name].stands_for,
            "would_be": [
                {"answer": answer, "option": option_for(suppose(facts, {name: answer}, questionnaire))}
                for answer in _others(questionnaire.by_id[name])
            ],
        }
        for name in facts.unknown
    )


def _others(question: Question) -> list[Any]:
    """The answers that a choice could turn out to be; of a list of choices, each by itself."""
    if question.numeric:
        return []
    answers: list[Any] = [False, True] if question.type == "bool" else list(question.values)
    if question.type == "multi_enum":
        answers = [[], *([value] for value in answers)]
    return [answer for answer in answers if answer != question.stands_for]
