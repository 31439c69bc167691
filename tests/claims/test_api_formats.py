"""What `Accept` and `Accept-Language` choose, and that what was chosen arrives whole and is told apart."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from tests.claims.addresses import get

pytestmark = pytest.mark.usefixtures("registry")
JSON, LINKED = "application/json", "application/ld+json"
BOTH = ["claims/", "claims/?topic=costs&count=true", "claims/rag-cost/", "claims/rag-cost@1/", "claims/withdrawn/"]


@pytest.mark.parametrize(
    ("accept", "claim", "dataset"),
    [
        ("", JSON, LINKED),
        ("*/*", JSON, LINKED),
        ("application/*", JSON, LINKED),
        (JSON, JSON, JSON),
        (f"{JSON}; charset=utf-8", JSON, JSON),
        (LINKED, LINKED, LINKED),
        (f"{LINKED}, {JSON};q=0.9", LINKED, LINKED),
        (f"{JSON};q=0.5, {LINKED}", LINKED, LINKED),
        (f"{LINKED}, {JSON}", LINKED, LINKED),
        (f"{JSON}, {LINKED}", JSON, JSON),
        (f"{LINKED};q=0, {JSON}", JSON, JSON),
        (f"{LINKED};q=0, */*", JSON, JSON),
        (f"*/*;q=0.1, {LINKED};q=0.2", LINKED, LINKED),
        (f"text/html, {LINKED};q=0.2, */*;q=0.1", LINKED, LINKED),
        (f"{LINKED};q=nonsense, {JSON};q=0.9", LINKED, LINKED),
        (f"{LINKED};q=nan, {JSON};q=0.9", LINKED, LINKED),
        (f"{JSON} ; Q = 0.5 , Application/LD+json; q=1.000", LINKED, LINKED),
        (f"{JSON}; a*=nope''%41, {LINKED};q=0.5", JSON, JSON),
    ],
)
def test_what_the_client_likes_best_is_given(client, accept: str, claim: str, dataset: str) -> None:
    for address in BOTH:
        assert get(client, address, accept=accept)["Content-Type"] == claim
    assert get(client, "dataset/", accept=accept)["Content-Type"] == dataset


@pytest.mark.parametrize(
    "accept", [f"{JSON};q=0, {LINKED};q=0", "*/*;q=0", "application", "application/j*", "image/png"]
)
def test_what_it_does_not_want_is_not_given_and_it_is_told_what_there_is(client, accept: str) -> None:
    answer = get(client, "claims/", accept=accept)
    assert answer.status_code == 406
    assert answer.json()["detail"] == "This address gives application/json or application/ld+json: say so in Accept."


@pytest.mark.parametrize("address", BOTH)
@pytest.mark.parametrize("accept", [JSON, LINKED])
def test_it_arrives_whole(client, address: str, accept: str) -> None:
    answer = get(client, address, accept=accept)
    assert int(answer["Content-Length"]) == len(answer.content) > 0
    assert ("@context" in answer.json()) is (accept == LINKED)


@pytest.mark.parametrize("address", BOTH)
def test_who_has_the_one_has_not_the_other(client, address: str) -> None:
    tags = {accept: get(client, address, accept=accept)["ETag"] for accept in (JSON, LINKED)}
    for accept in (JSON, LINKED):
        found = {name: get(client, address, accept=accept, if_none_match=tag).status_code for name, tag in tags.items()}
        assert found == {JSON: 304, LINKED: 304} | {({JSON, LINKED} - {accept}).pop(): 200}


def test_a_revision_is_kept_for_ever_as_it_was_published_and_not_as_it_is_described(client, settings) -> None:
    assert "immutable" in get(client, "claims/rag-cost@1/", accept=JSON)["Cache-Control"]
    described = get(client, "claims/rag-cost@1/", accept=LINKED)
    assert described["Cache-Control"] == "public, no-cache"
    settings.VERSION = "another release"
    assert get(client, "claims/rag-cost@1/", accept=LINKED, if_none_match=described["ETag"]).status_code == 200


@pytest.mark.parametrize("accept", ["es;q=0", "es;q=0.000", "es;q=0, en", "es-MX;q=0, fr"])
def test_a_language_that_is_not_wanted_is_not_given(client, accept: str) -> None:
    answer = get(client, "claims/rag-cost/", accept_language=accept)
    assert (answer["Content-Language"], answer.json()["value"]["text"][:3]) == ("en", "US$")


@pytest.mark.parametrize("address", ["claims/?subject=rag&q=basic", "claims/rag-cost-basic/"])
def test_what_midnight_falls_into_is_of_one_day(client, address: str) -> None:
    """What was read before midnight is not taken for what the next day says, nor the other way round."""
    due = date.fromisoformat(get(client, "claims/rag-cost-basic/").json()["check_due_on"])
    midnight = datetime.combine(due + timedelta(days=1), time.min, tzinfo=UTC)
    with time_machine.travel(midnight - timedelta(seconds=1), tick=False) as clock:

        def midnight_comes(execute: Any, *arguments: Any) -> Any:
            found = execute(*arguments)
            clock.move_to(midnight)
            return found

        evening = get(client, address)
        with connection.execute_wrapper(midnight_comes):
            between = get(client, address)
        morning = get(client, address)
    assert evening.content != morning.content
    said = {evening["ETag"]: evening.content, morning["ETag"]: morning.content}
    assert (len(said), said[between["ETag"]]) == (2, between.content)
