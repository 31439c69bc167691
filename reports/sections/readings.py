"""Where published claims are apart: what each way to read them would lead to, and what was settled; and what was pooled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from assessments.scope_rows import added, dropped
from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question, by its place in the result; `figures` and `totals` by role and by variant, in their order:
    a result that was kept has lost the one it was made in.

    `option` is what is advised if it is meant, empty for what was taken; `added` and `dropped` are the conditions that it
    brings and does away with.
    """

    place: int
    taken: bool
    figures: tuple[tuple[str, str], ...]
    option: str
    flips: bool
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    totals: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question, by its place in the result; `by_scope`: it is about a scope and not about which claim."""

    place: int
    by_scope: bool
    settled: bool
    answers: tuple[Answer, ...]

    @property
    def decides(self) -> bool:
        """Whether it is open and the advice depends on it."""
        return not self.settled and any(answer.flips for answer in self.answers)


@dataclass(frozen=True)
class Readings(Section):
    """`pools` as in the result document."""

    questions: tuple[Question, ...]
    pools: tuple[Mapping[str, Any], ...]

    slug = "readings"
    name = _("Where the evidence is apart")

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """None where all claims agree and none were pooled."""
        advice = case.result["recommendation"]
        questions = tuple(
            Question(place, question["kind"] == "scope", question["settled"] is not None, _answers(question, advice))
            for place, question in enumerate(case.result.get("scope_questions", ()))
        )
        pools = tuple(case.result.get("pools", ()))
        return cls(questions=questions, pools=pools) if questions or pools else None

    @property
    def open(self) -> bool:
        """Whether the advice depends on a question that nobody settled."""
        return any(question.decides for question in self.questions)


def _answers(question: Mapping[str, Any], advice: Mapping[str, Any]) -> tuple[Answer, ...]:
    return tuple(
        Answer(
            place=place,
            taken=answer["value"] == question["taken"],
            figures=tuple(sorted(answer["figures"].items())),
            option=answer["option"] or "",
            flips=answer["option"] not in (None, advice["option"]),
            added=added(answer, advice),
            dropped=dropped(answer, advice),
            totals=tuple(sorted(answer["totals"].items())),
        )
        for place, answer in enumerate(question["answers"])
    )
