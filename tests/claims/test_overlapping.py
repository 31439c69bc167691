"""Two people change the registry at the same moment: neither gets an error, and what readers are served is right."""

import re
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from claims import operations, published, served
from claims.list_pages import Page
from claims.listing import Listing
from claims.models import Check, Claim, Conflict, Metric, MetricFamily, Revision, Topic, Visit
from tests.claims import factories as make
from tests.claims.factories import NOON
from tests.claims.overlapping import ONE_WRITER, Beside, Verb, assert_served_as_the_registry_has_it, overlap
from tests.claims.shelf import TODAY

pytestmark = ONE_WRITER


def claim(slug: str) -> Claim:
    return Claim.objects.get(slug=slug)


@pytest.fixture
def desks(roles) -> None:
    """Claims of one source, topic and metric in every state that a verb begins from; two of them contest each other."""
    topic = make.topic("build-cost", parent=make.topic("costs"))
    make.topic("data")
    make.family("other", 30, 10)
    for slug in ("one", "middle", "total", "stated"):
        make.publish(slug, topics=[topic])
    make.publish("far", topics=[topic], low=900000, likely=None, high=990000)
    operations.state_total(by=make.editor(), at=NOON, claim=claim("stated"), operation="sum", parts=[(claim("one"), 1)])
    anew = operations.revise(by=make.editor(), at=NOON, claim=claim("middle"), fields={"low": 19000})
    operations.submit(by=make.editor(), at=NOON, claim=anew)
    make.submitted("new", topics=[topic])
    make.manager()
    make.reviewer()


def move_a_topic() -> None:
    topic = Topic.objects.get(slug="build-cost")
    topic.parent = Topic.objects.get(slug="data")
    operations.save_entry(by=make.manager(), at=NOON, entry=topic)


def change_the_family() -> None:
    metric = Metric.objects.get(slug="build-cost")
    metric.family = MetricFamily.objects.get(slug="other")
    operations.save_entry(by=make.manager(), at=NOON, entry=metric)


def change_the_policy() -> None:
    family = MetricFamily.objects.get(slug="project-cost")
    family.review_days = 10
    operations.save_entry(by=make.manager(), at=NOON, entry=family)


def record_a_conflict() -> None:
    operations.record_conflict(by=make.editor(), at=NOON, claims=(claim("one"), claim("new")), relation="disjoint")


def settle_a_conflict() -> None:
    conflict = Conflict.objects.get(first=claim("one"), second=claim("far"))
    operations.settle_conflict(by=make.reviewer(), at=NOON, conflict=conflict, state="scope_differs", reason="Tiers.")


def state_a_total() -> None:
    parts = [(claim("middle"), 1), (claim("new"), 1)]
    operations.state_total(by=make.editor(), at=NOON, claim=claim("total"), operation="sum", parts=parts)


def withdraw_a_total() -> None:
    operations.withdraw_total(by=make.manager(), at=NOON, claim=claim("stated"), reason="It is none.")


def read(slug: str) -> Verb:
    return lambda: operations.check(by=make.editor(), at=NOON, claim=claim(slug), kind=Check.Kind.READ_IN_CONTEXT)


def look_at(slug: str) -> Verb:
    return lambda: operations.check(by=None, at=NOON, claim=claim(slug), kind=Check.Kind.LINK_ANSWERS)


def visit() -> None:
    look = operations.Look(Visit.Finding.ANSWERS)
    operations.record_visit(at=NOON, source=make.source(), look=look, claims=[operations.SeenClaim(claim("one"))])


def publish(slug: str) -> Verb:
    return lambda: operations.publish(by=make.reviewer(), at=NOON, claim=claim(slug))


def supersede() -> None:
    operations.supersede(
        by=make.manager(), at=NOON, claim=claim("total"), by_claim=claim("far"), reason="A newer survey."
    )


VERBS: dict[str, Verb] = {
    "a topic moves": move_a_topic,
    "a metric changes family": change_the_family,
    "a family is read more often": change_the_policy,
    "a conflict is recorded": record_a_conflict,
    "a conflict is settled": settle_a_conflict,
    "a total is stated": state_a_total,
    "a total is withdrawn": withdraw_a_total,
    "a claim is read": read("one"),
    "a machine looks at a source": visit,
    "a claim is published": publish("new"),
    "a claim is published anew": publish("middle"),
    "a claim is retracted": lambda: operations.retract(by=make.manager(), at=NOON, claim=claim("one"), reason="Wrong."),
    "a claim is superseded": supersede,
    "conflicts are looked for": lambda: operations.find_conflicts(at=NOON),
}


