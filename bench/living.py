"""One claim changes in a registry on which 10,000 live assessments stand.

Measured: finding who is affected, in one query, with its time; putting them down as a round; and the worker of the
product, `manage.py db_worker`, judging them in a process of its own, in assessments a processor second. The worker is
watched from outside: its progress is read while it works. The live assessments are the six worked clients again and
again, as rows of their own.

The engine is the same for each of them, so the throughput is that of the first `JUDGED`; the rest goes on waiting.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any

from bench.databases import ROOT, measured, on_postgres

LIVE = int(os.environ.get("BENCH_LIVE", "10000"))
JUDGED = int(os.environ.get("BENCH_LIVE_JUDGED", "2000"))
CLAIM = "rag-build-cost-production"


def run() -> dict[str, Any]:
    """On SQLite, and on PostgreSQL where a server is there."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"sqlite": measured("bench.living", f"sqlite:///{folder}/living.sqlite3", folder)}
        with on_postgres() as address:
            if address:
                found["postgresql"] = measured("bench.living", address, folder)
    return {"live": LIVE, "judged": JUDGED, **found}


def _measure() -> dict[str, Any]:
    from django.core.management import call_command  # noqa: PLC0415 - the apps are ready only now
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from assessments import reappraising  # noqa: PLC0415
    from assessments.models import Reappraisal  # noqa: PLC0415
    from bench import registry  # noqa: PLC0415
    from claims.models import Claim  # noqa: PLC0415
    from tests.assessments import living  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    living.fill()
    _stand(LIVE)
    registry.settle_statistics()
    with CaptureQueriesContext(connection) as queries:
        begun = time.perf_counter()
        found = list(reappraising.affected([Claim.objects.get(slug=CLAIM).pk]).values_list("pk", flat=True))
        seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    living.dearer_rag()
    publishing = time.perf_counter() - begun
    begun = time.perf_counter()
    opened = reappraising.open_round(at=timezone.now())
    opening = time.perf_counter() - begun
    assert opened is not None
    return {
        "affected": len(found),
        "queries": len(queries) - 1,  # without that for the claim itself
        "affected_ms": round(seconds * 1000, 1),
        "publishing_ms": round(publishing * 1000, 1),
        "round_of": Reappraisal.objects.filter(round=opened).count(),
        "round_ms": round(opening * 1000, 1),
        **_watched(),
    }


def _stand(number: int) -> None:
    """So many live assessments: the worked clients made final, and copies of their rows."""
    from assessments.models import Assessment, CitedRevision  # noqa: PLC0415
    from tests.assessments import living  # noqa: PLC0415

    first = [living.final(case) for case in ("W01", "W02", "W05", "W06", "W09", "W11")]
    cited = {case.pk: list(case.citations.values_list("revision", "n")) for case in first}
    for begin in range(len(first), number, 500):
        of = [first[place % len(first)] for place in range(begin, min(begin + 500, number))]
        columns = [field.attname for field in Assessment._meta.concrete_fields if field.attname != "id"]
        rows = [Assessment(**{name: getattr(case, name) for name in columns}) for case in of]
        for place, row in enumerate(rows):
            row.reference = f"C-2026-{begin + place:05d}"
        made = Assessment.objects.bulk_create(rows)
        CitedRevision.objects.bulk_create(
            CitedRevision(assessment=row, revision_id=revision, n=n)
            for row, case in zip(made, of, strict=True)
            for revision, n in cited[case.pk]
        )


def _watched() -> dict[str, Any]:
    """The worker of the product, until it has judged enough; how its progress grew, and what it spent."""
    from assessments.models import Reappraisal  # noqa: PLC0415

    worker = subprocess.Popen(
        [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--verbosity", "0"], cwd=ROOT
    )
    done = Reappraisal.objects.filter(state=Reappraisal.State.DONE)
    progress: list[int] = []
    begun = ended = None
    try:
        while (count := done.count()) < JUDGED:
            if count and begun is None:
                begun = (_spent(worker.pid), time.perf_counter(), count)
            if not progress or count > progress[-1]:
                progress.append(count)
            time.sleep(0.2)
        ended = (_spent(worker.pid), time.perf_counter(), count)
    finally:
        worker.kill()  # the rest would go on for minutes
        worker.wait()
    assert begun is not None
    judged = ended[2] - begun[2]
    outcomes = done.values_list("outcome", flat=True)
    return {
        "per_processor_second": round(judged / (ended[0] - begun[0]), 1),
        "per_second": round(judged / (ended[1] - begun[1]), 1),
        "readings_of_progress": len(progress),
        "outcomes": {outcome: list(outcomes).count(outcome) for outcome in sorted(set(outcomes))},
    }


def _spent(pid: int) -> float:
    """Processor seconds of a process."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123 - not a file of ours
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(_measure()))
