"""How each address of the read API is answered by both databases: the plans of its queries, for docs/plans.md.

`python -m bench.plans > docs/plans.md`, on generated registries of `BENCH_PLANS` claims (10,000). Not a measurement: what
is shown is which index a query goes by, and in which order.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from bench.databases import ROOT, measured
from bench.generated_registry import kept_postgres, kept_sqlite

SIZE = int(os.environ.get("BENCH_PLANS", "10000"))
INTRODUCTION = f"""\
# How the read API finds things

By which index each database answers the queries of each address of the [API](api.md): on a made-up registry of
{SIZE:,} claims, written by `python -m bench.plans`. Where it does not come along with the rows, a request asks besides for
the [version of the registry](decisions/0050-what-readers-are-served.md), one row of two small indexes. Where a search
finds more than two thousand revisions, the list is walked in its order and each claim is asked for the words; whether so
many are found is counted up to there, on PostgreSQL only where 64 revisions spread evenly do not tell. PostgreSQL's plans
are those for the values shown; a list that only topics narrow down is prepared, and has one plan for all of them.

`tests/claims/test_plans.py` holds for every filter, order and address that no plan reads a table from end to end.
"""


def run() -> str:
    """The page, as Markdown."""
    folder = str(ROOT / "var" / "bench")
    found = {"SQLite": measured("bench.plans", f"sqlite:///{kept_sqlite(SIZE)}", folder, "one")}
    if (server := kept_postgres(SIZE)) is not None:
        found["PostgreSQL"] = measured("bench.plans", server, folder, "one")
    page = [INTRODUCTION]
    for address in next(iter(found.values())):
        page.append(f"## `{address}`\n")
        for name, plans in found.items():
            lines = "\n".join(f"    {line}" for plan in plans[address] for line in plan)
            page.append(f"{name}:\n\n{lines}\n")
    return "\n".join(page)


def _asked() -> Iterator[tuple[str, str]]:
    """The address as the page names it, and one that is asked."""
    from bench.api_questions import questions  # noqa: PLC0415 - the apps are ready only now

    asked = {kind: some[0] for kind, some in questions().items()}
    topic, slug = asked["list"].topic, asked["one"].slug
    base = "claims/?topic={topic}"
    yield base, f"claims/?topic={topic}"
    four = asked["four_way"]
    yield (
        f"{base}&metric={{metric}}&freshness={{state}}&certainty={{level}}",
        f"claims/?topic={topic}&metric={four.metric}&freshness={four.freshness}&certainty={four.certainty}",
    )
    for ordering in ("value", "-checked_on", "slug"):
        yield f"{base}&ordering={ordering}", f"claims/?topic={topic}&ordering={ordering}"
    yield "claims/?q={common word}", f"claims/?q={asked['search_common'].q}"
    yield "claims/?q={rare word}&ordering=value", f"claims/?q={asked['search_rare'].q}&ordering=value"
    yield (
        f"{base}&count=true&facets=subject,metric",
        f"claims/?topic={topic}&page_size=1&count=true&facets=subject,metric",
    )
    yield f"{base}&as_of={{day}}", f"claims/?topic={topic}&as_of={asked['as_of'].as_of}"
    yield "claims/{slug}/", f"claims/{slug}/"
    yield "claims/{slug}@{number}/", f"claims/{slug}@1/"
    yield "claims/{slug}/revisions/", f"claims/{slug}/revisions/"
    yield "claims/{slug}/checks/", f"claims/{slug}/checks/"
    yield "topics/", "topics/"
    yield "sources/{slug}/", "sources/"
    yield "changes/?since={cursor}", "changes/?since=100"


def _plans() -> dict[str, Any]:
    from django.db import connection, transaction  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from claims import registry_version  # noqa: PLC0415
    from tests.claims.plans import plan, queries_of  # noqa: PLC0415

    client, found = Client(SERVER_NAME="127.0.0.1"), {}
    for name, address in _asked():
        with transaction.atomic():
            queries = [sql for sql in queries_of(client, f"/api/v1/{address}") if sql != registry_version.QUERY]
            plans = [[line.rstrip() for line in plan(sql)] for sql in queries]
            transaction.set_rollback(True)
        found[name] = plans
    connection.close()
    return found


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("FOOTING_API_RATE", "1000000/min")
    django.setup()
    if sys.argv[1:] == ["one"]:
        print(json.dumps(_plans()))
    else:
        print(run())
