"""The page on which scope questions are settled: claims that are apart, and which of them is meant for this client."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from assessments import choosing, facts, operations, progress, scope_rows, supposing
from assessments.access import CasePage
from assessments.drafts import AnswersChanged
from assessments.models import Assessment
from assessments.result_page import build
from assessments.scope_forms import ScopeForm


class ScopeQuestions(CasePage, View):
    """Every question that the evidence leaves open for this case; in a draft each may be settled with a reason."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        result = self.result(case)
        return self.page(case, result, ScopeForm(rows=self.rows(result)))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        result = self.result(case)
        form = ScopeForm(request.POST, rows=self.rows(result))
        if not form.is_valid():
            return self.page(case, result, form, version=self.version())
        try:
            choosing.settle_questions(
                by=self.person, at=timezone.now(), assessment=case, version=self.version(), settled=form.settled()
            )
        except AnswersChanged as conflict:
            return self.page(self.case(), result, form, conflict=conflict, version=conflict.version)
        except operations.OperationRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("assessments:scope", case.reference)
        messages.success(request, "What is meant is saved.")
        return redirect("assessments:result", case.reference)

    def version(self) -> int:
        """The version of the case with which the page was opened; 0, older than any, where it says none."""
        version = self.request.POST.get("version", "")
        return int(version) if version.isdecimal() else 0

    def result(self, case: Assessment) -> Mapping[str, Any] | None:
        """The result that the questions are of; None while answers are missing."""
        try:
            return supposing.saved(case, today=timezone.localdate())
        except (operations.AnswersError, operations.CurrencyError):
            return None

    def rows(self, result: Mapping[str, Any] | None) -> tuple[scope_rows.QuestionRow, ...]:
        """The questions of a result."""
        return () if result is None else scope_rows.rows(result, facts.documents_named_in(result))

    def page(
        self,
        case: Assessment,
        result: Mapping[str, Any] | None,
        form: ScopeForm,
        *,
        version: int | None = None,
        conflict: AnswersChanged | None = None,
    ) -> HttpResponse:
        """The questions, with fields where the case is a draft; after a conflict with both answers."""
        return render(
            self.request,
            "assessments/scope.html",
            {
                "case": case,
                "form": form,
                "fieldsets": form.fieldsets(conflict.stored if conflict else {}),
                "page": None if result is None else build(result, facts.documents_named_in(result)),
                "conflict": conflict,
                "version": case.version if version is None else version,
                "steps": progress.steps(case, current="scope"),
            },
        )
