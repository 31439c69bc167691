"""The name of each file of a report: the pattern that its firm, or its client, had for it, filled in."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from assessments.models import Assessment
from reports.brand_models import BrandVersion
from reports.branding.brand import Brand, for_client
from reports.branding.file_names import Named, file_name, unlike
from reports.branding.versions import patterns
from reports.layouts import FULL, Layout

if TYPE_CHECKING:  # they have the models above them
    from reports.batch_models import Batch, BatchItem
    from reports.models import Report


def of_report(report: "Report", *, part: str = "", form: str = "pdf") -> str:
    """The name of an issued report, or of a table (`part`) of it, by the brand that it was issued with."""
    [pattern] = _issued_patterns([report])
    return file_name(pattern, _issued(report), part=part, form=form)


def of_draft(
    assessment: Assessment,
    *,
    day: date,
    language: str,
    at: datetime,
    layout: Layout = FULL,
    part: str = "",
    form: str = "pdf",
) -> str:
    """The name of a draft, or of a table of it. `day`: that of its evidence; `at`: when it is made."""
    [pattern] = patterns(assessment.firm, [(assessment.client_id, at)])
    named = Named(
        reference=assessment.reference,
        client=assessment.client.name,
        title=assessment.title,
        day=day,
        language=language,
        version=layout.name,
        draft=True,
    )
    return file_name(pattern, named, part=part, form=form)


def of_items(batch: "Batch", items: Sequence["BatchItem"]) -> list[str]:
    """The names of the items of a batch in their order, no two alike on any system; empty for what is not made."""
    reports = [item.report for item in items if item.report is not None]
    issued = dict(zip((one.pk for one in reports), _issued_patterns(reports), strict=True))
    moments = [(item.assessment.client_id, item.at or batch.started_at) for item in items]
    drafts = patterns(batch.firm, moments)
    names: list[str] = []
    for item, pattern in zip(items, drafts, strict=True):
        if item.report is not None:
            name = file_name(issued[item.report.pk], _issued(item.report, item.assessment))
        else:
            name = file_name(pattern, _draft_item(item, batch))
        made = item.state == "done"
        names.append(unlike(name, {one.casefold() for one in names}) if made else "")
    return names


def _draft_item(item: "BatchItem", batch: "Batch") -> Named:
    assessment = item.assessment
    return Named(
        reference=assessment.reference,
        client=assessment.client.name,
        title=assessment.title,
        day=assessment.as_of or (item.at or batch.started_at).date(),
        language=item.language,
        version=FULL.name,
        draft=not item.issues,
    )


def _issued(report: "Report", assessment: Assessment | None = None) -> Named:
    assessment = assessment or report.assessment
    return Named(
        reference=report.reference,
        client=assessment.client.name,
        title=assessment.title,
        day=report.issued_at.date(),
        language=report.language,
        version=report.laid_out.name,
    )


def _issued_patterns(reports: Iterable["Report"]) -> list[str]:
    """The pattern with which each was issued, in one query."""
    pairs = [(report.firm_brand_id, report.client_brand_id) for report in reports]
    named = {one for pair in pairs for one in pair if one is not None}
    said = dict(BrandVersion.objects.filter(pk__in=named).values_list("pk", "file_name")) if named else {}
    return [for_client(*(Brand(file_name=said.get(one, "")) for one in pair)).file_name for pair in pairs]
