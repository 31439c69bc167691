"""The evidence and the costs of a report as files for a spreadsheet."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from assessments.models import Assessment
from assessments.operations import AnswersError
from claims.file_formats import MEDIA_TYPES
from claims.sheet_cells import CellTooLong
from reports import document, operations, tables
from reports.access import case_of, issued
from reports.branding import naming
from reports.case import Case

WRITERS = {"csv": tables.as_csv, "xlsx": tables.as_xlsx}


@require_safe
@login_required
def table(request: HttpRequest, reference: str, name: str, form: str) -> HttpResponse:
    """A table of the issued report, as it was issued; before that, for the firm's own people, of the case as it stands.

    `lang` chooses the language. A client reader has those of issued reports; what somebody may not see does not exist.
    """
    language = request.GET.get("lang", "")
    report = issued(request, reference, language, unread="content")
    if report is not None:
        case = Case.from_manifest(report.manifest_document)
        called = naming.of_report(report, part=name, form=form)
    else:
        assessment = case_of(request, reference)
        language = language if language in Assessment.Language.values else assessment.language
        try:
            at = timezone.now()
            day = assessment.as_of or at.date()
            case = document.stored(assessment, as_of=day, language=language)
            called = naming.of_draft(assessment, day=day, language=language, at=at, part=name, form=form)
        except AnswersError:
            problem = "Some questions are not answered yet, so there is nothing to put into a table."
            context = {"assessment": assessment, "problem": problem}
            return render(request, "reports/no_report.html", context, status=409)
    try:
        content = WRITERS[form](case, name)
    except CellTooLong as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    if report is not None and request.method == "GET":
        operations.log_download(report=report, by=request.user, at=timezone.now(), file=f"{name}.{form}")
    return HttpResponse(
        content,
        content_type=MEDIA_TYPES[form],
        headers={
            "Content-Disposition": content_disposition_header(True, called) or "attachment",
            "Cache-Control": "private, no-store",
        },
    )
