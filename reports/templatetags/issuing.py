"""What can be had and done of the report of a final case."""

from typing import Any

from django import template

from assessments.models import Assessment

register = template.Library()


@register.inclusion_tag("reports/issuing.html", takes_context=True)
def issuing(context: template.Context, case: Assessment) -> dict[str, Any]:
    """Links to the issued reports of a case, and for each language not issued yet a draft and the button to issue."""
    issued = {report.language: report for report in case.reports.defer("content", "manifest")}
    return {
        "request": context["request"],
        "csrf_token": context["csrf_token"],
        "case": case,
        "issued": issued.values(),
        "missing": [(code, label) for code, label in Assessment.Language.choices if code not in issued],
        "first": case.language if case.language not in issued else "",
    }
