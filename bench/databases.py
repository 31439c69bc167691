"""What the benchmarks share: databases made for one run, a process for each, and processor time with the server's."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SERVER = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432")


@contextmanager
def on_postgres() -> Iterator[str | None]:
    """The address of an empty database on the server, dropped afterwards; None where no server is reached.

    Its name is this process's own, so that nobody else's database is touched.
    """
    import psycopg  # noqa: PLC0415 - only where there is a server

    try:
        server = psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    name = f"footing_bench_{os.getpid()}"
    with server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield f"{SERVER}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name}")


def measured(module: str, database: str, folder: str, *arguments: str) -> dict[str, Any]:
    """What a benchmark's module prints as its last line, run as a process of its own on a database."""
    environment = {**os.environ, "DATABASE_URL": database, "FOOTING_VAR": folder}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def processor() -> float:
    """Processor seconds of this process, its children, and the server's processes that this one was connected to."""
    mine = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in mine) + _servers()


_backends: dict[int, float] = {}
"""The server's processes by their number, and what each has spent: a pool hands out now one and now another."""
_before: dict[int, float] = {}
"""What each had spent for others before it was seen here."""
_last_read = time.monotonic()


def _servers() -> float:
    from django.db import connection  # noqa: PLC0415 - the apps are ready only now

    global _last_read  # noqa: PLW0603 - one clock for the process
    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    if pid not in _backends:
        # One that is seen for the first time has worked for us since the last reading at most.
        _backends[pid] = 0.0
        _before[pid] = max(0.0, _spent(Path(f"/proc/{pid}")) - (time.monotonic() - _last_read))
    _last_read = time.monotonic()
    _backends.update({known: max(spent, _spent(Path(f"/proc/{known}"))) for known, spent in _backends.items()})
    return sum(max(spent - _before[known], 0.0) for known, spent in _backends.items())


def _spent(process: Path) -> float:
    """Processor seconds of a process; 0 where it has ended."""
    try:  # nanoseconds
        return int((process / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except FileNotFoundError:  # a kernel that counts in ticks only, or no such process
        pass
    try:
        fields = (process / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
