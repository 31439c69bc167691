"""Hostile requests to the read API on a registry of 10,000 claims, on SQLite and PostgreSQL.

Each answer is judged by `tests/hostile/judging.py`: none is a fault, none takes over two seconds of processor time, none
passes over a parameter, each refusal names what is wrong. `holds` says whether all of that was so for every one of them.
The servers are asked through the application that gunicorn serves.

BENCH_HOSTILE_REQUESTS, BENCH_HOSTILE_SEED and BENCH_HOSTILE_DATABASES (with commas) say how many, which and where.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.databases import measured, processor
from bench.generated_registry import kept_postgres, kept_sqlite

CLAIMS = 10_000
REQUESTS = int(os.environ.get("BENCH_HOSTILE_REQUESTS", "100000"))
SEED = int(os.environ.get("BENCH_HOSTILE_SEED", "11"))
DATABASES = os.environ.get("BENCH_HOSTILE_DATABASES", "sqlite,postgresql").split(",")
WHOLE_FILES = 0.02
"""The share of the files with the whole registry that is asked for without a filter: each is 10,000 claims."""
SHOWN = 10


def run() -> dict[str, Any]:
    """So many requests to each database; a server that is not there is left out."""
    found: dict[str, Any] = {}
    os.environ["FOOTING_API_RATE"] = f"{REQUESTS * 10}/min"  # what is measured is not the throttle
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "static").mkdir()  # nothing is served from it
        for name in DATABASES:
            address = f"sqlite:///{kept_sqlite(CLAIMS)}" if name == "sqlite" else kept_postgres(CLAIMS)
            if address is not None:
                found[name] = measured("bench.hostile", address, folder, str(REQUESTS), str(SEED))
    return {"claims": CLAIMS, "seed": SEED, "holds": all(one["holds"] for one in found.values()), **found}


def _asked(number: int, seed: int) -> dict[str, Any]:
    from django.utils import timezone  # noqa: PLC0415 - the apps are ready only now

    from config.wsgi import application  # noqa: PLC0415
    from tests.hostile.asking import run as ask_all  # noqa: PLC0415
    from tests.hostile.judging import Judge  # noqa: PLC0415
    from tests.hostile.requests import Known, Making  # noqa: PLC0415

    known = Known.read()
    making = Making(known, seed, whole_files=WHOLE_FILES)
    judge = Judge(known, today=timezone.localdate())
    found = ask_all(application, making.requests(number), judge, processor)
    return {
        "requests": found.asked,
        "statuses": {str(status): count for status, count in sorted(found.statuses.items())},
        "slowest_seconds": round(found.slowest, 3),
        "slowest": found.slowest_request[:300],
        "wrong": found.wrong[:SHOWN],
        "holds": found.asked == number and not found.wrong,
    }


if __name__ == "__main__":
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    django.setup()
    print(json.dumps(_asked(int(sys.argv[1]), int(sys.argv[2]))))
