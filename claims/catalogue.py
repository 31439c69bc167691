"""What the registry is arranged by: topics, subjects, metrics, sources and conflicts, as API and pages list them.

Each function takes a fixed number of queries, however much there is to list.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from claims import published, tallies
from claims.models import Conflict, Metric, Source, Subject, Topic


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def topics() -> list[dict[str, Any]]:
    """Every topic with the number of published claims in it or under it. Shape: `TopicSerializer`."""
    rows = Topic.objects.values("slug", "name", "description", "parent__slug")
    counts = tallies.published("topic")
    return [
        {
            "slug": row["slug"],
            "name": row["name"],
            "description": row["description"],
            "parent": row["parent__slug"],
            "claims": counts[row["slug"]],
            "feed": reverse("claims:topic-feed", args=[row["slug"]]),
        }
        for row in rows
    ]


def subjects() -> list[dict[str, Any]]:
    """Every subject with the number of published claims about it. Shape: `SubjectSerializer`."""
    counts = tallies.published("subject")
    rows = Subject.objects.values("slug", "name", "description")
    return [{**row, "claims": counts[row["slug"]]} for row in rows]


def metrics() -> list[dict[str, Any]]:
    """Every metric with its freshness policy and the number of published claims on it. Shape: `MetricSerializer`."""
    counts = tallies.published("metric")
    return [
        {
            "slug": metric.slug,
            "name": metric.name,
            "description": metric.description,
            "family": metric.family.slug,
            "units": metric.units,
            "ratings": metric.ratings,
            "max_percent": None if metric.max_percent is None else float(metric.max_percent),
            "allow_negative": metric.allow_negative,
            "half_life_days": metric.family.half_life_days,
            "review_days": metric.family.review_days,
            "hard_stop": metric.family.hard_stop,
            "claims": counts[metric.slug],
        }
        for metric in Metric.objects.select_related("family")
    ]


def sources(slugs: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """Sources, all or those named, with the number of published claims that cite them. Shape: `SourceSerializer`."""
    chosen = Source.objects.prefetch_related("attributes_to")
    if slugs is not None:
        chosen = chosen.filter(slug__in=slugs)
    counts = tallies.published("source")
    return [
        {
            "slug": source.slug,
            "title": source.title,
            "publisher": source.publisher,
            "author": source.author or None,
            "url": source.url or None,
            "kind": source.kind,
            "language": source.language,
            "published_on": _iso(source.published_on),
            "updated_on": _iso(source.updated_on),
            "accessed_on": _iso(source.accessed_on),
            "reliability": source.reliability,
            "reliability_reason": source.reliability_reason,
            "interest": source.interest,
            "method": source.method,
            "limits": source.limits,
            "attributes_to": sorted(upstream.slug for upstream in source.attributes_to.all()),
            "claims": counts[source.slug],
        }
        for source in chosen
    ]


def conflicts(*, claim: str | None = None, opened_by: date | None = None) -> list[dict[str, Any]]:
    """Conflicts between published claims, all or those of one claim. Shape: `ConflictSerializer`.

    Those of one claim are given with claims that were retracted or superseded since, too. `opened_by`: those that were
    known at the end of that day, as they are decided now.
    """
    if claim is None:
        rows = Conflict.objects.standing()
    else:
        rows = Conflict.objects.filter(
            Q(first__slug=claim) | Q(second__slug=claim),
            lapsed_at__isnull=True,
            first__current_revision__isnull=False,
            second__current_revision__isnull=False,
        )
    if opened_by is not None:
        rows = rows.filter(opened_at__lte=published.end_of(opened_by))
    return [
        {
            "claims": [conflict.first.slug, conflict.second.slug],
            "subject": conflict.first.subject.slug,
            "metric": conflict.first.metric.slug,
            "relation": conflict.relation,
            "state": conflict.state,
            "reason": conflict.reason,
            "decided_on": _iso(conflict.decided_on),
        }
        for conflict in rows.select_related("first__subject", "first__metric", "second")
    ]
