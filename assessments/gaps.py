"""What assessments lack, told to the registry: which inputs of the method no claim gives, and how many lack each.

The registry learns nothing of a client. What goes over is the house table's own: subjects, metrics, unit, period and
scope. An input that the table does not name, such as the price of a client's model, stays here, and so does one whose
scope a consultant settled: that is a text somebody typed.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from assessments.engine import method
from assessments.engine.roles import Role
from assessments.models import AssessmentGap, live_gaps
from claims import operations as registry
from claims.lacking import Lacking

Found = Sequence[Mapping[str, Any]]
"""The entries `gaps` of a result document."""


@transaction.atomic
def note(found: Mapping[int, Found], *, at: datetime, on: date) -> None:
    """Put down what each of these final cases (ids) lacks on the evidence of the day `on`, and count anew.

    What a case lacked before is forgotten, and so is that of a case which one of them has replaced.
    """
    lacking = {case: {one.key: one for one in for_editors(entries)} for case, entries in found.items()}
    before = AssessmentGap.objects.filter(Q(assessment__in=found) | Q(assessment__successors__in=found))
    touched = set(before.order_by().values_list("gap", flat=True))
    asked = {key: one for of_case in lacking.values() for key, one in of_case.items()}
    if not touched and not asked:
        return
    noted = {gap.key: gap for gap in registry.note_gaps(at=at, on=on, gaps=asked.values(), also=touched)}
    AssessmentGap.objects.filter(assessment__in=found).delete()
    AssessmentGap.objects.bulk_create(
        AssessmentGap(assessment_id=case, gap=noted[key]) for case, of_case in lacking.items() for key in of_case
    )
    touched |= {gap.pk for gap in noted.values()}
    counted = live_gaps().filter(gap__in=touched).order_by().values("gap").annotate(cases=Count("assessment"))
    registry.count_gaps(at=at, counts=dict.fromkeys(touched, 0) | dict(counted.values_list("gap", "cases")))


def for_editors(found: Found) -> list[Lacking]:
    """What of the gaps of a result the registry may know: those of the house table's inputs, in its own words."""
    roles = _roles()
    asked = ((roles[entry["role"]], entry) for entry in found if entry["role"] in roles)
    return [_asked(role, entry) for role, entry in asked if dict(entry["scope"]) == dict(role.scope)]


def _asked(role: Role, entry: Mapping[str, Any]) -> Lacking:
    """An entry in the words of its role."""
    return Lacking.read(
        {
            "code": entry["code"],
            "subjects": role.subjects,
            "metrics": role.metrics,
            "unit": role.unit,
            "per": role.per,
            "currency": entry["currency"],
            "scope": role.scope,
            "claims": entry["claims"],
        }
    )


def _roles() -> dict[str, Role]:
    """The inputs that the house table asks claims for, those in the place of an assumption among them."""
    house = method.shipped().house
    assumed = {key: one.replaced_by for key, one in house.assumptions.items() if one.replaced_by}
    return {**house.roles, **assumed}
