"""What the claim list finds: filters, orders, pages, and what it refuses."""

import base64
import zlib
from datetime import date
from itertools import pairwise

import pytest
from django.http import QueryDict

from claims import tallies
from claims.filters import FILTERS
from claims.listing import Listing, Page
from claims.pagination import ORDERINGS
from tests.claims import factories as make
from tests.claims.shelf import NEWEST_FIRST, TODAY, on

pytestmark = pytest.mark.usefixtures("registry")

MONEY = {"rag-cost", "rag-cost-basic", "few-shot-cost", "price"}
ALL = set(NEWEST_FIRST)


def listed(query: str) -> Listing:
    return Listing(QueryDict(query), today=TODAY)


def slugs(query: str) -> list[str]:
    found = listed(query)
    assert found.wrong == []
    return [document["slug"] for document in found.page().documents]


FOUND = [
    ("", ALL),
    ("topic=build-cost", {"rag-cost"}),
    ("topic=costs", MONEY),
    ("topic=data&topic=deciding", {"lora-examples", "rule"}),
    ("subject=rag", {"rag-cost", "rag-cost-basic", "rule"}),
    ("subject=lora&subject=few-shot", {"lora-examples", "few-shot-cost"}),
    ("metric=token-price", {"price"}),
    ("source=survey", {"lora-examples", "price"}),
    ("source=undated&source=old-page", {"rule", "few-shot-cost"}),
    ("unit=rating", {"rule"}),
    ("currency=EUR", {"few-shot-cost"}),
    ("currency=EUR&currency=USD", MONEY),
    ("reliability=A", {"lora-examples", "price"}),
    ("reliability=E&reliability=F", {"few-shot-cost", "rule"}),
    ("credibility=2", {"lora-examples"}),
    ("credibility=4&credibility=6", {"rag-cost-basic", "rule"}),
    ("certainty=moderate", {"lora-examples"}),
    ("freshness=fresh", {"rag-cost"}),
    ("freshness=due", {"rag-cost-basic", "lora-examples"}),
    ("freshness=overdue", {"rule", "few-shot-cost"}),
    ("freshness=expired", {"price"}),
    ("freshness=fresh&freshness=expired", {"rag-cost", "price"}),
    ("contested=true", {"rag-cost", "rag-cost-basic"}),
    ("contested=false", ALL - {"rag-cost", "rag-cost-basic"}),
    ("contested=false&contested=true", ALL),
    ("scope.tier=production", {"rag-cost"}),
    ("scope.tier=production&scope.tier=basic", {"rag-cost", "rag-cost-basic"}),
    ("scope.months=3", {"rag-cost"}),
    ("scope.months=3.0", {"rag-cost"}),
    ("scope.measured=false", {"rag-cost"}),
    ("scope.measured=true", set()),
    ("scope.method=lora&scope.tier=basic", set()),
    ("scope.unheard_of=1", set()),
    ("value_min=15000&unit=currency", {"rag-cost", "rag-cost-basic"}),
    ("value_min=15000.01", {"rag-cost", "lora-examples"}),
    ("value_max=500", {"few-shot-cost", "lora-examples", "price"}),
    ("value_min=2000.5&value_max=4999", {"lora-examples"}),
    ("value_min=1000000&value_min=30000", {"rag-cost", "lora-examples"}),
    ("value_max=0.15", {"few-shot-cost", "price"}),
    ("value_max=0.1499", {"few-shot-cost"}),
    ("checked_before=2026-01-01", {"lora-examples"}),
    ("checked_before=2025-12-01", set()),
    ("checked_after=2025-12-01", {"rag-cost", "lora-examples"}),
    ("checked_after=2026-11-20", {"rag-cost"}),
    ("checked_after=2026-11-21", set()),
    ("updated_after=2026-07-06T09:00:00Z", {"price", "rag-cost"}),
    ("updated_after=2026-07-06T09:00:01Z", {"rag-cost"}),
    ("updated_after=2026-07-06", {"price", "rag-cost"}),
    ("state=retracted", {"withdrawn"}),
    ("state=retracted&state=published", ALL | {"withdrawn"}),
    ("state=superseded", set()),
    ("q=rag", {"rag-cost", "rag-cost-basic", "rule"}),
    ("q=RAG+system+PROD", {"rag-cost"}),
    ("q=institute", {"lora-examples", "price"}),
    ("q=tokens&q=cheapest", {"price", "rule"}),
    ("q=100%25", {"lora-examples"}),
    ("q=r_g", set()),
    ("q=%C3%BC", set()),
    ("topic=costs&subject=rag&currency=USD&freshness=fresh&contested=true", {"rag-cost"}),
    ("as_of=2026-06-30", set()),
    ("as_of=2026-07-02", {"rag-cost", "rag-cost-basic"}),
    ("as_of=2026-07-07", ALL | {"withdrawn"}),
    ("as_of=2026-07-08", ALL),
    ("as_of=2026-11-22", ALL),
    ("as_of=2026-07-31&contested=true", set()),
    ("as_of=2026-08-01&contested=true", {"rag-cost", "rag-cost-basic"}),
    ("as_of=2026-07-31&freshness=expired", set()),
    ("as_of=2026-11-19&checked_after=2026-01-01", set()),
    ("as_of=2026-09-30&value_min=18500&value_max=19000&unit=currency", {"rag-cost"}),
    ("value_min=18500&value_max=19000&unit=currency", set()),
]


