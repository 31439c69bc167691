"""Reports for programs: issuing one, and its file. Who asks and how is that of `assessments/caller_view.py`."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from assessments import operations as assessing
from assessments.api import unanswered
from assessments.api_problems import Refused, fields, wrong_fields
from assessments.caller_view import ASK_AGAIN, CallerView
from assessments.drafts import lock
from assessments.idempotency import Answer
from assessments.json_body import members
from assessments.models import Assessment, Token
from claims.api_errors import BadParameters
from claims.forms import WrongParameter
from reports import gate, issue_body, operations
from reports.access import reports_of
from reports.api_schema import ISSUE, PDF, PdfForm
from reports.branding import naming
from reports.draft_pdf import draft_pdf
from reports.forms import IssueForm, LayoutForm
from reports.gate import Obstacle
from reports.issue_body import IssueBody
from reports.layouts import Layout
from reports.models import Report
from reports.pdf import RenderError
from reports.pdf_answer import pdf_answer


class IssueView(CallerView):
    """Issues the report of a case."""

    http_method_names = ["post", "options"]
    writes_with = Token.Scope.ISSUE

    @extend_schema(operation_id="assessments_issue", **ISSUE)
    def post(self, request: Request, reference: str) -> HttpResponse:
        """Issue the report in one language. A draft becomes final with it, unless something stands in the way."""
        case = self.case(reference)
        body = members(request, issue_body.MEMBERS)
        # Rendering takes seconds and must hold no lock. The report is unique for its language, so nothing is issued twice.
        return self.written(case.firm, lambda: self.issue(case, body), whole=False)

    def issue(self, case: Assessment, body: Mapping[str, Any]) -> Answer:
        """Do it."""
        given, at = issue_body.read(body, case), timezone.now()
        language, layout = given.language, given.layout
        with transaction.atomic():  # what stands in the way leaves the draft a draft
            final = self.final(case, given.version, at=at)
            if final.reports.filter(language=language).exists():
                raise Refused(f"{case.reference} was issued in this language already.")
            found = gate.obstacles(final, language=language, on=at.date(), layout=layout)
            reasons = _explained(final, found, given)
        try:
            report = operations.issue(
                assessment=final,
                by=self.caller.person,
                at=at,
                language=language,
                to=given.to,
                reasons=reasons,
                layout=layout,
            )
        except operations.OperationRefused as refusal:
            raise Refused(str(refusal)) from None
        except RenderError as error:
            raise Refused(str(error), status=HTTPStatus.SERVICE_UNAVAILABLE) from None
        told = _told(report)
        return Answer(HTTPStatus.CREATED, told, {"Location": told["pdf"]})

    def final(self, case: Assessment, version: int | None, *, at: Any) -> Assessment:
        """The case, made final where it is a draft. Raises 409 for one that was changed since it was read."""
        locked = lock(case)
        if locked.is_final:
            return self.case(case.reference)
        if version is None:
            raise wrong_fields({"version": ["It is a draft, and final once it is issued: send the version you read."]})
        if version != locked.version:
            raise Refused(f"{case.reference} is at version {locked.version}: read it again.", version=locked.version)
        try:
            assessing.finalise(by=self.caller.person, at=at, assessment=case)
        except assessing.FrameworkUnfit as error:
            raise Refused(str(error)) from None
        except assessing.AnswersError as error:
            raise unanswered(case, error) from None
        except (assessing.OperationRefused, assessing.CurrencyError) as refusal:
            raise Refused(str(refusal)) from None
        return self.case(case.reference)


def _explained(case: Assessment, found: Sequence[Obstacle], given: IssueBody) -> dict[str, str]:
    """The reasons for all warnings. Raises 409 that names what blocks, what wants a reason, and where it is mended.

    A reason that nothing asks for is refused as well: the report would not print it.
    """
    asked = {one.code for one in found}
    idle = {
        f"reasons.{code}": ["Nothing asks for this reason now: leave it out."]
        for code in given.reasons
        if code not in asked
    }
    typed = {f"reason_{code}": reason for code, reason in given.reasons.items()}
    form = IssueForm({"to": given.to, **typed}, warnings=[one for one in found if not one.blocks])
    if form.is_valid() and not idle and not any(one.blocks for one in found):
        return form.reasons()
    messages = {
        f"reasons.{name.removeprefix('reason_')}" if name.startswith("reason_") else name: list(of_name)
        for name, of_name in form.errors.items()
    }
    raise Refused(
        f"{case.reference} cannot be issued yet: see `obstacles`. Nothing was stored.",
        obstacles=[_obstacle(one) for one in found],
        errors=fields(messages | idle),
    )


def _obstacle(obstacle: Obstacle) -> dict[str, Any]:
    items = [
        {"text": item.text, "url": item.url, "remedy": item.remedy, "about": list(item.about)}
        for item in obstacle.items
    ]
    return {"code": obstacle.code, "title": obstacle.title, "blocks": obstacle.blocks, "items": items}


def _told(report: Report) -> dict[str, Any]:
    """An issued report as JSON."""
    pdf = reverse("api-report-pdf", args=[report.reference])
    return {
        "reference": report.reference,
        "language": report.language,
        "state": report.state,
        "digest": report.digest,
        "issued_at": report.issued_at.isoformat().replace("+00:00", "Z"),
        "issued_by": report.issued_by.get_username(),
        "issued_to": report.issued_to,
        "reservations": report.reservations,
        "layout": report.laid_out.as_dict(),
        "pdf": f"{pdf}?lang={report.language}",
        "verify": reverse("reports:verified", args=[report.hex_digest]),
    }


class AnyAccepted(BaseContentNegotiation):
    """The file is what it is, and a refusal is a problem document, whatever the client would like best."""

    def select_parser(self, request: Request, parsers: Sequence[Any]) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Sequence[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class ReportPdfView(CallerView):
    """The file of a report."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = AnyAccepted

    @extend_schema(operation_id="assessments_report", **PDF)
    def get(self, request: Request, reference: str) -> HttpResponse:
        """The issued report, which is put down as a download; for the firm's own people else a draft."""
        form = PdfForm(request.query_params)
        self.refuse_parameters(form)
        asked = form.cleaned_data
        reports = reports_of(self.caller).filter(reference=reference).order_by("pk").defer("content", "manifest")
        if asked["lang"]:
            reports = reports.filter(language=asked["lang"])
        report = reports.select_related("assessment__client", "assessment__firm").first()
        if report is not None:
            return self.issued(report, asked["layout"])
        return self.draft(self.case(reference), asked)

    def issued(self, report: Report, layout: str) -> HttpResponse:
        """The bytes as they were issued."""
        if layout not in ("", report.laid_out.name):
            raise Refused(f"{report.reference} was issued as the version {report.laid_out.name}, and in no other.")
        etag = f'"{report.hex_digest}"'
        without = HttpResponse(headers={"ETag": etag, "Cache-Control": ASK_AGAIN})
        if (unchanged := get_conditional_response(self.request._request, etag=etag, response=without)) is not without:  # noqa: SLF001 - Django's own request, which DRF wraps
            return unchanged
        if self.request.method == "GET":
            operations.log_download(report=report, by=self.caller.person, at=timezone.now())
        return _file(bytes(report.content), naming.of_report(report), language=report.language, ETag=etag)

    def draft(self, case: Assessment, asked: Mapping[str, str]) -> HttpResponse:
        """The case as it would be printed now."""
        language = asked["lang"] or case.language
        try:
            written, name = draft_pdf(case, language=language, layout=_layout(asked), at=timezone.now())
        except assessing.FrameworkUnfit as error:
            raise Refused(str(error)) from None
        except assessing.AnswersError as error:
            raise unanswered(case, error) from None
        except assessing.CurrencyError as error:
            raise Refused(str(error)) from None
        except RenderError as error:
            raise Refused(str(error), status=HTTPStatus.SERVICE_UNAVAILABLE) from None
        etag = f'"{written.digest.removeprefix("sha256:")}"'
        response = _file(written.content, name, language=language, ETag=etag)
        return get_conditional_response(self.request._request, etag=etag, response=response)  # noqa: SLF001 - as above


def _layout(asked: Mapping[str, str]) -> Layout:
    form = LayoutForm.asked(asked)
    if not form.is_valid():
        raise BadParameters([WrongParameter(name, one) for name, of_name in form.errors.items() for one in of_name])
    return form.chosen


def _file(content: bytes, name: str, *, language: str, **headers: str) -> HttpResponse:
    kept = {"Cache-Control": ASK_AGAIN, "Content-Language": language}
    return pdf_answer(content, name, **kept, **headers)
