"""The floor: drivers and orjson without a framework, in two kinds, on both databases.

`Normalised` joins the tables and assembles the documents by hand, as our API serves them. `Spliced` reads stored
documents through a feed of its own (`raw_feed.py`) and puts commas between them, with the freshness they were stored
with. Both answer with the bytes of a page, without addresses of other pages.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from time import perf_counter
from typing import Any

import orjson

from bench import peer_values
from bench.api_questions import PAGE, Question
from claims.freshness import READINGS
from claims.projection import freshness_keys, moment_text
from claims.support import Cited, independent

Query = Callable[[str, Sequence[Any]], list[Any]]
Rows = dict[int, list[Any]]
_READINGS = ", ".join(f"'{kind}'" for kind in sorted(READINGS))


def address(connection: Any) -> str:
    """Where Django's connection leads to: the path of a file, or what psycopg takes."""
    if connection.vendor == "sqlite":
        return str(connection.settings_dict["NAME"])
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415

    given = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return make_conninfo(**{name: given[key] or None for name, key in names.items()})


def connect(vendor: str, address: str) -> tuple[Query, Any]:
    """A way to ask, and the connection. SQLite: the path of a file; PostgreSQL: an address."""
    if vendor == "sqlite":
        import sqlite3  # noqa: PLC0415

        file = sqlite3.connect(f"file:{address}?mode=ro", uri=True, isolation_level=None)
        return lambda sql, values: file.execute(sql, values).fetchall(), file
    import psycopg  # noqa: PLC0415

    server = psycopg.connect(address, autocommit=True)

    def ask(sql: str, values: Sequence[Any]) -> list[Any]:
        return server.execute(translated(sql), values).fetchall()

    return ask, server


@cache
def translated(sql: str) -> bytes:
    """A statement for psycopg."""
    return sql.replace("%", "%%").replace("?", "%s").encode()


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _day(column: Any) -> date | None:
    return date.fromisoformat(column) if isinstance(column, str) else column


def _iso(column: Any) -> str | None:
    return column.isoformat() if isinstance(column, date) else column


def _moment(column: Any) -> str:
    if isinstance(column, str):
        return f"{column.replace(' ', 'T')}Z"
    return moment_text(column)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to find the claims of a topic: from where, on what condition, in which order."""

    source: str
    condition: str
    columns: str = "r"


# The first asks each revision, newest first, whether it is filed there; the second collects the topic and sorts it; the
# third reads the feed that the splice has too. Which is quickest depends on the question.
_STANDING = "FROM claims_revision r JOIN claims_claim c ON c.current_revision_id = r.id WHERE r.state = 'published'"
WALKED = Way(
    _STANDING, "EXISTS (SELECT 1 FROM claims_revision_topics t WHERE t.revision_id = r.id AND t.topic_id IN ({marks}))"
)
COLLECTED = Way(_STANDING, "r.id IN (SELECT t.revision_id FROM claims_revision_topics t WHERE t.topic_id IN ({marks}))")
FED = Way(
    "FROM bench_feed f JOIN claims_revision r ON r.id = f.revision_id"
    " JOIN claims_claim c ON c.current_revision_id = r.id WHERE r.state = 'published'",
    "f.topic_id = (SELECT id FROM claims_topic WHERE slug = ?)",
    "f",
)

_PAGE = """
WITH page AS (SELECT r.id {found} ORDER BY {columns}.sequence DESC LIMIT {size})
SELECT c.id, c.slug, r.number, c.statement, c.statement_es, s.slug, s.name, m.slug, m.name, f.slug,
    c.low, c.likely, c.high, c.bound, c.rating, c.unit, c.currency, c.per, c.scope, c.assumptions, c.study_type,
    c.credibility, c.credibility_reason, c.certainty, c.certainty_reasons, c.expires_on,
    coalesce(f.review_days, f.half_life_days), r.evidence_dated_on, r.published_at, r.digest
