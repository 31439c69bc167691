"""Compares what readers are served with what revisions, checks, conflicts and totals give: made anew beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from claims import chain, searching, serving
from claims.models import FeedRow, RegistryVersion, ServedClaim, Tally

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Drift:
    """What one table holds that it should not (`extra`) or lacks (`missing`), with the beginning of a few rows."""

    table: str
    extra: int
    missing: int
    examples: list[str]


@transaction.atomic
def drift(*, repair: bool = False) -> tuple[int, list[Drift]]:
    """How many claims are served, and the tables that differ from a full rebuild. With `repair` the rebuild stays."""
    chain.hold()  # or what somebody publishes between the copy and the rebuild would look like a difference
    kept = dict(_contents())
    with connection.cursor() as cursor:
        for table, query in kept.items():
            cursor.execute(f"CREATE TEMPORARY TABLE before_{table} AS {query}")
    served = serving.rebuild()
    found = [one for table, query in _contents() if (one := _compared(table, query)) is not None]
    with connection.cursor() as cursor:
        for table in kept:
            cursor.execute(f"DROP TABLE before_{table}")
    if repair and found:
        RegistryVersion.objects.update_or_create(pk=1, defaults={"number": _next_version()})
    if not repair:
        transaction.set_rollback(True)
    return served, found


def _next_version() -> int:
    return (RegistryVersion.objects.values_list("number", flat=True).first() or 0) + 1


def _contents() -> Iterator[tuple[str, str]]:
    """Name of each table, and a query for what it holds, without keys that a rebuild gives anew."""
    for model in (ServedClaim, FeedRow, Tally):
        columns = [field.column for field in model._meta.concrete_fields if field.column != "id"]
        yield model._meta.db_table, f"SELECT {', '.join(columns)} FROM {model._meta.db_table}"
    yield searching.WORDS, f"SELECT word FROM {searching.WORDS}"
    if connection.vendor == "postgresql":
        yield searching.TABLE, f"SELECT sequence, words FROM {searching.TABLE}"
    else:
        # The index keeps no text: how often each word occurs, where and in how many entries.
        terms = "claims_search_terms"
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{terms} USING fts5vocab('main', '{searching.TABLE}', 'col')"
            )
        yield searching.TABLE, f"SELECT term, col, doc, cnt FROM temp.{terms}"


def _compared(table: str, query: str) -> Drift | None:
    before = f"SELECT * FROM before_{table}"
    extra, rows = _difference(before, query)
    missing, more = _difference(query, before)
    if not extra and not missing:
        return None
    return Drift(table, extra, missing, [*(f"extra: {row}" for row in rows), *(f"missing: {row}" for row in more)])


def _difference(first: str, second: str) -> tuple[int, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({first} EXCEPT {second}) one")
        count: int = cursor.fetchone()[0]
        cursor.execute(f"SELECT * FROM ({first} EXCEPT {second}) one LIMIT {EXAMPLES}")
        return count, [_in_short(row) for row in cursor.fetchall()]


def _in_short(row: tuple[Any, ...]) -> str:
    return ", ".join(str(cell)[:30] for cell in row)[:160]
