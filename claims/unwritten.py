"""The version of the registry in a file of SQLite: known until the file is written to (docs/decisions/0057).

To ask is to take SQLite's lock and to give it back, which costs more calls of the system than the answer is worth. When the
file was last written costs one.
"""

import os
import time
from typing import Any, NamedTuple

TRUSTED = 1.0
"""Seconds after which the version is asked for although the file looks the same: a network drive may tell late."""
GRAIN = 3.0
"""Seconds in which a second write may leave the same time as the first: FAT keeps every other one."""
IN_PLACE = frozenset({"delete", "truncate", "persist"})
"""Journals under which what is committed is in the file itself. The write-ahead log is another file."""

Mark = tuple[int, int, int, int, int]


class Known(NamedTuple):
    """What was answered, for which file, as it was, and until when that is believed. Empty: ask each time."""

    mark: Mark
    until: float
    answer: str


NOTHING = Known((0, 0, 0, 0, 0), 0.0, "")


class Unwritten:
    """What a statement answers, asked again only after the file was written. For all threads of a process."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._known = NOTHING

    def current(self, ours: Any) -> str:
        """The answer as text for a connection of Django's that is in no transaction; the driver's errors."""
        mark = _mark(ours.settings_dict["NAME"])
        known = self._known
        if mark == known.mark and time.monotonic() < known.until:
            return known.answer or asked(ours, self._query)
        # Looked at before it is asked: whoever writes in between leaves a later time than the one that is kept.
        return self._asked(ours, mark)

    def _asked(self, ours: Any, mark: Mark | None) -> str:
        answer = asked(ours, self._query)
        if mark is not None and _is_settled(mark):
            holds = asked(ours, "PRAGMA journal_mode") in IN_PLACE
            self._known = Known(mark, time.monotonic() + TRUSTED, answer if holds else "")
        return answer


def asked(ours: Any, query: str) -> str:
    """The one value of a statement as text, past Django's cursor."""
    if ours.connection is None:
        ours.ensure_connection()
    value: str = ours.connection.execute(query).fetchone()[0]
    return value


def _mark(name: str) -> Mark | None:
    """What changes whenever the file is written to, or another one takes its place; None where there is no file."""
    try:
        found = os.stat(name)  # noqa: PTH116 - half of what a Path costs, and this is asked for every answer
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev


def _is_settled(mark: Mark) -> bool:
    """Whether a write from now on must leave another time. A time to come, as after a clock was set back, is not."""
    return time.time_ns() - max(mark[:2]) > GRAIN * 1e9
