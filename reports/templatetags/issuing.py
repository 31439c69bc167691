"""What can be had and done of the report of a final case."""

from typing import Any

from django import template

from assessments.models import Assessment
from reports.layouts import NAMED
from reports.words import words

register = template.Library()


@register.inclusion_tag("reports/issuing.html")
def issuing(case: Assessment) -> dict[str, Any]:
    """Links to the issued reports of a case, and for each language not issued yet a draft and the way to issue."""
    issued = {report.language: report for report in case.reports.defer("content", "manifest")}
    return {
        "case": case,
        "issued": list(issued.values()),
        "missing": [(code, label) for code, label in Assessment.Language.choices if code not in issued],
        "versions": [(name, words("layout", name, "en")) for name in NAMED],
        "first": case.language if case.language not in issued else "",
    }
