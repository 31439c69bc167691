"""One request per host at a time, over all threads and processes of this machine: a locked file per host."""

import fcntl
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from claims.fetching_errors import Busy

PAUSE = 0.05


@contextmanager
def turn(host: str, *, folder: Path, patience: float) -> Iterator[float]:
    """Wait until nobody else asks `host`, at most `patience` seconds; gives the seconds waited. Raises Busy.

    The kernel lets go of the lock when its holder dies, however that happens.
    """
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with (folder / hashlib.sha256(host.encode()).hexdigest()[:32]).open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() - started >= patience:
                    raise Busy("This host is being asked by somebody else.") from None
                time.sleep(PAUSE)
        yield time.monotonic() - started
