"""As long as nobody wrote into the file of SQLite, nobody asks it for its version; afterwards nobody believes what was."""

import os
import random
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper

from claims import registry_version, unwritten
from claims.registry_version import quickly
from config.sqlite import options_for
from tests.claims import factories as make
from tests.claims.test_repeats import Site

pytestmark = pytest.mark.django_db

LONG = 3600.0


class File:
    """A registry's file of which only the version is there, what writes to it, and what is asked of it."""

    def __init__(self, path: Path, journal: str) -> None:
        self.path = path
        self.other = sqlite3.connect(path, isolation_level=None)
        self.other.execute(f"PRAGMA journal_mode={journal}")
        self.other.execute("CREATE TABLE claims_registryversion (id INTEGER PRIMARY KEY, number INTEGER)")
        self.other.execute("CREATE TABLE claims_act (id INTEGER PRIMARY KEY)")
        self.other.execute("INSERT INTO claims_registryversion VALUES (1, 1)")
        self.questions: list[str] = []
        opened = {**connections["default"].settings_dict, "ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
        opened["OPTIONS"] = {**options_for(sqlite3.sqlite_version_info), "init_command": ""}
        self.ours = DatabaseWrapper(opened, "default")
        self.ours.connect()
        self.ours.connection.set_trace_callback(self.questions.append)

    def write(self) -> str:
        """Another process publishes: the version from now on."""
        self.other.execute("UPDATE claims_registryversion SET number = number + 1")
        return self.version()

    def version(self) -> str:
        """What it is."""
        [[number]] = self.other.execute("SELECT number FROM claims_registryversion").fetchall()
        return f"{number}.0"


@pytest.fixture
def a_file(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[File]:
    """The registry of this process is in it, and it was last written long ago."""
    monkeypatch.setattr(unwritten, "TRUSTED", LONG)
    made = File(tmp_path / "registry.sqlite3", getattr(request, "param", "truncate"))
    before = connections["default"]
    connections["default"] = made.ours
    with time_machine.travel(time.time() + LONG):
        yield made
    connections["default"] = before
    made.ours.connection.close()
    made.other.close()


def test_nobody_asks_as_long_as_nothing_is_written(a_file: File) -> None:
    assert (quickly(), len(a_file.questions)) == ("1.0", 2)  # the version, and where its journal is
    assert ([quickly() for _ in range(3)], len(a_file.questions)) == (["1.0"] * 3, 2)


@pytest.mark.parametrize("a_file", ["delete", "truncate", "persist", "wal", "memory"], indirect=True)
def test_each_change_is_known_at_once(a_file: File) -> None:
    for _ in range(50):
        assert quickly() == quickly() == a_file.version()
        assert a_file.write() == quickly()


@pytest.mark.parametrize("a_file", ["wal"], indirect=True)
def test_what_is_in_a_log_is_asked_for_each_time(a_file: File) -> None:
    for _ in range(3):
        quickly()
    assert a_file.questions.count(registry_version.QUERY) == 3
    assert len(a_file.questions) == 4  # where the journal is, once


def test_another_program_may_begin_a_log(a_file: File) -> None:
    assert quickly() == "1.0"
    a_file.other.execute("PRAGMA journal_mode=wal")
    for _ in range(3):
        assert quickly() == a_file.version()
        assert a_file.write() == quickly()


def test_a_file_written_just_now_may_be_written_again_within_the_same_tick(a_file: File) -> None:
    with time_machine.travel(a_file.path.stat().st_mtime + 2, tick=False):
        for _ in range(3):
            quickly()
    assert a_file.questions == [registry_version.QUERY] * 3


def test_a_clock_that_was_set_back_proves_nothing(a_file: File) -> None:
    with time_machine.travel(a_file.path.stat().st_mtime - LONG, tick=False):
        for _ in range(3):
            quickly()
    assert a_file.questions == [registry_version.QUERY] * 3


def test_between_settled_and_not_no_change_is_overlooked(a_file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unwritten, "GRAIN", 0.02)
    chance = random.Random(7)
    with time_machine.travel(time.time() - LONG):
        for _ in range(100):
            written = a_file.write()
            for _ in range(chance.randrange(1, 4)):
                time.sleep(chance.random() * 0.03)
                assert quickly() == written


def test_what_is_written_while_it_is_asked_is_not_overlooked(a_file: File) -> None:
    written: list[str] = []

    def write(question: str) -> None:
        if question.startswith("PRAGMA") and not written:
            written.append(a_file.write())

    a_file.ours.connection.set_trace_callback(write)
    assert quickly() == "1.0"
    assert [quickly(), quickly()] == written * 2 == ["2.0"] * 2


def test_it_is_asked_after_a_while_although_the_file_looks_the_same(
    a_file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unwritten, "TRUSTED", 0.0)
    for _ in range(3):
        quickly()
    assert a_file.questions.count(registry_version.QUERY) == 3


def test_a_copy_put_back_in_its_place_is_noticed(a_file: File) -> None:
    before = a_file.path.read_bytes()
    a_file.write()
    assert quickly() == "2.0"
    written = a_file.path.stat()
    with a_file.path.open("r+b") as there:  # into the same file, with the same size and the time of the last write
        there.write(before)
    os.utime(a_file.path, ns=(written.st_atime_ns, written.st_mtime_ns))
    assert a_file.path.stat().st_mtime_ns == written.st_mtime_ns
    assert quickly() == "1.0"


def test_who_works_in_a_transaction_sees_what_it_did(a_file: File) -> None:
    assert quickly() == "1.0"
    with transaction.atomic(), a_file.ours.cursor() as cursor:
        cursor.execute("UPDATE claims_registryversion SET number = 8")
        assert quickly() == "8.0"
        assert a_file.version() == "1.0"
        transaction.set_rollback(True)
    assert quickly() == "1.0"


def test_another_file_is_another_registry(a_file: File, tmp_path: Path) -> None:
    assert quickly() == "1.0"
    other = File(tmp_path / "second.sqlite3", "truncate")
    assert other.write() == "2.0"
    connections["default"] = other.ours
    assert quickly() == "2.0"
    connections["default"] = a_file.ours
    assert quickly() == "1.0"
    other.ours.connection.close()
    other.other.close()


def test_who_has_no_connection_yet_opens_one_where_it_must_ask(a_file: File) -> None:
    a_file.ours.connection.close()
    a_file.ours.connection = None
    assert quickly() == "1.0"


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL announces: see test_announced.py.")
@pytest.mark.usefixtures("roles")
def test_who_answers_from_memory_notices_a_publication(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    monkeypatch.setattr(unwritten, "TRUSTED", LONG)
    make.publish("one")
    with time_machine.travel(time.time() + LONG):
        site = Site()
        site.kept("claims/?count=true")
        site.get("claims/?count=true")
        questions: list[str] = []
        connection.connection.set_trace_callback(questions.append)
        assert (b'"count":1' in site.get("claims/?count=true").body, site.asked, questions) == (True, 0, [])
        make.publish("another")
        assert (b'"count":2' in site.get("claims/?count=true").body, site.asked) == (True, 1)
