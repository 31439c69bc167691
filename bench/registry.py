"""A made-up registry of published claims of any size, the same for the same seed, written by bulk SQL.

How a question (a subject and a metric) is filled does not depend on the size of the registry: it has 1 to 400 claims,
by a power law, so a larger registry has more questions. Large questions are told apart by `model`, as token prices
are. Every tenth claim stands in a conflict already. Documents have what a comparison reads, and the bulk of a real
one; their digests are no chain.
"""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from django.db import connection, transaction

from claims import comparison, projection
from claims.models import Claim, Comparable, Conflict, Metric, MetricFamily, Person, Revision, Subject
from claims.rates import METRIC

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
LARGEST, SKEW = 400, 1.6
BATCH = 2_000
# Unit and period of each metric.
METRICS = (
    ("currency", "build"), ("currency", "month"), ("currency", "million_tokens"), ("percent", ""), ("ratio", ""),
    ("weeks", ""), ("examples", ""), ("ms", ""),
)  # fmt: skip
CURRENCIES = ("USD", "USD", "USD", "USD", "EUR", "GBP")
RATES = (("EUR", "0.92"), ("GBP", "0.78"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One claim: its question, figure and scope. `number` is its key in the database, from 1."""

    number: int
    question: int
    low: float
    high: float
    currency: str
    scope: dict[str, Any]


def figures(count: int, *, seed: int = 1) -> list[Figure]:
    """The claims of a registry, question after question; numbers are in random order, as claims come in time."""
    random = Random(seed)  # noqa: S311 - no secret is made here
    numbers = random.sample(range(1, count + 1), count)
    made: list[Figure] = []
    question = 0
    sizes = range(1, LARGEST + 1)
    weights = [size**-SKEW for size in sizes]
    while len(made) < count:
        [size] = random.choices(sizes, weights)
        centre = math.exp(random.uniform(0, 10))
        for _ in range(min(size, count - len(made))):
            made.append(_figure(numbers[len(made)], question, size, centre, random))
        question += 1
    return made


def _figure(number: int, question: int, size: int, centre: float, random: Random) -> Figure:
    unit, _ = METRICS[question % len(METRICS)]
    low = round(centre * math.exp(random.gauss(0, 0.5)), 2)
    high = low if random.random() < 0.4 else round(low * random.uniform(1, 3), 2)
    if unit == "percent":
        low, high = round(low % 90, 2), round(low % 90 + high % 9, 2)
    scope: dict[str, Any] = {}
    if size > 20 and random.random() < 0.95:
        scope["model"] = f"model-{random.randrange(size // 4)}"
    if random.random() < 0.5:
        scope["tier"] = random.choice(("basic", "production", "enterprise"))
    if random.random() < 0.2:
        scope["case"] = f"case-{random.randrange(12)}"
    currency = random.choice(CURRENCIES) if unit == "currency" else ""
    return Figure(number, question, low, high, currency, scope)


def changed(figure: Figure, random: Random) -> Figure:
    """The same claim with another figure."""
    factor = math.exp(random.gauss(0, 0.5))
    return replace(figure, low=round(figure.low * factor, 2), high=round(figure.high * factor, 2))


class Registry:
    """Writes claims into an empty database; the only state is what bulk writing needs to know."""

    def __init__(self) -> None:
        self.author = Person.objects.create(username="author")
        self.approver = Person.objects.create(username="approver")
        family = MetricFamily.objects.create(slug="bench", name="Bench", half_life_days=100)
        self.metrics = Metric.objects.bulk_create(
            Metric(slug=f"metric-{number}", name=f"Metric {number}", family=family, units=[unit])
            for number, (unit, _) in enumerate(METRICS)
        )
        self.rate_metric = Metric.objects.create(slug=METRIC, name="Exchange rate", family=family, units=["ratio"])
        self.subjects: list[Subject] = []
        self.revisions = 0

    @transaction.atomic
    def write(self, made: list[Figure]) -> None:
        """Published claims that are compared: claims, revisions, comparable rows, and conflicts among them."""
        wanted = made[-1].question // len(METRICS) + 1
        self.subjects = Subject.objects.bulk_create(
            Subject(slug=f"subject-{number}", name=f"Subject {number}") for number in range(wanted)
        )
        revisions = self.publish(made)
        Comparable.objects.bulk_create((comparison.row(one) for one in revisions), batch_size=BATCH)
        Conflict.objects.bulk_create(_pairs(made, revisions), batch_size=BATCH)

    @transaction.atomic
    def publish(self, made: list[Figure]) -> list[Revision]:
        """Claims with their first revisions, which nobody has compared yet."""
        first = self.revisions + 1
        Claim.objects.bulk_create(
            (self._claim(figure, revision) for revision, figure in enumerate(made, start=first)), batch_size=BATCH
        )
        return self._revise(made, number=1)

    def republish(self, made: list[Figure]) -> list[Revision]:
        """Second revisions of claims that are there."""
        revisions = self._revise(made, number=2)
        for revision in revisions:
            Claim.objects.filter(pk=revision.claim_id).update(current_revision=revision)
        return revisions

    @transaction.atomic
    def publish_rates(self, first: int) -> None:
        """Two exchange rates, as claims from this number on."""
        subject = Subject.objects.create(slug="currencies", name="Currencies")
        for place, (currency, factor) in enumerate(RATES):
            scope = {"from": "USD", "to": currency, "on": AT.date().isoformat()}
            figure = Figure(first + place, 0, float(factor), float(factor), "", scope)
            self.revisions += 1
            claim = self._claim(figure, self.revisions, question=(subject, self.rate_metric))
            claim.save(force_insert=True)
            self._revision(figure, self.revisions, 1, question=(subject, self.rate_metric)).save(force_insert=True)

    def _revise(self, made: list[Figure], *, number: int) -> list[Revision]:
        first = self.revisions + 1
        self.revisions += len(made)
        rows = [self._revision(figure, pk, number) for pk, figure in enumerate(made, start=first)]
        return Revision.objects.bulk_create(rows, batch_size=BATCH)

    def _question(self, question: int) -> tuple[Subject, Metric]:
        return self.subjects[question // len(METRICS)], self.metrics[question % len(METRICS)]

    def _claim(self, figure: Figure, revision: int, question: tuple[Subject, Metric] | None = None) -> Claim:
        subject, metric = question or self._question(figure.question)
        unit, per = _measured_in(metric)
        return Claim(
            pk=figure.number, slug=f"claim-{figure.number:06d}", state=Claim.State.PUBLISHED, statement=_STATEMENT,
            subject=subject, metric=metric, low=figure.low, high=figure.high, unit=unit, currency=figure.currency,
            per=per, scope=figure.scope, study_type="practitioner_report", credibility=3, credibility_reason="Made up.",
            certainty="low", changed_by=self.author, changed_at=AT, current_revision_id=revision,
        )  # fmt: skip

    def _revision(
        self, figure: Figure, pk: int, number: int, question: tuple[Subject, Metric] | None = None
    ) -> Revision:
        subject, metric = question or self._question(figure.question)
        unit, per = _measured_in(metric)
        value = {
            "low": figure.low, "likely": figure.low if figure.low == figure.high else None, "high": figure.high, "bound": None, "rating": None, "unit": unit,
            "currency": figure.currency or None, "per": per or None, "text": f"{figure.low}–{figure.high}",
        }  # fmt: skip
        body = {
            "slug": f"claim-{figure.number:06d}", "revision": number, "statement": _STATEMENT, "value": value,
            "scope": figure.scope, "expires_on": None, "subject": {"slug": subject.slug, "name": subject.name},
            "metric": {"slug": metric.slug, "name": metric.name}, "citations": _CITATIONS,
        }  # fmt: skip
        return Revision(
            pk=pk, claim_id=figure.number, number=number, sequence=pk, state=Revision.State.PUBLISHED,
            document=projection.canonical(body), digest=_digest(pk), previous_digest=_digest(pk - 1) if pk > 1 else "",
            author=self.author, approver=self.approver, published_at=AT, subject=subject, metric=metric,
            low=figure.low, high=figure.high, is_numeric=True, unit=unit, currency=figure.currency, reliability="C",
            credibility=3, certainty="low", scope=figure.scope,
        )  # fmt: skip


_STATEMENT = "A system of this kind, built by a team that had built one before, comes to about this much in practice."
_CITATIONS = [
    {
        "source": {
            "slug": f"source-{number}", "title": "What it cost us, and what we would do in another way " * 2,
            "publisher": "A publisher of reports", "url": "https://reports.example/what-it-cost-us", "interest": "",
        },
        "stance": "supports", "printed": "as much as this", "locator": "Section 4, third table", "note": _STATEMENT * 2,
    }
    for number in range(2)
]  # fmt: skip


def _measured_in(metric: Metric) -> tuple[str, str]:
    return ("ratio", "") if metric.slug == METRIC else METRICS[int(metric.slug.removeprefix("metric-"))]


def _digest(pk: int) -> str:
    return f"sha256:{hashlib.sha256(str(pk).encode()).hexdigest()}"


def _pairs(made: list[Figure], revisions: list[Revision]) -> Iterator[Conflict]:
    """Conflicts of every tenth claim with its neighbour on the same question."""
    for place in range(0, len(made) - 1, 10):
        if made[place].question == made[place + 1].question:
            first, second = sorted(revisions[place : place + 2], key=lambda revision: revision.claim_id)
            yield Conflict(
                first_id=first.claim_id, second_id=second.claim_id, first_revision=first, second_revision=second,
                relation=Conflict.Relation.DISJOINT, opened_at=AT,
            )  # fmt: skip


def settle_statistics() -> None:
    """What PostgreSQL's own housekeeping would have done by now."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
