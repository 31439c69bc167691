"""The pages of the questionnaire: one step at a time, saved as it goes, and the page on which answers are checked."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from assessments import facts, operations, progress, so_far_page, typical
from assessments.access import CasePage
from assessments.engine.questionnaire import Step
from assessments.forms import StepForm
from assessments.models import Assessment


class QuestionsStep(CasePage, View):
    """One page of questions."""

    def get(self, request: HttpRequest, reference: str, step: str) -> HttpResponse:
        case, page = self.case(), self.step(step)
        if case.is_final:
            return redirect("assessments:result", case.reference)
        form = StepForm(step=page, stored=case.answers, unread=case.unread_answers, models=self.models(page))
        form.is_valid()  # says again what is wrong with an answer that was kept as it was typed
        return self.page(case, page, form)

    def post(self, request: HttpRequest, reference: str, step: str) -> HttpResponse:
        case, page = self.case(), self.step(step)
        if "work_out" in request.POST and not case.is_final:
            return self.work_out(case, page, request.POST)
        form = StepForm(
            request.POST, step=page, stored=case.answers, unread=case.unread_answers, models=self.models(page)
        )
        form.is_valid()
        follow_ups = form.follow_ups()
        version = request.POST.get("version", "")
        try:
            case = operations.save_answers(
                by=self.person,
                at=timezone.now(),
                assessment=case,
                version=int(version) if version.isdecimal() else 0,
                answers=form.answers(),
                unread=form.unread(),
            )
        except operations.AnswersChanged as conflict:
            case = self.case()
            return self.page(case, page, form, conflict=conflict)
        except operations.OperationRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("assessments:overview", case.reference)
        if "leave" in request.POST:
            messages.success(request, f"{case.reference} is saved.")
            return redirect("assessments:assessment-list")
        if form.errors:
            if set(form.errors) <= set(follow_ups):
                form.errors.clear()
                messages.info(request, "Saved. One of your answers makes a further question matter: answer it too.")
            return self.page(case, page, form)
        following = self.after(page)
        if following is None:
            return redirect("assessments:answers", case.reference)
        return redirect("assessments:step", case.reference, following.id)

    def work_out(self, case: Assessment, page: Step, typed: QueryDict) -> HttpResponse:
        """The page as it was filled in, with a number worked out. Stores nothing."""
        given = {"stored": case.answers, "unread": case.unread_answers, "models": self.models(page)}
        try:
            form = StepForm.worked_out(typed, typed["work_out"], step=page, **given)
        except LookupError:
            raise Http404 from None
        version = typed.get("version", "")
        return self.page(case, page, form, version=int(version) if version.isdecimal() else 0)

    def page(
        self,
        case: Assessment,
        step: Step,
        form: StepForm,
        *,
        conflict: operations.AnswersChanged | None = None,
        version: int | None = None,
    ) -> HttpResponse:
        """The form with its progress list; after a conflict with both texts of each answer.

        `version` is the one the page was opened with, where nothing was saved since.
        """
        known = case.answers | (form.answers() if form.is_bound else {})
        return render(
            self.request,
            "assessments/step.html",
            {
                "case": case,
                "step": step,
                "number": facts.questionnaire().steps.index(step) + 1,
                "count": len(facts.questionnaire().steps),
                "form": form,
                "rows": typical.rows(form, known, conflict.stored if conflict else {}),
                "conflict": conflict,
                "version": conflict.version if conflict else case.version if version is None else version,
                "steps": progress.steps(case, current=step.id),
                "so_far": so_far_page.summary(case, today=timezone.localdate()),
            },
        )

    def step(self, name: str) -> Step:
        """The step of this name, or 404."""
        for step in facts.questionnaire().steps:
            if step.id == name:
                return step
        raise Http404

    def after(self, step: Step) -> Step | None:
        """The next step, if there is one."""
        steps = facts.questionnaire().steps
        place = steps.index(step) + 1
        return steps[place] if place < len(steps) else None

    def models(self, step: Step) -> list[str]:
        """The priced models, where the step asks for one."""
        asks = any(question.type == "price_model" for question in facts.questionnaire().of_step(step.id))
        return facts.priced_models() if asks else []


class CheckAnswers(CasePage, View):
    """All answers on one page, each with a link to change it."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        sections: list[tuple[Step, Any]] = [
            (step, progress.answered(case, step)) for step in facts.questionnaire().steps
        ]
        return render(
            request,
            "assessments/answers.html",
            {
                "case": case,
                "sections": sections,
                "complete": not facts.problems(case.answers, case.unread_answers),
                "steps": progress.steps(case, current="answers"),
            },
        )
