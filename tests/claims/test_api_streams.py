"""The registry as one file: complete, of one moment, piece by piece."""

import csv
import io
import json
import tracemalloc
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory

from claims import claim_table, operations, streams
from claims.api_streams import JSONLView
from claims.models import Claim, Revision
from tests.claims import factories as make
from tests.claims.addresses import V1, get
from tests.claims.factories import NOON
from tests.claims.shelf import NEWEST_FIRST, on

pytestmark = pytest.mark.usefixtures("registry")
FORMS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}


def lines(client, query: str = "", **headers: str) -> list[bytes]:
    response = get(client, f"claims.jsonl{query}", **headers)
    assert response.status_code == 200
    return response.getvalue().splitlines(keepends=True)


def table(client, query: str = "") -> list[dict[str, str]]:
    response = get(client, f"claims.csv{query}")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.getvalue().decode(), newline="")))


def slugs(found: list[bytes]) -> list[str]:
    return [json.loads(line)["slug"] for line in found]


def test_a_line_is_exactly_the_claim_as_the_list_gives_it(client) -> None:
    found = lines(client)
    listed = get(client, "claims/?ordering=published_at").content
    assert b",".join(line.removesuffix(b"\n") for line in found) in listed
    assert slugs(found) == NEWEST_FIRST[::-1]
    one = get(client, "claims/rag-cost/", accept_language="es")
    assert lines(client, "?q=production", accept_language="es") == [one.content + b"\n"]


def test_a_row_of_the_table_says_what_a_claim_says(client) -> None:
    rows = table(client)
    assert [row["slug"] for row in rows] == NEWEST_FIRST[::-1]
    assert list(rows[0]) == list(claim_table.COLUMNS)
    [row] = [row for row in rows if row["slug"] == "rag-cost"]
    served = get(client, "claims/rag-cost/").json()
    assert (row["value"], row["low"], row["likely"], row["high"]) == (
        served["value"]["text"],
        "20000",
        "28000",
        "45000",
    )
    assert (row["sources"], row["source_urls"]) == ("A Blog: What it cost us", "https://blog.example/cost")
    assert json.loads(row["scope"]) == served["scope"]
    assert (row["freshness"], row["checked_on"], row["contested_by"]) == ("fresh", "2026-11-20", "rag-cost-basic")
    assert row["url"] == f"http://127.0.0.1:8000{V1}/claims/rag-cost@2/"
    assert [row["low"] for row in rows if row["slug"] == "rule"] == [""]


def test_a_text_in_the_table_is_never_a_formula(client) -> None:
    make.publish("formula", at=on(11, 1), statement='=HYPERLINK("http://evil.example")', low=-5, likely=None, high=5,
                 unit="percent", currency="", per="",
                 metric=make.metric("saving", units=["percent"], allow_negative=True))  # fmt: skip
    [row] = [row for row in table(client) if row["slug"] == "formula"]
    assert row["statement"] == '\'=HYPERLINK("http://evil.example")'
    assert row["low"] == "-5"


@pytest.mark.parametrize("form", FORMS)
def test_the_file_says_what_it_is(client, form: str) -> None:
    response = get(client, f"claims.{form}")
    assert response.streaming
    assert response["Content-Type"] == FORMS[form]
    assert response["Content-Disposition"] == f'attachment; filename="claims-2026-11-22.{form}"'
    assert (response["Cache-Control"], response["Content-Language"]) == ("public, no-cache", "en")
    assert {"Accept", "Accept-Language"} <= set(response["Vary"].split(", "))


