"""Answers saved by the page itself, while they are typed."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone

from assessments import autosaving, facts, progress, so_far_page
from assessments.autosaving import Autosaved
from assessments.changed_fields import ChangedFields
from assessments.engine.questionnaire import Question, Step
from assessments.forms import StepForm
from assessments.models import Assessment
from assessments.question_views import QuestionsStep
from assessments.typed_numbers import tick_name
from claims.operations import OperationRefused


class Autosave(QuestionsStep):
    """Takes the changed fields of a page and answers in JSON; the page's script is the only one to ask."""

    def get(self, request: HttpRequest, reference: str, step: str) -> HttpResponse:
        """Who is signed in, with a token for forms: after signing in elsewhere the page goes on with these."""
        case = self.case()
        self.step(step)
        return JsonResponse({"person": self.person.pk, "token": get_token(request), "final": case.is_final})

    def post(self, request: HttpRequest, reference: str, step: str) -> HttpResponse:
        """Save what can be saved. 409 for a final case."""
        case, page = self.case(), self.step(step)
        models = self.models(page)
        form = ChangedFields(
            request.POST,
            step=page,
            stored=case.answers,
            unread=case.unread_answers,
            models=models,
            changed=request.POST.getlist("changed"),
        )
        form.is_valid()
        given = request.POST.get("version", "")
        version = int(given) if given.isdecimal() and len(given) < 10 else 0
        try:
            saved = autosaving.save_changes(
                by=self.person,
                at=timezone.now(),
                assessment=case,
                version=version,
                answers=form.answers(),
                unread=form.unread(),
            )
        except OperationRefused as refusal:
            return JsonResponse({"message": str(refusal)}, status=409)
        stored = StepForm(
            step=page, stored=saved.assessment.answers, unread=saved.assessment.unread_answers, models=models
        )
        return JsonResponse(self.answer(page, form, stored, saved, version))

    def answer(
        self, page: Step, form: ChangedFields, stored: StepForm, saved: Autosaved, version: int
    ) -> dict[str, Any]:
        """What the page has to know now. A field goes by the name of its question."""
        case, questions = saved.assessment, facts.questionnaire().of_step(page.id)
        changed = {question.id for question in form.questions}
        elsewhere = {
            question.id
            for question in questions
            if case.answer_versions.get(question.id, 0) > version and question.id not in changed
        }
        return {
            "version": case.version,
            "errors": {name: list(form.errors.get(name, [])) for name in sorted(changed)},
            "conflicts": {
                question.id: _there(question, stored, saved.conflicts) | {"by": saved.by}
                for question in questions
                if question.id in saved.conflicts
            },
            "others": {
                question.id: _there(question, stored, case.answers | case.unread_answers)
                for question in questions
                if question.id in elsewhere
            },
            "matters": {question.id: facts.matters(question, case.answers) for question in questions},
            "steps": self.fragment("components/steps.html", {"steps": progress.steps(case, current=page.id)}),
            "so_far": self.fragment("assessments/so_far.html", {"so_far": self.decided(case)}),
        }

    def decided(self, case: Assessment) -> so_far_page.Summary:
        """The summary beside the questions, as of today."""
        return so_far_page.summary(case, today=timezone.localdate())

    def fragment(self, template: str, context: Mapping[str, Any]) -> str:
        """A part of the page, made by the template that makes it in the whole page."""
        return render_to_string(template, dict(context), self.request)


def _there(question: Question, stored: StepForm, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored for a question: in words, and as its controls hold it."""
    answer = answers.get(question.id)
    value = stored[question.id].value()
    ticked = question.numeric and question.unknown is not None and stored.not_known(question)
    values = [""] if ticked else value if isinstance(value, list) else [value]
    controls = {question.id: ["" if one is None else str(one) for one in values]}
    if question.numeric and question.unknown is not None:  # the tick beside the number
        controls[tick_name(question.id)] = ["1"] if ticked else []
    return {
        "text": "no answer" if answer in (None, "") else progress.answer_text(question, answer),
        "controls": controls,
    }
