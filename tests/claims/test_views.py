"""The pages that everybody sees."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from claims import operations, urls
from claims.freshness import State
from claims.models import Claim
from tests.claims import factories as make
from tests.claims.factories import NOON
from tests.claims.reading import page, rows, words
from tests.claims.shelf import on

pytestmark = pytest.mark.usefixtures("registry")

PAGES = [
    "/",
    "/claims/",
    "/claims/rag-cost/",
    "/claims/rag-cost@1/",
    "/claims/rag-cost/differences/",
    "/topics/",
    "/topics/costs/",
    "/topics/costs/feed/",
    "/sources/",
    "/sources/a-blog/",
    "/changes/",
    "/changes/feed/",
    "/compare/",
    "/compare/build-cost/",
    "/compare/build-cost/rag/",
    "/method/",
]
FILES = ["/claims.csv", "/claims.xlsx", "/claims.yaml", "/claims.jsonl"]
SCRIPT = "<script>alert(1)</script>"


# --- What every page does ------------------------------------------------------------------------------------------


def test_the_table_holds_every_page() -> None:
    resolved = {get_resolver().resolve(address).view_name for address in [*PAGES, *FILES]}
    assert resolved == {f"claims:{pattern.name}" for pattern in urls.urlpatterns} | {"home"}


@pytest.mark.parametrize("address", PAGES)
def test_anybody_may_look(client, address: str) -> None:
    html = page(client, address)
    assert "Nobody has approved" not in html
    assert "unfinished" not in html


@pytest.mark.parametrize("address", PAGES)
def test_nobody_who_works_on_the_registry_is_named(client, address: str) -> None:
    assert not {"ed", "rev", "mana"} & set(words(page(client, address)).split())


@pytest.mark.parametrize("address", [address for address in PAGES if not address.endswith("/feed/")])
def test_a_page_has_one_heading_a_title_a_description_and_its_address(client, address: str) -> None:
    html = page(client, address)
    assert len(re.findall(r"<h1", html)) == 1
    assert re.search(r"<title>[^<]*Footing[^<]*</title>", html)
    assert re.search(r'<meta name="description" content="[^"]{20,}">', html)
    assert f'<link rel="canonical" href="http://testserver{address}">' in html
    assert not re.search(r'\s(style|onclick)="', html)


@pytest.mark.parametrize("address", [address for address in PAGES if not address.endswith("/feed/")])
def test_ids_are_unique_and_links_inside_the_page_lead_somewhere(client, address: str) -> None:
    html = page(client, address)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


@pytest.mark.parametrize("address", PAGES)
def test_pages_link_only_to_pages_that_exist(client, address: str) -> None:
    for link in set(re.findall(r'href="(/[^"#]*)', page(client, address))):
        if not link.startswith("/static/"):
            response = client.get(link.replace("&amp;", "&"))
            b"".join(response)  # to its end: a download that is given up closes the connection to the database
            assert response.status_code in (200, 302), link


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_only_read(client, address: str) -> None:
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/claims/nothing/", "/claims/unfinished/", "/claims/rag-cost@7/", "/topics/x/", "/sources/x/", "/compare/x/", "/changes/?before=x"])  # fmt: skip
def test_what_does_not_exist_is_not_found(client, address: str) -> None:
    assert "There is nothing at this address." in page(client, address, 404)


def test_what_people_typed_is_text(client) -> None:
    make.publish(
        "typed",
        at=on(11, 1),
        statement=SCRIPT,
        assumptions=SCRIPT,
        scope={"tier": SCRIPT},
        change_note=SCRIPT,
        certainty_reasons=[{"code": "bias", "note": SCRIPT}],
        citations=[
            make.citation(
                source=make.source("typed", title=SCRIPT, publisher=SCRIPT, interest=SCRIPT, method=SCRIPT),
                printed=SCRIPT,
                locator=SCRIPT,
            )
        ],
    )
    for address in [*PAGES, "/claims/typed/", "/claims/typed@1/", "/sources/typed/", f"/claims/?q={SCRIPT}"]:
        assert SCRIPT not in page(client, address)
    feed = ET.fromstring(page(client, "/changes/feed/"))
    summary = feed.findtext("{*}entry/{*}summary")
    assert summary == "&lt;script&gt;alert(1)&lt;/script&gt;"


def number_of_queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        page(client, address)
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_the_registry(client) -> None:
    before = {address: number_of_queries(client, address) for address in PAGES}
    for number in range(3):
        make.publish(
            f"more-{number}",
            at=on(11, 1),
            topics=[make.topic("costs"), make.topic(f"more-{number}", parent=make.topic("costs"))],
            citations=[make.citation(source=make.source(f"more-{number}"))],
        )
    assert {address: number_of_queries(client, address) for address in PAGES} == before


# --- Home, topics, sources, changes --------------------------------------------------------------------------------


def test_home_says_what_the_registry_holds(client) -> None:
    html = page(client, "/")
    assert "6 claims from 4 sources." in words(html)
    assert re.search(r"Overdue for a reading 2 Contested by another claim 2", words(html))
    assert re.search(r"Costs 4 .*Build-cost 1", words(html))
    assert re.search(r"revised rag-cost@2 .* retracted withdrawn@2", words(html))


def test_a_topic_has_the_claims_below_it_by_what_they_measure(client) -> None:
    html = page(client, "/topics/costs/")
    assert re.findall(r"<h3><a[^>]*>([^<]+)</a></h3>", html) == ["build cost", "token price"]
    assert set(rows(html)) == {"rag-cost", "rag-cost-basic", "few-shot-cost", "price"}


def test_a_topic_shows_its_method(client) -> None:
    text = words(page(client, "/topics/costs/"))
    assert "none read longer ago than 20 November 2026" in text
    assert "Never read since publication 3 claims" in text
    assert "The link answers 1 21 November 2026" in text
    assert "A person read the value in its context 1 20 November 2026" in text
    assert "Old page 1 E, unreliable" in text
    assert "withdrawn@2" in text
    assert "The source took it back." in text


def test_the_date_of_a_topic_is_its_oldest_reading(client) -> None:
    claim = Claim.objects.get(slug="rag-cost-basic")
    operations.check(by=make.editor(), at=NOON, claim=claim, kind="read_in_context", on=on(3, 1).date())
    assert "none read longer ago than 1 March 2026" in words(page(client, "/topics/costs/"))


def test_a_topic_without_claims_says_so(client) -> None:
    make.topic("empty")
    assert "No claim has been published on this topic yet." in words(page(client, "/topics/empty/"))


def test_a_source_shows_its_interest_and_what_is_read_from_it(client) -> None:
    html = page(client, "/sources/a-blog/")
    assert "Sells the work." in html
    assert "C, fairly reliable. Signed, but sells the work." in words(html)
    assert set(rows(html)) == {"rag-cost", "rag-cost-basic", "price"}


def test_a_source_shows_what_others_attribute_to_it(client) -> None:
    upstream = make.source("upstream", publisher="Upstream")
    make.publish("carried", at=on(11, 1), citations=[make.citation(attributed_to=upstream)])
    html = page(client, "/sources/upstream/")
    assert "Claims attributed to it" in html
    assert rows(html) == ["carried"]


def test_changes_are_newest_first_and_go_on(client) -> None:
    for number in range(50):
        make.publish(f"c{number}", at=on(11, 1))
    html = page(client, "/changes/")
    assert re.findall(r'class="ref">([\w-]+@\d+)', html) == [f"c{number}@1" for number in reversed(range(50))]
    older = re.search(r'rel="next" href="(\?before=\d+)"', html)
    assert older
    further = page(client, f"/changes/{older[1]}")
    assert re.findall(r'class="ref">([\w-]+@\d+)', further)[:3] == ["rag-cost@2", "withdrawn@2", "withdrawn@1"]
    assert 'rel="next"' not in further


def test_claims_on_one_metric_stand_side_by_side(client) -> None:
    html = page(client, "/compare/build-cost/")
    assert [words(head) for head in re.findall(r"<h2>.*?</h2>", html)] == ["In EUR", "In USD"]
    assert html.count('class="value-bar') == 2
    assert "Claims on" not in html
    assert re.search(r"US\$20,000–45,000 \(median 28,000\).*Measured: no; Months: 3; Tier: production", words(html))


def test_the_method_page_explains_each_code_and_family(client) -> None:
    text = words(page(client, "/method/"))
    for said in (
        "A Completely reliable",
        "6 Cannot be judged",
        "Very low The figure is a hint",
        "token-price 45 days 14 days",
    ):
        assert said in text
    assert [state.value for state in State if state.value not in text] == []


# --- One claim -----------------------------------------------------------------------------------------------------


def test_a_claim_shows_all_that_it_stands_on(client) -> None:
    text = words(page(client, "/claims/rag-cost/"))
    for said in (
        "A RAG system for production costs this much.",
        "US$20,000–45,000 (median 28,000)",
        "Tier production",
        "Measured no",
        "$18,000 to $45,000 Where in it Costs",
        "1 independent source",
        "Interest of the publisher. Sells the work.",
        "C, fairly reliable. Signed, but sells the work.",
        "3, possibly true. One source, plausible.",
        "Low. The figure may be well off; better evidence is likely to change it.",
        "Imprecise: few cases or a wide range. One source.",
        "Last read by a person 20 November 2026",
        "To be read again by 21 May 2027",
        "A basic RAG system costs this much. US$5,000–15,000",
        "Genuinely contested. Their ranges do not meet. Nobody says whose systems. Decided on 1 September 2026.",
        "The source was corrected.",
        "First publication",
        "Footing, rag-cost, revision 2, 1 October 2026. http://testserver/claims/rag-cost@2/ (read on 22 November 2026)",
    ):
        assert said in text
    assert claim_links(client) >= {"/api/v1/claims/rag-cost/", "/api/v1/claims/rag-cost@2/", "/method/#grades"}


def claim_links(client) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', page(client, "/claims/rag-cost/")))


def test_links_to_the_outside_give_nothing_away(client) -> None:
    html = page(client, "/claims/rag-cost/") + page(client, "/sources/a-blog/")
    outside = re.findall(r'<a href="https?://(?!testserver)[^"]*"([^>]*)>', html)
    assert len(outside) == 2
    assert all("noopener" in attributes for attributes in outside)


def test_an_old_revision_says_that_it_is_old(client) -> None:
    text = words(page(client, "/claims/rag-cost@1/"))
    assert "It is not current: revision 2, published on 1 October 2026, replaces it." in text
    assert "US$18,000–45,000 (median 28,000)" in text
    assert "Last read by a person unknown: not since it was published" in text
    assert "It is the latest: see the claim as it stands today." in words(page(client, "/claims/rag-cost@2/"))


def test_a_retracted_claim_says_so_and_why(client) -> None:
    text = words(page(client, "/claims/withdrawn/"))
    assert "This claim was retracted on 8 July 2026. Do not cite it. The source took it back." in text


def test_a_superseded_claim_names_what_takes_its_place(client) -> None:
    claim, successor = (Claim.objects.get(slug=slug) for slug in ("few-shot-cost", "rag-cost"))
    operations.supersede(by=make.manager(), at=NOON, claim=claim, by_claim=successor, reason="Newer figures.")
    html = page(client, "/claims/few-shot-cost/")
    assert "superseded on 22 November 2026; rag-cost takes its place. Do not cite it. Newer figures." in words(html)
    assert f'href="{reverse("claims:claim-detail", args=["rag-cost"])}"' in html


def test_a_claim_that_nobody_read_says_unknown(client) -> None:
    text = words(page(client, "/claims/rule/"))
    assert "Last read by a person unknown: not since it was published" in text
    assert "To be read again by unknown: nothing dates it" in text
    assert "It was not checked since it was published." in text


def test_other_claims_on_the_same_stand_beside_it(client) -> None:
    html = page(client, "/claims/rag-cost/")
    assert rows(html) == ["rag-cost-basic"]
    assert html.count('class="value-bar') == 2
    assert html.count('class="value-bar is-chosen"') == 1


def test_a_change_in_the_making_is_not_shown(client) -> None:
    claim = Claim.objects.get(slug="rag-cost")
    operations.revise(by=make.editor(), at=NOON, claim=claim, fields={"statement": "Not yet approved."})
    for address in (*PAGES, "/api/v1/claims/", "/api/v1/claims/rag-cost/", "/api/v1/conflicts/"):
        assert "Not yet approved." not in page(client, address)
