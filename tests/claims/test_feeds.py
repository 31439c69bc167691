"""The change log as Atom: sound to a reader of feeds, the same id whoever asks, page by page."""

from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from claims import feeds
from tests.claims import factories as make
from tests.claims.shelf import on

pytestmark = pytest.mark.usefixtures("registry")
ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "http://127.0.0.1:8000"
WHOLE, COSTS = "/changes/feed/", "/topics/costs/feed/"


def feed(client, address: str, **headers: str) -> ET.Element:
    response = client.get(address, headers=headers)
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ET.fromstring(response.content)


def said(element: ET.Element, name: str) -> str:
    text = element.findtext(f"{ATOM}{name}")
    assert text
    return text


def links(element: ET.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in element.findall(f"{ATOM}link")}


def entries(found: ET.Element) -> list[str]:
    prefix = f"{SITE}/claims/"
    return [said(entry, "id").removeprefix(prefix).strip("/") for entry in found.findall(f"{ATOM}entry")]


@pytest.mark.parametrize("address", [WHOLE, COSTS])
def test_a_feed_has_what_rfc_4287_asks_for(client, address: str) -> None:
    found = feed(client, address)
    assert found.tag == f"{ATOM}feed"
    assert (said(found, "id"), links(found)["self"]) == (f"{SITE}{address}", f"{SITE}{address}")
    assert said(found, "title")
    assert said(found.find(f"{ATOM}author"), "name") == "Footing"
    assert said(found, "updated") == said(found.find(f"{ATOM}entry"), "updated")
    for entry in found.findall(f"{ATOM}entry"):
        assert datetime.fromisoformat(said(entry, "updated")).tzinfo
        assert said(entry, "id") == links(entry)["alternate"]
        assert said(entry, "title")
        assert entry.find(f"{ATOM}summary").attrib == {"type": "html"}
    identities = entries(found)
    assert len(set(identities)) == len(identities) > 3


def test_an_entry_says_what_happened_and_why(client) -> None:
    newest, retracted = feed(client, WHOLE).findall(f"{ATOM}entry")[:2]
    assert said(newest, "title") == "Published: A RAG system for production costs this much."
    assert (said(retracted, "title"), said(retracted, "summary")) == (
        "Retracted: This was wrong.",
        "The source took it back.",
    )


def test_the_ids_are_the_same_under_whatever_name_it_is_asked_for(client, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert entries(feed(client, WHOLE, host="elsewhere.example")) == entries(feed(client, WHOLE))


def test_a_topic_has_the_changes_of_what_is_under_it_too(client) -> None:
    assert entries(feed(client, COSTS)) == [
        "rag-cost@2", "withdrawn@2", "withdrawn@1", "price@1", "few-shot-cost@1", "rag-cost-basic@1", "rag-cost@1",
    ]  # fmt: skip
    assert entries(feed(client, "/topics/build-cost/feed/")) == ["rag-cost@2", "rag-cost@1"]
    assert links(feed(client, COSTS))["alternate"] == f"{SITE}/topics/costs/"


def test_the_page_and_the_api_lead_to_it(client) -> None:
    page = client.get("/topics/costs/").content.decode()
    assert page.count(f'href="{COSTS}"') == 2
    assert client.get("/api/v1/topics/costs/").json()["feed"] == COSTS


def test_pages_follow_each_other_and_nothing_is_left_out(client, monkeypatch: pytest.MonkeyPatch) -> None:
    every = entries(feed(client, WHOLE))
    monkeypatch.setattr(feeds, "LATEST", 4)
    seen: list[str] = []
    address: str | None = WHOLE
    pages: list[Any] = []
    while address:
        found = feed(client, address)
        pages.append(found)
        seen += entries(found)
        assert links(found)["first"] == said(found, "id") == f"{SITE}{WHOLE}"
        assert links(found)["self"] == f"{SITE}{address}"
        following = links(found).get("next")
        address = following.removeprefix(SITE) if following else None
    assert seen == every
    assert [len(entries(page)) for page in pages] == [4, 4, 1]


def test_what_a_claim_says_is_text_to_the_reader(client) -> None:
    statement = "5 < 6 & <b>bold</b> \x0b costs"
    make.publish("markup", at=on(11, 1), statement=statement, change_note="<script>alert(1)</script>")
    entry = feed(client, WHOLE).find(f"{ATOM}entry")
    assert said(entry, "title") == "Published: 5 < 6 & <b>bold</b> \N{REPLACEMENT CHARACTER} costs"
    assert said(entry, "summary") == "&lt;script&gt;alert(1)&lt;/script&gt;"


def test_a_topic_in_which_nothing_happened_has_a_feed_that_stays_the_same(client) -> None:
    make.topic("quiet")
    found = feed(client, "/topics/quiet/feed/")
    assert (entries(found), said(found, "updated")) == ([], "2000-01-01T00:00:00+00:00")


@pytest.mark.parametrize("address", [WHOLE, COSTS])
def test_who_has_it_gets_304(client, address: str) -> None:
    first = client.get(address)
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make.publish("another", at=on(11, 1))
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert (client.head(address).status_code, client.post(address).status_code) == (200, 405)


@pytest.mark.parametrize(
    "address", ["/topics/nothing/feed/", f"{WHOLE}?before=x", f"{COSTS}?before=-1", f"{WHOLE}?before=١"]
)
def test_what_there_is_not_is_not_found(client, address: str) -> None:
    assert client.get(address).status_code == 404
