"""What has become of cited revisions; and what the API does with a body that makes no sense."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import operations
from claims.models import Claim, Revision
from tests.claims import factories as make
from tests.claims.addresses import V1, get
from tests.claims.factories import NOON
from tests.claims.shelf import on

pytestmark = pytest.mark.usefixtures("registry")
NEITHER = "It is neither slug@number, as some-claim@3, nor a digest, as sha256:…."


def post(client, body: Any, **options: Any) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(f"{V1}/lookup/", content, content_type="application/json", **options)


def looked_up(client, *items: str) -> list[dict[str, Any]]:
    response = post(client, list(items))
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response["Cache-Control"] == "no-store"
    results: list[dict[str, Any]] = response.json()["results"]
    assert [one["item"] for one in results] == list(items)
    return results


def digest(slug: str, number: int) -> str:
    return Revision.objects.get(claim__slug=slug, number=number).digest


def supersede(slug: str, by: str) -> None:
    operations.supersede(
        by=make.manager(),
        at=NOON,
        claim=Claim.objects.get(slug=slug),
        by_claim=Claim.objects.get(slug=by),
        reason="A better figure.",
    )


def test_each_is_answered_in_the_order_asked(client) -> None:
    retracted = digest("withdrawn", 1)
    found = looked_up(
        client, "rag-cost@2", retracted, "rag-cost@1", "nothing@1", "rag-cost@9", "rag-cost@2", "unfinished@1"
    )
    assert [one["finding"] for one in found] == [
        "current", "retracted", "changed", "unknown", "unknown", "current", "unknown",
    ]  # fmt: skip
    assert found[0] == found[5]


def test_the_current_revision_comes_with_todays_freshness(client) -> None:
    [found] = looked_up(client, digest("rag-cost", 2))
    served = get(client, "claims/rag-cost/").json()
    address = {
        "slug": "rag-cost",
        "revision": 2,
        "digest": digest("rag-cost", 2),
        "url": f"{V1}/claims/rag-cost@2/",
        "published_at": "2026-10-01T09:00:00Z",
    }
    today = {key: served[key] for key in ("freshness", "checked_on", "check_due_on", "expires_on", "contested_by")}
    assert found == {
        "item": digest("rag-cost", 2),
        "finding": "current",
        "cited": address,
        "current": {**address, "state": "published", "note": "The source was corrected.", **today},
        "changes": [],
        "successor": None,
    }


def test_a_changed_claim_says_what_changed(client) -> None:
    make.change(
        Claim.objects.get(slug="rag-cost").current_revision,
        at=on(11, 1),
        scope={"tier": "production", "months": 4},
        certainty="moderate",
        change_note="Looked at again.",
    )
    [found] = looked_up(client, "rag-cost@1")
    assert (found["finding"], found["cited"]["revision"], found["current"]["revision"]) == ("changed", 1, 3)
    assert found["changes"] == [
        {"field": "certainty", "old": "low", "new": "moderate"},
        {"field": "scope.measured", "old": False, "new": None},
        {"field": "scope.months", "old": 3, "new": 4},
        {"field": "value.low", "old": 18000, "new": 20000},
        {
            "field": "value.text",
            "old": "US$18,000–45,000 (median 28,000)",
            "new": "US$20,000–45,000 (median 28,000)",
        },
    ]
    assert client.get(found["current"]["url"]).json()["value"]["low"] == 20000


def test_a_retracted_claim_says_why(client) -> None:
    for item in ("withdrawn@1", "withdrawn@2"):
        [found] = looked_up(client, item)
        assert (found["finding"], found["current"]["state"]) == ("retracted", "retracted")
        assert found["current"]["note"] == "The source took it back."
        assert (found["changes"], found["successor"]) == ([], None)


def test_a_superseded_claim_names_what_took_its_place_in_the_end(client) -> None:
    make.publish("newer", at=on(11, 1))
    make.publish("newest", at=on(11, 2), low=22000)
    supersede("rag-cost-basic", by="newer")
    supersede("newer", by="newest")
    [old, newer, newest] = looked_up(client, "rag-cost-basic@1", "newer@1", "newest@1")
    assert [one["finding"] for one in (old, newer, newest)] == ["superseded", "superseded", "current"]
    assert old["current"]["note"] == "A better figure."
    assert old["successor"] == newer["successor"] == newest["current"]
    assert newest["successor"] is None


def test_where_only_the_number_is_unknown_the_claim_is_shown(client) -> None:
    [found] = looked_up(client, "rag-cost@9")
    assert (found["finding"], found["cited"], found["current"]["revision"]) == ("unknown", None, 2)
    assert looked_up(client, "nothing@1")[0]["current"] is None


def test_bad_entries_are_named_by_their_place_and_nothing_is_looked_up(client) -> None:
    bad = ["rag-cost", "rag-cost@0", "rag-cost@01", "sha256:1234", "rag cost@1", "rag-cost@99999999999", "", "a@1\n"]
    odd = [3, None, True, [], {"claim": "rag-cost@1"}, "\x00@1", "é@1", "x" * 200 + "@1"]
    response = post(client, ["rag-cost@1", *bad, *odd, "rag-cost@2"])
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    problem = response.json()
    assert problem["detail"] == "Nothing was looked up: see what is wrong with each entry."
    places = range(1, 1 + len(bad) + len(odd))
    assert problem["errors"] == [{"field": f"items[{place}]", "message": NEITHER} for place in places]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"items": ["rag-cost@1"]}, "Send a JSON list of 1 to 500 texts, as [“some-claim@3”]."),
        ("rag-cost@1", "Send a JSON list of 1 to 500 texts, as [“some-claim@3”]."),
        (None, "Send a JSON list of 1 to 500 texts, as [“some-claim@3”]."),
        ([], "Send 1 to 500 of them at a time; these are 0."),
        (["rag-cost@1"] * 501, "Send 1 to 500 of them at a time; these are 501."),
    ],
)
def test_what_is_no_list_of_the_right_length_is_refused(client, body: Any, message: str) -> None:
    response = post(client, body)
    assert response.status_code == 400
    assert response.json()["errors"] == [{"field": "items", "message": message}]


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        (b"", 400, "Nothing was looked up"),
        (b"[", 400, "The body is not JSON"),
        (b"[\x00]", 400, "The body is not JSON"),
        (b'["\xff"]', 400, "The body is not JSON in UTF-8"),
        (b'["\\ud800"]', 400, "The body is not JSON in UTF-8"),
        (b"[NaN]", 400, "The body is not JSON"),
        (b"[" * 900 + b"]" * 900, 400, "Nothing was looked up"),
        (b"[" * 100_000 + b"]" * 100_000, 400, "The body is not JSON"),
        (b'{"a":1,"a":2}', 400, "The key “a” stands in one object twice."),
        (b'[{"b":{"a":1,"a":1}}]', 400, "The key “a” stands in one object twice."),
        (b"[" + b"9" * 5000 + b"]", 400, "The body is not JSON"),
        (b"[" + b"9" * 25 + b"]", 400, "The number 99999999999999999999… is too large."),
        (b"[-9223372036854775809]", 400, "The number -9223372036854775809… is too large."),
        (b'["' + b"x" * 10_000_000 + b'"]', 413, "The body is larger than 256 KiB."),
    ],
    ids=lambda value: str(value[:12]) if isinstance(value, bytes) else None,
)
def test_a_body_that_makes_no_sense_is_a_problem_of_who_sent_it(client, body: bytes, status: int, detail: str) -> None:
    response = post(client, body)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["detail"].startswith(detail)


def test_an_escaped_nul_is_a_bad_entry(client) -> None:
    assert post(client, b'["\\u0000"]').json()["errors"][0]["field"] == "items[0]"


def test_other_kinds_of_body_and_other_methods_are_told_what_is_right(client) -> None:
    form = client.post(f"{V1}/lookup/", {"items": "rag-cost@1"})
    assert (form.status_code, form["Content-Type"]) == (415, "application/problem+json")
    for method in ("get", "head", "put", "delete", "patch"):
        response = getattr(client, method)(f"{V1}/lookup/")
        assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
    assert post(client, ["rag-cost@1"], headers={"accept": "text/csv"}).status_code == 406
    assert post(client, ["rag-cost@1"], query_params={"lang": "es"}).status_code == 400
    assert client.options(f"{V1}/lookup/").status_code == 200


def test_the_number_of_queries_is_fixed(client) -> None:
    make.publish("newer", at=on(11, 1))
    supersede("rag-cost-basic", by="newer")

    def queries(*items: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            looked_up(client, *items)
        return len(captured)

    every = [f"{slug}@{n}" for slug, n in Revision.objects.values_list("claim__slug", "number")]
    few, many = queries("rag-cost-basic@1"), queries(*every, *(f"nothing-{n}@1" for n in range(500 - len(every))))
    assert few == many
    assert len(every) > 10
