"""Statements that are asked all day long, in as little time as the drivers allow.

On PostgreSQL their answers come in binary, and those that one plan is good for are prepared after a few times (settings:
`prepare_threshold`, `plan_cache_mode`); Django's own cursors do neither. What watches Django's queries sees them like any
other.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

Rows = list[tuple[Any, ...]]


def rows(statement: str, params: Sequence[Any] = ()) -> Rows:
    """All rows of a statement with `%s` for its parameters, found in the same way whatever those are."""
    if connection.vendor == "sqlite":
        return _rows_of_sqlite(statement, params)
    with _cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def rows_planned_anew(statement: str, params: Sequence[Any] = ()) -> Rows:
    """The same for a statement whose best plan depends on its parameters."""
    if connection.vendor == "sqlite":
        return _rows_of_sqlite(statement, params)
    with _cursor() as cursor:
        cursor.execute(connection.ops.compose_sql(statement, params))
        return list(cursor.fetchall())


def _rows_of_sqlite(statement: str, params: Sequence[Any]) -> Rows:
    """By the bare cursor where nobody watches."""
    ours = connections[DEFAULT_DB_ALIAS]
    if ours.connection is None or ours.execute_wrappers or ours.queries_logged:
        with ours.cursor() as cursor:
            cursor.execute(statement, params)
            return list(cursor.fetchall())
    with ours.wrap_database_errors:
        bare = ours.create_cursor()
        bare.execute(statement, params)
        found: Rows = bare.fetchall()
        return found


def _cursor() -> Any:
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    bare = _prepared_cursor()(connection.connection)
    return connection._prepare_cursor(bare)  # noqa: SLF001 - as Django wraps each cursor of its own


@cache
def _prepared_cursor() -> Any:
    """The class of psycopg's cursors that prepare, with answers in binary."""
    from psycopg import Cursor, pq  # noqa: PLC0415 - only where there is a server

    class PreparedCursor(Cursor):  # type: ignore[type-arg]
        """One that knows its statement after it was prepared too, which Django's log of queries asks for."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.format = pq.Format.BINARY

        def _send_query_prepared(self, name: bytes, pgq: Any, *, binary: bool | None = None) -> None:
            self._query = pgq
            super()._send_query_prepared(name, pgq, binary=binary)

    return PreparedCursor


def utf8(text: str) -> str:
    """SQL for the bytes of a text, so that nobody decodes and encodes what is only passed on."""
    return f"convert_to({text}, 'UTF8')" if connection.vendor == "postgresql" else f"CAST({text} AS BLOB)"


def gathered(text: str) -> str:
    """SQL for the bytes of all texts of a group, with commas between; NULL where there is none."""
    if connection.vendor == "postgresql":
        return f"convert_to(string_agg({text}, ','), 'UTF8')"
    return f"CAST(group_concat({text}, ',') AS BLOB)"
