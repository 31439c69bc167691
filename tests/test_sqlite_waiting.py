"""Who meets a lock of SQLite waits for it, and for nothing longer than it is held; what cannot be had is refused whole."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError, OperationalError

from config import sqlite
from config.sqlite_patient import base
from config.sqlite_patient.base import DatabaseWrapper

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="It is about SQLite."),
]


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[DatabaseWrapper]:
    database = DatabaseWrapper(
        {
            **connection.settings_dict,
            "NAME": tmp_path / "file.sqlite3",
            "OPTIONS": sqlite.options_for((3, 40, 1)),
        }
    )
    database.inc_thread_sharing()
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (number integer PRIMARY KEY)")
    yield database
    database.close()


@pytest.fixture
def other(ours: DatabaseWrapper, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody else who has the file open."""
    opened = sqlite3.connect(tmp_path / "file.sqlite3", isolation_level=None, check_same_thread=False)
    yield opened
    opened.close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is done in each pause, one after another: instead of sleeping."""
    acts: list[Any] = []
    monkeypatch.setattr(base.time, "sleep", lambda _seconds: acts.pop(0)())
    return acts


def numbers(database: Any) -> list[int]:
    with database.cursor() as cursor:
        return [row[0] for row in cursor.execute("SELECT number FROM kept ORDER BY number").fetchall()]


def nothing() -> None:
    """A pause in which the lock stays."""


def test_a_reader_waits_until_a_writer_is_done(ours: DatabaseWrapper, other: sqlite3.Connection, pauses: list) -> None:
    other.execute("BEGIN EXCLUSIVE")
    other.execute("INSERT INTO kept VALUES (1)")
    pauses += [nothing, nothing, lambda: other.execute("COMMIT")]
    assert numbers(ours) == [1]
    assert pauses == []


def test_a_writer_waits_until_another_is_done(ours: DatabaseWrapper, other: sqlite3.Connection, pauses: list) -> None:
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO kept VALUES (1)")
    pauses += [nothing, lambda: other.execute("COMMIT")]
    with ours.cursor() as cursor:
        cursor.execute("INSERT INTO kept VALUES (2)")
    assert (pauses, numbers(ours)) == ([], [1, 2])


def test_a_commit_waits_for_readers(ours: DatabaseWrapper, other: sqlite3.Connection, pauses: list) -> None:
    with ours.cursor() as cursor:
        cursor.executemany("INSERT INTO kept VALUES (%s)", [(1,), (2,)])
    reading = other.execute("SELECT number FROM kept")
    assert reading.fetchone() == (1,)
    pauses += [nothing, reading.close]
    ours.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with ours.cursor() as cursor:
        cursor.execute("INSERT INTO kept VALUES (3)")
    ours.commit()
    ours.set_autocommit(True)
    assert (pauses, numbers(other_than(ours))) == ([], [1, 2, 3])


def other_than(database: DatabaseWrapper) -> DatabaseWrapper:
    return DatabaseWrapper(database.settings_dict)


def test_many_rows_wait_and_are_written_all_or_none(
    ours: DatabaseWrapper, other: sqlite3.Connection, pauses: list
) -> None:
    other.execute("BEGIN IMMEDIATE")
    pauses += [nothing, lambda: other.execute("ROLLBACK")]
    with ours.cursor() as cursor:
        cursor.executemany("INSERT INTO kept VALUES (%s)", ((number,) for number in (1, 2, 3)))
    assert (pauses, numbers(ours)) == ([], [1, 2, 3])
    with pytest.raises(IntegrityError), ours.cursor() as cursor:
        cursor.executemany("INSERT INTO kept VALUES (%s)", [(4,), (1,)])
    assert numbers(ours) == [1, 2, 3]
    assert not ours.connection.in_transaction


def test_whoever_waits_too_long_is_told(
    ours: DatabaseWrapper, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT", 0.01)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OperationalError, match="database is locked"):
        numbers(ours)
    other.execute("ROLLBACK")
    assert numbers(ours) == []


def test_a_reader_that_would_write_is_refused_at_once(
    ours: DatabaseWrapper, other: sqlite3.Connection, pauses: list
) -> None:
    with ours.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        cursor.execute("SELECT number FROM kept").fetchall()
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="database is locked"):
            cursor.execute("INSERT INTO kept VALUES (1)")
        cursor.execute("ROLLBACK")
    assert pauses == []


def test_another_error_is_told_at_once(ours: DatabaseWrapper, pauses: list) -> None:
    with pytest.raises(OperationalError, match="no such table"), ours.cursor() as cursor:
        cursor.execute("SELECT 1 FROM nowhere")
    assert pauses == []


def test_opening_waits_for_a_writer_too(ours: DatabaseWrapper, other: sqlite3.Connection) -> None:
    other.execute("BEGIN EXCLUSIVE")
    found: list[list[int]] = []
    opening = Thread(target=lambda: found.append(numbers(other_than(ours))))
    opening.start()
    other.execute("INSERT INTO kept VALUES (1)")
    other.execute("COMMIT")
    opening.join()
    assert found == [[1]]
