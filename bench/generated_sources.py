"""Made-up sources, and the vocabulary of the starter registry with a few topics more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import orjson

from bench.generated_plan import LAST_DAY, TOPICS, Shape
from bench.generated_values import POINTS, Value, values
from bench.generated_words import STATEMENT_WORDS, words
from claims.models import Claim, Metric, Person, Source, Subject, Topic
from claims.projection import canonical

TITLE_WORDS = 800
LEAST = 16
PUBLISHERS = 40


@dataclass(frozen=True, slots=True)
class Named:
    """A row of the vocabulary: its key, slug and name."""

    pk: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric, how fast its claims age, and its part of a document."""

    pk: int
    name: str
    interval_days: int
    json: orjson.Fragment
    values: list[Value]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source with all that is written of it."""

    row: tuple[Any, ...]
    slug: str
    reliability: str
    dated_on: date | None
    json: orjson.Fragment


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What claims are made of. Editors draft, reviewers approve, a manager closes."""

    subjects: list[Named]
    metrics: list[Measured]
    topics: list[Named]
    sources: list[Cited]
    words: list[str]
    editors: list[Person]
    reviewers: list[Person]
    manager: Person

    @property
    def shape(self) -> Shape:
        """What a plan has to know of it."""
        return Shape(
            subjects=len(self.subjects),
            sources=len(self.sources),
            values=[len(metric.values) for metric in self.metrics],
            numeric=[place for place, metric in enumerate(self.metrics) if len(metric.values) > POINTS],
        )

    def topic(self, number: int) -> Named:
        """The topic that a plan calls by this number: the largest is nobody's parent but of its own details."""
        return self.topics[(number * 7 + 29) % len(self.topics)]


def vocabulary(claims: int, *, seed: int, people: tuple[list[Person], list[Person], Person]) -> Vocabulary:
    """The starter's vocabulary from the database, more topics below its own, and a source for twenty claims."""
    made = words(STATEMENT_WORDS + TITLE_WORDS, seed=seed)
    below = list(Topic.objects.order_by("pk"))
    Topic.objects.bulk_create(
        Topic(slug=f"{parent.slug}-in-detail", name=f"{parent.name}, in detail", parent=parent)
        for parent in below[: TOPICS - len(below)]
    )
    subjects = Subject.objects.exclude(slug="currencies").order_by("pk")
    metrics = Metric.objects.exclude(slug="exchange-rate").select_related("family").order_by("pk")
    return Vocabulary(
        subjects=[Named(row.pk, row.slug, row.name) for row in subjects],
        metrics=[_measured(metric, number) for number, metric in enumerate(metrics)],
        topics=[Named(row.pk, row.slug, row.name) for row in Topic.objects.order_by("pk")],
        sources=list(_sources(max(LEAST, claims // 20), made[STATEMENT_WORDS:], Random(seed))),  # noqa: S311 - no secret
        words=made[:STATEMENT_WORDS],
        editors=people[0],
        reviewers=people[1],
        manager=people[2],
    )


def _measured(metric: Metric, number: int) -> Measured:
    return Measured(
        pk=metric.pk,
        name=metric.name,
        interval_days=metric.family.interval_days,
        json=orjson.Fragment(
            canonical({"slug": metric.slug, "name": metric.name, "family": metric.family.slug}),
        ),
        values=values(metric, number),
    )


SOURCE_COLUMNS = (
    "id", "slug", "title", "publisher", "author", "url", "kind", "language", "published_on", "updated_on", "accessed_on",
    "reliability", "reliability_reason", "interest", "method", "limits", "notes",
)  # fmt: skip


def _sources(count: int, title_words: list[str], random: Random) -> Iterator[Cited]:
    publishers = [" ".join(random.sample(title_words, 2)).title() for _ in range(PUBLISHERS)]
    for number in range(1, count + 1):
        published = LAST_DAY.date() - timedelta(days=random.randrange(2_000)) if random.random() < 0.8 else None
        updated = None
        if published and random.random() < 0.2:
            updated = published + timedelta(days=random.randrange((LAST_DAY.date() - published).days + 1))
        body = {
            "slug": f"source-{number:06d}",
            "title": " ".join(random.sample(title_words, random.randrange(4, 11))).capitalize(),
            "publisher": random.choice(publishers),
            "author": " ".join(random.sample(title_words, 2)).title() if random.random() < 0.5 else None,
            "url": f"https://{random.choice(title_words)}.example/{number}" if random.random() < 0.9 else None,
            "kind": random.choice(Claim.StudyType.values),
            "language": "en",
            "published_on": published.isoformat() if published else None,
            "updated_on": updated.isoformat() if updated else None,
            "accessed_on": LAST_DAY.date().isoformat(),
            "reliability": random.choices(Source.Reliability.values, (5, 20, 35, 20, 10, 10))[0],
            "interest": "Sells work of the kind that it reports on." if random.random() < 0.4 else "",
        }
        given = {**body, "author": body["author"] or "", "url": body["url"] or "", "id": number}
        given |= {"reliability_reason": "Made up.", "method": "", "limits": "", "notes": ""}
        yield Cited(
            row=tuple(given[column] for column in SOURCE_COLUMNS),
            slug=body["slug"],
            reliability=body["reliability"],
            dated_on=updated or published,
            json=orjson.Fragment(canonical(body)),
        )
