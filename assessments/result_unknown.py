"""The answers nobody knows as the result page shows them: what each was taken as, and what another answer would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments import facts, wording
from assessments.progress import stand_in_text


@dataclass(frozen=True, slots=True)
class UnknownAnswer:
    """One answer that is a choice. `turns` pairs the answers that would change the advice with what it would be."""

    question: str
    taken_as: str
    turns: tuple[tuple[str, str], ...]


def build(result: Mapping[str, Any]) -> tuple[UnknownAnswer, ...]:
    """The unknown choices of a result, in the order of the questionnaire. Numbers turn at the thresholds instead."""
    questions, advised = facts.questionnaire().by_id, result["recommendation"]["option"]
    return tuple(
        UnknownAnswer(
            questions[one["question"]].text["en"],
            stand_in_text(questions[one["question"]], one["taken_as"]),
            tuple(
                (stand_in_text(questions[one["question"]], other["answer"]), wording.word("option", other["option"]))
                for other in one["would_be"]
                if other["option"] != advised
            ),
        )
        for one in result.get("unknown", ())
        if one["would_be"]
    )