@pytest.mark.parametrize(("query", "expected"), FOUND)
def test_a_query_finds(query: str, expected: set[str]) -> None:
    found = slugs(query)
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_each_filter_has_a_row_in_the_table() -> None:
    asked = {name for query, _ in FOUND for name in QueryDict(query)}
    assert set(FILTERS) <= asked


def test_each_filter_says_what_it_does() -> None:
    assert [name for name, one in FILTERS.items() if not one.help_text] == []


def test_the_past_is_read_as_it_was() -> None:
    found = listed("as_of=2026-07-31&topic=build-cost")
    (document,) = found.page().documents
    assert document["revision"] == 1
    assert document["value"]["low"] == 18000
    assert (document["freshness"], document["checked_on"], document["contested_by"]) == ("fresh", None, [])


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("published_at", NEWEST_FIRST[::-1]),
        ("-published_at", NEWEST_FIRST),
        ("slug", sorted(ALL)),
        ("-slug", sorted(ALL, reverse=True)),
        ("value", ["price", "lora-examples", "few-shot-cost", "rag-cost-basic", "rag-cost", "rule"]),
        ("-value", ["rag-cost", "rag-cost-basic", "few-shot-cost", "lora-examples", "price", "rule"]),
    ],
)
def test_order(ordering: str, expected: list[str]) -> None:
    assert slugs(f"ordering={ordering}") == expected


def test_what_nobody_read_was_read_longest_ago() -> None:
    assert slugs("ordering=checked_on")[-2:] == ["lora-examples", "rag-cost"]
    assert slugs("ordering=-checked_on")[:2] == ["rag-cost", "lora-examples"]


def walk(query: str, *, backward: bool = False) -> list[list[str]]:
    pages: list[list[str]] = []
    address: str | None = query
    while address is not None:
        found = listed(address)
        assert found.wrong == []
        page = found.page()
        pages.append([document["slug"] for document in page.documents])
        address = found.address(page.previous if backward else page.next)
    return pages


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages_laid_end_to_end_are_the_whole_list_in_both_directions(ordering: str, size: int) -> None:
    query = f"ordering={ordering}&page_size={size}"
    whole = slugs(f"ordering={ordering}")
    forward = walk(query)
    assert [slug for page in forward for slug in page] == whole
    last = listed(query)
    while (page := last.page()).next:
        last = listed(last.address(page.next) or "")
    back = walk(last.query.urlencode(), backward=True)
    assert [slug for page in reversed(back) for slug in page] == whole


