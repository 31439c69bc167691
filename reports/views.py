"""Pages: a report as PDF, issuing one and how it was issued, a chart of a case, and what recognises a report."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from assessments.models import Assessment, Firm, Membership
from assessments.operations import AnswersError, FrameworkUnfit
from reports import document, gate, operations, recognition
from reports.access import case_of, issued
from reports.branding import naming
from reports.chart_parts import NARROW, WIDTH
from reports.draft_pdf import draft_pdf
from reports.every_chart import CHARTS
from reports.forms import LONGEST_BODY, IssueForm, LayoutForm, VerifyForm
from reports.layouts import FULL
from reports.models import Report
from reports.pdf import RenderError
from reports.pdf_answer import pdf_answer
from reports.words import words

FORMS = {"wide": WIDTH, "narrow": NARROW}
"""Widths in which a chart can be had."""
PIECE = 64 * 1024  # bytes


@require_safe
@login_required
def pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The issued report in the language asked for with `lang`; for the firm's own people else a draft of the case.

    `layout` and `sections` say which version of a draft. A report is issued in one version and stays that one.
    A client reader sees issued reports of the own client. What somebody may not see does not exist for them.
    """
    wanted = request.GET.get("lang", "")
    report = issued(request, reference, wanted)
    if report is not None:
        other = request.GET.get("layout", "")
        if other and other != report.laid_out.name:
            problem = (
                f"The report was issued in {report.get_language_display()} as the "
                f"{words('layout', report.laid_out.name, 'en')}, and in no other version."
            )
            return render(
                request, "reports/no_report.html", {"assessment": report.assessment, "problem": problem}, status=409
            )
        if request.method == "GET":
            operations.log_download(report=report, by=request.user, at=timezone.now())
        return pdf_answer(bytes(report.content), naming.of_report(report))
    assessment = case_of(request, reference)
    language = wanted if wanted in Assessment.Language.values else assessment.language
    at = timezone.now()
    version = LayoutForm.asked(request.GET)
    if not version.is_valid():
        problem = " ".join(message for messages_of in version.errors.values() for message in messages_of)
        return render(request, "reports/no_report.html", {"assessment": assessment, "problem": problem}, status=400)
    try:
        written, name = draft_pdf(assessment, language=language, layout=version.chosen, at=at)
    except AnswersError as error:
        unfit = isinstance(error, FrameworkUnfit)
        problem = str(error) if unfit else "Some questions are not answered yet, so there is nothing to report."
        return render(request, "reports/no_report.html", {"assessment": assessment, "problem": problem}, status=409)
    except RenderError as error:
        return render(request, "reports/no_report.html", {"assessment": assessment, "problem": str(error)}, status=503)
    for note in written.notes if request.method == "GET" else ():
        messages.warning(request, note)
    return pdf_answer(written.content, name)


@require_safe
@login_required
def report_list(request: HttpRequest) -> HttpResponse:
    """The issued reports that a person may read; 404 for somebody who belongs to no firm and reads for no client."""
    if not Membership.objects.filter(person_id=request.user.pk).exists():
        raise Http404
    reports = (
        Report.objects.visible_to(request.user)
        .select_related("assessment__client", "issued_by", "superseded_by")
        .defer("content", "manifest")
    )
    firms = list(Firm.objects.visible_to(request.user))
    return render(request, "reports/report_list.html", {"reports": reports, "firms": firms})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def issue(request: HttpRequest, reference: str) -> HttpResponse:
    """What stands in the way of issuing the report of a final case in one language; and issuing it, with the reasons."""
    assessment = case_of(request, reference)
    given = request.POST if request.method == "POST" else request.GET
    language, at = given.get("language", assessment.language), timezone.now()
    refusal = _not_issued(assessment, language)
    if refusal:
        messages.error(request, refusal)
        return redirect("assessments:result", assessment.reference)
    version = LayoutForm.asked(given)
    layout = version.chosen if version.is_valid() else FULL
    found = gate.obstacles(assessment, language=language, on=at.date(), layout=layout)
    blocking = [one for one in found if one.blocks]
    form = IssueForm(
        request.POST if request.method == "POST" else None, warnings=[one for one in found if not one.blocks]
    )
    if form.is_bound and form.is_valid() and version.is_valid() and not blocking:
        try:
            report = operations.issue(
                assessment=assessment,
                by=request.user,
                at=at,
                language=language,
                to=form.cleaned_data["to"],
                reasons=form.reasons(),
                layout=version.chosen,
            )
        except (operations.OperationRefused, RenderError) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"The report of {report.reference} is issued in {report.get_language_display()}.")
        return redirect("assessments:result", assessment.reference)
    context = {
        "case": assessment,
        "form": form,
        "version": version,
        "blocking": blocking,
        "language": language,
        "in_language": Assessment.Language(language).label,
        "notices": gate.notices(assessment, on=at.date()),
    }
    return render(request, "reports/issue.html", context, status=422 if form.is_bound or version.errors else 200)


