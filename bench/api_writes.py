"""What a publication costs with everything that is kept for readers, beside the bare save; and four writers at once.

`python -m bench.api_writes` measures on a copy of a generated registry, which it changes. The bare save is what
publishing writes at the least: the revision with its links, the claim and the act, in one transaction. What is kept for
readers is weighed against the same publication without it. With `write` or `read` as its argument it is one of the
writers, or the reader, of a crowd.
"""

import json
import os
import subprocess
import sys
from statistics import median
from time import perf_counter, sleep, time
from typing import Any

from bench.databases import ROOT, processor

PUBLICATIONS = int(os.environ.get("BENCH_API_PUBLICATIONS", "60"))
WARM_UP = 5
WRITERS = 4
CROWDED = float(os.environ.get("BENCH_API_CROWDED", "20"))
"""Seconds for which a crowd writes and reads."""


def drafts(count: int, *, name: str) -> list[Any]:
    """Claims that wait for a second person, made by the verbs of the product."""
    from django.utils import timezone  # noqa: PLC0415 - the apps are ready only now

    from claims import operations  # noqa: PLC0415
    from claims.models import Claim, Metric, Person, Source, Subject, Topic  # noqa: PLC0415

    at, editor = timezone.now(), Person.objects.get(username="ed")
    metric, subject = Metric.objects.get(slug="project-cost"), Subject.objects.get(slug="rag")
    source, topics = Source.objects.get(pk=1), list(Topic.objects.order_by("pk")[:2])
    made = []
    for number in range(count):
        fields = {
            "statement": f"Publication {number} of {name} comes to about this much.", "subject": subject, "metric": metric,
            "low": 1000 + number, "likely": None, "high": 2000 + number, "bound": "", "rating": "", "unit": "currency",
            "currency": "USD", "per": "project", "scope": {"case": f"{name}-{number}"}, "assumptions": "",
            "study_type": Claim.StudyType.PRACTITIONER_REPORT, "credibility": 3, "credibility_reason": "Made up.",
            "certainty": "low", "certainty_reasons": [],
        }  # fmt: skip
        cited = [{"source": source, "printed": "about this much", "locator": f"Section {number}"}]
        claim = operations.draft(
            by=editor, at=at, slug=f"bench-{name}-{number}", fields=fields, citations=cited, topics=topics
        )
        made.append(operations.submit(by=editor, at=at, claim=claim))
    return made


def bare_save(claim: Any, *, by: Any, at: Any) -> None:
    """The revision with its links, the claim, the act: nothing that is kept for readers, and no conflicts looked for."""
    from django.db import transaction  # noqa: PLC0415

    from claims import chain, projection  # noqa: PLC0415
    from claims.operations.acts import record  # noqa: PLC0415

    with transaction.atomic():
        head, moment = chain.next_link(at)
        revision = projection.write(
            claim, author_id=claim.submitted_by_id, approver_id=by.pk, at=moment, note="", previous=head
        )
        claim.state, claim.current_revision = claim.State.PUBLISHED, revision
        claim.save(update_fields=["state", "current_revision"])
        record("publish", by=by, at=at, claim=claim, revision=revision)


def publications(count: int = PUBLICATIONS, warm_up: int = WARM_UP) -> dict[str, Any]:
    """Publications as they are, without what is kept for readers, and bare saves in turns, each of a claim of its own."""
    from unittest.mock import patch  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from claims import operations, serving  # noqa: PLC0415
    from claims.models import Person  # noqa: PLC0415

    reviewer = Person.objects.get(username="rev")
    reviewer.has_perm("claims.approve_claim")  # asked once for all

    def publish(claim: Any) -> None:
        operations.publish(by=reviewer, at=timezone.now(), claim=claim)

    def unserved(claim: Any) -> None:
        with patch.object(serving, "follow"):
            publish(claim)

    def bare(claim: Any) -> None:
        bare_save(claim, by=reviewer, at=timezone.now())

    ways = (publish, unserved, bare)
    waiting = iter(drafts(len(ways) * (count + warm_up), name=f"single-{int(time())}"))
    turns = [[_spent(way, next(waiting)) for way in ways] for _ in range(count + warm_up)][warm_up:]
    return {
        **{f"{way.__name__}_ms": round(median(spent) * 1000, 2) for way, *spent in zip(ways, *turns, strict=True)},
        "to_unserved": round(median(turn[0] / turn[1] for turn in turns), 2),
        "to_bare": round(median(turn[0] / turn[2] for turn in turns), 2),
        "publications": len(turns),
    }


