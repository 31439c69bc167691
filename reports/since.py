"""What changed from the report that this one supersedes: the advice, the verdicts, and the figures people decide by."""

from collections.abc import Mapping
from typing import Any

from assessments.engine import changes
from assessments.models import Assessment
from reports.models import Report


def predecessors(assessment: Assessment) -> list[Assessment]:
    """All cases that this one re-runs, the nearest first: one between may never have been issued."""
    found: list[Assessment] = []
    before = assessment.predecessor
    while before is not None:
        found.append(before)
        before = before.predecessor
    return found


def of(assessment: Assessment, result: Mapping[str, Any], *, language: str) -> dict[str, Any] | None:
    """What differs between a result and the last report that was issued of what it re-runs; None where there is none.

    `reference`, `digest` (of the file), `issued_on` and `as_of` name that report, the one in the same language where
    there are two; `changes` is as `changes.Changes.as_dict` gives it, with the figures that moved materially alone.
    """
    issued = Report.objects.filter(assessment__in=predecessors(assessment)).defer("content")
    latest = issued.order_by("-assessment_id").first()
    if latest is None:
        return None
    report = issued.filter(assessment=latest.assessment_id, language=language).first() or latest
    before = report.manifest_document
    found = changes.changes(before, result).as_dict()
    return {
        "reference": report.reference,
        "digest": report.digest,
        "issued_on": report.issued_at.date().isoformat(),
        "as_of": before["as_of"],
        "changes": found | {"figures": [figure for figure in found["figures"] if figure["material"]]},
    }
