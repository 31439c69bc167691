"""A case that turns on its volume, on the starter registry: what tests of what-ifs and comparisons stand on."""

from datetime import timedelta
from typing import Any

from assessments import operations
from assessments.models import Assessment, Firm
from claims.models import Claim, Revision
from tests import factories
from tests.claims import factories as registry

NOW = factories.NOON + timedelta(hours=1)
TODAY = NOW.date()
VOLUME = 100_000
TURNS = 50_000_000
"""Requests a month as saved, and at which fine-tuning is recommended instead of few-shot prompting."""


def answers(**changes: Any) -> dict[str, Any]:
    about = {"gaps": ["cost_at_volume"], "requests_per_month": VOLUME, "cacheable_share": 0.5}
    return factories.worked_answers("W01") | about | changes


def draft(*, of: Firm | None = None, title: str = "Claims triage", **changes: Any) -> Assessment:
    return factories.assessment(of=of, title=title, answers=answers(**changes))


def final(*, of: Firm | None = None, title: str = "Claims triage", **changes: Any) -> Assessment:
    of = of or factories.firm()
    case = draft(of=of, title=title, **changes)
    return operations.finalise(by=factories.consultant(of), at=NOW, assessment=case)


def revise(slug: str, factor: float, *, hours: int) -> Revision:
    """Publish another revision of a claim, so many hours after the case was judged, with its numbers times a factor."""
    claim = Claim.objects.get(slug=slug)
    ends = {end: getattr(claim, end) for end in ("low", "likely", "high")}
    numbers = {end: None if value is None else float(value) * factor for end, value in ends.items()}
    return registry.change(claim.current_revision, at=NOW + timedelta(hours=hours), **numbers)
