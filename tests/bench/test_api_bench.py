"""The bench of the read API on a small registry: everybody answers the same, and whoever does not is not timed."""

import time
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.db import connection, connections

from bench import api_in_process, api_limits, api_writes, generated_registry, raw_drivers, raw_feed
from bench.api_answers import Handler, disagreeing, slugs
from bench.api_in_process import KINDS, Bench, Clock, summary
from bench.databases import processor
from bench.raw_drivers import Spliced

CLAIMS = 300
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("roles")]


@pytest.fixture
def bench(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    settings.ROOT_URLCONF = "bench.urls"
    for name, once in (("SECONDS", 0), ("LEAST", 1), ("PASSES", 1)):
        monkeypatch.setattr(api_in_process, name, once)
    call_command("load_claims", *map(str, generated_registry.STARTER), stdout=StringIO())
    generated_registry.fill(CLAIMS)
    made = Bench()
    made.questions = {kind: asked[:3] for kind, asked in made.questions.items()}
    yield made
    made.close()
    with connection.cursor() as cursor:
        raw_feed.drop(cursor, connection.vendor)


def test_everybody_answers_the_same_and_is_timed(bench: Bench) -> None:
    bench.agree()
    for kind in KINDS:
        for question in bench.questions[kind]:
            ours = orjson.loads(bench.handler.ours(question))
            ours.pop("next", None), ours.pop("previous", None)
            # Not the same claims alone: the same documents, word for word.
            for whole in ("normalised", "stock"):
                if whole in bench.peers(kind):
                    other = orjson.loads(bench.peers(kind)[whole](question))
                    other.pop("next", None), other.pop("previous", None)
                    assert other == ours, (kind, whole)
        told = summary(bench.interleaved(kind))
        assert told["turns"] == 1
        assert set(told["ms"]) == set(bench.peers(kind))
        assert min(told["ms"].values()) > 0
    assert {len(slugs(bench.handler.ours(question))) for question in bench.questions["last_page"]} == {50}
    assert set(summary(bench.repeated())["ratios"]) == {"again to spliced", "unchanged to spliced"}

    measured = {"in_process": {"list": {"ratios": {"ours to stock": 0.5}}}}
    held = api_limits.held({"sqlite": {"300": {**measured, "writes": {"p99_ratio": 0.1}}}}, [300])
    assert held["sqlite 300 in_process list ratios ours to stock"]["holds"] is False
    assert held["sqlite 300 writes p99_ratio"] == {"is": 0.1, "at_most": 0.2, "holds": True}

    # What is promised of the small and of the large says nothing of what lies between, also where that is run alone.
    between = api_limits.held({"sqlite": {"100000": measured}}, [100_000])
    assert between == {}
    [large] = api_limits.held({"sqlite": {"1000000": measured}}, [1_000_000]).values()
    assert large == {"is": 0.5, "at_most": 0.01, "holds": False}

    # On either database nobody may be turned away.
    crowd = {"300": {"writes": {"crowd": {"refused": 1, "reader_refused": 0}}}}
    refused = api_limits.held({"sqlite": crowd, "postgresql": crowd}, [300])
    assert {name: limit["holds"] for name, limit in refused.items()} == {
        f"{database} 300 writes crowd {who}": who == "reader_refused"
        for database in ("sqlite", "postgresql")
        for who in ("refused", "reader_refused")
    }

    written = api_writes.publications(count=1, warm_up=0)
    assert (written["publications"], written["to_unserved"] > 0, written["to_bare"] > 0) == (1, True, True)


def test_whoever_answers_differently_is_not_timed(bench: Bench) -> None:
    [question, *_] = bench.questions["list"]

    class Forgetful(Spliced):
        def answer(self, question: Any) -> bytes:
            answer = orjson.loads(super().answer(question))
            return orjson.dumps({"results": answer["results"][1:]})

    forgetful = Forgetful(bench.vendor, bench.address)
    peers = {"normalised": bench.normalised.answer, "forgetful": forgetful.answer}
    [sentence] = disagreeing([question], peers, "normalised")
    assert "forgetful answers" in sentence
    nothing = replace(question, below=0)
    [sentence] = disagreeing([nothing], {"normalised": bench.normalised.answer}, "normalised")
    assert sentence.endswith("nothing is found, so there is nothing to measure.")

    bench.spliced, spliced = forgetful, bench.spliced
    with pytest.raises(SystemExit):
        bench.agree()
    spliced.connection.close()


def test_an_answer_that_is_none_is_no_answer(bench: Bench) -> None:
    with pytest.raises(Exception, match="400"):
        Handler().whole("/api/v1/claims/?topic=no-such-topic")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no processes of its own.")
def test_the_clock_goes_on_where_a_process_of_the_server_has_ended() -> None:
    vendor, address = connection.vendor, raw_drivers.address(connection)
    ask, mine = raw_drivers.connect(vendor, address)
    other_ask, other = raw_drivers.connect(vendor, address)
    clock = Clock(vendor, ask)
    clock.wind()
    begun = clock.read()
    other_ask("SELECT count(*) FROM generate_series(1, 1000000)", ())
    spent = clock.read()
    assert spent > begun
    process = Path(f"/proc/{other.info.backend_pid}")
    other.close()
    while process.exists():
        time.sleep(0.01)
    assert clock.read() >= spent
    mine.close()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no processes of its own.")
def test_what_a_connection_did_before_it_is_seen_is_not_counted_to_the_request_that_shows_it() -> None:
    processor()
    first, other = connections["default"], connections["default"].copy()
    other.ensure_connection()
    with other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM generate_series(1, 3000000)")
    process = Path(f"/proc/{other.connection.info.backend_pid}/schedstat")
    burnt = int(process.read_text(encoding="ascii").split()[0]) / 1e9
    before = processor()
    connections["default"] = other
    seen = processor() - before
    connections["default"] = first
    other.close()
    assert seen < burnt / 2
