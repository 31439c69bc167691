"""The presses of a process: warm children that render, at most one for each core, each of them replaceable.

Loading WeasyPrint and our fonts takes longer than a short report. So a child is kept when its document is done, and the
next document, of whichever thread, finds it warm. A child that dies, hangs or passes a limit fails its own document
alone (`pdf.RenderError`): the next one gets a fresh child. Children start when they are first needed, so a process that
was forked (gunicorn) has its own, and end with it.
"""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue
from threading import Lock

from django.conf import settings

from claims.child import Limits
from reports.pdf import Renderer, RenderError

MEBIBYTE = 1024 * 1024
MOST_RESIDENT = 600 * MEBIBYTE  # a child that holds more after its document is replaced
MOST_DOCUMENTS = 500  # and one that has made so many
LONGEST_WAIT = 60.0  # seconds in which a press must become free

STAYS = frozenset({"refused", "failed"})
"""Reasons for which the child itself said no: it is well and takes the next document."""


class Pool:
    """Up to `size` warm renderers for all threads of this process.

    `documents` and `resident` (bytes): after how many documents, or above how much memory, a child is replaced. `wait`:
    seconds in which one must become free.
    """

    def __init__(
        self,
        *,
        size: int,
        limits: Limits | None = None,
        documents: int = MOST_DOCUMENTS,
        resident: int = MOST_RESIDENT,
        wait: float = LONGEST_WAIT,
    ) -> None:
        self.size = size
        self.documents = documents
        self.resident = resident
        self.wait = wait
        self._all = [Renderer(limits=limits) for _ in range(size)]
        # The one used last is lent first: it is warm, and the others need not start.
        self._free: LifoQueue[Renderer] = LifoQueue()
        for renderer in self._all:
            self._free.put(renderer)

    @contextmanager
    def lent(self) -> Iterator[Renderer]:
        """A renderer for as long as the block runs, for one thread alone.

        Raises RenderError with the reason `busy` where none becomes free in time.
        """
        try:
            renderer = self._free.get(timeout=self.wait)
        except Empty:
            raise RenderError(
                f"The PDF could not be made: every press was at work for {self.wait:g} seconds. Try again in a minute.",
                reason="busy",
            ) from None
        well = False
        try:
            yield renderer
            well = True
        except RenderError as error:
            well = error.reason in STAYS
            raise
        finally:
            worn = renderer.documents >= self.documents or renderer.resident > self.resident
            if worn or not well:
                renderer.close()
            self._free.put(renderer)

    def warm_up(self) -> None:
        """Let a free renderer begin loading, while its first document is still being put together."""
        try:
            renderer = self._free.get_nowait()
        except Empty:
            return
        try:
            renderer.start()
        finally:
            self._free.put(renderer)

    def close(self) -> None:
        """End all children. The pool may be used again."""
        for renderer in self._all:
            renderer.close()

    def forget(self) -> None:
        """Let go of children that belong to the process this one was forked from: they go on there."""
        for renderer in self._all:
            renderer.forget()


_lock = Lock()
_own: Pool | None = None


def own() -> Pool:
    """The pool of this process, made when it is first asked for: `FOOTING_RENDERERS` presses."""
    global _own  # noqa: PLW0603 - there is one for each process
    with _lock:
        if _own is None:
            _own = Pool(size=settings.RENDERERS)
        return _own


def close() -> None:
    """End the pool of this process, if it has one."""
    global _own  # noqa: PLW0603
    with _lock:
        if _own is not None:
            _own.close()
            _own = None


def _forked() -> None:
    """In a process that was forked just now, perhaps while another thread of its parent held the lock."""
    global _lock, _own  # noqa: PLW0603
    _lock = Lock()
    if _own is not None:
        _own.forget()
        _own = None


atexit.register(close)
os.register_at_fork(after_in_child=_forked)
