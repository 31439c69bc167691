"""What every verb that changes a case begins with: the case locked, a draft, and nobody's work overwritten."""

from collections.abc import Mapping
from typing import Any

from assessments.models import Assessment
from claims.operations import OperationRefused


class AnswersChanged(OperationRefused):
    """Somebody else changed the same answers since they were read.

    `stored` holds, by question, what stands there now; nothing of the refused save was written. `by` saved last.
    """

    def __init__(self, stored: Mapping[str, Any], *, version: int, by: str) -> None:
        super().__init__(
            f"{by} changed this page after you opened it. Nothing of yours was stored: "
            "compare the answers below and save again."
        )
        self.stored = dict(stored)
        self.version = version
        self.by = by


def lock(assessment: Assessment) -> Assessment:
    """The assessment as it is now, locked until the transaction ends."""
    return Assessment.objects.select_for_update().get(pk=assessment.pk)


def require_draft(assessment: Assessment) -> None:
    """Raises `OperationRefused` for a case that is final."""
    if assessment.is_final:
        raise OperationRefused(f"{assessment.reference} is final and does not change: run it again instead.")
