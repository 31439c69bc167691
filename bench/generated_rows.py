"""The rows of a made-up registry, publication after publication, as publishing writes them (`claims/projection.py`).

A test publishes some of the same claims and compares. Values are plain (texts, numbers, None), so that a row is the
same for both databases.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from bench.generated_claim import Made
from bench.generated_plan import NEVER, Plan
from bench.generated_sources import SOURCE_COLUMNS, Vocabulary
from claims.conflicts import lead
from claims.projection import moment_text

BATCH = 10_000
"""Publications whose rows are written at a time."""

TABLES = {
    "claims_source": SOURCE_COLUMNS,
    "claims_claim": (
        "id", "slug", "state", "statement", "statement_es", "low", "likely", "high", "bound", "rating", "unit", "currency",
        "per", "scope", "assumptions", "study_type", "credibility", "credibility_reason", "certainty",
        "certainty_reasons", "expires_on", "edit_number", "changed_at", "submitted_at", "change_note", "changed_by_id",
        "submitted_by_id", "subject_id", "metric_id", "current_revision_id", "superseded_by_id",
    ),
    "claims_claim_topics": ("id", "claim_id", "topic_id"),
    "claims_citation": (
        "id", "claim_id", "source_id", "stance", "printed", "locator", "attributed_to_id", "note", "position",
    ),
    "claims_revision": (
        "id", "claim_id", "number", "sequence", "state", "document", "digest", "previous_digest", "author_id", "approver_id",
        "published_at", "note", "subject_id", "metric_id", "low", "high", "is_numeric", "unit", "currency", "reliability",
        "credibility", "certainty", "scope", "evidence_dated_on", "expires_on",
    ),
    "claims_revision_topics": ("id", "revision_id", "topic_id"),
    "claims_revision_sources": ("id", "revision_id", "source_id"),
    "claims_check": ("id", "claim_id", "kind", "on", "by_id", "recorded_at", "note", "finding"),
    "claims_comparable": ("id", "claim_id", "subject_id", "metric_id", "measure", "low", "high", "lead_key", "lead"),
    "claims_conflict": (
        "id", "first_id", "second_id", "first_revision_id", "second_revision_id", "relation", "state", "reason",
        "opened_at", "decided_on", "decided_by_id",
    ),
    "claims_act": ("id", "at", "by_id", "verb", "claim_id", "revision_id", "note", "detail"),
}  # fmt: skip
"""Tables in the order in which they are filled, with the columns that a row has."""

DECISIONS = (
    ("open", ""),
    ("open", ""),
    ("contested", "Both were measured."),
    ("scope_differs", "Another kind of team."),
)
Rows = dict[str, list[tuple[Any, ...]]]


class Writing:
    """One pass through the publications of a plan. `act` is the first free key in the log."""

    def __init__(self, plan: Plan, vocabulary: Vocabulary, *, act: int) -> None:
        self.plan, self.vocabulary = plan, vocabulary
        self.rows: Rows = defaultdict(list)
        self.keys = dict.fromkeys(TABLES, 0) | {"claims_act": act - 1}
        self.digest = ""
        self.closing: dict[int, tuple[dict[str, Any], tuple[Any, ...]]] = {}

    def batches(self) -> Iterator[Rows]:
        """All rows, some thousand publications at a time."""
        self.rows["claims_source"] = [source.row for source in self.vocabulary.sources]
        conflicts: dict[int, int] = dict(self.plan.conflicts[:, ::-1].tolist())
        published: dict[int, int] = {}
        claims, numbers = self.plan.events()
        for sequence, (claim, number) in enumerate(zip(claims.tolist(), numbers.tolist(), strict=True), start=1):
            made = Made(self.plan, self.vocabulary, claim)
            if number < made.revisions:
                self._publish(made, number, sequence)
            else:
                self._close(made, number, sequence)
            if number + 1 == made.revisions + made.is_closed:
                self._settle(made, sequence)
            published[claim] = sequence
            if claim in conflicts:
                self._contest(conflicts[claim], claim, published, made.moment(0))
            if sequence % BATCH == 0:
                yield self.rows
                self.rows = defaultdict(list)
        yield self.rows

    def _put(self, table: str, *columns: Any) -> None:
        self.keys[table] += 1
        self.rows[table].append((self.keys[table], *columns))

    def _publish(self, made: Made, number: int, sequence: int) -> None:
        value, at = made.value(number), made.moment(number)
        body = made.body(number, value)
        columns = made.columns(value)
        by = (made.editor, made.reviewer)
        self._revision(made, number, sequence, body=body, by=by, at=at, note="", columns=columns)
        if made.is_closed and number + 1 == made.revisions:
            self.closing[made.number] = (body, columns)

    def _close(self, made: Made, number: int, sequence: int) -> None:
        """The last document again, with the end of the claim in it (`projection.write_closing`)."""
        body, columns = self.closing.pop(made.number)
        at = datetime.fromtimestamp(made.closed, UTC)
        body |= {
            "revision": number + 1,
            "state": made.end,
            "published_at": moment_text(at),
            "url": f"/api/v1/claims/{made.slug}@{number + 1}/",
        }
        note, by = "No longer holds.", (made.editor, self.vocabulary.manager.pk)
        self._revision(made, number, sequence, body=body, by=by, at=at, note=note, columns=columns)

    def _revision(
        self, made: Made, number: int, sequence: int, *, body: dict[str, Any], by: tuple[int, int], at: datetime,
        note: str, columns: tuple[Any, ...],
    ) -> None:  # fmt: skip
        """A link of the chain, with its act. The document is made once: with its digest, and for its digest."""
        before, mark, after = orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode().partition(',"expires_on":')
        previous = f'"{self.digest}"' if self.digest else "null"
        link = f'{{"document":{before}{mark}{after},"previous":{previous}}}'
        digest = "sha256:" + hashlib.sha256(link.encode()).hexdigest()
        moment = _moment(at)
        self.rows["claims_revision"].append(
            (
                sequence, made.number + 1, number + 1, sequence, body["state"], f'{before},"digest":"{digest}"{mark}{after}', digest,
                self.digest, *by, moment, note, *columns,
            )
        )  # fmt: skip
        self.digest = digest
        for topic in sorted(topic.pk for topic in made.topics):
            self._put("claims_revision_topics", sequence, topic)
        for source in sorted(number + 1 for number in made.sources):
            self._put("claims_revision_sources", sequence, source)
        verb = {"published": "publish", "retracted": "retract", "superseded": "supersede"}[body["state"]]
        self._put("claims_act", moment, by[1], verb, made.number + 1, sequence, note, "{}")

    def _settle(self, made: Made, current: int) -> None:
        """The working copy, which says what its last revision says."""
        pk, value = made.number + 1, made.value(made.revisions - 1)
        moment, replaced_by = _moment(made.moment(made.revisions - 1)), int(self.plan.replaced_by[made.number])
        self.rows["claims_claim"].append(
            (
                pk, made.slug, made.end or "published", made.statement, "", *value.columns, json.dumps(made.scope),
                made.assumptions, made.study_type, made.credibility, made.reason, made.certainty,
                json.dumps(made.certainty_reasons), made.expires_on, made.revisions - 1, moment, moment, "", made.editor,
                made.editor, made.subject.pk, made.metric.pk, current, None if replaced_by == NEVER else replaced_by + 1,
            )
        )  # fmt: skip
        for topic in made.topics:
            self._put("claims_claim_topics", pk, topic.pk)
        for place, (number, citation) in enumerate(zip(made.sources, made.citations(value), strict=True)):
            self._put(
                "claims_citation", pk, number + 1, citation["stance"], citation["printed"], citation["locator"],
                made.attributed[place], citation["note"], place,
            )  # fmt: skip
        for kind, by, at in made.checks:
            finding = "" if by else "answers"
            self._put("claims_check", pk, kind, at.date().isoformat(), by, _moment(at), "", finding)
        if value.compared and not made.is_closed:
            self._put("claims_comparable", pk, made.subject.pk, made.metric.pk, *value.compared, *lead(made.scope))

    def _contest(self, first: int, second: int, published: dict[int, int], at: datetime) -> None:
        """Opened when the second of them was published."""
        state, reason = DECISIONS[second % len(DECISIONS)]
        decided = (None, None) if state == "open" else (at.date().isoformat(), self.vocabulary.manager.pk)
        self._put(
            "claims_conflict", first + 1, second + 1, published[first], published[second], "disjoint", state, reason,
            _moment(at), *decided,
        )  # fmt: skip


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")
