"""Who gets at a report and at the case behind it. What somebody may not see does not exist for them."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from assessments.callers import Caller
from assessments.models import Assessment
from reports.models import Report, ReportQuerySet


def case_of(request: HttpRequest, reference: str) -> Assessment:
    """The case of this reference for the firm's own people, with its client and firm; 404 for everybody else."""
    cases = Assessment.objects.visible_to(request.user).select_related("client", "firm")
    return get_object_or_404(cases, reference=reference)


def issued(request: HttpRequest, reference: str, language: str, *, unread: str = "") -> Report | None:
    """The issued report in a language, or the first where none is asked for; None where there is none for this person.

    `unread`: a large column that the caller does without.
    """
    reports = Report.objects.visible_to(request.user).filter(reference=reference).order_by("pk")
    if unread:
        reports = reports.defer(unread)
    return reports.filter(language=language).first() if language else reports.first()


def reports_of(caller: Caller) -> ReportQuerySet:
    """The issued reports that somebody reaches through the API: a token those of its firm, or of the client it reads for."""
    found = Report.objects.visible_to(caller.person)
    if caller.token is None:
        return found
    found = found.filter(assessment__firm=caller.token.firm_id)
    return found.filter(assessment__client=caller.reads_for.client_id) if caller.reads_for else found
