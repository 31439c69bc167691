"""Importing 100,000 claims, and importing them again with 2 % changed: rows per second of processor time.

Peers, in the same run and on the same rows: django-import-export (a sample, for it would take the night), and a bulk
upsert that detects no change. Processor time counts this process, its children and, on PostgreSQL, the server's
process of this connection. All three read the same CSV file and write claims with topics and citations; ours and
django-import-export validate every claim, the upsert does not.
"""

import json
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench.databases import measured, on_postgres, processor

COUNT = int(os.environ.get("BENCH_CLAIMS", "100000"))
SAMPLE = int(os.environ.get("BENCH_SAMPLE", "1000"))
CHANGED = 0.02
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def run() -> dict[str, Any]:
    """Each database in a process of its own, on a registry made for it; a server that is not there is left out."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"sqlite": measured("bench.imports", f"sqlite:///{folder}/bench.sqlite3", folder)}
        with on_postgres() as address:
            if address:
                found["postgresql"] = measured("bench.imports", address, folder)
    return {
        "claims": COUNT,
        "changed_share": CHANGED,
        "peers": ["django-import-export on a sample", "bulk upsert without change detection"],
        "sample": SAMPLE,
        **found,
    }


def _measure() -> dict[str, Any]:
    """All three in the database of the environment, the peers on vocabulary and tables of the same registry."""
    from django.core.management import call_command  # noqa: PLC0415 - the apps are ready only now

    from bench import claim_rows, import_peers  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    claim_rows.make_vocabulary()
    person = import_peers.make_person()
    first = claim_rows.as_csv(claim_rows.rows(COUNT))
    again = claim_rows.as_csv(claim_rows.rows(COUNT, changed=CHANGED))
    sample = claim_rows.as_csv(claim_rows.rows(SAMPLE))
    sample_again = claim_rows.as_csv(claim_rows.rows(SAMPLE, changed=CHANGED))

    def pair(take: Callable[[bytes], None], one: bytes, other: bytes, count: int) -> dict[str, float]:
        import_peers.empty_registry()
        return {"first": count / _processor(take, one), "again": count / _processor(take, other)}

    ours = pair(lambda content: import_peers.ours(person, content, AT), first, again, COUNT)
    peer = pair(lambda content: import_peers.import_export(person, content, AT), sample, sample_again, SAMPLE)
    upsert = pair(lambda content: import_peers.bulk_upsert(person, content, AT), first, again, COUNT)
    return {
        "rows_per_cpu_second": {
            name: {key: round(rate) for key, rate in rates.items()}
            for name, rates in (("ours", ours), ("import_export", peer), ("bulk_upsert", upsert))
        },
        "first_to_import_export": round(ours["first"] / peer["first"], 1),
        "again_to_import_export": round(ours["again"] / peer["again"], 1),
        "first_to_bulk_upsert": round(ours["first"] / upsert["first"], 2),
        "again_to_bulk_upsert": round(ours["again"] / upsert["again"], 1),
    }


def _processor(take: Callable[[bytes], None], content: bytes) -> float:
    before = processor()
    take(content)
    return processor() - before


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(_measure()))
