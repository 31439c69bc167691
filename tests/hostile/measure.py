"""Looks at every behaviour with the limits of the product, in a process of its own, and counts what it took.

Run as `python -m tests.hostile.measure`: a line of JSON for each, with seconds of wall time, bytes that came out of
the socket (TLS and heads included), and by how much the most memory ever held has grown since a plain page was read.
"""

import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()  # before what needs the models

from claims.fetching import Rules, configured  # noqa: E402
from claims.figures import Context, find_figure  # noqa: E402
from claims.rechecking import read_source  # noqa: E402
from tests.hostile.exchange import BEHAVIOURS  # noqa: E402
from tests.hostile.server import HostileServer  # noqa: E402

assert HostileServer  # with it come all behaviours
TAKES_ALL_THE_TIME = ("slow_bytes", "slow_head", "no_answer", "stops_in_body", "tls_stuck")
received = threading.local()


class CountingSocket(socket.socket):
    def recv(self, size: int, flags: int = 0) -> bytes:
        data = super().recv(size, flags)
        received.bytes = getattr(received, "bytes", 0) + len(data)
        return data


def most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def look(name: str, url: str, rules: Rules, *, before: int) -> dict[str, Any]:
    received.bytes = 0
    started = time.monotonic()
    seen, page = read_source(url, rules=rules)
    if page is not None:
        find_figure("$18,000 to $45,000", Context("A production system costs this much to build."), page)
    return {
        "name": name,
        "finding": seen.finding,
        "seconds": round(time.monotonic() - started, 2),
        "bytes": received.bytes,
        "growth": most_memory() - before,
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    }


def tell(measured: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(measured) + "\n")


def main() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline().split()[0])
        measure(port)
        server.communicate("")


def measure(port: int) -> None:
    rules = replace(
        configured(), loopback=frozenset({("127.0.0.1", port)}), resolve=lambda host, seconds: ["127.0.0.1"]
    )
    urls = {
        name: f"http://{name.replace('_', '-')}.example:{port}/{name}"
        for name in BEHAVIOURS
        if not name.startswith("posted_")
    }
    urls["tls_stuck"] = f"https://tls-stuck.example:{port}/good"
    socket.socket = CountingSocket  # type: ignore[misc]
    look("good", urls["good"], rules, before=0)
    before = most_memory()
    for name, url in urls.items():
        if name not in (*TAKES_ALL_THE_TIME, "redirect_to", "robots_slow"):
            tell(look(name, url, rules, before=before))
    with ThreadPoolExecutor(len(TAKES_ALL_THE_TIME)) as pool:
        for one in pool.map(lambda name: look(name, urls[name], rules, before=before), TAKES_ALL_THE_TIME):
            tell(one)


if __name__ == "__main__":
    main()
