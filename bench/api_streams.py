"""The whole registry as JSON lines: rows a processor second beside the driver that writes the same bytes, and memory.

`python -m bench.api_streams` measures on the database of the environment. The bare driver reads the stored documents and
writes a line for each, in a process of its own (`python -m bench.api_streams bare FILE`).
"""

import http.client
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any

from bench.api_servers import gunicorn
from bench.databases import measured, processor
from bench.servers import Server, family, memory

PATH = "/api/v1/claims.jsonl"
TURNS = int(os.environ.get("BENCH_API_STREAMS", "1"))
CHUNK = 1 << 20
MIB = 1 << 20
_STANDING = (
    "SELECT r.document FROM claims_revision r JOIN claims_claim c ON c.current_revision_id = r.id"
    " WHERE r.state = 'published' ORDER BY r.sequence"
)


def _measure() -> dict[str, Any]:
    found = []
    with tempfile.TemporaryDirectory() as folder, gunicorn("ours", workers=1) as server:
        for _ in range(TURNS):
            ours = _streamed(server)
            bare = measured(
                "bench.api_streams",
                os.environ["DATABASE_URL"],
                os.environ["FOOTING_VAR"],
                "bare",
                f"{folder}/bare.jsonl",
            )
            if ours["rows"] != bare["rows"]:
                raise SystemExit(f"Ours has {ours['rows']} rows, the driver {bare['rows']}: nothing is compared.")
            found.append((ours, bare))
    return {
        "rows": found[0][0]["rows"],
        "bytes": [found[0][0]["bytes"], found[0][1]["bytes"]],
        "rows_per_cpu_second": round(median(ours["rows"] / ours["processor"] for ours, _ in found)),
        "driver_rows_per_cpu_second": round(median(bare["rows"] / bare["processor"] for _, bare in found)),
        "ratio": round(median(ours["processor"] / bare["processor"] for ours, bare in found), 2),
        "memory_above_idle_mib": round(max(ours["memory"] for ours, _ in found) / MIB, 1),
    }


def _streamed(server: Server) -> dict[str, Any]:
    """Take all of it; how much the server's worker, and who watches over it, grew meanwhile, and what they spent."""
    status, _ = server.get(f"{PATH}?state=superseded", accept="*/*")
    if status != HTTPStatus.OK:
        raise SystemExit(f"A short file is answered with {status}.")
    # A process that has sent a file once is idle, not new.
    ended, idle, peak = Event(), _memory(server), 0

    def watch() -> None:
        nonlocal peak
        while not ended.wait(0.05):
            peak = max(peak, _memory(server))

    watcher = Thread(target=watch)
    watcher.start()
    begun, rows, size = server.spent(), 0, 0
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    try:
        connection.request("GET", PATH)
        response = connection.getresponse()
        while chunk := response.read(CHUNK):
            rows += chunk.count(b"\n")
            size += len(chunk)
    finally:
        connection.close()
        ended.set()
        watcher.join()
    return {"rows": rows, "bytes": size, "processor": server.spent() - begun, "memory": max(0, peak - idle)}


def _memory(server: Server) -> int:
    return sum(memory(pid) for pid in family(server.pid))


def _bare(file: Path) -> dict[str, Any]:
    """The driver alone; what the server's process of this connection spends counts."""
    from django.db import connection  # noqa: PLC0415 - the apps are ready only now

    rows = size = 0
    begun = processor()
    with file.open("wb") as out:
        for (document,) in _documents(connection):
            line = document.encode() + b"\n"
            out.write(line)
            rows += 1
            size += len(line)
    return {"rows": rows, "bytes": size, "processor": processor() - begun}


def _documents(connection: Any) -> Iterator[Any]:
    """Row after row, from the driver itself."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        yield from connection.connection.execute(_STANDING)
        return
    with connection.connection.transaction(), connection.connection.cursor("stream") as cursor:
        cursor.itersize = 2_000
        yield from cursor.execute(_STANDING)


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    print(json.dumps(_bare(Path(sys.argv[2])) if sys.argv[1:2] == ["bare"] else _measure()))
