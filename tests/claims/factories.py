"""Makes people, sources and claims for tests, through the operations that the product uses."""

import hashlib
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import Group

from claims import operations
from claims.lacking import Lacking
from claims.models import Claim, Gap, Metric, MetricFamily, Person, Revision, Source, Subject, Task, Topic, Visit

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def person(username: str, *roles: str, **columns: Any) -> Person:
    """A person with registry roles; the password is the name."""
    found, created = Person.objects.get_or_create(username=username, defaults=columns)
    if created:
        found.set_password(username)
        found.save()
        found.groups.set(Group.objects.filter(name__in=roles))
    return found


def editor() -> Person:
    return person("ed", "editor", is_staff=True)


def reviewer() -> Person:
    return person("rev", "reviewer", is_staff=True)


def manager() -> Person:
    return person("mana", "registry-manager", is_staff=True)


def family(slug: str = "project-cost", half_life_days: int = 548, review_days: int | None = 182) -> MetricFamily:
    return MetricFamily.objects.get_or_create(
        slug=slug, defaults={"name": slug, "half_life_days": half_life_days, "review_days": review_days}
    )[0]


def metric(slug: str = "build-cost", **columns: Any) -> Metric:
    defaults = {
        "name": slug.replace("-", " "),
        "units": ["currency"],
        "family": columns.pop("family", None) or family(),
    }
    return Metric.objects.get_or_create(slug=slug, defaults=defaults | columns)[0]


def subject(slug: str = "rag") -> Subject:
    return Subject.objects.get_or_create(slug=slug, defaults={"name": slug.upper()})[0]


def topic(slug: str = "costs", parent: Topic | None = None) -> Topic:
    return Topic.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize(), "parent": parent})[0]


def source(slug: str = "a-blog", **columns: Any) -> Source:
    defaults = {
        "title": "What it cost us",
        "publisher": "A Blog",
        "url": "https://blog.example/cost",
        "kind": Source.Kind.PRACTITIONER_REPORT,
        "reliability": "C",
        "reliability_reason": "Signed, but sells the work.",
        "interest": "Sells the work.",
        "published_on": datetime(2026, 6, 16, tzinfo=UTC).date(),
    }
    return Source.objects.get_or_create(slug=slug, defaults=defaults | columns)[0]


def claim_fields(**changes: Any) -> dict[str, Any]:
    """What an editor fills in for a range of money."""
    return {
        "statement": "A production system costs this much to build.",
        "subject": subject(),
        "metric": metric(),
        "low": 18000,
        "likely": 28000,
        "high": 45000,
        "bound": "",
        "rating": "",
        "unit": "currency",
        "currency": "USD",
        "per": "build",
        "scope": {"tier": "production"},
        "assumptions": "",
        "study_type": Claim.StudyType.PRACTITIONER_REPORT,
        "credibility": 3,
        "credibility_reason": "One source, plausible.",
        "certainty": "low",
        "certainty_reasons": [{"code": "imprecision", "note": "One source."}],
    } | changes


def citation(**changes: Any) -> dict[str, Any]:
    return {"source": source(), "printed": "$18,000 to $45,000", "locator": "Costs"} | changes


def draft(
    slug: str = "rag-build-cost",
    *,
    citations: list[Mapping[str, Any]] | None = None,
    topics: list[Topic] | None = None,
    at: datetime = NOON,
    **fields: Any,
) -> Claim:
    return operations.draft(
        by=editor(),
        at=at,
        slug=slug,
        fields=claim_fields(**fields),
        citations=[citation()] if citations is None else citations,
        topics=[topic()] if topics is None else topics,
    )


def publish(slug: str = "rag-build-cost", *, at: datetime = NOON, **options: Any) -> Revision:
    """Draft, submit and approve a claim, by two people."""
    claim = draft(slug, at=at, **options)
    operations.submit(by=editor(), at=at, claim=claim)
    return operations.publish(by=reviewer(), at=at, claim=claim)


def change(revision: Revision, *, at: datetime, **fields: Any) -> Revision:
    """Publish another revision of the same claim."""
    claim = operations.revise(by=editor(), at=at, claim=revision.claim, fields=fields)
    operations.submit(by=editor(), at=at, claim=claim)
    return operations.publish(by=reviewer(), at=at, claim=claim)


def visit(
    of: Source | None = None, *, finding: str = Visit.Finding.ANSWERS, text: str = "", at: datetime = NOON
) -> Visit:
    """A machine's look at a source, with the main text it read."""
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest() if text else ""
    stored = zlib.compress(text.encode()) if text else None
    return Visit.objects.create(source=of or source(), at=at, finding=finding, digest=digest, text=stored)


def task(*, kind: str = Task.Kind.FIGURE_MISSING, at: datetime = NOON, **about: Any) -> Task:
    """Something a machine noticed; `claim=` or `source=` says about what."""
    return Task.objects.create(kind=kind, opened_at=at, **about)


def lacking(code: str = "no_claim", **changes: Any) -> Lacking:
    """Hours of upkeep of a production system, or what is changed of that."""
    asked = {
        "subjects": ["rag"], "metrics": ["maintenance-hours"], "unit": "hours", "per": "month",
        "scope": {"tier": "production"},
    }  # fmt: skip
    return Lacking.read(asked | {"code": code} | changes)


def gap(lacked_by: int = 1, *, at: datetime = NOON, **asked: Any) -> Gap:
    """A gap that this many live assessments tell of."""
    [noted] = operations.note_gaps(at=at, on=at.date(), gaps=[lacking(**asked)])
    operations.count_gaps(at=at, counts={noted.pk: lacked_by})
    noted.refresh_from_db()
    return noted


def due(slug: str, *, published_on: date | None = date(2020, 1, 1), at: datetime = NOON, **options: Any) -> Claim:
    """A published claim whose source is old enough for another reading."""
    cited = [citation(source=source(f"source-of-{slug}", published_on=published_on))]
    return publish(slug, at=at, citations=cited, **options).claim


def submitted(slug: str = "new", **options: Any) -> Claim:
    """A draft that waits for a second person."""
    return operations.submit(by=editor(), at=NOON, claim=draft(slug, **options))
