"""The page and the file of what the options cost month by month."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from assessments import facts, months, operations, progress, result_page, wording
from assessments.access import CasePage
from assessments.models import Assessment


class Months(CasePage, View):
    """The table on a page."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        try:
            result = self.result(case)
        except (operations.AnswersError, operations.CurrencyError) as error:
            if isinstance(error, operations.CurrencyError | operations.FrameworkUnfit):
                messages.error(request, str(error))
            return redirect("assessments:answers", case.reference)
        return self.shown(case, result)

    def result(self, case: Assessment) -> Mapping[str, Any]:
        """The frozen result, or today's of a draft."""
        if case.is_final:
            return case.result_document
        return operations.evaluate(case, as_of=timezone.localdate()).as_dict()

    def shown(self, case: Assessment, result: Mapping[str, Any]) -> HttpResponse:
        """The page."""
        frame = months.table(result)
        return render(
            self.request,
            "assessments/months.html",
            {
                "case": case,
                "page": result_page.build(result, facts.documents_named_in(result)),
                "columns": months.columns(result),
                "left_out": wording.listing(months.left_out(result)),
                "rows": [
                    (month, [f"{amount:,.2f}" for amount in row])
                    for month, row in zip(frame.index, frame.to_numpy(), strict=True)
                ],
                "steps": progress.steps(case),
            },
        )


class MonthsFile(Months):
    """The same as CSV."""

    def shown(self, case: Assessment, result: Mapping[str, Any]) -> HttpResponse:
        """The file."""
        name = f"{case.reference}-months.csv"
        return HttpResponse(
            months.as_csv(result),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