FROM page JOIN claims_revision r ON r.id = page.id JOIN claims_claim c ON c.current_revision_id = r.id
JOIN claims_subject s ON s.id = c.subject_id JOIN claims_metric m ON m.id = c.metric_id
JOIN claims_metricfamily f ON f.id = m.family_id
ORDER BY r.sequence DESC"""
_CITATIONS = """
SELECT k.claim_id, k.stance, k.printed, k.locator, k.note, a.slug, s.slug, s.title, s.publisher, s.author, s.url, s.kind,
    s.language, s.published_on, s.updated_on, s.accessed_on, s.reliability, s.interest
FROM claims_citation k JOIN claims_source s ON s.id = k.source_id LEFT JOIN claims_source a ON a.id = k.attributed_to_id
WHERE k.claim_id IN ({marks}) ORDER BY k.claim_id, k.position, k.id"""
_TOPICS = """
SELECT l.claim_id, t.slug FROM claims_claim_topics l JOIN claims_topic t ON t.id = l.topic_id
WHERE l.claim_id IN ({marks})"""
_READ = f"""
SELECT claim_id, max("on") FROM claims_check WHERE claim_id IN ({{marks}}) AND kind IN ({_READINGS}) GROUP BY claim_id"""
_CONTESTED = """
SELECT k.{side}_id, o.slug FROM claims_conflict k
JOIN claims_claim c ON c.id = k.{side}_id JOIN claims_revision r ON r.id = c.current_revision_id
JOIN claims_claim o ON o.id = k.{other}_id JOIN claims_revision n ON n.id = o.current_revision_id
WHERE k.{side}_id IN ({{marks}}) AND k.lapsed_at IS NULL AND k.state IN ('open', 'doubtful', 'contested')
    AND r.state = 'published' AND n.state = 'published'"""
_EITHER = " UNION ALL ".join(
    _CONTESTED.format(side=side, other=other) for side, other in (("first", "second"), ("second", "first"))
)
_FACETS = {
    "subject": "SELECT v.slug, count(*) {found} GROUP BY v.slug",
    "metric": "SELECT v.slug, count(*) {found} GROUP BY v.slug",
    "certainty": "SELECT r.certainty, count(*) {found} GROUP BY r.certainty",
}


_SAID = """(c.statement LIKE ? OR EXISTS (SELECT 1 FROM claims_subject s WHERE s.id = c.subject_id AND s.name LIKE ?)
    OR EXISTS (SELECT 1 FROM claims_metric m WHERE m.id = c.metric_id AND m.name LIKE ?)
    OR EXISTS (SELECT 1 FROM claims_citation k JOIN claims_source s ON s.id = k.source_id
        WHERE k.claim_id = c.id AND (s.title LIKE ? OR s.publisher LIKE ?)))"""


class Normalised:
    """Joins the tables. Of the ways to find a topic, each question is asked in the one that was quickest for it."""

    def __init__(self, vendor: str, address: str) -> None:
        self.ask, self.connection = connect(vendor, address)
        self._said = _SAID.replace("LIKE", "ILIKE") if vendor == "postgresql" else _SAID
        self._intervals: dict[str, int] = dict(
            self.ask(
                "SELECT m.slug, coalesce(f.review_days, f.half_life_days) FROM claims_metric m"
                " JOIN claims_metricfamily f ON f.id = m.family_id",
                (),
            )
        )
        self._quickest: dict[Question, Way] = {}

    def answer(self, question: Question) -> bytes:
        """The bytes of a page, or of one claim."""
        way = self._way(question)
        found, values = self._found(question, way)
        documents = self._documents(found, values, way)
        if question.slug:
            return orjson.dumps(documents[0])
        body: dict[str, Any] = {"results": documents}
        if question.facets:
            body["facets"] = {name: self._facet(name, found, values) for name in question.facets}
        return orjson.dumps(body)

    def _way(self, question: Question) -> Way:
        if question not in self._quickest:
            spent = {}
            for way in (WALKED, COLLECTED, FED) if question.topics else (WALKED,):
                begun = perf_counter()
                found, values = self._found(question, way)
                self._documents(found, values, way)
                for name in question.facets:
                    self._facet(name, found, values)
                spent[way] = perf_counter() - begun
            self._quickest[question] = min(spent, key=lambda way: spent[way])
        return self._quickest[question]

    def _found(self, question: Question, way: Way) -> tuple[str, list[Any]]:
        """The part of a statement from FROM on that finds what is asked for, and its values."""
        conditions: list[str] = [way.source]
        values: list[Any] = []

        def narrow(condition: str, *given: Any) -> None:
            conditions.append(condition)
            values.extend(given)

        if question.topics:
            ids = (question.topic,) if way is FED else question.topics
            narrow(way.condition.format(marks=_marks(ids)), *ids)
        if question.metric:
            narrow(f"{way.columns}.metric_id = (SELECT id FROM claims_metric WHERE slug = ?)", question.metric)
        if question.certainty:
            narrow(f"{way.columns}.certainty = ?", question.certainty)
        if question.freshness:
            narrow(*self._overdue(question))
        if question.q:
            narrow(self._said, *[f"%{question.q}%"] * _SAID.count("?"))
        if question.below is not None:
            narrow(f"{way.columns}.sequence < ?", question.below)
        if question.slug:
            narrow("c.slug = ?", question.slug)
        return " AND ".join(conditions), values

    def _overdue(self, question: Question) -> tuple[Any, ...]:
        """With one metric there is one interval, and no need to look at the row for it."""
        assert question.freshness == "overdue", question
        today = datetime.now(UTC).date()
        last = today - timedelta(days=self._intervals[question.metric])
        # Grouped: over a descending index behind IN, SQLite 3.40 takes the first maximum that it meets for the greatest.
        read = (
            'SELECT max(k."on") FROM claims_check k'
            f" WHERE k.claim_id = c.id AND k.kind IN ({_READINGS}) GROUP BY k.claim_id"
        )
        condition = (
            f"coalesce(({read}), r.evidence_dated_on, '0001-01-01') < ? AND (r.expires_on IS NULL OR r.expires_on > ?)"
        )
        return condition, last.isoformat(), today.isoformat()

    def _facet(self, name: str, found: str, values: list[Any]) -> list[dict[str, Any]]:
        joined = found.replace(" WHERE", f" JOIN claims_{name} v ON v.id = r.{name}_id WHERE", 1)
        rows = self.ask(_FACETS[name].format(found=found if name == "certainty" else joined), values)
        counted = sorted(rows, key=lambda row: (-row[1], row[0]))
        return [{"value": value, "count": count} for value, count in counted]

    def _documents(self, found: str, values: list[Any], way: Way) -> list[dict[str, Any]]:
        rows = self.ask(_PAGE.format(found=found, columns=way.columns, size=PAGE), values)
        ids = [row[0] for row in rows]
        if not ids:
            return []
        citations, topics = self._grouped(_CITATIONS, ids), self._grouped(_TOPICS, ids)
        contested = self._grouped(_EITHER, ids, times=2)
        read = dict(self.ask(_READ.format(marks=_marks(ids)), ids))
        today = datetime.now(UTC).date()
        return [
            document(row, citations[row[0]], topics[row[0]], contested.get(row[0], ()), _day(read.get(row[0])), today)
            for row in rows
        ]

    def _grouped(self, sql: str, ids: list[int], times: int = 1) -> Rows:
        grouped: Rows = defaultdict(list)
        for row in self.ask(sql.format(marks=_marks(ids)), ids * times):
            grouped[row[0]].append(row)
        return grouped


def document(
    row: Any, citations: list[Any], topics: list[Any], contested: Sequence[Any], read_on: date | None, today: date
) -> dict[str, Any]:
    """One claim, from its rows, as our API serves it."""
    (
        _, slug, number, statement, statement_es, subject, subject_name, metric, metric_name, family, *value, scope,
        assumptions, study_type, credibility, credibility_reason, certainty, certainty_reasons, expires_on, interval_days,
        dated_on, published_at, digest,
    ) = row  # fmt: skip
    return {
        "slug": slug,
        "statement": statement,
        "translations": {"es": {"statement": statement_es}} if statement_es else {},
        "subject": {"slug": subject, "name": subject_name},
        "metric": {"slug": metric, "name": metric_name, "family": family},
        "topics": sorted(topic[1] for topic in topics),
        "value": peer_values.body(tuple(value)),
        "scope": orjson.loads(scope) if isinstance(scope, str) else scope,
        "assumptions": assumptions,
        "citations": [_citation(citation) for citation in citations],
        "study_type": study_type,
        "credibility": credibility,
        "credibility_reason": credibility_reason,
        "certainty": certainty,
        "certainty_reasons": orjson.loads(certainty_reasons)
        if isinstance(certainty_reasons, str)
        else certainty_reasons,
        "revision": number,
        "state": "published",
        "url": f"/api/v1/claims/{slug}@{number}/",
        "independent_sources": independent(Cited(c[6], c[5], c[1]) for c in citations),
        "contested_by": sorted(one[1] for one in contested),
        "arithmetic": None,
        **freshness_keys(interval_days, _day(dated_on), read_on, _day(expires_on), today),
        "published_at": _moment(published_at),
        "digest": digest,
    }


def _citation(row: Any) -> dict[str, Any]:
    return {
        "source": {
            "slug": row[6], "title": row[7], "publisher": row[8], "author": row[9] or None, "url": row[10] or None,
            "kind": row[11], "language": row[12], "published_on": _iso(row[13]), "updated_on": _iso(row[14]),
            "accessed_on": _iso(row[15]), "reliability": row[16], "interest": row[17],
        },
        "stance": row[1], "printed": row[2], "locator": row[3], "attributed_to": row[5], "note": row[4],
    }  # fmt: skip


class Spliced:
    """Puts stored documents together, found through the bench's own feed."""

    _FEED = "SELECT r.document FROM bench_feed f JOIN claims_revision r ON r.id = f.revision_id WHERE f.topic_id = ?"
    _AS_OF = f"""
        SELECT r.document FROM bench_past f JOIN claims_revision r ON r.id = f.revision_id
        WHERE f.topic_id = ? AND f.sequence <= ? AND (f.until IS NULL OR f.until > ?) ORDER BY f.sequence DESC LIMIT {PAGE}"""
    _HEAD = (
        "SELECT sequence FROM claims_revision WHERE published_at <= ? ORDER BY published_at DESC, sequence DESC LIMIT 1"
    )
    _SAID = f"""
        SELECT r.document FROM bench_words JOIN claims_revision r ON r.sequence = bench_words.rowid
        WHERE bench_words MATCH ? ORDER BY bench_words.rowid DESC LIMIT {PAGE}"""

    def __init__(self, vendor: str, address: str) -> None:
        self.ask, self.connection = connect(vendor, address)
        self._topics: dict[str, int] = dict(self.ask("SELECT slug, id FROM claims_topic", ()))
        self._metrics: dict[str, int] = dict(self.ask("SELECT slug, id FROM claims_metric", ()))

    def answer(self, question: Question) -> bytes:
        """The bytes of a page, or of one claim."""
        if question.slug:
            [[document]] = self.ask(
                "SELECT r.document FROM claims_claim c JOIN claims_revision r ON r.id = c.current_revision_id"
                " WHERE c.slug = ?",
                (question.slug,),
            )
            return str(document).encode()
        rows = self.ask(*self._asked(question))
        return f'{{"results":[{",".join([row[0] for row in rows])}]}}'.encode()

    def _asked(self, question: Question) -> tuple[str, list[Any]]:
        if question.q:
            return self._SAID, [question.q]
        if question.as_of:
            end = datetime.combine(date.fromisoformat(question.as_of), time.max, UTC)
            sqlite = "sqlite3" in type(self.connection).__module__
            [[head]] = self.ask(self._HEAD, [end.strftime("%Y-%m-%d %H:%M:%S.%f") if sqlite else end])
            return self._AS_OF, [self._topics[question.topic], head, head]
        sql, values = self._FEED, [self._topics[question.topic]]
        if question.metric:
            today = datetime.now(UTC).date().isoformat()
            sql += " AND f.metric_id = ? AND f.certainty = ? AND (f.due_on IS NULL OR f.due_on < ?)"
            sql += " AND (f.expires_on IS NULL OR f.expires_on > ?)"
            values += [self._metrics[question.metric], question.certainty, today, today]
        if question.below is not None:
            sql += " AND f.sequence < ?"
            values.append(question.below)
        return f"{sql} ORDER BY f.sequence DESC LIMIT {PAGE}", values
