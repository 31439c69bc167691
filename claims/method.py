"""How a set of claims came about: when it was read, what was checked, on which sources, and what changed.

The date of a set is the oldest of its readings, never the newest.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from claims import published
from claims.freshness import State
from claims.models import Check, Revision, Source

LATEST_CHANGES = 10


@dataclass(frozen=True, slots=True)
class Method:
    """What a page of method says of a set of claims."""

    claims: int
    oldest_reading: date | None
    never_read: int
    freshness: dict[str, int]
    checks: list[dict[str, Any]]
    sources: list[tuple[Source, int]]
    changes: list[Revision]


def method_of(revisions: QuerySet[Revision], *, history: QuerySet[Revision], on: date) -> Method:
    """The method of the published claims in `revisions`, as known on a day. A fixed number of queries.

    `history` is every revision there was, those of claims that were retracted since included.
    """
    read = published.with_reading(revisions, on).aggregate(
        claims=Count("pk"), oldest=Min("read_on"), never=Count("pk", filter=Q(read_on__isnull=True))
    )
    claims = revisions.order_by().values("claim")
    checks = (
        Check.objects.filter(claim__in=claims, on__lte=on)
        .order_by()
        .values("kind")
        .annotate(claims=Count("claim", distinct=True), last=Max("on"))
        .order_by("kind")
    )
    cited = Revision.sources.through.objects.filter(revision__in=revisions.order_by().values("pk"))
    cited_by_source = dict(cited.order_by().values_list("source").annotate(Count("pk")))
    return Method(
        claims=read["claims"],
        oldest_reading=read["oldest"],
        never_read=read["never"],
        freshness={state.value: published.in_state(revisions, [state], on).count() for state in State},
        checks=list(checks),
        sources=sorted(
            ((source, cited_by_source[source.pk]) for source in Source.objects.filter(pk__in=cited_by_source)),
            key=lambda pair: (-pair[1], pair[0].slug),
        ),
        changes=list(history.order_by("-sequence").select_related("claim")[:LATEST_CHANGES]),
    )
