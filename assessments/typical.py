"""What stands beside a question: its unit, when it matters, and what published claims say is typical."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.urls import reverse

from assessments import facts
from assessments.calculator_forms import Calculator
from assessments.engine.conditions import Comparison
from assessments.engine.questionnaire import Question
from assessments.forms import StepForm
from assessments.progress import answer_text, stand_in_text
from assessments.typed_numbers import tick_name
from assessments.why_asked import Decides, decides
from claims import published
from claims.models import Revision

# After the control, in the words of the page. A unit that is not here is its own word.
UNIT_AFTER = {"percent": "%", "requests/month": "requests a month", "fraction": "", "USD": ""}
UNIT_BEFORE = {"USD": "US$"}


@dataclass(frozen=True, slots=True)
class TypicalValue:
    """A published value beside a field."""

    text: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class NotKnown:
    """What "I do not know" would count as. `tick` is the name of a tick of its own, beside a number; else empty."""

    text: str
    tick: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as the step's template shows it.

    `when` tells the script when to show the field: the question, the comparison and the value, or
    nothing where the condition is not a plain comparison or looks at another page. `unknown` is None where the
    question cannot be left open. `stored` is what somebody else saved meanwhile.
    """

    question: Question
    field: BoundField
    matters: bool
    unit: str
    prefix: str
    typical: list[TypicalValue]
    when: Mapping[str, str]
    unknown: NotKnown | None
    decides: tuple[Decides, ...]
    calculator: Calculator | None
    stored: str | None


def rows(form: StepForm, known: Mapping[str, Any], stored: Mapping[str, Any]) -> list[QuestionRow]:
    """The questions of a step in order. `known` are all answers so far; `stored` those of a conflicting save."""
    claims = _claims({slug for question in form.questions for slug in question.typical})
    return [
        QuestionRow(
            question=question,
            field=form[question.id],
            matters=facts.matters(question, known),
            unit=UNIT_AFTER.get(question.unit or "", question.unit or ""),
            prefix=UNIT_BEFORE.get(question.unit or "", ""),
            typical=[claims[slug] for slug in question.typical if slug in claims],
            when=_when(question, form),
            unknown=_not_known(question, form),
            decides=decides(question.id),
            calculator=form.calculators.get(question.id),
            stored=_stored(question, stored),
        )
        for question in form.questions
    ]


def _stored(question: Question, stored: Mapping[str, Any]) -> str | None:
    if question.id not in stored:
        return None
    answer = stored[question.id]
    return "no answer" if answer in (None, "") else answer_text(question, answer)


def _not_known(question: Question, form: StepForm) -> NotKnown | None:
    if question.unknown is None:
        return None
    counts = stand_in_text(question, question.stands_for)
    if question.numeric:
        text = f"Counts as {counts}, and lowers the confidence."
        return NotKnown(text, tick_name(question.id), form.not_known(question))
    return NotKnown(f"“I do not know” counts as {counts}, and can lower the confidence.", "", form.not_known(question))


def _when(question: Question, form: StepForm) -> dict[str, str]:
    condition = question.shown_when
    if not isinstance(condition, Comparison) or condition.operand.kind != "value" or condition.fact not in form.fields:
        return {}
    meant = facts.questionnaire().by_id[condition.fact].unknown
    return {
        "fact": condition.fact,
        "op": condition.op.value,
        "value": _in_script(condition.operand.value),
        "unknown": "" if meant is None else _in_script(meant[1] if isinstance(meant, tuple) else meant),
    }


def _in_script(value: Any) -> str:
    """A value as the script compares it."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _claims(slugs: set[str]) -> dict[str, TypicalValue]:
    """Published claims by slug; one that is not published is left out."""
    found: list[Revision] = list(published.revisions().filter(claim__slug__in=slugs).select_related("claim"))
    values = {}
    for revision in found:
        body = revision.body
        values[body["slug"]] = TypicalValue(
            body["value"]["text"],
            f"{body['statement']} ({body['citations'][0]['source']['publisher']})",
            reverse("claims:claim-detail", args=[body["slug"]]),
        )
    return values
