"""PostgreSQL says when the registry changed: until then nobody asks it, and afterwards nobody believes what was."""

import time
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from claims import announced, operations, registry_version
from claims.announced import Announced
from claims.models import Check
from tests.claims import factories as make
from tests.claims.test_repeats import Site

pytestmark = [
    pytest.mark.usefixtures("roles"),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite announces nothing: it is asked each time."),
]

LONG = 3600.0


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Announced]:
    """What a process hears and never asks for unless it has to."""
    monkeypatch.setattr(announced, "TRUSTED", LONG)
    one = Announced(registry_version.QUERY)
    yield one
    one.forget()


def soon(heard: Announced, version: str) -> bool:
    """Whether a version is known before a minute is over."""
    end = time.monotonic() + 60
    while heard.current() != version:
        if time.monotonic() > end:
            return False
    return True


def read() -> None:
    """An act that changes what the registry says."""
    operations.check(by=make.editor(), at=make.NOON, claim=make.publish("read").claim, kind=Check.Kind.READ_IN_CONTEXT)


def test_it_is_the_version(heard: Announced) -> None:
    make.publish("one")
    assert heard.current() == registry_version.current() == registry_version.quickly() != "0.0"


def test_nothing_is_asked_until_something_is_announced(heard: Announced) -> None:
    before = heard.current()
    with connection.cursor() as cursor:  # past the trigger: nobody is told
        cursor.execute("UPDATE claims_registryversion SET number = number + 1")
        cursor.execute("INSERT INTO claims_registryversion (id, number) VALUES (1, 7) ON CONFLICT DO NOTHING")
    assert registry_version.current() != before
    assert heard.current() == before
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {announced.CHANNEL}")
    assert soon(heard, registry_version.current())


@pytest.mark.parametrize("change", [lambda: make.publish("another"), read], ids=["a publication", "a reading"])
def test_each_act_is_announced(heard: Announced, change) -> None:
    make.publish("one")
    before = heard.current()
    change()
    assert registry_version.current() != before
    assert soon(heard, registry_version.current())


def test_who_answers_from_memory_hears_of_a_change(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    monkeypatch.setattr(announced, "TRUSTED", LONG)
    site = Site()
    make.publish("one")
    site.kept("claims/?count=true")
    assert (b'"count":1' in site.get("claims/?count=true").body, site.asked) == (True, 0)
    make.publish("another")
    end = time.monotonic() + 60
    while b'"count":1' in site.get("claims/?count=true").body:
        assert (site.asked, time.monotonic() < end) == (0, True)
    assert site.asked == 1


def test_an_act_that_is_taken_back_is_not_announced(heard: Announced) -> None:
    make.publish("one")
    before = heard.current()
    with transaction.atomic():
        make.publish("another")
        inside = registry_version.quickly()
        assert heard.current() == before
        transaction.set_rollback(True)
    assert inside != before  # who works in a transaction sees what it did
    assert (heard.current(), registry_version.current()) == (before, before)


def test_without_a_word_it_is_asked_after_a_while(heard: Announced, monkeypatch: pytest.MonkeyPatch) -> None:
    make.publish("one")
    before = heard.current()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_registryversion SET number = number + 1")
    assert heard.current() == before
    monkeypatch.setattr(announced, "TRUSTED", 0.0)
    assert heard.current() == registry_version.current() != before


def test_who_is_cut_off_says_so_once_and_listens_anew(heard: Announced) -> None:
    heard.current()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query = %s",
            [registry_version.QUERY],
        )
        assert cursor.fetchall() == [(True,)]
    make.publish("one")
    with pytest.raises(OperationalError):
        heard.current()
    assert heard.current() == registry_version.current() != "0.0"


def test_a_question_that_fails_is_told_in_the_words_of_the_server() -> None:
    wrong = Announced("SELECT version FROM nowhere")
    for _ in range(2):
        with pytest.raises(DatabaseError, match='relation "nowhere" does not exist'):
            wrong.current()
    wrong.forget()
