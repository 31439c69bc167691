"""What-ifs of a case: tried without storing anything, and kept under a name.

Trying reads; `keep_scenario` and `delete_scenario` write one row beside the case and never the case itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from assessments import evidence_cache, facts, operations
from assessments.engine.choices import read_what_if
from assessments.engine.errors import AnswersError
from assessments.engine.method import shipped
from assessments.facts import Registry
from assessments.membership import require_membership
from assessments.models import Assessment, Scenario
from claims.models import Person
from claims.operations import OperationRefused

MOST_SCENARIOS = 8


@dataclass(frozen=True, slots=True)
class Trial:
    """A case as it is saved and as it would be: two result documents, alike where nothing is moved."""

    moved: Mapping[str, Any]
    saved: Mapping[str, Any]
    tried: Mapping[str, Any]

    @property
    def method_changed(self) -> bool:
        """Whether the saved result was computed by other rules than the tried one."""
        return bool(self.saved["method"] != self.tried["method"])


def saved(case: Assessment, *, today: date, on: Registry | None = None) -> Mapping[str, Any]:
    """The frozen result of a final case, or that of a draft on today's evidence."""
    if case.is_final:
        return case.result_document
    return operations.evaluate(case, as_of=today, on=on or evidence_cache.of_day(today)).as_dict()


def tried(case: Assessment, moved: Mapping[str, Any], *, today: date) -> Trial:
    """A case with some numbers at other values, on the evidence it is judged on. Stores nothing.

    Raises `AnswersError` with (control or question, what would be right), and `CurrencyError`.
    """
    on = evidence_cache.of_case(case, today=today)
    return _tried(case, moved, saved(case, today=today, on=on), on)


def _tried(case: Assessment, moved: Mapping[str, Any], before: Mapping[str, Any], on: Registry) -> Trial:
    if not moved:
        return Trial(moved, before, before)
    return Trial(moved, before, operations.evaluate(case, as_of=on.as_of, on=on, what_if=moved).as_dict())


def tried_scenarios(
    case: Assessment, *, today: date
) -> tuple[list[tuple[Scenario, Trial]], list[tuple[Scenario, str]]]:
    """The kept what-ifs of a case; and those that cannot be tried any more, with the reason.

    Raises `AnswersError` and `CurrencyError` where the case itself cannot be judged.
    """
    on = evidence_cache.of_case(case, today=today)
    before = saved(case, today=today, on=on)
    found, broken = [], []
    for scenario in case.scenarios.all():
        try:
            found.append((scenario, _tried(case, scenario.parameters, before, on)))
        except AnswersError as error:
            broken.append((scenario, str(error)))
    return found, broken


def priced_models(case: Assessment, *, today: date) -> list[str]:
    """Ids of the models that have a price in the evidence of a case."""
    return facts.models_priced_in(evidence_cache.of_case(case, today=today).claims)


@transaction.atomic
def keep_scenario(
    *, by: Person, at: datetime, assessment: Assessment, name: str, parameters: Mapping[str, Any]
) -> Scenario:
    """Keep a what-if of a case under a name.

    Raises `AnswersError` for parameters that cannot be tried, `ValidationError` for a name that is none or is taken,
    and `OperationRefused` where nothing is moved or there are too many already.
    """
    require_membership(by, assessment.firm)
    Assessment.objects.select_for_update().get(pk=assessment.pk)  # so that two at once do not both take the last place
    if not read_what_if(parameters, shipped().house):
        raise OperationRefused("Nothing is moved: this would be the assessment itself.")
    if assessment.scenarios.count() >= MOST_SCENARIOS:
        raise OperationRefused(
            f"{assessment.reference} has {MOST_SCENARIOS} scenarios, as many as fit side by side: delete one first."
        )
    tried(assessment, parameters, today=at.date())
    scenario = Scenario(assessment=assessment, name=name.strip(), parameters=dict(parameters), by=by, at=at)
    scenario.full_clean()
    scenario.save()
    return scenario


@transaction.atomic
def delete_scenario(*, by: Person, assessment: Assessment, scenario: int) -> str:
    """Delete a scenario of a case by its id; returns its name, empty where there is none any more."""
    require_membership(by, assessment.firm)
    found = assessment.scenarios.filter(pk=scenario).first()
    if found is None:
        return ""
    found.delete()
    return str(found.name)
