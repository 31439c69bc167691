"""The version of the registry as PostgreSQL announces it: known until another is heard of (docs/decisions/0056).

One connection of a process listens for what the trigger of `registry_version` notifies. Whether there is news is a look
at its socket, and nothing is asked as long as there is none.
"""

import select
from threading import Lock
from time import monotonic
from typing import Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

CHANNEL = "footing_version"
TRUSTED = 1.0
"""Seconds after which the version is asked for although nothing was heard: a server may go away without a word."""
PATIENCE = 10
"""Seconds for which a connection is waited for."""


class Announced:
    """What a statement answers, asked again only after an announcement. For all threads of a process."""

    def __init__(self, query: str) -> None:
        self._query = query.encode()
        self._lock = Lock()
        self._connection: Any = None
        self._socket = select.poll()
        self._answer = ""
        self._asked = 0.0

    def current(self) -> str:
        """The answer as text; the driver's errors where there is none to be had, and the next call begins anew."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connect()
                if self._heard() or monotonic() - self._asked >= TRUSTED:
                    self._answer, self._asked = self._done(self._query).get_value(0, 0).decode(), monotonic()
            except Exception:  # whatever broke it is told by the raise; the next call must not find it half used
                self._let_go()
                raise
            return self._answer

    def forget(self) -> None:
        """Know nothing, and hold no connection."""
        with self._lock:
            self._let_go()

    def _connect(self) -> None:
        ours = connections[DEFAULT_DB_ALIAS]
        given = {"connect_timeout": PATIENCE, **ours.get_connection_params(), "autocommit": True}
        self._connection = ours.Database.connect(**given)  # type: ignore[attr-defined]  # PostgreSQL's has it
        self._socket = select.poll()
        self._socket.register(self._connection.pgconn.socket, select.POLLIN)
        self._done(f"LISTEN {CHANNEL}".encode())
        self._asked = float("-inf")

    def _heard(self) -> bool:
        """Whether anything came, be it an announcement or the end of the connection. It does not wait."""
        libpq = self._connection.pgconn
        heard = bool(self._socket.poll(0))
        if heard:
            libpq.consume_input()
        while libpq.notifies() is not None:  # one may have come along with an answer
            heard = True
        return heard

    def _done(self, statement: bytes) -> Any:
        """The result of a statement, by libpq's own call: psycopg's take the announcements that come meanwhile."""
        result = self._connection.pgconn.exec_(statement)
        if result.error_message:
            raise OperationalError(result.error_message.decode(errors="replace").strip())
        return result

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
