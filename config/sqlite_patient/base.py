"""Django's SQLite database with short waits for a lock (docs/decisions/0055-waiting-for-sqlite.md).

SQLite's own waiting sleeps longer each time, up to a tenth of a second, while a writer locks readers out for the few
milliseconds in which it commits. Here a statement that meets a lock is tried again every millisecond or so, for
`config.sqlite.BUSY_TIMEOUT` seconds in all. Nothing of such a statement has been done: SQLite refuses it as a whole.
"""

import random
import sqlite3
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.db.backends.sqlite3 import base
from django.db.backends.utils import debug_transaction

from config import sqlite

SHORTEST, LONGEST = 0.000_2, 0.002
"""Seconds between two tries: the first, and the most that it becomes."""

Result = TypeVar("Result")


def patiently(act: Callable[..., Result], *given: Any) -> Result:
    """What an action on the database gives, tried until no lock is in its way; raises SQLite's own error when time is up."""
    pause, ends = SHORTEST, 0.0
    while True:
        try:
            return act(*given)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            now = time.monotonic()
            ends = ends or now + sqlite.BUSY_TIMEOUT
            if now >= ends:
                raise
        time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - so that those who wait do not wake together
        pause = min(pause * 2, LONGEST)


@lru_cache(maxsize=1000)
def _translated(query: str) -> str:
    """A statement with `%s` for its parameters, as SQLite has it."""
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class PatientCursor(base.SQLiteCursorWrapper):
    """Django's cursor, whose statements wait for locks, and are translated once each."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """As Django has it."""
        return _translated(query) if param_names is None else str(super().convert_query(query, param_names=param_names))

    def execute(self, query: str, params: Any = None) -> Any:
        """One statement. In a transaction none waits: ours hold their lock from the start, and for one that began as a
        reader and would write there is nothing to wait for, while others wait for it.
        """
        if self.connection.in_transaction:
            return super().execute(query, params)
        return patiently(super().execute, query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """One statement for many parameters: all of them or none, for a lock must not be met half way."""
        if self.connection.in_transaction:
            return super().executemany(query, param_list)
        patiently(super().execute, "BEGIN IMMEDIATE")
        try:
            done = super().executemany(query, param_list)
            patiently(self.connection.commit)
        except BaseException:
            self.connection.rollback()
            raise
        return done


class DatabaseWrapper(base.DatabaseWrapper):
    """The database as Django has it but for its cursors and the end of a transaction."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """A connection. SQLite's own waiting is for what opens it, and for nothing after."""
        made: sqlite3.Connection = super().get_new_connection(conn_params)
        made.execute("PRAGMA busy_timeout = 0")
        return made

    def create_cursor(self, name: str | None = None) -> PatientCursor:
        """A cursor."""
        cursor: PatientCursor = self.connection.cursor(factory=PatientCursor)
        return cursor

    def _commit(self) -> None:
        if self.connection is not None:
            with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
                # One that meets readers has done nothing yet but to keep new ones out.
                patiently(self.connection.commit)
