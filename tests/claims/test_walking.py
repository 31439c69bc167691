"""Somebody pages through a list while editors work: each claim once, as it was when the walk began."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from claims import operations, published
from claims.freshness import State
from claims.listing import Listing
from claims.models import Check, Claim, Revision, Topic
from claims.pagination import ORDERINGS
from tests.claims import factories as make
from tests.claims.factories import NOON
from tests.claims.shelf import TODAY

pytestmark = pytest.mark.usefixtures("registry")


def following(listing: Listing) -> Listing | None:
    address = listing.address(listing.page().next)
    return Listing(QueryDict(address), today=TODAY) if address else None


def publish_something(chance: random.Random, number: int) -> None:
    """One of the things that editors do, anywhere in the registry."""
    current = Claim.objects.filter(current_revision__state="published").order_by("pk")
    some = chance.choice(list(current)).current_revision
    kind = chance.choice(["new", "anew", "anew", "retract", "topics"])
    if kind == "new":
        make.publish(f"new-{number}", topics=[make.topic("costs")], low=chance.randint(1, 10**6), likely=None, high=None,
                     bound="at_least")  # fmt: skip
    elif kind == "anew":
        make.change(some, at=NOON, credibility=chance.randint(1, 6))
    elif kind == "topics":
        one = operations.revise(by=make.editor(), at=NOON, claim=some.claim, fields={}, topics=[make.topic("data")])
        operations.submit(by=make.editor(), at=NOON, claim=one)
        operations.publish(by=make.reviewer(), at=NOON, claim=one)
    elif current.count() > 3:
        operations.retract(by=make.manager(), at=NOON, claim=some.claim, reason="Wrong.")


@pytest.mark.parametrize("ordering", [one for one in ORDERINGS if "checked_on" not in one])
@pytest.mark.parametrize(
    "query", ["", "&topic=costs", "&topic=costs&topic=data", "&q=cost", "&freshness=fresh&freshness=due"]
)
def test_each_claim_is_seen_once_as_it_was(ordering: str, query: str) -> None:
    for number in range(12):
        make.publish(f"many-{number}", topics=[make.topic("costs")], low=number % 4, likely=None, high=2 * number + 5)
    chance = random.Random(f"{ordering}{query}")
    asked = f"ordering={ordering}{query}"
    expected = Listing(QueryDict(f"{asked}&page_size=500"), today=TODAY).page().documents
    assert len(expected) > 12
    at: Listing | None = Listing(QueryDict(f"{asked}&page_size=3"), today=TODAY)
    seen = []
    while at is not None:
        assert at.wrong == []
        seen += at.page().documents
        following_page = following(at)
        for _ in range(2):
            publish_something(chance, len(seen) * 10 + _)
        at = following_page
    told = ("slug", "revision", "statement", "value", "digest", "state", "freshness")
    assert [[body[key] for key in told] for body in seen] == [[body[key] for key in told] for body in expected]


@pytest.mark.slow
def test_five_hundred_publications_during_one_walk_change_nothing_of_it(client) -> None:
    for number in range(44):
        make.publish(f"many-{number}", topics=[make.topic("costs")], low=number, likely=None, high=2 * number + 5)
    chance, before = random.Random(500), Revision.objects.count()
    expected = client.get("/api/v1/claims/?page_size=500").json()["results"]
    assert len(expected) > 44
    seen, address, done = [], "/api/v1/claims/?page_size=1", 0
    while address:
        answer = client.get(address, REMOTE_ADDR=f"10.0.0.{len(seen)}").json()
        seen += answer["results"]
        address = answer["next"]
        for _ in range(12):
            publish_something(chance, done)
            done += 1
    assert Revision.objects.count() - before >= 500
    told = ("slug", "revision", "statement", "value", "digest", "state", "freshness")
    assert [[body[key] for key in told] for body in seen] == [[body[key] for key in told] for body in expected]


@pytest.mark.parametrize("ordering", ["published_at", "-published_at"])
def test_the_very_next_publication_changes_nothing_of_a_walk(ordering: str) -> None:
    begun = Listing(QueryDict(f"ordering={ordering}&page_size=2"), today=TODAY)
    second = following(begun)
    assert second is not None
    expected = second.page()
    make.change(Revision.objects.get(claim__slug=expected.documents[0]["slug"]), at=NOON, credibility=1)
    page = second.page()
    assert (page.documents, page.previous, page.next) == (expected.documents, expected.previous, expected.next)


def test_nothing_lies_behind_the_last_page_of_a_walk_but_what_was_published_since() -> None:
    slugs = [one["slug"] for one in Listing(QueryDict("ordering=published_at"), today=TODAY).page().documents]
    last = following(Listing(QueryDict(f"ordering=published_at&page_size={len(slugs) - 1}"), today=TODAY))
    assert last is not None
    make.publish("since", at=NOON)
    page = last.page()
    assert [one["slug"] for one in page.documents] == slugs[-1:]
    assert page.next is None


def test_it_can_be_walked_back_as_it_was() -> None:
    first = Listing(QueryDict("page_size=2"), today=TODAY)
    second = following(first)
    assert second is not None
    make.change(Revision.objects.get(claim__slug="price"), at=NOON, credibility=1)
    back = second.address(second.page().previous)
    assert [one["slug"] for one in Listing(QueryDict(back), today=TODAY).page().documents] == ["rag-cost", "price"]
    assert [one["revision"] for one in Listing(QueryDict(back), today=TODAY).page().documents] == [2, 1]


def test_a_list_in_the_order_of_readings_ends_when_somebody_reads(client) -> None:
    first = client.get("/api/v1/claims/?ordering=checked_on&page_size=2").json()
    assert client.get(first["next"]).status_code == 200
    operations.check(by=None, at=NOON, claim=Claim.objects.get(slug="price"), kind=Check.Kind.LINK_ANSWERS)
    assert client.get(first["next"]).status_code == 200
    operations.check(by=make.editor(), at=NOON, claim=Claim.objects.get(slug="price"), kind=Check.Kind.READ_IN_CONTEXT)
    answer = client.get(first["next"])
    assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")
    assert answer.json()["errors"] == [
        {
            "parameter": "cursor",
            "message": "The list that it walks through has changed too much since to be shown as it was: begin again "
            "without a cursor.",
        }
    ]


def test_a_walk_ends_after_the_next_day(client) -> None:
    address = client.get("/api/v1/claims/?page_size=2").json()["next"]
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert client.get(address).status_code == 200
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        assert client.get(address).status_code == 410


# --- Against a reference that reads documents one by one -----------------------------------------------------------

WORDS = ["rag", "cost", "a", "prod", "institute", "100", "nothing"]
VALUES = {
    "topic": ["costs", "build-cost", "data", "deciding"],
    "subject": ["rag", "lora", "few-shot"],
    "metric": ["build-cost", "training-examples", "decision-rule"],
    "source": ["survey", "a-blog", "undated"],
    "unit": ["currency", "examples", "rating"],
    "currency": ["USD", "EUR"],
    "reliability": ["A", "C", "E", "F"],
    "credibility": ["2", "3", "4", "6"],
    "certainty": ["low", "very_low", "moderate"],
    "freshness": [state.value for state in State],
    "contested": ["true", "false"],
    "q": WORDS,
    "value_min": ["1", "15000", "20000.5"],
    "value_max": ["0.15", "600", "15000"],
    "scope.tier": ["production", "basic"],
    "checked_before": ["2026-01-01", "2026-12-01"],
    "checked_after": ["2026-01-01", "2025-12-01"],
}
QUERIES = st.dictionaries(st.sampled_from(sorted(VALUES)), st.randoms(use_true_random=False), max_size=4).map(
    lambda chosen: {name: chance.sample(VALUES[name], chance.randint(1, 2)) for name, chance in chosen.items()}
)


def matches(body: dict, name: str, value: str) -> bool:
    """Whether a document matches one value of a filter, by what it says itself."""
    number = body["value"]
    ends = [number["low"], number["high"]]
    plain = {
        "subject": body["subject"]["slug"], "metric": body["metric"]["slug"], "unit": number["unit"],
        "currency": number["currency"], "credibility": str(body["credibility"]), "certainty": body["certainty"],
        "freshness": body["freshness"], "contested": str(bool(body["contested_by"])).lower(),
        "scope.tier": body["scope"].get("tier"),
    }  # fmt: skip
    if name in plain:
        return plain[name] == value
    if name == "topic":
        return any(filed == value or Topic.objects.get(slug=filed).parent == Topic.objects.get(slug=value)
                   for filed in body["topics"])  # fmt: skip
    cited = [one["source"] for one in body["citations"]]
    if name == "source":
        return value in [one["slug"] for one in cited]
    if name == "reliability":
        supporting = [one["source"] for one in body["citations"] if one["stance"] == "supports"] or cited
        return min(one["reliability"] for one in supporting) == value
    if name == "q":
        texts = [body["slug"], body["statement"], body["subject"]["name"], body["metric"]["name"], *body["topics"]]
        texts += [f"{one['title']} {one['publisher']} {one['author'] or ''}" for one in cited]
        words = " ".join("".join(c if c.isalnum() else " " for c in text.lower()) for text in texts).split()
        return any(word.startswith(value) if len(value) > 1 else word == value for word in words)
    if name.startswith("value_"):
        if number["unit"] == "rating":
            return False
        end = ends[1] if name == "value_min" else ends[0]
        bound = Decimal(value)
        return end is None or (Decimal(str(end)) >= bound if name == "value_min" else Decimal(str(end)) <= bound)
    if body["checked_on"] is None:
        return False
    return body["checked_on"] < value if name == "checked_before" else body["checked_on"] >= value


@settings(max_examples=150, deadline=None)
@given(query=QUERIES, past=st.booleans())
def test_a_list_holds_what_its_documents_say(query: dict[str, list[str]], past: bool) -> None:
    day = TODAY - timedelta(days=60) if past else TODAY
    asked = QueryDict(mutable=True)
    for name, values in query.items():
        asked.setlist(name, values)
    if past:
        asked["as_of"] = day.isoformat()
    bodies = published.documents(published.revisions(as_of=day if past else None).order_by("-sequence"), on=day)
    expected = [
        body
        for body in bodies
        if all(any(matches(body, name, value) for value in values) for name, values in query.items())
    ]
    listing = Listing(asked, today=TODAY)
    assert listing.wrong == []
    assert listing.page().documents == expected
    assert listing.count() == len(expected)
    assert set(listing.revisions().values_list("claim__slug", flat=True)) == {body["slug"] for body in expected}
    for name in ("subject", "topic", "source", "certainty"):
        counted = {row["value"]: row["count"] for row in listing.facet(name)}
        assert counted == {
            value: number for value in VALUES[name] if (number := sum(matches(body, name, value) for body in expected))
        } | {value: count for value, count in counted.items() if value not in VALUES[name]}
