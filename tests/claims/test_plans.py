"""No address of the read API reads a table from one end to the other, however large the registry is."""

import pytest
from django.db import connection

from tests.claims.addresses import ADDRESSES, V1
from tests.claims.plans import plan, queries_of, scans
from tests.claims.test_filters import FOUND

pytestmark = pytest.mark.usefixtures("registry")

LISTS = [query for query, _ in FOUND] + [
    f"topic=costs&ordering={sign}{name}"
    for name in ("published_at", "checked_on", "value", "slug")
    for sign in ("", "-")
]
# Small tables whose size is not that of the registry, or files of all that there is.
WHOLE = {"claims.csv", "claims.jsonl", "conflicts/", "dataset/"}


@pytest.mark.parametrize("query", LISTS)
def test_a_list_is_found_by_an_index(client, query: str) -> None:
    asked = queries_of(client, f"{V1}/claims/?{query}&count=true&facets=subject,topic,source")
    assert len(asked) <= 12
    assert [line for sql in asked for line in scans(plan(sql), sql)] == []


@pytest.mark.parametrize("address", sorted(set(ADDRESSES) - WHOLE))
def test_an_address_is_answered_by_indexes(client, address: str) -> None:
    asked = queries_of(client, f"{V1}/{address}")
    assert [line for sql in asked for line in scans(plan(sql), sql)] == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL walks the list and looks words up.")
@pytest.mark.parametrize("query", ["q=cost", "q=cost&subject=rag&contested=false", "scope.months=3"])
def test_what_words_find_is_looked_up_row_by_row_on_every_page_of_a_walk(client, query: str) -> None:
    for asked in (
        queries_of(client, f"{V1}/claims/?{query}&page_size=1"),
        queries_of(
            client, client.get(f"{V1}/claims/?{query}&page_size=1").json()["next"] or f"{V1}/claims.jsonl?{query}"
        ),
        queries_of(client, f"{V1}/claims.jsonl?{query}"),
    ):
        found = [line for sql in asked if "CROSS JOIN claims_feedrow" in sql for line in plan(sql)]
        searched = [line for line in found if line.startswith("SEARCH f ") and "until" not in line]
        assert searched
        assert [line for line in searched if "sequence=?" not in line] == []


def test_a_scan_would_be_seen() -> None:
    for sql in ("SELECT note FROM claims_revision", "SELECT r.note FROM claims_revision r WHERE r.note = 'x'"):
        assert len(scans(plan(sql), sql)) == 1
