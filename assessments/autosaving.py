"""Saving some answers of a page while it is being filled in.

A page that is sent as a whole is refused as a whole where somebody changed the same answer meanwhile. Here each answer
stands for itself: what collides is left alone and told, everything else is stored (decision 37).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from assessments import operations
from assessments.membership import require_membership
from assessments.models import Assessment
from claims.models import Person


@dataclass(frozen=True, slots=True)
class Autosaved:
    """The assessment after it. `conflicts` holds by question what stands there and was not overwritten, `by` whose it is."""

    assessment: Assessment
    conflicts: Mapping[str, Any]
    by: str = ""


@transaction.atomic
def save_changes(
    *,
    by: Person,
    at: datetime,
    assessment: Assessment,
    version: int,
    answers: Mapping[str, Any],
    unread: Mapping[str, Any],
) -> Autosaved:
    """Store those answers that nobody else changed since `version` to something else; the others are conflicts.

    `answers` and `unread` are as in `operations.save_answers`, for the changed questions only. Raises
    `OperationRefused` for a final case and for somebody of another firm.
    """
    require_membership(by, assessment.firm)
    # Held from the refusal to the second attempt, so that nothing can come between the two.
    Assessment.objects.select_for_update().get(pk=assessment.pk)

    def save(left_out: Mapping[str, Any]) -> Assessment:
        return operations.save_answers(
            by=by,
            at=at,
            assessment=assessment,
            version=version,
            answers={question: answer for question, answer in answers.items() if question not in left_out},
            unread={question: text for question, text in unread.items() if question not in left_out},
        )

    try:
        return Autosaved(save({}), {})
    except operations.AnswersChanged as conflict:
        return Autosaved(save(conflict.stored), conflict.stored, conflict.by)
