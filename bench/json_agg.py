"""A peer on PostgreSQL: one statement over the normalised tables, in which the server itself writes the whole page.

It leaves out what the server cannot know: how a value is printed, and groups of sources that lead to one another.
"""

from datetime import UTC, datetime

import psycopg

from bench.api_questions import PAGE, Question

_STATEMENT = """
WITH page AS (
    SELECT r.id {way} LIMIT %(size)s
)
SELECT json_build_object('results', coalesce(json_agg(json_build_object(
    'slug', c.slug, 'revision', r.number, 'state', r.state, 'statement', c.statement, 'url',
    '/api/v1/claims/' || c.slug || '@' || r.number || '/',
    'translations', CASE WHEN c.statement_es = '' THEN '{{}}'::json
        ELSE json_build_object('es', json_build_object('statement', c.statement_es)) END,
    'subject', json_build_object('slug', s.slug, 'name', s.name),
    'metric', json_build_object('slug', m.slug, 'name', m.name, 'family', f.slug),
    'topics', (SELECT json_agg(t.slug ORDER BY t.slug) FROM claims_claim_topics l JOIN claims_topic t ON t.id = l.topic_id
        WHERE l.claim_id = c.id),
    'value', json_build_object('low', c.low, 'likely', c.likely, 'high', c.high, 'bound', nullif(c.bound, ''),
        'rating', nullif(c.rating, ''), 'unit', c.unit, 'currency', nullif(c.currency, ''), 'per', nullif(c.per, '')),
    'scope', c.scope, 'assumptions', c.assumptions, 'study_type', c.study_type, 'credibility', c.credibility,
    'credibility_reason', c.credibility_reason, 'certainty', c.certainty, 'certainty_reasons', c.certainty_reasons,
    'citations', (SELECT json_agg(json_build_object(
            'stance', k.stance, 'printed', k.printed, 'locator', k.locator, 'note', k.note, 'attributed_to', a.slug,
            'source', json_build_object('slug', o.slug, 'title', o.title, 'publisher', o.publisher,
                'author', nullif(o.author, ''), 'url', nullif(o.url, ''), 'kind', o.kind, 'language', o.language,
                'published_on', o.published_on, 'updated_on', o.updated_on, 'accessed_on', o.accessed_on,
                'reliability', o.reliability, 'interest', o.interest)) ORDER BY k.position, k.id)
        FROM claims_citation k JOIN claims_source o ON o.id = k.source_id
        LEFT JOIN claims_source a ON a.id = k.attributed_to_id WHERE k.claim_id = c.id),
    'contested_by', (SELECT coalesce(json_agg(n.slug ORDER BY n.slug), '[]') FROM claims_conflict x
        JOIN claims_claim n ON n.id = CASE WHEN x.first_id = c.id THEN x.second_id ELSE x.first_id END
        JOIN claims_revision v ON v.id = n.current_revision_id
        WHERE (x.first_id = c.id OR x.second_id = c.id) AND x.lapsed_at IS NULL
            AND x.state IN ('open', 'doubtful', 'contested') AND v.state = 'published'),
    'checked_on', d.read_on, 'expires_on', c.expires_on, 'check_due_on', d.due_on,
    'freshness', CASE WHEN c.expires_on <= %(today)s THEN 'expired' WHEN d.due_on IS NULL OR d.due_on < %(today)s THEN 'overdue'
        WHEN %(today)s >= d.due_on - greatest(1, least(30, d.days / 4)) THEN 'due' ELSE 'fresh' END,
    'published_at', r.published_at, 'digest', r.digest
) ORDER BY r.sequence DESC), '[]'))::text
FROM page JOIN claims_revision r ON r.id = page.id JOIN claims_claim c ON c.current_revision_id = r.id
JOIN claims_subject s ON s.id = c.subject_id JOIN claims_metric m ON m.id = c.metric_id
JOIN claims_metricfamily f ON f.id = m.family_id
CROSS JOIN LATERAL (
    SELECT read_on, coalesce(f.review_days, f.half_life_days) AS days,
        coalesce(read_on, r.evidence_dated_on) + coalesce(f.review_days, f.half_life_days) AS due_on
    FROM (SELECT max(k."on") AS read_on FROM claims_check k
        WHERE k.claim_id = c.id AND k.kind IN ('read_in_context', 'upstream_read')) read
) d"""
_STANDING = (
    "FROM claims_revision r JOIN claims_claim c ON c.current_revision_id = r.id WHERE r.state = 'published' AND {} "
    "ORDER BY r.sequence DESC"
)
_FILED = "FROM claims_revision_topics t WHERE t.topic_id = ANY(%(topics)s)"
_WAYS = (
    _STANDING.format(f"EXISTS (SELECT 1 {_FILED} AND t.revision_id = r.id)"),
    _STANDING.format(f"r.id IN (SELECT t.revision_id {_FILED})"),
    """FROM bench_feed f JOIN claims_revision r ON r.id = f.revision_id
    WHERE f.topic_id = (SELECT id FROM claims_topic WHERE slug = %(topic)s) ORDER BY f.sequence DESC""",
)


class Aggregated:
    """Asks each question in the one of the ways to find a topic that was quickest for it."""

    def __init__(self, address: str) -> None:
        self.connection = psycopg.connect(address, autocommit=True)
        self._quickest: dict[Question, str] = {}

    def answer(self, question: Question) -> bytes:
        """The bytes of a page."""
        if question not in self._quickest:
            self._quickest[question] = min(_WAYS, key=lambda way: self._seconds(way, question))
        return self._ask(self._quickest[question], question)

    def _ask(self, way: str, question: Question) -> bytes:
        values = {
            "topic": question.topic,
            "topics": list(question.topics),
            "size": PAGE,
            "today": datetime.now(UTC).date(),
        }
        [text] = self.connection.execute(_STATEMENT.format(way=way).encode(), values).fetchone() or [""]
        return str(text).encode()

    def _seconds(self, way: str, question: Question) -> float:
        begun = datetime.now(UTC)
        self._ask(way, question)
        return (datetime.now(UTC) - begun).total_seconds()
