"""The read API, the stock peer and Datasette behind their real servers, on one registry: requests and processor time.

Ours and the peer are served as script/run serves the product. `python -m bench.api_servers` measures on the SQLite file
or PostgreSQL database of the environment; Datasette reads SQLite only.
"""

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from bench.servers import Load, Server, load, postgres_backends, serving

KINDS = ("list", "four_way", "search_common", "search_rare", "one", "facets", "last_page", "as_of")
SECONDS = float(os.environ.get("BENCH_API_SERVER_SECONDS", "4"))
"""About how long each is asked for a kind of question in one turn."""
TURNS = int(os.environ.get("BENCH_API_SERVER_TURNS", "3"))
GUNICORN = (
    sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:{port}", "--threads", "4", "--log-level", "warning",
)  # fmt: skip


def gunicorn(name: str, *, settings: str = "config.settings", workers: int = 2) -> AbstractContextManager[Server]:
    """The product as script/run serves it."""
    command = (*GUNICORN, "--workers", str(workers))
    environment = {"DJANGO_SETTINGS_MODULE": settings}
    return serving(name, command, "/readyz", environment=environment, backends=postgres_backends)


class Servers:
    """Everybody who listens, what they are asked, and in how many requests."""

    def __init__(self, stack: ExitStack) -> None:
        from django.db import connection  # noqa: PLC0415 - the apps are ready only now

        from bench import datasette_peer, stock_drf  # noqa: PLC0415
        from bench.api_answers import ours_at, slugs  # noqa: PLC0415
        from bench.api_questions import questions  # noqa: PLC0415
        from claims.models import Metric, Topic  # noqa: PLC0415

        self.questions = questions()
        ours = stack.enter_context(gunicorn("ours"))
        stock = stack.enter_context(gunicorn("stock", settings="bench.settings"))
        self.asked: dict[str, tuple[Server, Any, Any]] = {
            "ours": (ours, ours_at, slugs), "stock": (stock, stock_drf.address, slugs)
        }  # fmt: skip
        if connection.vendor == "sqlite":
            file = Path(str(connection.settings_dict["NAME"]))
            connection.close()
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            peer = stack.enter_context(datasette_peer.datasette(file, folder))
            topics = dict(Topic.objects.values_list("slug", "pk"))
            found = datasette_peer.Addresses(file, topics, dict(Metric.objects.values_list("slug", "pk")))
            self.asked["datasette"] = (peer, found.query, datasette_peer.slugs)
            self.asked["datasette_table"] = (peer, found.table, datasette_peer.slugs)

    def paths(self, name: str, kind: str) -> list[str]:
        """The addresses at which somebody answers the questions of a kind; none where there is no such thing."""
        address = self.asked[name][1]
        return [path for path in map(address, self.questions[kind]) if path is not None]

    def agree(self, kind: str) -> list[str]:
        """Who answers, after a look at the answers: those that differ are not measured."""
        names = [name for name in self.asked if self.paths(name, kind)]
        expected: dict[int, list[str]] = {}
        for name in names:
            server, _, read = self.asked[name]
            for place, path in enumerate(self.paths(name, kind)):
                status, body = server.get(path)
                if status != 200:
                    raise SystemExit(f"{name}: {path}: {status} {body[:500]!r}")
                if kind == "facets" and name == "datasette":
                    continue  # counts without claims
                found = read(body)
                if found != expected.setdefault(place, found):
                    raise SystemExit(f"{name}: {path} answers {found[:5]}…, the others {expected[place][:5]}…")
        return names

    def measure(self, kind: str) -> dict[str, Any]:
        """Requests a second and processor milliseconds of each, and ours as ratios to the others."""
        names = self.agree(kind)
        paths = {name: self.paths(name, kind) for name in names}
        requests = {name: self._requests(self.asked[name][0], paths[name]) for name in names}
        loads: dict[str, list[Load]] = {name: [] for name in names}
        for turn in range(TURNS):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                loads[name].append(load(self.asked[name][0], paths[name], requests=requests[name]))
        return {
            "ms": {name: round(median(one.ms for one in found), 3) for name, found in loads.items()},
            "requests_per_second": {
                name: round(median(one.requests / one.seconds for one in found), 1) for name, found in loads.items()
            },
            "ratios": {
                f"ours to {name}": round(median(a.ms / b.ms for a, b in zip(loads["ours"], found, strict=True)), 4)
                for name, found in loads.items()
                if name != "ours"
            },
        }

    def _requests(self, server: Server, paths: Sequence[str]) -> int:
        """How many requests take about `SECONDS`; enough that ticks of the clock do not matter."""
        tried = load(server, paths, requests=max(8, len(paths)))
        return int(max(8, min(20_000, SECONDS * tried.requests / tried.seconds)))


def _measure() -> dict[str, Any]:
    found = {}
    with ExitStack() as stack:
        servers = Servers(stack)
        for kind in KINDS:
            found[kind] = servers.measure(kind)
            print(json.dumps({kind: found[kind]}), file=sys.stderr, flush=True)  # it takes minutes
    return found


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    print(json.dumps(_measure()))
