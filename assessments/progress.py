"""How far a case is: which questions are asked, which are answered, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from assessments import facts
from assessments.engine.questionnaire import UNKNOWN, Question, Step
from assessments.figure_text import figure_text
from assessments.models import Assessment

NOT_KNOWN = {"en": "not known; taken as {}", "es": "no se sabe; se toma como {}"}
QUOTED = {"en": "“{}”", "es": "«{}»"}


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One line of the progress list; `state` is done, current, todo or attention."""

    title: str
    url: str
    state: str
    note: str


def asked(case: Assessment, step: Step) -> list[Question]:
    """The questions of a page that matter given the answers so far."""
    return [q for q in facts.questionnaire().of_step(step.id) if facts.matters(q, case.answers)]


def first_incomplete(case: Assessment) -> Step | None:
    """The first page with something to answer; None where all is answered."""
    missing = facts.problems(case.answers, case.unread_answers)
    return next((s for s in facts.questionnaire().steps if any(q.id in missing for q in asked(case, s))), None)


def steps(case: Assessment, *, current: str = "") -> list[StepProgress]:
    """The progress list; `current` is the id of the page being shown, `assumptions`, `scope` or `answers`."""
    missing = facts.problems(case.answers, case.unread_answers)
    lines = []
    for step in facts.questionnaire().steps:
        questions = asked(case, step)
        open_questions = [q for q in questions if q.id in missing]
        mistyped = [q for q in open_questions if case.unread_answers.get(q.id)]
        note = ""
        if mistyped:
            state, note = "attention", f"{len(mistyped)} to correct"
        elif not open_questions:
            state = "done"
            note = "done"
        else:
            state = "todo"
            note = f"{len(questions) - len(open_questions)} of {len(questions)} answered"
        if step.id == current:
            state = "current"
        url = reverse("assessments:step", args=[case.reference, step.id])
        lines.append(StepProgress(step.title["en"], url, state, note))
    own = len(case.choices.get("assumptions", {}))
    url = reverse("assessments:assumptions", args=[case.reference])
    note = f"{own} of your own" if own else "as the house has them"
    lines.append(StepProgress("Assumptions", url, "current" if current == "assumptions" else "done", note))
    settled = len(case.choices.get("scope", {})) + len(case.choices.get("readings", {}))
    url = reverse("assessments:scope", args=[case.reference])
    note = f"{settled} settled" if settled else "open ones are shown both ways"
    lines.append(StepProgress("What the evidence means", url, "current" if current == "scope" else "done", note))
    state = "current" if current == "answers" else "todo" if missing else "done"
    url = reverse("assessments:answers", args=[case.reference])
    lines.append(StepProgress("Check the answers", url, state, ""))
    return lines


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A line of the page on which answers are checked."""

    question: Question
    text: str
    problem: str
    change_url: str


def answered(case: Assessment, step: Step) -> list[AnsweredQuestion]:
    """The questions of a page with their answers in words, and what is wrong with one that is not valid."""
    missing = facts.problems(case.answers, case.unread_answers)
    page = reverse("assessments:step", args=[case.reference, step.id])
    return [
        AnsweredQuestion(
            question,
            str(case.unread_answers.get(question.id) or "")
            or (answer_text(question, case.answers[question.id]) if question.id in case.answers else ""),
            _on_its_own(missing.get(question.id, "")),
            f"{page}#id_{question.id}",
        )
        for question in asked(case, step)
    ]


def _on_its_own(problem: str) -> str:
    """What is wrong with an answer, where the question does not stand before it: "Not answered yet"."""
    words = problem.removeprefix("is ")
    return words[:1].upper() + words[1:]


def taken_as(result: Mapping[str, Any]) -> dict[str, Any]:
    """What a result took the answers for that are not known: question → answer. One from before there were such has none."""
    return {one["question"]: one["taken_as"] for one in result.get("unknown", ())}


def stand_in_text(question: Question, stands_for: Any, lang: str = "en") -> str:
    """What stands for "I do not know", in words: a choice in quotation marks, a range with its unit."""
    text = answer_text(question, stands_for, lang)
    return text if question.numeric else QUOTED[lang].format(text)


def answer_text(question: Question, answer: Any, lang: str = "en", stands_for: Any = None) -> str:
    """An answer in words: labels for choices, numbers with their unit.

    `stands_for` is what a result took "I do not know" as, by default what the questionnaire says today.
    """
    if answer == UNKNOWN and question.unknown is not None:
        meant = question.stands_for if stands_for is None else stands_for
        return NOT_KNOWN[lang].format(stand_in_text(question, meant, lang))
    if question.type == "bool":
        return {"en": ("No", "Yes"), "es": ("No", "Sí")}[lang][bool(answer)]
    labels = {option.value: option.label[lang] for option in question.options}
    if question.type == "multi_enum":
        return ", ".join(labels.get(value, str(value)) for value in answer) or {"en": "none", "es": "ninguna"}[lang]
    if isinstance(answer, str):  # a choice, a model, or text that is no valid answer yet
        return labels.get(answer, answer)
    if answer is None:
        return {"en": "none", "es": "ninguno"}[lang]
    if question.numeric:
        measure = question.measure
        ends = answer if isinstance(answer, Mapping) else {"likely": answer}
        figure = {**ends, "unit": measure.unit, "currency": measure.currency, "per": measure.per}
        return figure_text(figure, lang)
    return str(answer)
