"""The read API and its peers in one process, on one registry: processor time a request, in interleaved turns.

`python -m bench.api_in_process` measures on the database of the environment, whose registry is generated. With
`growth` it answers to each line on its standard input with the processor seconds of one turn, so that two sizes are
measured turn by turn (`bench/api.py`).
"""

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from bench.api_limits import BESIDE

SECONDS = float(os.environ.get("BENCH_API_SECONDS", "20"))
"""Processor seconds for each kind of question, about; there are `LEAST` turns at least."""
LEAST, MOST = int(os.environ.get("BENCH_API_TURNS", "3")), 40
PASSES, PASSES_SECONDS = 50, 0.2
"""How often all questions of a kind are asked in one turn at most, and in about how many processor seconds: whoever is
quick would be measured with cold caches else, after those who are not.
"""
BESIDE_TURNS = 13
GROWING = ("list", "facets")
KINDS = ("list", "four_way", "one", "facets", "first_page", "last_page", "search_common", "search_rare", "as_of")
Turns = dict[str, list[float]]


class Clock:
    """Processor seconds of this process and, on PostgreSQL, of every process of the server that answers for its database."""

    def __init__(self, vendor: str, ask: Callable[..., list[Any]]) -> None:
        self._postgres, self._ask = vendor == "postgresql", ask
        self._nanoseconds: dict[Path, int] = {}

    def wind(self) -> None:
        """Look which processes there are; not those by which the server tidies up, which come and go."""
        if self._postgres:
            pids = self._ask(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'",
                (),
            )
            self._nanoseconds = {Path(f"/proc/{pid}/schedstat"): 0 for (pid,) in pids}

    def read(self) -> float:
        """Seconds spent so far; a process that has ended since the last reading keeps what it had spent then."""
        for file in self._nanoseconds:
            with suppress(FileNotFoundError):
                self._nanoseconds[file] = int(file.read_text(encoding="ascii").split()[0])
        return process_time() + sum(self._nanoseconds.values()) / 1e9