NAMED = [
    ("a topic moves", "a conflict is settled"),
    ("a topic moves", "a total is withdrawn"),
    ("a topic moves", "a claim is read"),
    ("a claim is published", "a topic moves"),
    ("a claim is published", "a metric changes family"),
    ("a claim is published", "a family is read more often"),
    ("a conflict is recorded", "a claim is published"),
    ("a total is stated", "a claim is published"),
    ("conflicts are looked for", "a claim is published anew"),
]
"""Pairs that got in each other's way as long as only publications held the chain."""


@pytest.mark.parametrize(("first", "second"), NAMED)
def test_of_two_that_meet_neither_fails_and_all_is_served(desks: None, first: str, second: str) -> None:
    overlap(VERBS[first], VERBS[second])
    assert_served_as_the_registry_has_it()


@pytest.mark.slow
@pytest.mark.parametrize(("first", "second"), pairwise([*VERBS, next(iter(VERBS))]))
def test_each_is_first_once_and_second_once(desks: None, first: str, second: str) -> None:
    overlap(VERBS[first], VERBS[second])
    assert_served_as_the_registry_has_it()


def test_a_first_publication_is_served_by_the_policy_that_was_changed_meanwhile(desks: None) -> None:
    overlap(publish("new"), change_the_policy)
    [body] = published.documents(Revision.objects.filter(claim__slug="new"), on=TODAY)
    assert f'"check_due_on":"{body["check_due_on"]}"'.encode() in served.document("new", on=TODAY)


def test_two_that_contest_each_other_both_say_so_although_one_was_published_meanwhile(desks: None) -> None:
    overlap(record_a_conflict, publish("new"))
    for slug, other in (("one", "new"), ("new", "one")):
        assert f'"{other}"' in re.search(r'"contested_by":\[.*?\]', served.document(slug, on=TODAY).decode())[0]
    conflict = Conflict.objects.get(first=claim("one"), second=claim("new"))
    assert conflict.second_revision == claim("new").current_revision


def test_a_conflict_is_put_down_between_the_revisions_that_stand_by_then(desks: None) -> None:
    known = claim("one"), claim("new")
    overlap(
        publish("new"),
        lambda: operations.record_conflict(by=make.editor(), at=NOON, claims=known, relation="disjoint"),
    )
    conflict = Conflict.objects.get(first=known[0], second=known[1])
    assert conflict.second_revision == claim("new").current_revision is not None
    assert_served_as_the_registry_has_it()


def test_a_draft_is_saved_while_a_publication_finds_that_it_contests_the_claim(desks: None) -> None:
    def revise() -> None:
        operations.revise(by=make.editor(), at=NOON, claim=claim("far"), fields={"low": 800000})

    overlap(revise, publish("new"))
    assert Conflict.objects.filter(first=claim("far"), second=claim("new")).exists()
    assert_served_as_the_registry_has_it()


@pytest.mark.parametrize("beside", [read("middle"), look_at("middle")], ids=["another reading", "a machine"])
def test_a_walk_in_the_order_of_readings_does_not_overlook_one_with_a_lower_id(desks: None, beside: Verb) -> None:
    """One claim is read first and stored last; who began to walk in between is told, or sees it."""
    begun: list[Page] = []
    first = Listing(QueryDict("ordering=-checked_on&page_size=1"), today=TODAY)
    with transaction.atomic():
        read("total")()
        other = Beside(beside)
        other.has_come_as_far_as_it_can()
        Beside(lambda: begun.append(first.page())).ended()
    other.ended()
    [page] = begun
    assert page.next is not None
    second = Listing(QueryDict(f"ordering=-checked_on&page_size=500&cursor={page.next.encode()}"), today=TODAY)
    shown = [*page.documents, *([] if second.has_ended else second.page().documents)]
    assert second.has_ended or "total" in [body["slug"] for body in shown]


LOCKS = re.compile(r"(INSERT|UPDATE|DELETE)\b|.*\bFOR (NO KEY )?UPDATE\b", re.DOTALL)


@pytest.mark.parametrize("verb", VERBS)
def test_the_chain_is_held_before_anything_is_locked_or_written(desks: None, verb: str) -> None:
    """So whoever waits for somebody waits for the chain, and nobody waits in a circle."""
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        VERBS[verb]()
    held = next(place for place, sql in enumerate(sent) if "pg_advisory_xact_lock" in sql)
    assert held < next(place for place, sql in enumerate(sent) if LOCKS.match(sql))
