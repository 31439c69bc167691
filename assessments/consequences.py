"""What the draft of a claim would do to the cases that cite it: judged with it and without it, told in counts."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from time import monotonic
from typing import Any

from assessments import facts, operations
from assessments.engine.changes import Changes, changes
from assessments.models import Assessment
from assessments.reappraising import NO_ADVICE, affected
from claims.consequences import Consequence

AT_MOST = 20
SECONDS = 8.0


def of_publishing(document: Mapping[str, Any], claim: int, at: datetime) -> Consequence:
    """The newest cases that cite a claim (id), judged on today's evidence with the published text and with `document`.

    Both are of today, so that what is told is what the draft does and nothing else.
    """
    cases = affected([claim])
    cited_by = cases.count()
    published = facts.registry(at.date()) if cited_by else None
    counts: Counter[str] = Counter()
    largest: list[float] = []
    begun = monotonic()
    for case in cases.order_by("-finalised_at", "-pk")[:AT_MOST] if published else ():
        if monotonic() - begun > SECONDS:
            break
        assert published is not None
        found = _compared(case, published, published.with_claim(document))
        counts[_outcome(found)] += 1
        if found is not None and found.largest is not None:
            largest.append(found.largest)
    tried = counts.total()
    return Consequence(
        cited_by=cited_by,
        tried=tried,
        unaffected=counts["unaffected"],
        figures_moved=counts["figures_moved"],
        recommendation_flips=counts["recommendation_flips"],
        not_judged=counts["not_judged"],
        largest=max(largest, key=abs, default=None),
        in_time=tried == min(cited_by, AT_MOST),
    )


def _compared(case: Assessment, published: facts.Registry, drafted: facts.Registry) -> Changes | None:
    """What the draft changes of a case; None where it cannot be judged."""
    try:
        before, after = (
            operations.evaluate(case, as_of=evidence.as_of, on=evidence).as_dict() for evidence in (published, drafted)
        )
    except (operations.AnswersError, operations.CurrencyError):
        return None
    return changes(before, after)


def _outcome(found: Changes | None) -> str:
    if found is None or (found.recommendation.flips and found.recommendation.after.option in NO_ADVICE):
        return "not_judged"
    return found.verdict
