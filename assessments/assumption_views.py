"""The page of a case's assumptions: what is assumed, what it moves, and the consultant's own values."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from assessments import assumptions, choosing, operations, progress
from assessments.access import CasePage
from assessments.assumption_forms import AssumptionsForm
from assessments.models import Assessment


class Assumptions(CasePage, View):
    """Every assumption of the house with what it moves; in a draft each may be replaced by one's own."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        return self.page(case, AssumptionsForm(rows=self.rows(case)))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        form = AssumptionsForm(request.POST, rows=self.rows(case))
        if not form.is_valid():
            return self.page(case, form, version=self.version())
        try:
            choosing.save_assumptions(
                by=self.person,
                at=timezone.now(),
                assessment=case,
                version=self.version(),
                assumptions=form.declared(),
            )
        except operations.AnswersChanged as conflict:
            return self.page(self.case(), form, conflict=conflict, version=conflict.version)
        except operations.OperationRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("assessments:assumptions", case.reference)
        messages.success(request, "The assumptions are saved.")
        return redirect("assessments:assumptions", case.reference)

    def version(self) -> int:
        """The version of the case with which the page was opened; 0, older than any, where it says none."""
        version = self.request.POST.get("version", "")
        return int(version) if version.isdecimal() else 0

    def rows(self, case: Assessment) -> list[assumptions.AssumptionRow]:
        """The assumptions by the evidence that counts for the case."""
        return assumptions.rows(case, as_of=case.as_of or timezone.localdate())

    def page(
        self,
        case: Assessment,
        form: AssumptionsForm,
        *,
        version: int | None = None,
        conflict: operations.AnswersChanged | None = None,
    ) -> HttpResponse:
        """The list, with fields where the case is a draft; after a conflict with both values."""
        stored: Mapping[str, Any] = conflict.stored if conflict else {}
        return render(
            self.request,
            "assessments/assumptions.html",
            {
                "case": case,
                "form": form,
                "fieldsets": form.fieldsets(stored),
                "conflict": conflict,
                "version": case.version if version is None else version,
                "steps": progress.steps(case, current="assumptions"),
            },
        )
