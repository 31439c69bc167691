"""A registry to look at, on the day it is looked at."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from claims import operations
from claims.models import Check, Claim, Person, Revision, Visit
from tests.claims import factories as make
from tests.claims import shelf
from tests.claims.disagreeing import amount
from tests.claims.factories import NOON


@pytest.fixture(scope="module")
def filled_shelf(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Fill the shelf once for the tests of a module; each of them works in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOON, tick=False):
            shelf.fill()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def registry(filled_shelf, db) -> Iterator[None]:
    """The claims of tests/claims/shelf.py, on 22 November 2026."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def pair(db) -> tuple[Claim, Claim]:
    """Two published claims whose ranges do not meet."""
    return make.publish("one").claim, make.publish("two", low=100000, likely=None, high=200000).claim


@pytest.fixture
def two(db) -> tuple[Revision, Revision]:
    """5 to 9 thousand against 20 to 30 thousand."""
    return amount("low", 5_000, 9_000), amount("high", 20_000, 30_000)


@pytest.fixture
def two_topics(db) -> None:
    """The same things twice: about RAG and costs, and about LoRA and data."""
    costs = make.topic("costs")
    below = make.topic("build-cost", parent=costs)
    data = make.topic("data")
    examples = make.metric("examples", family=make.family("examples", 730, 365))
    about = {
        "rag": {"topics": [below]}, "lora": {"topics": [data], "subject": make.subject("lora"), "metric": examples},
    }  # fmt: skip
    for name, fields in about.items():
        claim = make.due(f"{name}-due", **fields)
        other = make.due(f"{name}-other", **fields)
        operations.record_conflict(by=make.editor(), at=NOON, claims=(claim, other), relation="disjoint")
        operations.submit(by=make.editor(), at=NOON, claim=make.draft(f"{name}-new", **fields))
        wrong = make.due(f"{name}-wrong", **fields)
        operations.check(by=make.editor(), at=NOON, claim=wrong, kind=Check.Kind.GONE, note="It is not there.")
        make.task(claim=claim)
        make.task(kind="link_dead", source=claim.citations.get().source)
        make.visit(claim.citations.get().source, finding=Visit.Finding.GONE)
        make.gap(subjects=[name], metrics=[claim.metric.slug])


@pytest.fixture
def desk(client: Client) -> Iterator[Callable[[Person], Client]]:
    """A function that signs somebody in and returns the client; the clock stands at noon of 22 November 2026."""

    def sign_in(person: Person) -> Client:
        client.force_login(person)
        return client

    with time_machine.travel(NOON, tick=False):
        yield sign_in
