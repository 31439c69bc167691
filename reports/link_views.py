"""Pages: the shared links of a case for the firm's own people, and what a link shows to whoever has it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.models import Assessment
from reports import shared_page, sharing
from reports.access import case_of
from reports.branding import naming
from reports.branding.brand import Brand
from reports.branding.versions import kept_logo
from reports.dates import date_text
from reports.forms import ShareForm
from reports.models import Report, SharedLink
from reports.pdf_answer import pdf_answer
from reports.sharing import OperationRefused

PRIVATE = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
"""Who has the address has the report: it is kept by nobody on the way, told to no other site, found by no search."""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def links(request: HttpRequest, reference: str) -> HttpResponse:
    """The links of a case, and the form for a new one, whose address the answer shows once."""
    case = case_of(request, reference)
    reports = list(case.reports.defer("content", "manifest").order_by("pk"))
    at = timezone.now()
    form = ShareForm(request.POST if request.method == "POST" else None, reports=reports, today=at.date())
    made, address = None, ""
    if form.is_bound and form.is_valid():
        try:
            made, token = sharing.share(
                report=form.cleaned_data["report"],
                by=request.user,
                at=at,
                expires_on=form.cleaned_data["expires_on"],
            )
        except OperationRefused as error:
            form.add_error("expires_on", str(error))
        else:
            address = request.build_absolute_uri(_address(token))
    context: dict[str, Any] = {
        "case": case,
        "reports": reports,
        "form": form,
        "made": made,
        "address": address,
        "links": [(link, link.opens_on(at.date())) for link in _links(case)],
    }
    response = render(request, "reports/links.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = PRIVATE["Cache-Control"]
    return response


@require_POST
@login_required
def revoke(request: HttpRequest, reference: str, link: int) -> HttpResponse:
    """End a link of a case."""
    case = case_of(request, reference)
    found = get_object_or_404(_links(case), pk=link)
    try:
        sharing.revoke(link=found, by=request.user, at=timezone.now())
    except OperationRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The link is revoked. Whoever opens it finds nothing.")
    return redirect("reports:links", case.reference)


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The report behind a link as a page in its language. Unknown, revoked and expired are one and the same 404."""
    at = timezone.now()
    link = sharing.opened(token, on=at.date())
    if link is None:
        raise Http404
    report = link.report
    if request.method == "GET":
        sharing.log_view(link=link, at=at)
    body = shared_page.body_of(report, logo=reverse("reports:shared-logo", args=[token]))
    if body is None:
        return pdf_answer(bytes(report.content), naming.of_report(report), **PRIVATE)
    with translation.override(report.language):
        page = render(request, "reports/shared.html", _told(link, report) | {"body": body, "token": token})
    for header, value in PRIVATE.items():
        page[header] = value
    return page


@require_safe
def shared_sheet(_request: HttpRequest, token: str) -> HttpResponse:
    """The colours and faces of the report behind a link, for its page."""
    text = _brand(token).variables(screen=True)
    return HttpResponse(text, content_type="text/css; charset=utf-8", headers=PRIVATE)


@require_safe
def shared_logo(_request: HttpRequest, token: str) -> HttpResponse:
    """The logo of the report behind a link, as it was when the report was issued."""
    logo = _brand(token).logo
    content = kept_logo(logo.digest) if logo else None
    if content is None:
        raise Http404
    headers = {**PRIVATE, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="image/png", headers=headers)


def _brand(token: str) -> Brand:
    """The brand of the report behind a link, or the 404 of every link that opens nothing."""
    link = sharing.opened(token, on=timezone.now().date())
    if link is None:
        raise Http404
    return Brand.from_described(link.report.manifest_document["document"].get("brand", {}))


def _told(link: SharedLink, report: Report) -> dict[str, Any]:
    """What stands above the report."""
    lang = report.language
    described = report.manifest_document["document"]
    names = described["names"]
    return {
        "branded": "brand" in described,
        "lang": lang,
        "report": report,
        "title": f"{names['title']} · {names['client']}",
        "issued_on": date_text(report.issued_at, form="long", lang=lang),
        "until": date_text(link.expires_on, form="long", lang=lang),
        "until_iso": link.expires_on.isoformat(),
    }


def _links(case: Assessment) -> Any:
    links = SharedLink.objects.filter(report__assessment=case).select_related("report", "made_by", "revoked_by")
    return links.defer("report__content", "report__manifest").prefetch_related("views")


def _address(token: str) -> str:
    return reverse("reports:shared", args=[token])
