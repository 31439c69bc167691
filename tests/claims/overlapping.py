"""Two transactions of PostgreSQL of which the second begins before the first has ended, whatever the pace of the machine."""

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from claims import served_check
from claims.operations import OperationRefused

A_MINUTE = 60.0
ONE_WRITER = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time: no second one begins before."
)

Verb = Callable[[], Any]


class Beside:
    """A verb in a thread of its own, with a connection of its own."""

    def __init__(self, verb: Verb) -> None:
        self.verb = verb
        self.backend = 0
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                [self.backend] = cursor.fetchone()
            self.verb()
        except Exception as error:  # noqa: BLE001 - told in the thread of the test
            self.error = error
        finally:
            connection.close()

    def has_come_as_far_as_it_can(self) -> None:
        """Return when it is done, or waits for somebody's lock."""
        end = time.monotonic() + A_MINUTE
        while self.thread.is_alive() and not self._waits():
            assert time.monotonic() < end
            time.sleep(0.01)

    def _waits(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.backend])
            waits: bool = cursor.fetchone()[0]
        return waits

    def ended(self) -> None:
        """Wait for its end, and raise what it raised."""
        self.thread.join(A_MINUTE)
        assert not self.thread.is_alive()
        if self.error is not None:
            raise self.error


def overlap(first: Verb, second: Verb) -> None:
    """Commit `first` when `second`, begun meanwhile, is done or waits for it. Neither may fail; either may be refused."""
    with transaction.atomic():
        first()
        beside = Beside(second)
        beside.has_come_as_far_as_it_can()
    with contextlib.suppress(OperationRefused):
        beside.ended()


def assert_served_as_the_registry_has_it() -> None:
    """What readers are served is what a rebuild makes."""
    served, found = served_check.drift()
    assert found == []
    assert served > 0
