"""What consultants decide besides the client's answers: assumptions of their own, and which evidence is meant.

Each verb is atomic and takes who does it (`by`), when (`at`) and the `version` the page was opened with: where somebody
has changed one of the same since, it raises `AnswersChanged` and stores nothing. What is stored alike keeps the name of
who set it. Raises `AnswersError` for a key or a value that is not right.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from assessments import facts
from assessments.drafts import AnswersChanged, lock, require_draft
from assessments.engine.choices import SETTLED
from assessments.membership import require_membership
from assessments.models import Assessment
from claims.models import Person

Given = Mapping[str, tuple[Any, str] | None]
"""By key a value and the reason for it; None to take back what was decided."""


@transaction.atomic
def save_assumptions(
    *, by: Person, at: datetime, assessment: Assessment, version: int, assumptions: Given
) -> Assessment:
    """Store assumptions of one's own, by key of the house file. Those that are not named stay as they are."""
    return _keep({"assumptions": assumptions}, by=by, at=at, assessment=assessment, version=version)


@transaction.atomic
def settle_questions(
    *, by: Person, at: datetime, assessment: Assessment, version: int, settled: Mapping[str, Given]
) -> Assessment:
    """Settle scope questions: kind of the question → its id → the answer that is meant and why."""
    parts = {SETTLED[kind]: given for kind, given in settled.items()}
    return _keep(parts, by=by, at=at, assessment=assessment, version=version)


def _keep(parts: Mapping[str, Given], *, by: Person, at: datetime, assessment: Assessment, version: int) -> Assessment:
    require_membership(by, assessment.firm)
    assessment = lock(assessment)
    require_draft(assessment)
    choices = dict(assessment.choices)
    changed: list[str] = []
    stale: dict[str, Any] = {}
    for part, given in parts.items():
        stored: Mapping[str, Any] = choices.get(part, {})
        moved = {key: one for key, one in given.items() if _said(stored.get(key)) != _as_said(one)}
        places = {key: f"{part}.{key}" for key in moved}
        stale |= {key: stored.get(key) for key in moved if assessment.answer_versions.get(places[key], 0) > version}
        kept = {key: one for key, one in stored.items() if key not in moved}
        kept |= {
            key: {"value": one[0], "note": one[1].strip(), "by": by.get_username()}
            for key, one in moved.items()
            if one is not None
        }
        choices[part] = kept
        changed += places.values()
    if stale:
        in_order = {key: stale[key] for key in sorted(stale)}
        raise AnswersChanged(in_order, version=assessment.version, by=assessment.changed_by.get_username())
    if not changed:
        return assessment
    facts.choices(choices)
    assessment.choices = choices
    assessment.version += 1
    assessment.answer_versions = assessment.answer_versions | dict.fromkeys(sorted(changed), assessment.version)
    assessment.changed_by, assessment.changed_at = by, at
    assessment.save()
    return assessment


def _said(one: Mapping[str, Any] | None) -> tuple[Any, Any] | None:
    """What makes two decisions the same, whoever made them."""
    return None if one is None else (one["value"], one["note"])


def _as_said(one: tuple[Any, str] | None) -> tuple[Any, Any] | None:
    return None if one is None else (one[0], one[1].strip())
