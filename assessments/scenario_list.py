"""The list of a case's scenarios, as pages show it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from assessments.models import Assessment
from assessments.side_by_side import moved_text
from assessments.what_if_form import as_typed


@dataclass(frozen=True, slots=True)
class KeptScenario:
    """A line of the list of scenarios."""

    id: int
    name: str
    moves: str
    by: str
    at: datetime
    url: str


def kept_scenarios(case: Assessment) -> list[KeptScenario]:
    """The scenarios of a case in the order in which they were kept."""
    page = reverse("assessments:what-if", args=[case.reference])
    return [
        KeptScenario(
            one.pk,
            one.name,
            moved_text(one.parameters),
            one.by.get_full_name() or one.by.get_username(),
            one.at,
            f"{page}?{urlencode(as_typed(one.parameters))}",
        )
        for one in case.scenarios.select_related("by")
    ]
