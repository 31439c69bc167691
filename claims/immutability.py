"""Rows that the database itself refuses to change or delete.

Used by migrations of every app that keeps history, and by `verify_history`,
which asks whether the triggers are still there (SQLite loses the triggers of a
table that a migration rebuilds).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

FROZEN: dict[str, tuple[tuple[str, ...], str]] = {}


def register(table: str, columns: Sequence[str] = (), condition: str = "") -> None:
    """Say that rows of `table` are history; called from `AppConfig.ready` of the app that owns it.

    `columns`: those that may not change (none given: none may). `condition`: SQL on `OLD` that
    tells when a row is frozen (empty: from the moment it is written).
    """
    FROZEN[table] = (tuple(columns), condition)


def _statements(vendor: str, table: str, columns: Sequence[str], condition: str) -> Iterator[tuple[str, str]]:
    """Pairs of trigger name and the SQL that makes it."""
    message = f"{table} is immutable: history is never changed"
    different = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}[vendor]
    changed = " OR ".join(f"OLD.{column} {different} NEW.{column}" for column in columns)
    for verb in ("update", "delete"):
        tests = [f"({test})" for test in (condition, changed if verb == "update" else "") if test]
        when = f"WHEN ({' AND '.join(tests)})" if tests else ""
        name = f"{table}_no_{verb}"
        if vendor == "sqlite":
            refuse = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            yield name, f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} {when} {refuse}"
        else:
            refuse = f"EXECUTE FUNCTION footing_refuse('{message}')"
            yield name, f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} FOR EACH ROW {when} {refuse}"
    if vendor == "postgresql" and not condition:
        name = f"{table}_no_truncate"
        refuse = f"EXECUTE FUNCTION footing_refuse('{message}')"
        yield name, f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"


_REFUSE = """
CREATE OR REPLACE FUNCTION footing_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def freeze(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str] = (), condition: str = "") -> None:
    """Install the triggers of one table. `condition` speaks of the row as `OLD`."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_REFUSE)
        for name, sql in _statements(connection.vendor, table, columns, condition):
            _drop(connection, cursor, table, name)
            cursor.execute(sql)


def thaw(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str] = (), condition: str = "") -> None:
    """Remove the triggers of one table: for a migration that must rebuild it, and for nothing else."""
    with connection.cursor() as cursor:
        for name, _ in _statements(connection.vendor, table, columns, condition):
            _drop(connection, cursor, table, name)


def _drop(connection: BaseDatabaseWrapper, cursor: Any, table: str, name: str) -> None:
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def migration_step(table: str, columns: Sequence[str] = (), condition: str = "") -> tuple[Callable[..., None], ...]:
    """Forward and backward functions for `migrations.RunPython`."""

    def forward(_apps: Any, schema_editor: Any) -> None:
        freeze(schema_editor.connection, table, columns, condition)

    def backward(_apps: Any, schema_editor: Any) -> None:
        thaw(schema_editor.connection, table, columns, condition)

    return forward, backward


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that should protect history and are not there."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [
        name
        for table, (columns, condition) in FROZEN.items()
        for name, _ in _statements(connection.vendor, table, columns, condition)
        if name not in present
    ]


@contextmanager
def suspended(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Lift the protection for the time of the block: only a test run that empties its tables does this."""
    for table, (columns, condition) in FROZEN.items():
        thaw(connection, table, columns, condition)
    try:
        yield
    finally:
        for table, (columns, condition) in FROZEN.items():
            freeze(connection, table, columns, condition)