@pytest.mark.parametrize("form", FORMS)
def test_who_has_it_gets_304_until_something_happens(client, form: str) -> None:
    tag = get(client, f"claims.{form}")["ETag"]
    assert tag.startswith('W/"')
    again = get(client, f"claims.{form}", if_none_match=tag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert "Content-Disposition" not in again
    for other in (f"claims.{form}?topic=costs", f"claims.{'csv' if form == 'jsonl' else 'jsonl'}"):
        assert get(client, other, if_none_match=tag).status_code == 200
    assert get(client, f"claims.{form}", if_none_match=tag, accept_language="es").status_code == 200
    claim = Claim.objects.get(slug="rule")
    operations.check(by=make.editor(), at=NOON, claim=claim, kind="read_in_context")
    assert get(client, f"claims.{form}", if_none_match=tag).status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_other_ways_of_asking(client, form: str) -> None:
    head = client.head(f"{V1}/claims.{form}")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", get(client, f"claims.{form}")["ETag"])
    assert client.options(f"{V1}/claims.{form}").status_code == 200
    posted = client.post(f"{V1}/claims.{form}")
    assert (posted.status_code, posted["Content-Type"]) == (405, "application/problem+json")
    assert posted["Allow"] == "GET, HEAD, OPTIONS"
    refused = get(client, f"claims.{form}", accept="application/xml")
    assert (refused.status_code, refused["Content-Type"]) == (406, "application/problem+json")
    assert get(client, f"claims.{form}", accept=FORMS[form]).status_code == 200


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("colour=red", "colour"), ("page_size=5", "page_size"), ("ordering=slug", "ordering"), ("topic=x", "topic")],
)
def test_what_belongs_to_pages_is_refused(client, query: str, parameter: str) -> None:
    response = get(client, f"claims.csv?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


@pytest.mark.parametrize(
    "query",
    ["topic=costs", "freshness=fresh&metric=build-cost", "scope.tier=basic", "state=retracted", "as_of=2026-07-03"],
)
def test_the_filters_are_those_of_the_list(client, query: str) -> None:
    listed = get(client, f"claims/?{query}&ordering=published_at").json()["results"]
    assert [json.loads(line) for line in lines(client, f"?{query}")] == listed
    assert listed


@pytest.mark.parametrize("query", ["", "?metric=build-cost&metric=token-price"])
def test_what_is_published_meanwhile_neither_tears_nor_doubles(
    client, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(streams, "CHUNK", 1)
    before = lines(client, query)
    response = get(client, f"claims.jsonl{query}")
    sent = iter(response)
    found = [next(sent)]
    # The one that was sent, one that was not yet, one that goes and one that comes.
    for slug in ("rag-cost-basic", "rag-cost"):
        make.change(Claim.objects.get(slug=slug).current_revision, at=NOON, assumptions="Changed meanwhile.")
    operations.retract(by=make.manager(), at=NOON, claim=Claim.objects.get(slug="price"), reason="Gone meanwhile.")
    make.publish("meanwhile", at=NOON)
    found += sent
    assert found == before
    after = slugs(lines(client, query))
    assert after[-3:] == ["rag-cost-basic", "rag-cost", "meanwhile"]
    assert "price" not in after


def test_gzip_sends_it_on_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "CHUNK", 1)
    written = []
    pieces = streams.whole

    def watched() -> Any:
        for piece in pieces():
            written.append(piece)
            yield piece

    monkeypatch.setattr(streams, "whole", watched)
    request = RequestFactory().get(f"{V1}/claims.jsonl", headers={"accept-encoding": "gzip"})

    def answer(request: HttpRequest) -> HttpResponse:
        return JSONLView.as_view()(request)

    response = GZipMiddleware(answer)(request)
    assert (response["Content-Encoding"], response.streaming, written) == ("gzip", True, [])
    next(iter(response))
    assert len(written) < Revision.objects.count()


def test_memory_does_not_grow_with_the_file(client, monkeypatch: pytest.MonkeyPatch) -> None:
    def peak() -> int:
        tracemalloc.start()
        for piece in get(client, "claims.jsonl"):
            assert piece
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    def publish(numbers: range) -> None:
        for number in numbers:
            make.publish(f"more-{number}", at=on(11, 1), assumptions="x" * 50_000)

    monkeypatch.setattr(streams, "CHUNK", 2)
    publish(range(4))
    peak()
    few = peak()
    publish(range(4, 40))
    assert peak() < 1.2 * few
