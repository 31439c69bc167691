"""Finding the conflicts of one publication in a registry of 100,000 claims, against one of 10,000.

What is measured is everything that publishing does about conflicts (`comparing.meet`): comparing pairs again that are
put down already, finding those who disagree, opening conflicts and logging them. Half of the publications are new
claims, half are changed ones. Processor time counts this process and, on PostgreSQL, the server's process of this
connection. Each size has a database and a process of its own.
"""

import json
import os
import sys
import tempfile
from datetime import timedelta
from statistics import mean, median
from typing import Any

from bench.databases import measured, on_postgres, processor

SMALL = int(os.environ.get("BENCH_CLAIMS_SMALL", "10000"))
LARGE = int(os.environ.get("BENCH_CLAIMS_LARGE", "100000"))
PUBLICATIONS = 400
WARM_UP = 40
AT_MOST = 1.5


def run() -> dict[str, Any]:
    """Both sizes on each database; a server that is not there is left out."""
    sqlite, postgresql = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for size in (SMALL, LARGE):
            sqlite[size] = measured("bench.conflicts", f"sqlite:///{folder}/{size}.sqlite3", folder, str(size))
            with on_postgres() as address:
                if address:
                    postgresql[size] = measured("bench.conflicts", address, folder, str(size))
    return {
        "claims": [SMALL, LARGE],
        "publications": PUBLICATIONS,
        "ratio_at_most": AT_MOST,
        **{name: _compared(sizes) for name, sizes in (("sqlite", sqlite), ("postgresql", postgresql)) if sizes},
    }


def _compared(sizes: dict[int, dict[str, Any]]) -> dict[str, Any]:
    ratio = round(sizes[LARGE]["median_ms"] / sizes[SMALL]["median_ms"], 2)
    return {"ratio": ratio, "holds": ratio <= AT_MOST, **{str(size): found for size, found in sizes.items()}}


def _measure(size: int) -> dict[str, Any]:
    """Make a registry of a size, publish into it, and time each publication's share for conflicts."""
    from random import Random  # noqa: PLC0415

    from django.core.management import call_command  # noqa: PLC0415 - the apps are ready only now
    from django.db import transaction  # noqa: PLC0415

    from bench import registry  # noqa: PLC0415
    from claims.models import Conflict  # noqa: PLC0415
    from claims.operations import comparing  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    random = Random(2)  # noqa: S311 - no secret is made here
    made = registry.figures(size + PUBLICATIONS // 2)
    new = random.sample(made, PUBLICATIONS // 2)
    arriving = {figure.number for figure in new}
    standing = [figure for figure in made if figure.number not in arriving]
    writer = registry.Registry()
    writer.write(standing)
    writer.publish_rates(len(made) + 1)
    again = [registry.changed(figure, random) for figure in random.sample(standing, PUBLICATIONS // 2)]
    revisions = [*writer.publish(new), *writer.republish(again)]
    random.shuffle(revisions)
    registry.settle_statistics()

    spent, before = [], Conflict.objects.count()
    at = registry.AT + timedelta(days=1)
    for revision in revisions:
        revision.refresh_from_db()
        with transaction.atomic():
            begun = processor()
            comparing.meet(revision, at=at)
            spent.append((processor() - begun) * 1000)
    counted = sorted(spent[WARM_UP:])
    return {
        "median_ms": round(median(counted), 2),
        "mean_ms": round(mean(counted), 2),
        "p95_ms": round(counted[len(counted) * 95 // 100], 2),
        "questions": made[-1].question + 1,
        "opened": Conflict.objects.count() - before,
    }


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(_measure(int(sys.argv[1]))))
