"""A made-up registry of published claims of any size, kept from one run to the next.

`python -m bench.generated_registry SIZE` fills the empty database of the environment. `kept_sqlite` and
`kept_postgres` make a registry where it is not there yet; its name has a digest of everything that decides what is in
it, so that a change of the generator or of a migration makes another one.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.databases import ROOT, SERVER, measured

SEED = 7
KEPT = ROOT / "var" / "bench"
HASTE = ("foreign_keys = OFF", "synchronous = OFF", "journal_mode = MEMORY", "cache_size = -500000")
"""Nobody reads a file that is not finished, and the rows are right by construction."""
STARTER = tuple(ROOT / "claims" / "starter" / name for name in ("00-policy.yaml", "10-vocabulary.yaml"))
DECIDING = (
    "bench/generated_*.py", "*/migrations/*.py", "claims/projection.py", "claims/freshness.py", "claims/quantity*.py",
    "claims/serving.py", "claims/pieces.py", "claims/searching.py", "claims/tallies.py",
)  # fmt: skip


def digest() -> str:
    """Of everything that decides what a generated registry holds."""
    files = [*STARTER, *sorted(path for pattern in DECIDING for path in ROOT.glob(pattern))]
    whole = hashlib.sha256(str(SEED).encode())
    for path in files:
        whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


def kept_sqlite(size: int) -> Path:
    """The file with a registry of this size; one of an earlier generator is removed."""
    path = KEPT / f"registry-{size}-{digest()}.sqlite3"
    if not path.exists():
        for earlier in KEPT.glob(f"registry-{size}-*"):
            earlier.unlink()
        KEPT.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        _say(measured("bench.generated_registry", f"sqlite:///{unfinished}", str(KEPT), str(size)))
        unfinished.rename(path)
    return path


def kept_postgres(size: int) -> str | None:
    """The address of the database with a registry of this size; None where no server is reached.

    The names of our databases hold a number of this checkout, so that another one's are left alone.
    """
    import psycopg  # noqa: PLC0415 - only where there is a server

    try:
        server = psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        return None
    ours = f"footing_kept_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}_{size}_"
    name = f"{ours}{digest()}"
    with server:
        there = [row[0] for row in server.execute("SELECT datname FROM pg_database").fetchall()]
        if name not in there:
            for earlier in (other for other in there if other.startswith(ours)):
                server.execute(f"DROP DATABASE {earlier}")
            unfinished = f"{ours}unfinished"
            server.execute(f"CREATE DATABASE {unfinished} TEMPLATE template0")
            _say(measured("bench.generated_registry", f"{SERVER}/{unfinished}", str(KEPT), str(size)))
            # One process a connection, so that its processor time is known.
            server.execute(f"ALTER DATABASE {unfinished} SET max_parallel_workers_per_gather = 0")
            server.execute(f"ALTER DATABASE {unfinished} SET jit = off")
            server.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")
    return f"{SERVER}/{name}"


def _say(found: dict[str, Any]) -> None:
    print(json.dumps(found), file=sys.stderr, flush=True)


def fill(size: int, *, seed: int = SEED) -> dict[str, int]:
    """Write a registry of so many claims into the database of the environment, which has been migrated and is empty.

    How many rows there are in each table.
    """
    from bench.generated_plan import plan  # noqa: PLC0415 - the apps are ready only now
    from bench.generated_rows import TABLES, Writing  # noqa: PLC0415
    from bench.generated_sources import vocabulary  # noqa: PLC0415
    from claims.models import Act  # noqa: PLC0415

    made_of = vocabulary(size, seed=seed, people=people())
    last = Act.objects.order_by("pk").last()
    writing = Writing(plan(size, made_of.shape, seed=seed), made_of, act=last.pk + 1 if last else 1)
    counts = dict.fromkeys(TABLES, 0)
    with _in_bulk(list(TABLES)) as put:
        for batch in writing.batches():
            for table, columns in TABLES.items():
                put(table, columns, batch.get(table, ()))
                counts[table] += len(batch.get(table, ()))
    _serve()
    return counts


def _serve() -> None:
    """Make what readers are served of the registry that is there, with the indexes made afterwards."""
    from django.db import connection  # noqa: PLC0415 - the apps are ready only now

    from claims import serving  # noqa: PLC0415

    with _in_bulk(["claims_feedrow", "claims_servedclaim"]), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")  # or it reads whole tables for a thousand rows, a thousand times
        serving.rebuild()


def people() -> Any:
    """Editors, reviewers and a manager."""
    from tests.claims import factories  # noqa: PLC0415

    editors = [factories.editor(), factories.person("editor-2", "editor"), factories.person("editor-3", "editor")]
    reviewers = [factories.reviewer(), factories.person("reviewer-2", "reviewer")]
    return editors, reviewers, factories.manager()


Put = Callable[[str, tuple[str, ...], Iterable[tuple[Any, ...]]], None]


@contextmanager
def _in_bulk(tables: list[str]) -> Iterator[Put]:
    """A way to write many rows in one transaction, with the indexes made afterwards."""
    from django.core.management.color import no_style  # noqa: PLC0415
    from django.db import connection, transaction  # noqa: PLC0415

    from claims import models  # noqa: PLC0415

    put = {"sqlite": _put_sqlite, "postgresql": _put_postgres}[connection.vendor]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Neither foreign keys nor triggers look at the rows: what is written here is right by construction.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what was written before is looked at now
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL TIME ZONE 'UTC'")
            cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        indexes = _indexes(cursor, connection.vendor, tables)
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield lambda table, columns, rows: put(cursor, table, columns, rows)
        for _, statement in indexes:
            cursor.execute(statement)
        kinds = [getattr(models, name) for name in models.__all__]
        kinds += [models.Claim.topics.through, models.Revision.topics.through, models.Revision.sources.through]
        for statement in connection.ops.sequence_reset_sql(no_style(), kinds):
            cursor.execute(statement)


def _indexes(cursor: Any, vendor: str, tables: list[str]) -> list[tuple[str, str]]:
    """Names and statements of the indexes that are no constraints."""
    if vendor == "sqlite":
        found = cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql > ''")
    else:
        found = cursor.execute(
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
    return [(name, statement) for table, name, statement in (found or cursor).fetchall() if table in tables]


def _put_sqlite(cursor: Any, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    named = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join("?" * len(columns))
    cursor.connection.executemany(f"INSERT INTO {table} ({named}) VALUES ({places})", rows)


def _put_postgres(cursor: Any, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    named = ", ".join(f'"{column}"' for column in columns)
    with cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _make(size: int) -> dict[str, Any]:
    from time import perf_counter  # noqa: PLC0415

    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    begun = perf_counter()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - what is loaded is known
        call_command("migrate", verbosity=0)
        call_command("load_claims", *map(str, STARTER), stdout=nowhere)
    with connection.cursor() as cursor:
        for pragma in HASTE if connection.vendor == "sqlite" else ():
            cursor.execute(f"PRAGMA {pragma}")
        counts = fill(size)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return {"generated": size, "seconds": round(perf_counter() - begun, 1), "rows": sum(counts.values())}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(_make(int(sys.argv[1]))))
