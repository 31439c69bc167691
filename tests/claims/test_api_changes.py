"""The change log keeps its promise: who replays it has the registry, to the byte."""

import json
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from claims import operations, projection
from claims.models import Claim, Revision
from tests.claims import factories as make
from tests.claims.addresses import get
from tests.claims.factories import NOON
from tests.claims.shelf import on

pytestmark = pytest.mark.usefixtures("registry")
OF_THE_DAY = {"freshness", "checked_on", "check_due_on", "contested_by", "arithmetic"}
"""What the list says of a claim today, and its revision said on the day on which it was published."""


def walk(client, address: str) -> Iterator[dict[str, Any]]:
    """Every page from an address on."""
    body = get(client, address).json()
    yield body
    while body["next"]:
        body = client.get(body["next"]).json()
        yield body


class Copy:
    """What a client keeps: the published documents by slug, the cursor, and the digest the chain has come to."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}
        self.cursor = 0
        self.head = ""

    def catch_up(self, client, *, page_size: int = 50) -> int:
        """Take what is new; how many changes that were."""
        seen = 0
        for page in walk(client, f"changes/?since={self.cursor}&page_size={page_size}"):
            for change in page["results"]:
                assert change["sequence"] == self.cursor + 1
                content = client.get(change["url"]).content
                document = json.loads(content)
                assert (change["previous_digest"] or "") == self.head
                assert projection.digest(document, self.head) == change["digest"]
                self.cursor, self.head = change["sequence"], change["digest"]
                if change["state"] == "published":
                    self.documents[change["slug"]] = content
                else:
                    self.documents.pop(change["slug"], None)
                seen += 1
            assert page["cursor"] == self.cursor
        return seen


def lasting(document: dict[str, Any]) -> bytes:
    """A document without what is of the day, as canonical text."""
    return projection.canonical({key: part for key, part in document.items() if key not in OF_THE_DAY}).encode()


def listed(client) -> dict[str, bytes]:
    """The registry as the claim list gives it."""
    return {
        claim["slug"]: lasting(claim)
        for page in walk(client, "claims/?page_size=3&ordering=slug")
        for claim in page["results"]
    }


def is_the_registry(copy: Copy, client) -> bool:
    held = {slug: lasting(json.loads(content)) for slug, content in copy.documents.items()}
    return held == listed(client)


def test_who_replays_it_from_the_start_has_the_registry(client) -> None:
    copy = Copy()
    assert copy.catch_up(client, page_size=2) == 9
    assert is_the_registry(copy, client)


@pytest.mark.parametrize("seed", range(3))
def test_a_copy_that_catches_up_now_and_then_is_the_registry_each_time(client, seed: int) -> None:
    random = Random(seed)
    copy = Copy()
    at = on(11, 1)
    for number in range(24):
        at += timedelta(minutes=1)
        published = list(Claim.objects.filter(state="published").order_by("slug"))
        acts = ["publish", "publish", "change", "retract", "supersede"]
        act = random.choice(acts if len(published) > 2 else acts[:2])
        claim = random.choice(published) if published else None
        if act == "publish":
            make.publish(f"new-{number}", at=at, low=number, likely=None, high=50)
        elif act == "change":
            make.change(claim.current_revision, at=at, assumptions=f"Changed {number} times.")
        elif act == "retract":
            operations.retract(by=make.manager(), at=at, claim=claim, reason="It was wrong.")
        else:
            other = random.choice([one for one in published if one != claim])
            operations.supersede(by=make.manager(), at=at, claim=claim, by_claim=other, reason="There is a better one.")
        if random.random() < 0.3:
            copy.catch_up(client, page_size=random.choice([1, 2, 7]))
            assert is_the_registry(copy, client)
    copy.catch_up(client)
    assert copy.cursor == Revision.objects.count()
    assert is_the_registry(copy, client)
    assert {change["state"] for page in walk(client, "changes/") for change in page["results"]} == {
        "published", "retracted", "superseded",
    }  # fmt: skip


def test_the_end_of_the_log_is_kept_by_its_tag(client) -> None:
    idle = get(client, "changes/?since=9")
    assert idle.json()["results"] == []
    assert get(client, "changes/?since=9", if_none_match=idle["ETag"]).status_code == 304
    make.publish("another", at=NOON)
    news = get(client, "changes/?since=9", if_none_match=idle["ETag"])
    assert (news.status_code, [row["slug"] for row in news.json()["results"]]) == (200, ["another"])


def test_a_page_that_is_full_says_whether_more_comes(client) -> None:
    assert get(client, "changes/?page_size=9").json()["next"] is None
    assert get(client, "changes/?page_size=8").json()["next"] is not None
    assert get(client, "changes/?since=1&page_size=8").json()["next"] is None
    assert get(client, "changes/?since=1&page_size=7").json()["next"] is not None


def test_a_cursor_of_another_registry_is_not_an_empty_page_for_ever(client) -> None:
    response = get(client, "changes/?since=10")
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["parameter"] == "since"
    assert error["message"].startswith("This registry has not got that far")


def test_who_has_it_already_is_told_that_a_cursor_is_of_another_registry(client) -> None:
    has = get(client, "changes/")["ETag"]
    assert get(client, "changes/?since=9", if_none_match=has).status_code == 304
    beyond = get(client, "changes/?since=10", if_none_match=has)
    assert (beyond.status_code, [one["parameter"] for one in beyond.json()["errors"]]) == (400, ["since"])
