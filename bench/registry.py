"""A registry of published claims to look for conflicts in: seeded, with the skew of a real one.

Claims stand on questions, a subject and a metric each. How many claims a question has is a Zipf variable, up to 500,
whatever the size of the registry: a larger one knows more questions, as a real one does. The figures of a question lie
around a middle of its own, within a fifth or so, as ranges that mostly overlap; a third of the claims hold for one tier, a third for one
model of many, a third for anything. Rows are written in bulk; nothing here goes through the operations.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import numpy as np

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
METRICS = 20
LARGEST_QUESTION = 500
BATCH = 2000


def questions(claims: int, rng: np.random.Generator) -> Iterator[tuple[int, float]]:
    """The question of each claim, by number, and the middle of its figures in dollars."""
    number, left = 0, claims
    while left:
        size = min(int(rng.zipf(2.0)), LARGEST_QUESTION, left)
        middle = float(np.exp(rng.normal(9, 1.5)))
        yield from ((number, middle) for _ in range(size))
        number, left = number + 1, left - size


def document(number: int, question: int, middle: float, rng: np.random.Generator) -> dict[str, Any]:
    """What is compared of a claim, in the shape of a published document."""
    low = round(middle * float(np.exp(rng.normal(0, 0.15))), 2)
    high = round(low * float(rng.uniform(1.2, 3.0)), 2)
    kind = number % 3
    scope = ({"tier": ("basic", "production", "enterprise")[number // 3 % 3]}, {"model": f"m-{number // 3 % 40}"}, {})[
        kind
    ]
    return {
        "slug": f"bench-{number}",
        "revision": 1,
        "subject": {"slug": f"subject-{question // METRICS}"},
        "metric": {"slug": f"metric-{question % METRICS}"},
        "value": {
            "low": low, "likely": None, "high": high, "bound": None, "rating": None, "unit": "currency",
            "currency": "USD", "per": "project", "text": "",
        },
        "scope": scope,
        "expires_on": None,
    }  # fmt: skip


def fill(claims: int, *, seed: int = 20261122) -> np.random.Generator:
    """Write that many published claims with what makes them comparable; returns the generator, to go on from."""
    from claims.models import Comparable, Metric, MetricFamily, Person, Subject  # noqa: PLC0415 - the apps are ready now

    rng = np.random.default_rng(seed)
    placed = list(questions(claims, rng))
    family = MetricFamily.objects.create(slug="bench", name="Bench", half_life_days=500)
    Metric.objects.bulk_create(
        Metric(slug=f"metric-{i}", name=f"Metric {i}", family=family, units=["currency"]) for i in range(METRICS)
    )
    Subject.objects.bulk_create(
        Subject(slug=f"subject-{i}", name=f"Subject {i}") for i in range(placed[-1][0] // METRICS + 1)
    )
    people = [Person.objects.create(username=f"bench-{role}") for role in ("author", "approver")]
    rows = (document(number, question, middle, rng) for number, (question, middle) in enumerate(placed, start=1))
    written = publish(rows, people)
    from claims import comparison  # noqa: PLC0415

    while some := list(islice(written, BATCH)):
        Comparable.objects.bulk_create(row for row in map(comparison.row, some) if row is not None)
    return rng


def publish(documents: Iterator[dict[str, Any]], people: list[Any]) -> Iterator[Any]:
    """Claims with their one revision, as if each had been published; yields the revisions."""
    from claims.models import Claim, Metric, Revision, Subject  # noqa: PLC0415 - the apps are ready now

    subjects = dict(Subject.objects.values_list("slug", "pk"))
    metrics = dict(Metric.objects.values_list("slug", "pk"))
    while some := list(islice(documents, BATCH)):
        columns = [
            {
                "subject_id": subjects[body["subject"]["slug"]],
                "metric_id": metrics[body["metric"]["slug"]],
                "low": body["value"]["low"],
                "high": body["value"]["high"],
                "unit": "currency",
                "currency": "USD",
                "scope": body["scope"],
                "credibility": 3,
                "certainty": "low",
            }
            for body in some
        ]
        claims = Claim.objects.bulk_create(
            Claim(
                slug=body["slug"], statement=body["slug"], per="project", study_type="opinion", changed_by=people[0],
                changed_at=AT, credibility_reason="Bench.", **column,
            )
            for body, column in zip(some, columns, strict=True)
        )  # fmt: skip
        revisions = Revision.objects.bulk_create(
            Revision(
                claim=claim, number=1, sequence=claim.pk, state="published", document=json.dumps(body),
                digest=f"sha256:{claim.pk:064x}", previous_digest=f"sha256:{claim.pk - 1:064x}", author=people[0],
                approver=people[1], published_at=AT, is_numeric=True, reliability="C", search_text=body["slug"], **column,
            )
            for claim, body, column in zip(claims, some, columns, strict=True)
        )  # fmt: skip
        for claim, revision in zip(claims, revisions, strict=True):
            claim.current_revision, claim.state = revision, "published"
        Claim.objects.bulk_update(claims, ["current_revision", "state"], batch_size=500)
        yield from revisions
