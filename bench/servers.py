"""Servers of the benches: programs that listen on this machine, their processor time, and somebody who asks them."""

import http.client
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path
from time import perf_counter, sleep

from bench.databases import ROOT

ATTEMPTS = 600
Backends = Callable[[str], list[int]]
"""The name of a server → processes of the database server that work for it."""
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """One that listens. `pid` is that of the process that began it; its children count with it.

    `backends` says which processes of the database server work for it: they count too.
    """

    name: str
    port: int
    pid: int
    backends: Backends

    def spent(self) -> float:
        """Processor seconds of the process and of all below it, those that ended included, and of its backends."""
        return sum(_spent(pid) for pid in (*family(self.pid), *self.backends(self.name)))

    def get(self, path: str, *, address: str = "127.0.0.1", accept: str = "application/json") -> tuple[int, bytes]:
        """Status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600, source_address=(address, 0))
        try:
            connection.request("GET", path, headers={"Accept": accept})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did with a number of requests."""

    requests: int
    seconds: float
    processor: float

    @property
    def ms(self) -> float:
        """Processor milliseconds a request."""
        return self.processor * 1000 / self.requests


def load(server: Server, paths: Sequence[str], *, requests: int, clients: int = 4) -> Load:
    """Ask a server from several connections that are kept, each from an address of its own; answers must be 200.

    Every request names another unknown language beside English, so that no answer is one that was kept.
    """
    share, turn = max(1, requests // clients), next(_turns)
    begun, spent = perf_counter(), server.spent()
    with ThreadPoolExecutor(clients) as pool:
        asked = list(pool.map(lambda number: _ask(server, paths, (number, turn), share), range(clients)))
    return Load(sum(asked), perf_counter() - begun, server.spent() - spent)


REQUESTS_AN_ADDRESS = 200
"""Within what the throttle lets one address ask for in a minute."""


_turns = count(1)


def _ask(server: Server, paths: Sequence[str], client: tuple[int, int], requests: int) -> int:
    number, turn = client
    asked = islice(cycle(paths), number, number + requests)
    done = 0
    while done < requests:
        source = (f"127.{number + 1}.{turn % 250 + 1}.{done // REQUESTS_AN_ADDRESS % 250 + 1}", 0)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600, source_address=source)
        for path in islice(asked, REQUESTS_AN_ADDRESS):
            language = f"en, x-{turn}-{number}{done}"
            connection.request("GET", path, headers={"Accept": "application/json", "Accept-Language": language})
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise SystemExit(f"{server.name}: {path}: {response.status} {body[:300]!r}")
            done += 1
        connection.close()
    return done


@contextmanager
def serving(
    name: str,
    command: Sequence[str],
    ready: str,
    *,
    environment: dict[str, str] | None = None,
    backends: Backends = lambda _: [],
) -> Iterator[Server]:
    """A program that listens on the port that `{port}` in its command stands for, until the block ends.

    It is ready when it answers at the path `ready`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [part.replace("{port}", str(port)) for part in command],
        cwd=ROOT,
        env={**os.environ, "PGAPPNAME": name, **(environment or {})},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    server = Server(name, port, process.pid, backends)
    try:
        for _ in range(ATTEMPTS):
            if process.poll() is not None:
                raise SystemExit(f"{name} ended with {process.returncode} before it answered.")
            try:
                status, _ = server.get(ready)
            except OSError:
                status = 0
            if status == 200:
                break
            sleep(0.1)
        else:
            raise SystemExit(f"{name} does not answer at {ready}.")
        yield server
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def postgres_backends(name: str) -> list[int]:
    """Those that say that they work for a server of this name, by the database of this process."""
    from django.db import connection  # noqa: PLC0415 - the apps are ready only now

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [name])
        return [pid for (pid,) in cursor.fetchall()]


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found, more = [], [pid]
    while more:
        one = more.pop()
        found.append(one)
        try:
            more += map(int, Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii").split())
        except FileNotFoundError:
            found.pop()
    return found


def _spent(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) / TICK  # with those of children that ended


def memory(pid: int) -> int:
    """Bytes that a process has in memory now."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except FileNotFoundError:  # it ended
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