def test_equal_values_are_neither_skipped_nor_repeated() -> None:
    for number in range(7):
        make.publish(f"same-{number}", at=on(10, 2))
    pages = walk("ordering=value&page_size=2")
    seen = [slug for page in pages for slug in page]
    assert len(seen) == len(set(seen)) == len(ALL) + 7


@pytest.mark.parametrize("low", ["0.00000001", "0.1", "123456.789", "999999999999998"])
def test_a_cursor_carries_a_number_exactly(low: str) -> None:
    for number in range(3):
        make.publish(f"exact-{number}", at=on(10, 2), low=low, likely=None, high="999999999999999")
    pages = walk("ordering=value&page_size=1&topic=costs")
    assert all(first != second for first, second in pairwise(pages))
    assert len(pages) == len(MONEY) + 3


def test_there_is_nothing_before_the_first_page_nor_after_the_last() -> None:
    page = listed("").page()
    assert (page.previous, page.next) == (None, None)
    assert listed("q=nothing").page() == Page(joined=b"", previous=None, next=None, version="")


def refused(query: str) -> list[tuple[str, str]]:
    return [(wrong.parameter, wrong.message) for wrong in listed(query).wrong]


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("topc=costs", "topc", "There is no parameter “topc” here. It takes: q, topic, subject"),
        ("scope.Tier=x", "scope.Tier", "There is no parameter"),
        ("scope.=x", "scope.", "There is no parameter"),
        ("scope.a__b=x", "scope.a__b", "There is no parameter"),
        ("topic=nowhere", "topic", "There is no topic “nowhere”: see /api/v1/topics/."),
        ("topic=costs&topic=nowhere", "topic", "There is no topic “nowhere”"),
        ("subject=%00", "subject", "There is no subject"),
        ("metric=", "metric", "It is empty"),
        ("source=a%27b", "source", "There is no source"),
        ("unit=dollars", "unit", "“dollars” is not one of: currency, percent"),
        ("currency=usd", "currency", "“usd” is not a currency of ISO 4217, such as USD."),
        ("reliability=G", "reliability", "“G” is not one of: A, B, C, D, E, F."),
        ("credibility=0", "credibility", "“0” is not one of: 1, 2, 3, 4, 5, 6."),
        ("certainty=sure", "certainty", "“sure” is not one of: high, moderate, low, very_low."),
        ("freshness=stale", "freshness", "“stale” is not one of: fresh, due, overdue, expired."),
        ("contested=yes", "contested", "“yes” is not one of: true, false."),
        ("value_min=lots", "value_min", "Give a number such as 5000 or 0.5."),
        ("value_max=NaN", "value_max", "Give a number"),
        ("value_max=1e99", "value_max", "less than or equal to"),
        ("checked_before=22.11.2026", "checked_before", "Give a date such as 2026-11-22."),
        ("checked_after=2026-02-30", "checked_after", "Give a date"),
        ("checked_after=0001-01-01", "checked_after", "Give a date from 2000-01-01 on."),
        ("updated_after=now", "updated_after", "Give a moment such as 2026-11-22T00:00:00Z"),
        ("updated_after=0001-01-01T00:00:00%2B14:00", "updated_after", "Give a moment"),
        ("as_of=2026-11-23", "as_of", "That is in the future: give a day up to 2026-11-22."),
        ("as_of=2026-11-20&as_of=2026-11-21", "as_of", "It can be given once only."),
        ("state=draft", "state", "“draft” is not one of: published, retracted, superseded."),
        ("q=%00", "q", "Null characters are not allowed."),
        ("q=" + "a" * 201, "q", "at most 200 characters"),
        ("ordering=digest", "ordering", "“digest” is not one of: published_at, -published_at, checked_on"),
        ("page_size=0", "page_size", "Give a whole number from 1 to 500."),
        ("page_size=501", "page_size", "Give a whole number from 1 to 500."),
        ("page_size=ten", "page_size", "Give a whole number from 1 to 500."),
        ("facets=subject,colour", "facets", "“colour” is not one of: subject, metric"),
        ("count=1", "count", "“1” is not one of: true, false."),
        ("cursor=abc", "cursor", "It is not a cursor"),
        ("cursor=%F0%9F%98%80", "cursor", "It is not a cursor"),
        ("cursor=W10", "cursor", "It is not a cursor"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(query: str, parameter: str, says: str) -> None:
    ((name, message),) = refused(query)
    assert name == parameter
    assert says in message


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert [name for name, _ in refused("topc=1&freshness=a&freshness=b&page_size=0")] == [
        "topc",
        "freshness",
        "freshness",
        "page_size",
    ]


def next_cursor(query: str) -> str:
    found = listed(query)
    return QueryDict(found.address(found.page().next) or "")["cursor"]


def test_a_cursor_belongs_to_its_order_and_filters() -> None:
    cursor = next_cursor("topic=costs&topic=data&page_size=1")
    assert refused(f"topic=data&topic=costs&page_size=3&cursor={cursor}") == []
    for other in ("topic=costs", "topic=costs&topic=data&q=rag", "topic=costs&topic=data&ordering=value"):
        ((name, message),) = refused(f"{other}&cursor={cursor}")
        assert (name, message) == (
            "cursor",
            "It belongs to another order or other filters: begin without a cursor.",
        )


def test_a_damaged_cursor_leads_nowhere() -> None:
    query = "ordering=value&page_size=1"
    cursor = next_cursor(query)
    assert refused(f"{query}&cursor={cursor}") == []
    damaged = [f"{cursor[:at]}{letter}{cursor[at + 1 :]}" for at in range(len(cursor)) for letter in "Aa0-"]
    for one in [*damaged, f"{cursor}A", cursor[1:], cursor[:-1], f"{cursor}=", ""]:
        if one != cursor:
            assert [name for name, _ in refused(f"{query}&cursor={one}")] == ["cursor"], one


@pytest.mark.parametrize(
    "content", ["[]", "{}", "null", "[1,2,3,4,5,6,7,8]", '["value","",0,"1",1,1,"2026-11-22",0]', ""]
)
def test_a_whole_cursor_of_something_else_leads_nowhere_either(content: str) -> None:
    sealed = zlib.crc32(content.encode()).to_bytes(4) + content.encode()
    cursor = base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
    assert [name for name, _ in refused(f"ordering=value&cursor={cursor}")] == ["cursor"]


def test_a_page_with_its_documents_is_one_query(django_assert_num_queries) -> None:
    for query in ("page_size=1", "page_size=6", "topic=costs&metric=build-cost&freshness=fresh&certainty=low"):
        found = listed(query)
        with django_assert_num_queries(1):
            found.page(lang="es")


def test_facets_count_what_was_found() -> None:
    found = listed("topic=costs")
    assert {name: found.facet(name) for name in ("subject", "metric", "currency", "certainty")} == {
        "subject": [
            {"value": "rag", "count": 2},
            {"value": "base-model", "count": 1},
            {"value": "few-shot", "count": 1},
        ],
        "metric": [{"value": "build-cost", "count": 3}, {"value": "token-price", "count": 1}],
        "currency": [{"value": "USD", "count": 3}, {"value": "EUR", "count": 1}],
        "certainty": [{"value": "low", "count": 3}, {"value": "very_low", "count": 1}],
    }


@pytest.mark.parametrize("name", tallies.FACETS)
def test_each_facet_agrees_with_the_filter_of_its_name(name: str) -> None:
    for row in listed("").facet(name):
        assert listed(f"{name}={row['value']}").count() == row["count"]


def test_today_is_the_edge_of_what_is_known() -> None:
    yesterday = Listing(QueryDict("as_of=2026-11-22"), today=date(2026, 11, 21))
    assert [wrong.parameter for wrong in yesterday.wrong] == ["as_of"]
