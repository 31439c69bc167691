"""Numeric answers as ledger figures: a number, a range, or what stands for "I do not know"."""

from __future__ import annotations

from assessments.engine.facts import Facts
from assessments.engine.ledger import Figure, Ledger
from assessments.engine.questionnaire import UNKNOWN, Questionnaire
from assessments.engine.what_if import BY, MOVED

NOT_KNOWN = "The client does not know; a wide range stands for it."


def answer_figure(ledger: Ledger, questionnaire: Questionnaire, facts: Facts, name: str) -> Figure:
    """The figure of a numeric answer. Not for one that may be empty and is.

    A range keeps its ends. An answer that is not known is an assumption and says so, and so is a value of a what-if.
    """
    question, value, ends = questionnaire.by_id[name], facts.number(name), facts.ends.get(name)
    if name in facts.supposed:
        return ledger.assumption(
            f"what_if_{name}", question.label["en"], value, question.measure, MOVED, BY, params={"question": name}
        )
    if facts.answers[name] == UNKNOWN:
        return ledger.assumption(
            f"unknown_{name}",
            question.label["en"],
            value,
            question.measure,
            NOT_KNOWN,
            ends=ends,
            params={"question": name},
        )
    return ledger.answer(name, question.label["en"], value, question.measure, ends=ends)
