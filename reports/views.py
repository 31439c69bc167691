"""Pages: a report as PDF, issuing one and how it was issued, a chart of a case, and what recognises a report."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from assessments.models import Assessment, Membership
from assessments.operations import AnswersError, FrameworkUnfit
from reports import document, gate, operations, recognition
from reports.case_charts import CHARTS
from reports.forms import IssueForm, VerifyForm
from reports.models import Report
from reports.pdf import RenderError
from reports.words import words


@require_safe
@login_required
def pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The issued report in the language asked for with `lang`; for the firm's own people else a draft of the case.

    A client reader sees issued reports of the own client. What somebody may not see does not exist for them.
    """
    wanted = request.GET.get("lang", "")
    issued = Report.objects.visible_to(request.user).filter(reference=reference).order_by("pk")
    report = issued.filter(language=wanted).first() if wanted else issued.first()
    if report is not None:
        if request.method == "GET":
            operations.log_download(report=report, by=request.user, at=timezone.now())
        return _pdf(bytes(report.content), f"{report.reference}-{report.language}.pdf")
    assessment = get_object_or_404(
        Assessment.objects.visible_to(request.user).select_related("client", "firm"), reference=reference
    )
    language = wanted if wanted in Assessment.Language.values else assessment.language
    at = timezone.now()
    try:
        case = document.stored(assessment, as_of=assessment.as_of or at.date(), language=language)
        written = operations.write_draft(case=case, at=at)
    except AnswersError as error:
        unfit = isinstance(error, FrameworkUnfit)
        problem = str(error) if unfit else "Some questions are not answered yet, so there is nothing to report."
        return render(request, "reports/no_report.html", {"assessment": assessment, "problem": problem}, status=409)
    except RenderError as error:
        return render(request, "reports/no_report.html", {"assessment": assessment, "problem": str(error)}, status=503)
    return _pdf(written.content, f"{assessment.reference}-{language}-draft.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    """Shown in the browser, kept by nobody on the way."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"},
    )


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
    return render(request, "reports/report_list.html", {"reports": reports})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def issue(request: HttpRequest, reference: str) -> HttpResponse:
    """What stands in the way of issuing the report of a final case in one language; and issuing it, with the reasons."""
    assessment = get_object_or_404(
        Assessment.objects.visible_to(request.user).select_related("client", "firm"), reference=reference
    )
    given = request.POST if request.method == "POST" else request.GET
    language, at = given.get("language", assessment.language), timezone.now()
    refusal = _not_issued(assessment, language)
    if refusal:
        messages.error(request, refusal)
        return redirect("assessments:result", assessment.reference)
    found = gate.obstacles(assessment, language=language, on=at.date())
    blocking = [one for one in found if one.blocks]
    form = IssueForm(
        request.POST if request.method == "POST" else None, warnings=[one for one in found if not one.blocks]
    )
    if form.is_bound and form.is_valid() and not blocking:
        try:
            report = operations.issue(
                assessment=assessment,
                by=request.user,
                at=at,
                language=language,
                to=form.cleaned_data["to"],
                reasons=form.reasons(),
            )
        except (operations.OperationRefused, RenderError) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"The report of {report.reference} is issued in {report.get_language_display()}.")
        return redirect("assessments:result", assessment.reference)
    context = {
        "case": assessment,
        "form": form,
        "blocking": blocking,
        "language": language,
        "in_language": Assessment.Language(language).label,
    }
    return render(request, "reports/issue.html", context, status=422 if form.is_bound else 200)


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
    assessment = get_object_or_404(
        Assessment.objects.visible_to(request.user).select_related("client", "firm"), reference=reference
    )
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
    """One chart of a case as SVG, for its result page. 404 where the case does not have it."""
    assessment = get_object_or_404(
        Assessment.objects.visible_to(request.user).select_related("client", "firm"), reference=reference
    )
    if name not in CHARTS:
        raise Http404
    try:
        case = document.stored(assessment, as_of=assessment.as_of or timezone.now().date(), language="en")
    except AnswersError as error:
        raise Http404 from error
    with translation.override(case.language):
        drawn = CHARTS[name](case)
    if drawn is None:
        raise Http404
    return HttpResponse(drawn.svg, content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Takes a PDF or a digest and says what is known of it. Shows nothing about a client."""
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
    """What is known of the file with this digest; 404 for one that was not written here."""
    recognised = recognition.of_digest(f"sha256:{digest}", on=timezone.now().date())
    context: dict[str, Any] = {"recognised": recognised}
    return render(request, "reports/verified.html", context, status=200 if recognised.known else 404)
