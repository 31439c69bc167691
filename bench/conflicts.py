"""Finding the conflicts of one publication: its cost in a registry of 100,000 claims against one of 10,000.

The registry is `bench/registry.py`. What is measured is `comparing.meet`, all that publishing does about conflicts:
comparing what was put down before, the row of the index, the search, and opening what it finds. The new claims are
drawn as the registry itself was, so a crowded question is met as often as it is crowded. Processor time counts this
process and, on PostgreSQL, the server's process of this connection.
"""

import json
import os
import subprocess
import sys
import tempfile
from itertools import islice
from typing import Any

from bench.imports import ROOT, SERVER, make_database, used

SIZES = tuple(int(size) for size in os.environ.get("BENCH_SIZES", "10000,100000").split(","))
PUBLICATIONS = 600


def run() -> dict[str, Any]:
    """Each database and size in a process of its own; a server that is not there is left out."""
    found: dict[str, Any] = {"sizes": SIZES, "publications": PUBLICATIONS}
    with tempfile.TemporaryDirectory() as folder:
        for vendor in ("sqlite", "postgresql"):
            measured = []
            for size in SIZES:
                if vendor == "postgresql" and not make_database():
                    break
                database = f"{SERVER}/footing_bench" if vendor == "postgresql" else f"sqlite:///{folder}/{size}.sqlite3"
                measured.append(_on(database, folder, size))
            if len(measured) == len(SIZES):
                ratio = measured[-1]["milliseconds"] / measured[0]["milliseconds"]
                found[vendor] = {"by_size": measured, "largest_to_smallest": round(ratio, 2)}
    return found


def _on(database: str, folder: str, size: int) -> dict[str, Any]:
    environment = {**os.environ, "DATABASE_URL": database, "FOOTING_VAR": folder}
    command = [sys.executable, "-m", "bench.conflicts", str(size)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _measure(size: int) -> dict[str, Any]:
    from django.core.management import call_command  # noqa: PLC0415 - the apps are ready only now
    from django.db import connection, transaction  # noqa: PLC0415

    from bench import registry  # noqa: PLC0415
    from claims.models import Conflict, Person  # noqa: PLC0415
    from claims.operations import comparing  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        rng = registry.fill(size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    people = list(Person.objects.order_by("pk"))[-2:]
    placed = list(registry.questions(size, rng.__class__(rng.bit_generator.__class__(20261122))))
    picks = [placed[i] for i in rng.integers(0, size, PUBLICATIONS)]
    bodies = (registry.document(size + i, *pick, rng) for i, pick in enumerate(picks, start=1))
    with transaction.atomic():
        revisions = list(islice(registry.publish(bodies, people), PUBLICATIONS))
        before = used()
        for revision in revisions:
            comparing.meet(revision, at=registry.AT)
        spent = used() - before
        opened = Conflict.objects.count()
        transaction.set_rollback(True)
    return {
        "claims": size,
        "milliseconds": round(1000 * spent / PUBLICATIONS, 3),
        "conflicts_opened": opened,
    }


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(_measure(int(sys.argv[1]))))
