"""What stands beside a question: its unit, when it matters, and what published claims say is typical."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.urls import reverse

from assessments import facts
from assessments.engine.conditions import Comparison
from assessments.engine.questionnaire import Question
from assessments.forms import StepForm
from assessments.progress import answer_text
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
class QuestionRow:
    """A question as the step's template shows it.

    `when` tells the script when to show the field: the question, the comparison and the value, or
    nothing where the condition is not a plain comparison or looks at another page. `stored` is what somebody
    else saved meanwhile.
    """

    question: Question
    field: BoundField
    matters: bool
    unit: str
    prefix: str
    typical: list[TypicalValue]
    when: Mapping[str, str]
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
            stored=_stored(question, stored),
        )
        for question in form.questions
    ]


def _stored(question: Question, stored: Mapping[str, Any]) -> str | None:
    if question.id not in stored:
        return None
    answer = stored[question.id]
    return "no answer" if answer in (None, "") else answer_text(question, answer)


def _when(question: Question, form: StepForm) -> dict[str, str]:
    condition = question.shown_when
    if not isinstance(condition, Comparison) or condition.operand.kind != "value" or condition.fact not in form.fields:
        return {}
    value = condition.operand.value
    return {
        "fact": condition.fact,
        "op": condition.op.value,
        "value": ("true" if value else "false") if isinstance(value, bool) else str(value),
    }


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
