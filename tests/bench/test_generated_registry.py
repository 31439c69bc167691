"""The made-up registry of the benchmarks is what publishing would have written: the same claims, published one by one."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from bench import generated_registry
from bench.generated_claim import Made, slug_of
from bench.generated_plan import NEVER, Plan, plan
from bench.generated_rows import TABLES, Rows, Writing
from bench.generated_sources import SOURCE_COLUMNS, Vocabulary, vocabulary
from claims import operations
from claims.models import (
    Act,
    Check,
    Claim,
    Comparable,
    Conflict,
    Metric,
    Person,
    Revision,
    Source,
    Subject,
    Topic,
)

CLAIMS = 60
pytestmark = pytest.mark.django_db


@pytest.fixture
def made_of() -> Vocabulary:
    call_command("load_claims", *map(str, generated_registry.STARTER), stdout=StringIO())
    return vocabulary(CLAIMS, seed=generated_registry.SEED, people=generated_registry.people())


class Publishing:
    """Publishes the claims of a plan through the verbs of the product."""

    def __init__(self, claims: Plan, made_of: Vocabulary) -> None:
        self.plan, self.made_of = claims, made_of
        self.published: dict[int, Claim] = {}

    def all(self) -> None:
        Source.objects.bulk_create(
            Source(**dict(zip(SOURCE_COLUMNS, s.row, strict=True))) for s in self.made_of.sources
        )
        for number, revision in zip(*(column.tolist() for column in self.plan.events()), strict=True):
            made = Made(self.plan, self.made_of, number)
            if revision < made.revisions:
                self.publish(made, revision)
            else:
                self.close(made)

    def publish(self, made: Made, number: int) -> None:
        editor, reviewer, at = self.person(made.editor), self.person(made.reviewer), made.moment(number)
        text: dict[str, Any] = {
            "fields": self.fields(made, number),
            "citations": self.citations(made, number),
            "topics": [Topic.objects.get(pk=topic.pk) for topic in made.topics],
        }
        if number == 0:
            claim = operations.draft(by=editor, at=at, slug=made.slug, **text)
        else:
            claim = operations.revise(by=editor, at=at, claim=self.published[made.number], **text)
        operations.submit(by=editor, at=at, claim=claim)
        before = made.moment(number - 1) if number else None
        for kind, by, when in made.checks:  # what was read by now, and not before the revision before this one
            if when <= at and (before is None or when > before):
                Check.objects.create(claim=claim, kind=kind, by_id=by, on=when.date(), recorded_at=when)
        operations.publish(by=reviewer, at=at, claim=claim)
        claim.refresh_from_db()
        self.published[made.number] = claim

    def close(self, made: Made) -> None:
        at, claim = datetime.fromtimestamp(made.closed, UTC), self.published[made.number]
        options: dict[str, Any] = {"by": self.made_of.manager, "at": at, "claim": claim, "reason": "No longer holds."}
        successor = int(self.plan.replaced_by[made.number])
        if successor == NEVER:
            operations.retract(**options)
        else:
            operations.supersede(**options, by_claim=self.published[successor])

    @staticmethod
    def person(pk: int) -> Person:
        return Person.objects.get(pk=pk)  # anew: it keeps what it may do

    @staticmethod
    def fields(made: Made, number: int) -> dict[str, Any]:
        quantity = made.value(number).quantity
        return {
            "statement": made.statement, "subject": Subject.objects.get(pk=made.subject.pk),
            "metric": Metric.objects.get(pk=made.metric.pk), "low": quantity.low, "likely": quantity.likely,
            "high": quantity.high, "bound": quantity.bound or "", "rating": quantity.rating or "",
            "unit": quantity.unit, "currency": quantity.currency or "", "per": quantity.per or "", "scope": made.scope,
            "assumptions": made.assumptions, "study_type": made.study_type, "credibility": made.credibility,
            "credibility_reason": made.reason, "certainty": made.certainty,
            "certainty_reasons": made.certainty_reasons, "expires_on": made.expires_on,
        }  # fmt: skip

    @staticmethod
    def citations(made: Made, number: int) -> list[dict[str, Any]]:
        written = made.citations(made.value(number))
        return [
            {
                "source": Source.objects.get(pk=source + 1),
                "attributed_to": named and Source.objects.get(pk=named),
                **{name: citation[name] for name in ("stance", "printed", "locator", "note")},
            }
            for source, named, citation in zip(made.sources, made.attributed, written, strict=True)
        ]


def columns_of(rows: Rows, table: str, *names: str) -> list[tuple[Any, ...]]:
    places = [TABLES[table].index(name) for name in names]
    return [tuple(row[place] for place in places) for row in rows[table]]


def test_what_is_generated_is_what_publishing_writes(made_of: Vocabulary) -> None:
    claims = plan(CLAIMS, made_of.shape, seed=generated_registry.SEED)
    [rows] = Writing(claims, made_of, act=1).batches()
    Publishing(claims, made_of).all()

    names = (
        "document",
        "digest",
        "previous_digest",
        "sequence",
        "number",
        "state",
        "reliability",
        "note",
    )
    assert columns_of(rows, "claims_revision", *names) == list(
        Revision.objects.order_by("sequence").values_list(*names)
    )
    typed = ("author_id", "approver_id", "subject_id", "metric_id", "is_numeric", "unit", "currency", "credibility")
    assert columns_of(rows, "claims_revision", *typed) == list(
        Revision.objects.order_by("sequence").values_list(*typed)
    )
    kept = ("slug", "state", "statement", "bound", "rating", "unit", "currency", "per", "edit_number", "study_type")
    order = Claim.objects.order_by("slug").values_list(*kept)
    assert sorted(columns_of(rows, "claims_claim", *kept)) == list(order)

    def named(conflicts: Any) -> set[tuple[str, str]]:
        return {(slug_of(first - 1), slug_of(second - 1)) for first, second in conflicts}

    pairs = named(columns_of(rows, "claims_conflict", "first_id", "second_id"))
    assert pairs == set(Conflict.objects.values_list("first__slug", "second__slug"))
    compared = ("measure", "low", "high", "lead_key", "lead")
    assert sorted(columns_of(rows, "claims_comparable", *compared), key=repr) == sorted(
        Comparable.objects.values_list(*compared), key=repr
    )
    verbs = ("publish", "retract", "supersede")
    assert columns_of(rows, "claims_act", "verb", "note") == list(
        Act.objects.filter(verb__in=verbs).order_by("pk").values_list("verb", "note")
    )
    # Each kind of row is there: what is not there was not compared.
    assert {row[0] for row in columns_of(rows, "claims_claim", "state")} == {"published", "retracted", "superseded"}
    assert max(columns_of(rows, "claims_revision", "number")) >= (4,)


def test_a_generated_registry_holds_together(made_of: Vocabulary) -> None:
    counts = generated_registry.fill(CLAIMS)
    assert operations.verify_chain() == []
    found = operations.find_conflicts(at=datetime(2026, 11, 22, tzinfo=UTC), dry_run=True)
    assert (found.compared, found.opened, found.lapsed) == (counts["claims_comparable"], [], [])
    connection.check_constraints()
    with connection.cursor() as cursor:
        there = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            [there[table]] = cursor.fetchone()
    assert there | {"claims_act": 0} == counts | {"claims_act": 0}
    assert all(counts.values())


def test_the_same_seed_makes_the_same_claims(made_of: Vocabulary) -> None:
    first, second = (list(Writing(plan(50, made_of.shape, seed=3), made_of, act=1).batches()) for _ in range(2))
    assert first == second
    [other] = Writing(plan(50, made_of.shape, seed=4), made_of, act=1).batches()
    assert other["claims_revision"] != first[0]["claims_revision"]
