"""The read API as a client meets it."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from claims import api_urls, projection
from claims.models import Revision, Topic
from tests.claims import factories as make
from tests.claims.addresses import ADDRESSES, NOT_READ_AS_JSON, V1, get, with_parameter
from tests.claims.shelf import NEWEST_FIRST, on

pytestmark = pytest.mark.usefixtures("registry")


def slugs(body: dict[str, Any]) -> list[str]:
    return [claim["slug"] for claim in body["results"]]


# --- What every address does ---------------------------------------------------------------------------------------


def test_the_table_holds_every_address() -> None:
    names = {pattern.name for pattern in api_urls.urlpatterns}
    resolved = {get_resolver().resolve(f"{V1}/{address.partition('?')[0]}").url_name for address in ADDRESSES}
    assert resolved == names - NOT_READ_AS_JSON


@pytest.mark.parametrize("address", ADDRESSES)
def test_anybody_may_read_and_is_not_followed(client, address: str) -> None:
    response = get(client, address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert not response.cookies
    assert "Cookie" not in response["Vary"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_has_it_already_gets_304(client, address: str) -> None:
    first = get(client, address)
    again = get(client, address, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert get(client, address, if_none_match='"another"').content == first.content


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_answers_without_a_body(client, address: str) -> None:
    response = client.head(f"{V1}/{address}")
    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"] == get(client, address)["ETag"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unknown_parameter_is_refused_everywhere(client, address: str) -> None:
    asked = with_parameter(address, "colour=red")
    response = get(client, asked)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    problem = response.json()
    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    assert problem["instance"] == f"{V1}/{asked}"
    assert [error["parameter"] for error in problem["errors"]] == ["colour"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_not_published_is_nowhere(client, address: str) -> None:
    assert b"unfinished" not in get(client, address).content
    assert b"Nobody has approved" not in get(client, address).content


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_who_works_on_the_registry_is_named(client, address: str) -> None:
    usernames = {"ed", "rev", "mana"}
    assert not usernames & set(re.findall(r'"(\w+)"', get(client, address).content.decode()))


@pytest.mark.parametrize(
    "address",
    [
        "claims/nothing/",
        "claims/unfinished/",
        "claims/rag-cost@9/",
        "claims/rag-cost@99999999999999999999/",
        "claims/unfinished@1/",
        "claims/unfinished/revisions/",
        "claims/unfinished/checks/",
        "topics/nothing/",
        "sources/nothing/",
        "nothing/at/all/",
    ],
)
def test_what_does_not_exist_is_a_problem(client, address: str) -> None:
    response = get(client, address)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["title"] == "Not Found"
    assert response.json()["detail"].startswith(("There is no", "The API has nothing"))


def test_nothing_is_written_here(client) -> None:
    response = client.post(f"{V1}/claims/", {}, content_type="application/json")
    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
    assert "GET" in response["Allow"]


def test_it_speaks_json_only(client) -> None:
    response = get(client, "claims/", accept="text/html")
    assert (response.status_code, response["Content-Type"]) == (406, "application/problem+json")


def test_too_many_requests_are_told_to_wait(client, settings) -> None:
    settings.API_RATE = (2, 60)
    assert [get(client, "topics/").status_code for _ in range(3)] == [200, 200, 429]
    response = get(client, "topics/")
    assert response["Content-Type"] == "application/problem+json"
    assert 0 < int(response["Retry-After"]) <= 60


# --- Claims --------------------------------------------------------------------------------------------------------


def test_the_list_holds_published_claims_newest_first(client) -> None:
    body = get(client, "claims/").json()
    assert body.keys() == {"next", "previous", "results"}
    assert (body["next"], body["previous"]) == (None, None)
    assert slugs(body) == NEWEST_FIRST


def test_pages_are_walked_by_their_addresses(client) -> None:
    first = get(client, "claims/?topic=costs&page_size=2&ordering=slug").json()
    assert (slugs(first), first["previous"]) == (["few-shot-cost", "price"], None)
    assert first["next"].startswith("http://testserver/api/v1/claims/?topic=costs&page_size=2&ordering=slug&cursor=")
    second = client.get(first["next"]).json()
    assert (slugs(second), second["next"]) == (["rag-cost", "rag-cost-basic"], None)
    assert slugs(client.get(second["previous"]).json()) == slugs(first)


def test_facets_and_count_are_added_when_asked_for(client) -> None:
    body = get(client, "claims/?subject=rag&page_size=1&count=true&facets=certainty,credibility").json()
    assert body["count"] == 3
    assert body["facets"] == {
        "certainty": [{"value": "very_low", "count": 2}, {"value": "low", "count": 1}],
        "credibility": [{"value": "3", "count": 1}, {"value": "4", "count": 1}, {"value": "6", "count": 1}],
    }


def test_a_claim_is_its_document_with_the_dates_of_today(client) -> None:
    body = get(client, "claims/rag-cost/").json()
    frozen = Revision.objects.get(claim__slug="rag-cost", number=2).body
    today = {
        "freshness": "fresh",
        "checked_on": "2026-11-20",
        "check_due_on": "2027-05-21",
        "contested_by": ["rag-cost-basic"],
        "arithmetic": None,
    }
    assert body == frozen | today
    assert body["value"]["low"] == 20000
    assert slugs(get(client, "claims/?q=production").json()) == ["rag-cost"]
    assert get(client, "claims/?q=production").json()["results"] == [body]


def test_a_revision_is_served_byte_for_byte_and_for_ever(client) -> None:
    stored = Revision.objects.get(claim__slug="rag-cost", number=1)
    response = get(client, "claims/rag-cost@1/", accept_language="es")
    assert response.content == stored.document.encode()
    assert response["ETag"] == f'"{stored.digest}"'
    assert "immutable" in response["Cache-Control"]
    assert "immutable" not in get(client, "claims/rag-cost/")["Cache-Control"]


def test_a_reader_can_prove_a_digest(client) -> None:
    for row in get(client, "claims/rag-cost/revisions/").json()["results"]:
        document = client.get(row["url"]).json()
        assert projection.digest(document, row["previous_digest"] or "") == document["digest"] == row["digest"]


def test_a_retracted_claim_answers_with_its_state(client) -> None:
    for address in ("claims/withdrawn/", "claims/withdrawn@2/"):
        response = get(client, address)
        assert (response.status_code, response.json()["state"]) == (200, "retracted")
    assert get(client, "claims/withdrawn@1/").json()["state"] == "published"
    history = get(client, "claims/withdrawn/revisions/").json()["results"]
    assert [(row["revision"], row["state"], row["note"]) for row in history] == [
        (2, "retracted", "The source took it back."),
        (1, "published", ""),
    ]


@pytest.mark.parametrize(
    ("accepted", "lang", "text"),
    [
        ("", "en", "US$20,000–45,000 (median 28,000)"),
        ("es", "es", "20.000–45.000\u00a0US$ (mediana 28.000)"),
        ("es-MX,es;q=0.9,en;q=0.8", "es", "20.000–45.000\u00a0US$ (mediana 28.000)"),
        ("fr,en;q=0.5", "en", "US$20,000–45,000 (median 28,000)"),
        ("fr", "en", "US$20,000–45,000 (median 28,000)"),
        ("*", "en", "US$20,000–45,000 (median 28,000)"),
    ],
)
def test_the_text_of_a_value_follows_the_language(client, accepted: str, lang: str, text: str) -> None:
    for address in ("claims/rag-cost/", "claims/?q=production"):
        response = get(client, address, accept_language=accepted)
        assert response["Content-Language"] == lang
        assert "Accept-Language" in response["Vary"]
        body = response.json()
        claim = body["results"][0] if "results" in body else body
        assert claim["value"]["text"] == text
        assert claim["value"]["high"] == 45000


def test_languages_have_different_etags(client) -> None:
    english = get(client, "claims/", accept_language="en")["ETag"]
    assert get(client, "claims/", accept_language="es", if_none_match=english).status_code == 200


def test_checks_say_whether_a_person_looked(client) -> None:
    assert get(client, "claims/rag-cost/checks/").json()["results"] == [
        {"kind": "link_answers", "on": "2026-11-21", "by": "machine", "note": ""},
        {"kind": "read_in_context", "on": "2026-11-20", "by": "person", "note": ""},
    ]


# --- The rest ------------------------------------------------------------------------------------------------------


def test_topics_count_the_claims_below_them(client) -> None:
    topics = {row["slug"]: row for row in get(client, "topics/").json()["results"]}
    assert {slug: (row["parent"], row["claims"]) for slug, row in topics.items()} == {
        "build-cost": ("costs", 1),
        "costs": (None, 4),
        "data": (None, 1),
        "deciding": (None, 1),
    }
    assert get(client, "topics/costs/").json() == topics["costs"]


def test_vocabularies_count_published_claims(client) -> None:
    def counts(kind: str) -> dict[str, int]:
        return {row["slug"]: row["claims"] for row in get(client, f"{kind}/").json()["results"]}

    assert counts("subjects") == {"base-model": 1, "few-shot": 1, "lora": 1, "rag": 3}
    assert counts("metrics") == {"build-cost": 3, "decision-rule": 1, "token-price": 1, "training-examples": 1}
    assert counts("sources") == {"a-blog": 3, "old-page": 1, "survey": 2, "undated": 1}


def test_a_conflict_is_as_the_contract_gives_it(client) -> None:
    assert get(client, "conflicts/").json()["results"] == [
        {
            "claims": ["rag-cost", "rag-cost-basic"],
            "subject": "rag",
            "metric": "build-cost",
            "relation": "disjoint",
            "state": "contested",
            "reason": "Nobody says whose systems.",
            "decided_on": "2026-09-01",
        }
    ]


def test_changes_are_in_order_and_can_be_continued(client) -> None:
    body = get(client, "changes/?page_size=3").json()
    seen, cursor = list(body["results"]), body["cursor"]
    while body["next"]:
        body = client.get(body["next"]).json()
        seen += body["results"]
        cursor = body["cursor"]
    assert [(row["sequence"], row["slug"], row["state"]) for row in seen] == [
        (1, "rag-cost", "published"),
        (2, "rag-cost-basic", "published"),
        (3, "lora-examples", "published"),
        (4, "rule", "published"),
        (5, "few-shot-cost", "published"),
        (6, "price", "published"),
        (7, "withdrawn", "published"),
        (8, "withdrawn", "retracted"),
        (9, "rag-cost", "published"),
    ]
    idle = get(client, f"changes/?since={cursor}").json()
    assert (idle["results"], idle["cursor"], idle["next"]) == ([], cursor, None)
    make.publish("another", at=on(11, 1))
    assert [row["slug"] for row in get(client, f"changes/?since={cursor}").json()["results"]] == ["another"]
    assert get(client, "changes/?since=-1").status_code == 400


def number_of_queries(client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert get(client, address).status_code == 200
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_the_answer(client) -> None:
    query = "claims/?topic=costs&topic=data&topic=deciding&freshness=due&freshness=fresh&freshness=overdue&contested=false&contested=true"
    small, large = (number_of_queries(client, f"{query}&page_size={size}") for size in (1, 500))
    # Rows with their documents and the version of the registry; that and the slugs of topics by themselves the first time.
    assert (small, large) == (3, 1)
    assert [number_of_queries(client, f"claims/?page_size={size}") for size in (1, 500)] == [1, 1]
    assert number_of_queries(client, "claims/rag-cost/") == 2
    assert number_of_queries(client, "claims/rag-cost@1/") == 2
    assert number_of_queries(client, "changes/") == 2
    before = [number_of_queries(client, address) for address in ADDRESSES]
    for number in range(3):
        make.publish(f"more-{number}", at=on(11, 1), citations=[make.citation(source=make.source(f"more-{number}"))])
    assert [number_of_queries(client, address) for address in ADDRESSES] == before


def test_json_of_the_list_is_compact_and_not_escaped(client) -> None:
    content = get(client, "claims/?q=production").content.decode()
    assert "–" in content
    assert json.loads(content)["results"][0]["published_at"] == "2026-10-01T09:00:00Z"
    assert date.fromisoformat("2026-11-20").isoformat() in content


# --- The version that a page brings along --------------------------------------------------------------------------


def test_a_topic_that_took_anothers_name_is_found_by_it_after_the_next_act(client) -> None:
    before = get(client, "claims/?topic=costs").json()["results"]
    other = get(client, "claims/?topic=data").json()["results"]
    assert before != other
    for old, new in (("costs", "aside"), ("data", "costs"), ("aside", "data")):
        Topic.objects.filter(slug=old).update(slug=new)
    make.publish("elsewhere", topics=[make.topic("somewhere-else")])
    slugs = [claim["slug"] for claim in get(client, "claims/?topic=costs").json()["results"]]
    assert slugs == [claim["slug"] for claim in other]


def test_what_comes_in_between_an_empty_page_and_its_version_is_in_the_answer(client) -> None:
    get(client, "claims/?topic=costs")  # what the process knows of the registry
    published: list[str] = []

    def publish_after(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if "claims_feedrow" in sql and sql.startswith("SELECT f.sequence") and not published:
            published.append("in-between")
            make.publish("in-between", topics=[make.topic("costs")], statement="Zyxwv is what it says.")
        return found

    with connection.execute_wrapper(publish_after):
        answer = get(client, "claims/?q=zyxwv")
    assert published == ["in-between"]
    assert [claim["slug"] for claim in answer.json()["results"]] == ["in-between"]
    assert answer["ETag"] == get(client, "claims/?q=zyxwv")["ETag"]
