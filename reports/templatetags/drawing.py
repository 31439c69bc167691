"""Charts of a case on its result page, drawn into the page: the same as in the report, in a wide and a narrow form."""

from typing import Any

from django import template
from django.utils import translation
from django.utils.safestring import mark_safe

from assessments.result_page import ResultPage
from reports.case import Case, PinnedClaim
from reports.chart_parts import NARROW, WIDTH
from reports.every_chart import CHARTS

register = template.Library()


@register.inclusion_tag("reports/drawn.html")
def drawn(page: ResultPage, name: str, caption: str = "") -> dict[str, Any]:
    """A chart by its name with its title and a caption; nothing where the case does not have it.

    Raises KeyError for a name that no chart has.
    """
    case = _case(page)
    with translation.override(case.language):
        wide, narrow = (CHARTS[name](case, width=width) for width in (WIDTH, NARROW))
    if wide is None or narrow is None:
        return {"title": "", "caption": "", "wide": "", "narrow": ""}
    forms = {
        form: mark_safe(chart.svg)  # noqa: S308 – every text is escaped by svg
        for form, chart in (("wide", wide), ("narrow", narrow))
    }
    return {"title": wide.title, "caption": caption, **forms}


def _case(page: ResultPage) -> Case:
    """What a page shows, as a report sees it."""
    claims = tuple(PinnedClaim(document, None, {}) for document in page.documents.values())
    return Case(
        reference=page.result["reference"],
        title="",
        client="",
        firm="",
        author="",
        language="en",
        issued=False,
        result=page.result,
        claims=claims,
    )
