"""Scope questions as rows of a page: what is asked, what each answer means, and what would follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments import wording
from assessments.result_rows import Document


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim behind an answer: statement, value as it is printed, and `slug@n`."""

    reference: str
    statement: str
    value: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer. `figures` and `totals` are pairs of words and id of a figure; a total is None where it is unknown.

    `advice` is what is recommended if this is meant, empty for what was taken; `flips`: that is something else. `added`
    and `dropped` are the conditions that it has and the result has not, and the other way round.
    """

    value: str
    text: str
    taken: bool
    claims: tuple[ClaimRow, ...]
    figures: tuple[tuple[str, str], ...]
    advice: str
    flips: bool
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    totals: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One scope question. `settled` is what somebody decided, with `note` and `by`; None where nobody did."""

    id: str
    kind: str
    title: str
    answers: tuple[AnswerRow, ...]
    settled: Mapping[str, Any] | None

    @property
    def flips(self) -> bool:
        """Whether another answer leads to another recommendation."""
        return any(answer.flips for answer in self.answers)


def rows(result: Mapping[str, Any], documents: Mapping[str, Document], lang: str = "en") -> tuple[QuestionRow, ...]:
    """The questions of a result, those whose answer decides first. `documents`: by `slug@n`."""
    found = [_question(one, result["recommendation"], documents, lang) for one in result.get("scope_questions", ())]
    return tuple(sorted(found, key=lambda row: not row.flips))


def title(question: Mapping[str, Any], lang: str = "en") -> str:
    """The question in words; a key of a scope that has none of its own by its name."""
    if question["kind"] == "reading":
        what = wording.word("role", question["id"], lang)
    elif wording.has("scope_question", question["id"]):
        return wording.word("scope_question", question["id"], lang)
    else:
        what = question["id"].replace("_", " ")
    return f"{what[:1].upper()}{what[1:]}: {wording.word('scope_question', 'reading', lang)}"


def added(answer: Mapping[str, Any], advice: Mapping[str, Any]) -> tuple[str, ...]:
    """Codes of the conditions that an answer brings with it."""
    return tuple(code for code in answer["conditions"] if code not in advice["conditions"])


def dropped(answer: Mapping[str, Any], advice: Mapping[str, Any]) -> tuple[str, ...]:
    """Codes of the conditions of the result that an answer does away with; of what was taken, none."""
    kept = answer["conditions"]
    return tuple(code for code in advice["conditions"] if answer["option"] is not None and code not in kept)


def scope_value(value: str, lang: str = "en") -> str:
    """A value of a scope in words, where there are any."""
    return wording.word("scope_value", value, lang) if wording.has("scope_value", value) else value.replace("_", " ")


def _question(
    question: Mapping[str, Any], advice: Mapping[str, Any], documents: Mapping[str, Document], lang: str
) -> QuestionRow:
    answers = tuple(_answer(question, one, advice, documents, lang) for one in question["answers"])
    return QuestionRow(question["id"], question["kind"], title(question, lang), answers, question["settled"])


def _answer(
    question: Mapping[str, Any],
    answer: Mapping[str, Any],
    advice: Mapping[str, Any],
    documents: Mapping[str, Document],
    lang: str,
) -> AnswerRow:
    claims = tuple(
        ClaimRow(reference, documents[reference]["statement"], documents[reference]["value"]["text"])
        for reference in answer["claims"]
    )
    by_scope = question["kind"] == "scope"
    return AnswerRow(
        value=answer["value"],
        text=wording.sentence(scope_value(answer["value"], lang)) if by_scope else claims[0].statement,
        taken=answer["value"] == question["taken"],
        claims=claims,
        figures=tuple((wording.word("role", role, lang), figure) for role, figure in answer["figures"].items()),
        advice=wording.word("option", answer["option"], lang) if answer["option"] else "",
        flips=answer["option"] not in (None, advice["option"]),
        added=tuple(wording.word("condition", code, lang) for code in added(answer, advice)),
        dropped=tuple(wording.word("condition", code, lang) for code in dropped(answer, advice)),
        totals=tuple((wording.word("option", variant, lang), total) for variant, total in answer["totals"].items()),
    )
