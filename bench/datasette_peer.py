"""Datasette on the same SQLite file, tuned: the file opened as immutable, its time limits lifted, no count, facets only
where they are asked for. It is asked in two ways: by the pages that it makes of every table, which is the peer we are
measured against, and by queries written for exactly our questions. Both find claims by the floor's own feed
(`raw_feed.py`) and answer with the stored documents, as JSON.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import orjson

from bench.api_questions import PAGE, Question
from bench.databases import ROOT
from bench.servers import Server, serving

LOCK = ROOT / "bench" / "datasette.lock"
SETTINGS = {
    "sql_time_limit_ms": 600_000, "facet_time_limit_ms": 600_000, "facet_suggest_time_limit_ms": 1, "suggest_facets": "off",
    "default_page_size": PAGE, "default_cache_ttl": 0, "num_sql_threads": 3, "cache_size_kb": 0, "truncate_cells_html": 0,
    "max_returned_rows": 1000,
}  # fmt: skip
_FEED = "FROM bench_feed f JOIN claims_revision r ON r.id = f.revision_id WHERE f.topic_id = :topic"
_NEWEST = f"ORDER BY f.sequence DESC LIMIT {PAGE}"
_STANDING = "FROM claims_claim c JOIN claims_revision r ON r.id = c.current_revision_id"
_HEAD = "(SELECT sequence FROM claims_revision WHERE published_at <= {end} ORDER BY published_at DESC, sequence DESC LIMIT 1)"
_STOOD = "sequence <= {head} AND (until IS NULL OR until > {head})"
_FACETS = """
    SELECT 'subject' AS facet, s.slug AS value, count(*) AS count {feed} GROUP BY r.subject_id UNION ALL
    SELECT 'metric', m.slug, count(*) {feed} GROUP BY r.metric_id UNION ALL
    SELECT 'certainty', r.certainty, count(*) {feed} GROUP BY r.certainty"""
QUERIES = {
    "list": f"SELECT r.document {_FEED} {_NEWEST}",
    "four_way": f"SELECT r.document {_FEED} AND f.metric_id = :metric AND f.certainty = :certainty AND"
    " (f.due_on IS NULL OR f.due_on < date('now')) AND (f.expires_on IS NULL OR f.expires_on > date('now'))"
    f" {_NEWEST}",
    "as_of": f"WITH head(head) AS {_HEAD.format(end=':end')} SELECT r.document FROM head CROSS JOIN bench_past f"
    " JOIN claims_revision r ON r.id = f.revision_id WHERE f.topic_id = :topic AND f.sequence <= head"
    f" AND (f.until IS NULL OR f.until > head) {_NEWEST}",
    "last_page": f"SELECT r.document {_FEED} AND f.sequence < :below {_NEWEST}",
    "one": f"SELECT r.document {_STANDING} WHERE c.slug = :slug",
    "search": "SELECT r.document FROM bench_words JOIN claims_revision r ON r.sequence = bench_words.rowid"
    f" WHERE bench_words MATCH :q ORDER BY bench_words.rowid DESC LIMIT {PAGE}",
    "facets": _FACETS.format(
        feed="FROM bench_feed f JOIN claims_revision r ON r.id = f.revision_id JOIN claims_subject s ON s.id = r.subject_id"
        " JOIN claims_metric m ON m.id = r.metric_id WHERE f.topic_id = :topic"
    ),
}


def environment() -> Path:
    """The program, in an environment of its own that is made once for what its lock names."""
    folder = ROOT / "var" / "bench" / f"datasette-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    program = folder / "bin" / "datasette"
    if not (folder / "finished").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True, stdout=sys.stderr)
        (folder / "finished").touch()
    return program


@contextmanager
def datasette(file: Path, folder: Path) -> Iterator[Server]:
    """The peer on a file that nobody changes meanwhile; what it is told is written into `folder`."""
    told = folder / "datasette.json"
    queries = {name: {"sql": sql, "hide_sql": True} for name, sql in QUERIES.items()}
    told.write_text(json.dumps({"databases": {file.stem: {"queries": queries}}}), encoding="utf-8")
    settings = [part for name, value in SETTINGS.items() for part in ("--setting", name, str(value))]
    command = [str(environment()), "serve", "--immutable", str(file), "--metadata", str(told), "--port", "{port}"]
    with serving("datasette", [*command, *settings], "/-/versions.json") as server:
        yield server


class Addresses:
    """Where the peer answers questions: `query` and `table`. None where there is no such way."""

    def __init__(self, file: Path, topics: dict[str, int], metrics: dict[str, int]) -> None:
        self._place, self._topics, self._metrics = f"/{file.stem}", topics, metrics

    def query(self, question: Question) -> str | None:
        """By a query written for it."""
        name = question.kind.partition("_")[0] if question.q else question.kind.replace("first_page", "list")
        given = {
            "topic": self._topics.get(question.topic), "metric": self._metrics.get(question.metric), "below": question.below,
            "end": _end(question), "certainty": question.certainty or None, "slug": question.slug or None, "q": question.q or None,
            "_shape": "array", "_json": "document",
        }  # fmt: skip
        return f"{self._place}/{name}.json?{urlencode({k: v for k, v in given.items() if v is not None})}"

    def table(self, question: Question) -> str | None:
        """By the page of a table, with the columns that hold what is asked."""
        given: list[tuple[str, str]] = [
            ("_col", "document"), ("_sort_desc", "sequence"), ("_size", str(PAGE)), ("_nocount", "1"), ("_nosuggest", "1"),
            ("_json", "document"),
        ]  # fmt: skip
        if question.slug:
            current = f"SELECT current_revision_id FROM claims_claim WHERE slug = '{question.slug}'"
            given.append(("_where", f"id = ({current})"))
        elif question.as_of:
            stood = _STOOD.format(head=_HEAD.format(end=f"'{_end(question)}'"))
            past = f"SELECT sequence FROM bench_past WHERE topic_id = {self._topics[question.topic]} AND {stood}"
            given.append(("_where", f"sequence IN ({past})"))
        elif question.topic:
            topic = f"topic_id = {self._topics[question.topic]}"
            given.append(("_where", f"sequence IN (SELECT sequence FROM bench_feed WHERE {topic})"))
        else:
            words = f"bench_words MATCH '{question.q}'"
            given.append(("_where", f"sequence IN (SELECT rowid FROM bench_words WHERE {words})"))
        if question.below is not None:
            given.append(("sequence__lt", str(question.below)))
        if question.metric:
            given += [
                ("metric_id__exact", str(self._metrics[question.metric])),
                ("certainty__exact", question.certainty),
            ]
            late = "due_on IS NULL OR due_on < date('now')"
            given.append(("_where", f"sequence IN (SELECT sequence FROM bench_feed WHERE {topic} AND ({late}))"))
            given.append(("_where", "(expires_on IS NULL OR expires_on > date('now'))"))
        given += [("_facet", name if name == "certainty" else f"{name}_id") for name in question.facets]
        given += [("_facet_size", "max")] if question.facets else [("_nofacet", "1")]
        return f"{self._place}/claims_revision.json?{urlencode([*given, ('_shape', 'objects')])}"


def _end(question: Question) -> str | None:
    """The last moment of the day that is asked about, as the file has moments."""
    return f"{question.as_of} 23:59:59.999999" if question.as_of else None


def slugs(body: bytes) -> list[str]:
    """The claims of an answer in order."""
    answer = orjson.loads(body)
    rows = answer["rows"] if isinstance(answer, dict) else answer
    return [row["document"]["slug"] for row in rows]
