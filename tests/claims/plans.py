"""How a database answers what an address of the API asks of it: the plan of each query, as text."""

import re
from typing import Any

from django.db import connection

BIG = (
    "claims_claim", "claims_revision", "claims_revision_topics", "claims_revision_sources", "claims_citation",
    "claims_check", "claims_act", "claims_servedclaim", "claims_feedrow", "claims_tally", "claims_search",
)  # fmt: skip
"""Tables that grow with the registry."""


def queries_of(client: Any, address: str) -> list[str]:
    """The SQL that an address sends, with its parameters put in, without the settings of a transaction."""
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        sent.append(_with_params(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        response = client.get(address)
        if response.streaming:
            list(response)
    assert response.status_code == 200, (address, response.status_code)
    return [sql for sql in sent if sql.lstrip().upper().startswith(("SELECT", "WITH"))]


def _with_params(sql: str, params: Any) -> str:
    if not params:
        return sql
    if connection.vendor == "postgresql":
        composed: str = connection.ops.compose_sql(sql, params)
        return composed
    with connection.cursor() as cursor:
        text: str = connection.ops.last_executed_query(cursor, sql, params)
        return text


def plan(sql: str) -> list[str]:
    """The lines of the plan. PostgreSQL is told to scan a table only where there is no other way."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN (COSTS OFF) {sql}")
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]


def scans(lines: list[str], sql: str) -> list[str]:
    """The lines that read a big table from one end to the other, by no index and without an end."""
    found = []
    aliases = dict.fromkeys(BIG) | {
        alias: table for table, alias in re.findall(r'"?(claims_\w+)"?(?: AS)? "?([a-zU]\d?)"?\b', sql)
    }
    for line in lines:
        match = re.match(r"SCAN (?:TABLE )?(\w+)(.*)", line) or re.search(r"Seq Scan on (\w+)(.*)", line)
        if match is None or "VIRTUAL TABLE INDEX" in line or "USING" in match[2]:
            continue
        name = match[1]
        if name in BIG or aliases.get(name) in BIG:
            found.append(line)
    return found
