"""The claim list as a page: rows, filters to tick and to take off, pages, and what it refuses."""

import re

import pytest

from tests.claims.reading import page, rows, words
from tests.claims.shelf import NEWEST_FIRST

pytestmark = pytest.mark.usefixtures("registry")


def test_the_list_shows_claims_newest_first(client) -> None:
    html = page(client, "/claims/")
    assert rows(html) == NEWEST_FIRST
    assert "6 claims" in words(html)


def test_an_empty_field_of_the_form_is_no_filter(client) -> None:
    assert len(rows(page(client, "/claims/?q=&value_min=&currency=&as_of="))) == 6


def test_filters_that_are_on_can_be_taken_off_one_by_one(client) -> None:
    html = page(client, "/claims/?subject=rag&subject=lora&certainty=very_low&page_size=1")
    taken_off = dict(re.findall(r'applied-filter" href="/claims/\?([^"]*)">([^<]*) <', html))
    assert {label: query.replace("&amp;", "&") for query, label in taken_off.items()} == {
        "Subject: RAG": "subject=lora&certainty=very_low&page_size=1",
        "Subject: LORA": "subject=rag&certainty=very_low&page_size=1",
        "Certainty: very low": "subject=rag&subject=lora&page_size=1",
    }


def choices(html: str, name: str) -> dict[str, tuple[int, bool]]:
    found = re.findall(rf'name="{name}" value="([^"]+)"( checked)?> [^<]*<span class="count">(\d+)</span>', html)
    return {value: (int(count), bool(checked)) for value, checked, count in found}


def test_a_filter_offers_what_each_choice_would_find(client) -> None:
    html = page(client, "/claims/?subject=rag&certainty=very_low")
    assert choices(html, "subject") == {"rag": (2, True)}
    assert choices(html, "certainty") == {"low": (1, False), "very_low": (2, True)}
    assert choices(html, "source") == {"a-blog": (1, False), "undated": (1, False)}


def test_what_has_no_field_is_carried_along(client) -> None:
    html = page(client, "/claims/?scope.tier=basic&state=published&cursor=&ordering=slug")
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', html)
    assert hidden == [("ordering", "slug"), ("scope.tier", "basic"), ("state", "published")]


def test_values_of_one_measure_are_drawn_on_one_scale(client) -> None:
    html = page(client, "/claims/?metric=build-cost&currency=USD")
    assert html.count('class="value-bar') == 2
    assert "US$0" in html
    assert "US$50K" in html
    assert 'class="value-bar' not in page(client, "/claims/")


def test_pages_follow_each_other(client) -> None:
    html = page(client, "/claims/?page_size=4")
    assert 'rel="prev"' not in html
    following = re.search(r'rel="next" href="\?([^"]+)"', html)
    assert following
    second = page(client, f"/claims/?{following[1].replace('&amp;', '&')}")
    assert rows(html) + rows(second) == NEWEST_FIRST
    back = re.search(r'rel="prev" href="\?([^"]+)"', second)
    assert back
    assert rows(page(client, f"/claims/?{back[1].replace('&amp;', '&')}")) == rows(html)


def test_nothing_found_says_what_to_try(client) -> None:
    text = words(page(client, "/claims/?q=zebra&subject=rag"))
    assert "No claim matches all of this" in text
    assert "Take off one of the filters above." in text
    assert "not that none exists" in text


def test_a_filter_that_cannot_be_read_is_shown_and_nothing_is_listed(client) -> None:
    html = page(client, "/claims/?freshness=stale&topc=rag&value_min=1", 400)
    assert rows(html) == []
    assert "freshness: “stale” is not one of: fresh, due, overdue, expired." in words(html)
    assert "topc: There is no parameter “topc” here." in words(html)
    assert 'href="#id_freshness"' in html
    assert 'id="id_freshness" name="freshness" value="stale"' in html
