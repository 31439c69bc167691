"""Feed tables of the bench's own, of today and of the past, and on SQLite an index of words, under the floor: the raw driver
that splices stored documents reads them, and so does Datasette.

They are what a careful hand would lay down for exactly our questions, and are made from the normalised tables. The
product knows nothing of them.
"""

from typing import Any

_ABOVE = """RECURSIVE above(topic_id, ancestor_id) AS (
    SELECT id, id FROM claims_topic
    UNION SELECT above.topic_id, claims_topic.parent_id FROM above JOIN claims_topic ON claims_topic.id = above.ancestor_id
    WHERE claims_topic.parent_id IS NOT NULL
)"""
"""Each topic with itself and all above it."""

_MADE = """
CREATE TABLE bench_feed (
    topic_id bigint NOT NULL, sequence bigint NOT NULL, revision_id bigint NOT NULL, metric_id bigint NOT NULL,
    certainty varchar(10) NOT NULL, due_on date, expires_on date, PRIMARY KEY (topic_id, sequence)
)"""

_FILLED = """
INSERT INTO bench_feed
WITH {above}, dated AS (
    SELECT r.id, r.sequence, r.metric_id, r.certainty, r.expires_on, coalesce(f.review_days, f.half_life_days) AS days,
        coalesce((
            SELECT max(k."on") FROM claims_check k
            WHERE k.claim_id = r.claim_id AND k.kind IN ('read_in_context', 'upstream_read')
            GROUP BY k.claim_id
        ), r.evidence_dated_on) AS anchored_on
    FROM claims_claim c JOIN claims_revision r ON r.id = c.current_revision_id
    JOIN claims_metric m ON m.id = r.metric_id JOIN claims_metricfamily f ON f.id = m.family_id
    WHERE r.state = 'published'
)
SELECT DISTINCT above.ancestor_id, d.sequence, d.id, d.metric_id, d.certainty, {due_on}, d.expires_on
FROM dated d JOIN claims_revision_topics t ON t.revision_id = d.id JOIN above ON above.topic_id = t.topic_id
ORDER BY 1, 2"""

_PAST_MADE = """
CREATE TABLE bench_past (
    topic_id bigint NOT NULL, sequence bigint NOT NULL, revision_id bigint NOT NULL, until bigint, PRIMARY KEY (topic_id, sequence)
)"""

_PAST_FILLED = """
INSERT INTO bench_past
WITH {above}
SELECT DISTINCT above.ancestor_id, r.sequence, r.id,
    (SELECT min(n.sequence) FROM claims_revision n WHERE n.claim_id = r.claim_id AND n.number > r.number)
FROM claims_revision r JOIN claims_revision_topics t ON t.revision_id = r.id JOIN above ON above.topic_id = t.topic_id
WHERE r.state = 'published' ORDER BY 1, 2"""

_WORDS = """
INSERT INTO bench_words (rowid, words)
SELECT r.sequence, c.statement || ' ' || s.name || ' ' || m.name || ' ' || (
    SELECT group_concat(o.title || ' ' || o.publisher, ' ') FROM claims_citation k JOIN claims_source o ON o.id = k.source_id
    WHERE k.claim_id = c.id
)
FROM claims_revision r JOIN claims_claim c ON c.current_revision_id = r.id JOIN claims_subject s ON s.id = c.subject_id
JOIN claims_metric m ON m.id = c.metric_id WHERE r.state = 'published' ORDER BY r.sequence"""

_DUE_ON = {
    "sqlite": "date(d.anchored_on, '+' || d.days || ' days')",
    "postgresql": "d.anchored_on + d.days",
}
_CLUSTERED = {"sqlite": " WITHOUT ROWID", "postgresql": ""}


def make(cursor: Any, vendor: str) -> None:
    """Make and fill the tables, where they are not there; what was checked or published since is not in it."""
    clustered = _CLUSTERED[vendor]
    there = _tables(cursor, vendor)
    if "bench_feed" not in there:
        cursor.execute(_MADE + clustered)
        cursor.execute(_FILLED.format(above=_ABOVE, due_on=_DUE_ON[vendor]))
        cursor.execute("CREATE INDEX bench_feed_four_ways ON bench_feed (topic_id, metric_id, certainty, sequence)")
        cursor.execute("ANALYZE bench_feed")
    if "bench_past" not in there:
        cursor.execute(_PAST_MADE + clustered)
        cursor.execute(_PAST_FILLED.format(above=_ABOVE))
        cursor.execute("ANALYZE bench_past")
    if vendor == "sqlite" and "bench_words" not in there:
        cursor.execute("CREATE VIRTUAL TABLE bench_words USING fts5(words, content='', detail=none)")
        cursor.execute(_WORDS)


def drop(cursor: Any, vendor: str) -> None:
    """Take the tables away again."""
    for table in ("bench_feed", "bench_past", "bench_words"):
        if table in _tables(cursor, vendor):
            cursor.execute(f"DROP TABLE {table}")


def _tables(cursor: Any, vendor: str) -> set[str]:
    cursor.execute(
        {"sqlite": "SELECT name FROM sqlite_master", "postgresql": "SELECT tablename FROM pg_tables"}[vendor]
    )
    return {str(name) for (name,) in cursor.fetchall()}
