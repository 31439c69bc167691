"""What publishing a draft would do to those that stand on the claim: asked before, told in counts.

Claims know nothing of assessments and reports: those register here who can say it (`AppConfig.ready`). An editor sees
how many, never whose.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from claims import freshness, projection
from claims.models import Claim, Revision

DRAFT_DIGEST = "sha256:" + "0" * 64
"""Stands where a published document has its digest."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What would come of it for things of one kind.

    `cited_by` cite the claim today; the newest `tried` of them were computed with the draft. `largest` is the relative
    change of the figure that would move most; `in_time` says whether the time sufficed for all that were to be tried.
    """

    cited_by: int
    tried: int
    unaffected: int
    figures_moved: int
    recommendation_flips: int
    not_judged: int
    largest: float | None
    in_time: bool


Teller = Callable[[Mapping[str, Any], int, datetime], Consequence]
"""Takes the document as it would be published, the claim's id and the moment."""

TELLERS: dict[str, Teller] = {}


def register(name: str, teller: Teller) -> None:
    """Let somebody say what would come of it; called from `AppConfig.ready` of the app that knows."""
    TELLERS[name] = teller


def of_publishing(claim: Claim, *, at: datetime) -> list[Consequence]:
    """What each teller says of publishing the draft of a claim now. Stores nothing."""
    checked_on = projection.last_reading(claim, at)
    body = projection.build(
        claim,
        number=(claim.current_revision.number if claim.current_revision else 0) + 1,
        state=Revision.State.PUBLISHED,
        at=at,
        checked_on=checked_on,
    )
    weight = freshness.weight_on(
        checked_on=checked_on,
        dated_on=projection.evidence_dated_on(projection.cited(claim)),
        half_life_days=claim.metric.family.half_life_days,
        as_of=at.date(),
    )
    document = body | {"digest": DRAFT_DIGEST, "freshness_weight": weight}
    return [teller(document, claim.pk, at) for teller in TELLERS.values()]