def _not_issued(assessment: Assessment, language: str) -> str:
    """Why there is nothing to issue, whatever reasons are given; empty where there is."""
    if language not in Assessment.Language.values:
        return "Choose the language of the report: English or Spanish."
    if not assessment.is_final:
        return f"{assessment.reference} is a draft: finalise it before issuing a report."
    if assessment.reports.filter(language=language).exists():
        return f"{assessment.reference} was issued in this language already."
    return ""


@require_safe
@login_required
def log(request: HttpRequest, reference: str) -> HttpResponse:
    """How the reports of a case were issued, and who fetched them: for the firm's own people."""
    assessment = case_of(request, reference)
    reports = (
        assessment.reports.defer("content", "manifest")
        .select_related("issued_by", "superseded_by")
        .prefetch_related("downloads__person")
        .order_by("pk")
    )
    told = [
        (report, [(words("reservation", one["code"], "en"), one) for one in report.reservations]) for report in reports
    ]
    return render(request, "reports/log.html", {"case": assessment, "reports": told})


@require_safe
@login_required
def chart(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One chart of a case as SVG; `?form=narrow` for a phone. 404 where the case does not have it."""
    assessment = case_of(request, reference)
    if name not in CHARTS:
        raise Http404
    form = request.GET.get("form", "wide")
    if form not in FORMS:
        return HttpResponseBadRequest(f"form: {form!r} is no form of a chart. Say wide or narrow.", "text/plain")
    try:
        case = document.stored(assessment, as_of=assessment.as_of or timezone.now().date(), language="en")
    except AnswersError as error:
        raise Http404 from error
    with translation.override(case.language):
        drawn = CHARTS[name](case, width=FORMS[form])
    if drawn is None:
        raise Http404
    return HttpResponse(drawn.svg, content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Takes a PDF, a digest or a seal and says what is known of it. Shows nothing about a client.

    What is larger than any report is refused before it is parsed: the form's token is looked for only in what is read.
    """
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) > LONGEST_BODY:
        while request.read(PIECE):  # a browser shows the answer only after it has sent everything
            pass
        form = VerifyForm({}, {"file": UploadedFile(name="report.pdf", size=int(length))})
        return render(request, "reports/verify.html", {"form": form}, status=413)
    return _verify(request)


@csrf_protect
def _verify(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    if not form.is_bound or not form.is_valid():
        return render(request, "reports/verify.html", {"form": form}, status=422 if form.is_bound else 200)
    upload = form.cleaned_data["file"]
    if upload is None:
        return HttpResponseRedirect(reverse("reports:verified", args=[form.cleaned_data["digest"]]))
    recognised = recognition.of_file(upload.read(), on=timezone.now().date())
    return render(request, "reports/verified.html", {"recognised": recognised})


@require_safe
def verified(request: HttpRequest, digest: str) -> HttpResponse:
    """What is known of the file or the report with this digest; 404 for what was not written here."""
    recognised = recognition.of_digest(f"sha256:{digest}", on=timezone.now().date())
    context: dict[str, Any] = {"recognised": recognised}
    return render(request, "reports/verified.html", context, status=200 if recognised.known else 404)
