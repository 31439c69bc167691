"""The read API on registries of 10,000 to a million claims, against the peers it is measured against.

Peers, in the same run on the same tables: Django REST framework as a careful team would write it (`stock_drf.py`),
Datasette on the same file (`datasette_peer.py`), and the drivers with orjson: over the normalised tables, and splicing
stored documents (`raw_drivers.py`); on PostgreSQL one statement that writes the page in the server besides
(`json_agg.py`). Nobody is timed whose answers differ from the others'.

Ratios are of processor time, in interleaved turns; the server's processes count on PostgreSQL. `holds` says which of
them are within what the product promises (`api_limits.py`). A generated registry is kept in var/bench or on the server,
so that only the first run has to make it.

BENCH_API_SIZES, BENCH_API_DATABASES and BENCH_API_PARTS name what is measured, with commas.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench import api_limits
from bench.databases import ROOT, SERVER, measured
from bench.generated_registry import KEPT, kept_postgres, kept_sqlite

SIZES = [int(size) for size in os.environ.get("BENCH_API_SIZES", "10000,100000,1000000").split(",")]
DATABASES = os.environ.get("BENCH_API_DATABASES", "sqlite,postgresql").split(",")
PARTS = os.environ.get("BENCH_API_PARTS", "in_process,servers,writes,streams,growth").split(",")
GROWTH_TURNS = 12


def run() -> dict[str, Any]:
    """Every size on every database; a server that is not there is left out."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "static").mkdir()  # nothing is served from it
        for name in DATABASES:
            addresses = {size: _kept(name, size) for size in SIZES}
            if None not in addresses.values():
                found[name] = _database(name, addresses, folder)
    return {"sizes": SIZES, "holds": api_limits.held(found, SIZES), **found}


def _kept(name: str, size: int) -> str | None:
    return f"sqlite:///{kept_sqlite(size)}" if name == "sqlite" else kept_postgres(size)


def _database(name: str, addresses: dict[int, Any], folder: str) -> dict[str, Any]:
    found: dict[str, Any] = {str(size): {} for size in addresses}
    steps: dict[str, Callable[[str], dict[str, Any]]] = {
        "in_process": lambda address: measured("bench.api_in_process", address, folder),
        "servers": lambda address: measured("bench.api_servers", address, folder),
        "writes": lambda address: _on_copy("bench.api_writes", name, address, folder),
        "streams": lambda address: measured("bench.api_streams", address, folder),
    }
    for size, address in addresses.items():
        for part, step in steps.items():
            if part in PARTS:
                found[str(size)][part] = step(address)
                _say({name: {str(size): {part: found[str(size)][part]}}})
    if "growth" in PARTS and len(addresses) > 1:
        found["growth"] = _growth(addresses[SIZES[0]], addresses[SIZES[-1]], folder)
        _say({name: {"growth": found["growth"]}})
    return found


def _say(part: dict[str, Any]) -> None:
    print(json.dumps(part), file=sys.stderr, flush=True)  # it takes hours: what is known so far


def _on_copy(module: str, name: str, address: str, folder: str) -> dict[str, Any]:
    """What a module finds on a copy of a registry, which it may change."""
    with (_file_copied if name == "sqlite" else _database_copied)(address) as copied:
        return measured(module, copied, folder)


@contextmanager
def _file_copied(address: str) -> Iterator[str]:
    copied = KEPT / f"copied-{os.getpid()}.sqlite3"
    try:
        shutil.copyfile(address.removeprefix("sqlite:///"), copied)
        yield f"sqlite:///{copied}"
    finally:
        copied.unlink(missing_ok=True)


@contextmanager
def _database_copied(address: str) -> Iterator[str]:
    import psycopg  # noqa: PLC0415 - only where there is a server

    copied = f"footing_copied_{os.getpid()}"
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {copied} TEMPLATE {address.rpartition('/')[2]} STRATEGY file_copy".encode())
        try:
            yield f"{SERVER}/{copied}"
        finally:
            server.execute(f"DROP DATABASE {copied}".encode())


def _growth(small: str, large: str, folder: str) -> dict[str, float]:
    """How much dearer a question is in the largest registry than in the smallest: turn by turn, in two processes."""
    sides = [_growing(address, folder) for address in (small, large)]
    turns: list[list[dict[str, float]]] = []
    for turn in range(GROWTH_TURNS + 1):
        order = sides if turn % 2 else sides[::-1]
        found = {side.pid: _turn(side) for side in order}
        turns.append([found[side.pid] for side in sides])
    for side in sides:
        side.communicate()
    counted = turns[1:]  # the first one warmed up
    return {kind: round(median(b[kind] / a[kind] for a, b in counted), 3) for kind in counted[0][0]}


def _growing(address: str, folder: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bench.api_in_process", "growth"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "FOOTING_VAR": folder},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _turn(side: "subprocess.Popen[str]") -> dict[str, float]:
    assert side.stdin is not None
    assert side.stdout is not None
    side.stdin.write("\n")
    side.stdin.flush()
    spent: dict[str, float] = json.loads(side.stdout.readline())
    return spent