def _spent(way: Any, claim: Any) -> float:
    begun = processor()
    way(claim)
    return processor() - begun


def _crowd(settings: str) -> dict[str, Any]:
    """Four processes that publish and one that reads, for a while: failures of writers, and the reader's times."""
    crowd = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.api_writes", role, str(number)],
            cwd=ROOT,
            env={**os.environ, "BENCH_API_SQLITE": settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, role in enumerate(["write"] * WRITERS + ["read"])
    ]
    for one in crowd:
        assert one.stdout is not None
        one.stdout.readline()  # it is ready
    for one in crowd:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    said = [json.loads(one.communicate()[0].splitlines()[-1]) for one in crowd]
    writers, [reader] = said[:WRITERS], said[WRITERS:]
    times = sorted(reader["times"])
    return {
        "published": sum(one["published"] for one in writers),
        "refused": sum(one["refused"] for one in writers),
        "reads": len(times),
        "reader_refused": reader["refused"],
        "reader_p50_ms": round(times[len(times) // 2] * 1000, 2),
        "reader_p99_ms": round(times[len(times) * 99 // 100] * 1000, 2),
    }


def _begin() -> float:
    """Say that this process is ready, and wait for the word; when it ends."""
    print("ready", flush=True)
    sys.stdin.readline()
    return time() + CROWDED


def _write(number: int) -> dict[str, Any]:
    """Publish one claim after another; a lock that is not got in time counts as refused."""
    from django.db import OperationalError  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from claims import operations  # noqa: PLC0415
    from claims.models import Person  # noqa: PLC0415

    reviewer = Person.objects.get(username="rev")
    said = {"published": 0, "refused": 0}
    ends = _begin()
    while time() < ends:
        try:
            [claim] = drafts(1, name=f"{number}-{int(ends)}-{sum(said.values())}")
            operations.publish(by=reviewer, at=timezone.now(), claim=claim)
            said["published"] += 1
        except OperationalError:
            said["refused"] += 1
    return said


def _read() -> dict[str, Any]:
    """Ask for lists, one after another; an answer other than 200 counts as refused."""
    from bench.api_answers import Handler, ours_at  # noqa: PLC0415
    from bench.api_questions import questions  # noqa: PLC0415

    handler, asked = Handler(), [ours_at(question) for question in questions()["list"]]
    for path in asked:
        handler.get(path)
    times, refused = [], 0
    ends = _begin()
    while time() < ends:
        for path in asked:
            begun = perf_counter()
            status, _, _ = handler.get(path)
            times.append(perf_counter() - begun)
            refused += status != 200
            sleep(0.02)
    return {"times": times, "refused": refused}


def _as_django_has_it() -> None:
    """SQLite as Django opens it where a project says nothing."""
    from django.db import DEFAULT_DB_ALIAS, connections  # noqa: PLC0415

    del connections[DEFAULT_DB_ALIAS]
    connections.settings[DEFAULT_DB_ALIAS] |= {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}


def _measure() -> dict[str, Any]:
    from django.db import connection  # noqa: PLC0415

    found: dict[str, Any] = {"publication": publications(), "crowd": _crowd("ours")}
    if connection.vendor == "sqlite":
        found["crowd_by_default"] = _crowd("default")
        found["p99_ratio"] = round(found["crowd"]["reader_p99_ms"] / found["crowd_by_default"]["reader_p99_ms"], 3)
    return found


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    if os.environ.get("BENCH_API_SQLITE") == "default":
        _as_django_has_it()
    if len(sys.argv) == 1:
        print(json.dumps(_measure()))
    else:
        print(json.dumps(_read() if sys.argv[1] == "read" else _write(int(sys.argv[2]))))