class Bench:
    """A registry, everybody who answers, and the clock."""

    def __init__(self) -> None:
        from django.db import connection  # noqa: PLC0415 - the apps are ready only now

        from bench import raw_drivers  # noqa: PLC0415
        from bench.api_answers import Handler  # noqa: PLC0415
        from bench.api_questions import questions  # noqa: PLC0415
        from bench.json_agg import Aggregated  # noqa: PLC0415

        self.vendor = connection.vendor
        self.address = raw_drivers.address(connection)
        self.questions = questions()
        self.handler = Handler()
        self.normalised, self.spliced = (
            raw_drivers.Normalised(self.vendor, self.address),
            raw_drivers.Spliced(self.vendor, self.address),
        )
        self.aggregated = Aggregated(self.address) if self.vendor == "postgresql" else None
        self.clock = Clock(self.vendor, self.spliced.ask)

    def close(self) -> None:
        """Let go of the connections of the bare drivers."""
        for driver in (self.normalised, self.spliced, self.aggregated):
            if driver is not None:
                driver.connection.close()

    def peers(self, kind: str) -> dict[str, Any]:
        """Who answers questions of this kind."""
        peers: dict[str, Any] = {"ours": self.handler.ours, "stock": self.handler.stock}
        if kind != "as_of":  # the tables hold what is now
            peers["normalised"] = self.normalised.answer
        if kind != "facets" and (self.vendor == "sqlite" or not kind.startswith("search")):
            peers["spliced"] = self.spliced.answer
        if self.aggregated and kind == "list":
            peers["json_agg"] = self.aggregated.answer
        return peers

    def agree(self) -> None:
        """Refuse to measure anybody whose answers differ."""
        from bench.api_answers import disagreeing  # noqa: PLC0415

        for kind in KINDS:
            peers = self.peers(kind)
            measure = "normalised" if "normalised" in peers else "spliced"
            if wrong := list(disagreeing(self.questions[kind], peers, measure)):
                raise SystemExit("\n".join(wrong))

    def turn(self, kind: str, answer: Any, passes: int = 1) -> float:
        """Processor seconds a question, for so many passes through all of a kind."""
        begun = self.clock.read()
        for question in self.questions[kind] * passes:
            answer(question)
        return (self.clock.read() - begun) / len(self.questions[kind]) / passes

    def interleaved(self, kind: str) -> Turns:
        """Who answered → seconds a question, turn by turn; each turn somebody else begins."""
        peers = self.peers(kind)
        self.clock.wind()
        warm = {name: self.turn(kind, answer, 2) * len(self.questions[kind]) for name, answer in peers.items()}
        passes = {name: _passes(once) for name, once in warm.items()}
        whole = sum(once * passes[name] for name, once in warm.items())
        spent: Turns = {name: [] for name in peers}
        for turn in range(max(LEAST, min(MOST, int(SECONDS / whole)))):
            order = list(peers)
            order = order[turn % len(order) :] + order[: turn % len(order)]
            self.change(turn)
            self.clock.wind()
            for name in order:
                spent[name].append(self.turn(kind, peers[name], passes[name]))
        return spent

    def change(self, turn: int) -> None:
        """Change the registry: somebody reads a claim. Whatever was kept of answers is of another time then."""
        from django.utils import timezone  # noqa: PLC0415

        from bench.api_questions import CERTAINTY  # noqa: PLC0415
        from claims import operations  # noqa: PLC0415
        from claims.models import Claim, Person  # noqa: PLC0415

        # None that the four-way filter looks for: what is found stays the same.
        claims = Claim.objects.filter(state=Claim.State.PUBLISHED).exclude(certainty=CERTAINTY).order_by("pk")
        reader = Person.objects.get(username="rev")
        operations.check(by=reader, at=timezone.now(), claim=claims[turn], kind="read_in_context")

    def beside(self, first: str, second: str) -> float:
        """How much dearer one kind of question is for us than another: the median of so many turns, each of both."""
        ratios = []
        for turn in range(BESIDE_TURNS):
            self.change(turn)
            self.clock.wind()
            order = (first, second) if turn % 2 else (second, first)
            spent = {kind: self.turn(kind, self.handler.ours, PASSES) for kind in order}
            ratios.append(spent[first] / spent[second])
        return round(median(ratios[1:]), 3)  # the first one warmed up

    def repeated(self) -> Turns:
        """The lists asked for again, with and without the tag of what is there; beside the splice, turn by turn. Nothing
        is written meanwhile, nor was shortly before: until then SQLite's file is asked each time.
        """
        from bench.api_answers import ours_at  # noqa: PLC0415
        from claims.unwritten import GRAIN  # noqa: PLC0415

        time.sleep(GRAIN)
        asked = [ours_at(question) for question in self.questions["list"]]
        again, unchanged = self.handler.repeats(asked)

        def spent_on(ask: Callable[[], set[str]], expected: str) -> float:
            begun = self.clock.read()
            statuses = set().union(*(ask() for _ in range(PASSES)))
            spent = self.clock.read() - begun
            if statuses != {expected}:
                raise SystemExit(f"Asked again, it answers {statuses}, not {expected}.")
            return spent / len(asked) / PASSES

        spent: Turns = {"again": [], "unchanged": [], "spliced": []}
        for _ in range(LEAST * 2):
            self.clock.wind()
            spent["again"].append(spent_on(again, "200 OK"))
            spent["unchanged"].append(spent_on(unchanged, "304 Not Modified"))
            spent["spliced"].append(self.turn("list", self.spliced.answer, PASSES))
        return spent


def _passes(once: float) -> int:
    """How often questions are asked in one turn, where all of them take so many processor seconds."""
    return max(1, min(PASSES, int(PASSES_SECONDS / once)))


def summary(turns: Turns) -> dict[str, Any]:
    """Milliseconds of each (medians), and what ours cost as ratios to the others (medians of the turns' ratios)."""
    ours = {name: spent for name, spent in turns.items() if name in ("ours", "again", "unchanged")}
    return {
        "ms": {name: round(median(spent) * 1000, 4) for name, spent in turns.items()},
        "ratios": {
            f"{name} to {peer}": round(median(a / b for a, b in zip(mine, spent, strict=True)), 5)
            for name, mine in ours.items()
            for peer, spent in turns.items()
            if peer not in ours
        },
        "turns": len(next(iter(turns.values()))),
    }


def _measure() -> dict[str, Any]:
    bench = Bench()
    bench.agree()
    found = {}
    for kind in KINDS:
        found[kind] = summary(bench.interleaved(kind))
        print(json.dumps({kind: found[kind]}), file=sys.stderr, flush=True)  # it takes minutes: what is known so far
    found["beside"] = {f"{first} to {second}": bench.beside(first, second) for first, second in BESIDE}
    found["repeated"] = summary(bench.repeated())
    return found


def _grow() -> None:
    """A turn of ours for each line that comes in; the first one warms up."""
    bench = Bench()
    for turn, _ in enumerate(sys.stdin):
        bench.change(turn)
        bench.clock.wind()
        print(json.dumps({kind: bench.turn(kind, bench.handler.ours, PASSES) for kind in GROWING}), flush=True)


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    if sys.argv[1:] == ["growth"]:
        _grow()
    else:
        print(json.dumps(_measure()))
