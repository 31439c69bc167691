"""Documents as they were at the end of a day: frozen texts with the dates and contests of that day laid over them.

What they give is the canonical text of the document that `published.documents` builds: that is the reference, and tests
compare the two byte by byte. Nothing of a document is parsed but its value, and that only where its text is wanted in
another language.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from claims import prepared
from claims.models import Conflict, Revision
from claims.pieces import LONG_PAST, canonical_value
from claims.projection import canonical, freshness_keys
from claims.published import documents, end_of
from claims.quantity import Quantity, text
from claims.views_of_time import Past, moment

_CONTESTED = """
    SELECT k.{side}_id, o.slug FROM claims_conflict k
    JOIN claims_claim c ON c.id = k.{side}_id JOIN claims_revision r ON r.id = c.current_revision_id
    JOIN claims_claim o ON o.id = k.{other}_id JOIN claims_revision n ON n.id = o.current_revision_id
    WHERE k.{side}_id IN ({marks}) AND k.lapsed_at IS NULL AND k.opened_at <= %s AND k.state IN ({states})
        AND r.state = 'published' AND n.state = 'published'"""


def encoded(revisions: Sequence[int], *, on: date, lang: str = "en") -> dict[int, bytes]:
    """Id of a revision → its document on the day, as the bytes of JSON."""
    if not revisions:
        return {}
    known = moment(end_of(on))
    rows = prepared.rows(_rows(len(revisions)), [on.isoformat(), known, *revisions])
    claims = [row[1] for row in rows]
    contested: dict[int, list[str]] = defaultdict(list)
    for claim, slug in prepared.rows(_contests(len(claims)), [*claims, known] * 2):
        contested[claim].append(slug)
    made: dict[int, bytes] = {}
    totals: list[int] = []
    for revision, claim, frozen, dated_on, expires_on, days, read_on, is_total in rows:
        if is_total:
            totals.append(revision)
            continue
        read = _date(read_on)
        dates = freshness_keys(days, _date(dated_on), None if read == LONG_PAST else read, _date(expires_on), on)
        made[revision] = _laid_over(bytes(frozen), dates, contested.get(claim, []), lang)
    if totals:  # what one comes to is told by others
        found = Revision.objects.in_bulk(totals)
        bodies = documents([found[pk] for pk in totals], on=on, lang=lang)
        made |= {pk: canonical(body).encode() for pk, body in zip(totals, bodies, strict=True)}
    return made


def _laid_over(frozen: bytes, dates: Mapping[str, str | None], contested: list[str], lang: str) -> bytes:
    """The canonical text of a document with other dates and contests. What is replaced is found by the keys beside it: keys
    are sorted, and the one object with keys of an editor's choice, the scope, comes after all of them.
    """
    due = frozen.index(b'"check_due_on":')
    citations = frozen.index(b'"citations":', due)
    contests = frozen.index(b'"contested_by":', citations)
    credibility = frozen.index(b'"credibility":', contests)
    expires = frozen.index(b'"expires_on":', credibility)
    after = frozen.index(b'"independent_sources":', expires)
    told = canonical_value(sorted(contested)) if contested else "[]"
    ends = frozen[after:] if lang == "en" else _in_language(frozen[after:], lang)
    return (
        b'{"arithmetic":null,%b"check_due_on":%b,"checked_on":%b,%b"contested_by":%b,%b"expires_on":%b,"freshness":"%b",%b'
        % (
            frozen[1:due],
            _quoted(dates["check_due_on"]),
            _quoted(dates["checked_on"]),
            frozen[citations:contests],
            told.encode(),
            frozen[credibility:expires],
            _quoted(dates["expires_on"]),
            str(dates["freshness"]).encode(),
            ends,
        )
    )


def _in_language(end: bytes, lang: str) -> bytes:
    """The end of a document with the text of its value, which comes last, in another language."""
    before, key, value = end.rpartition(b'"value":')
    body = json.loads(value[:-1])
    told = canonical({**body, "text": text(Quantity.from_json(body), lang=lang)})
    return before + key + told.encode() + b"}"


def _quoted(day: str | None) -> bytes:
    return b"null" if day is None else b'"%b"' % day.encode()


def _date(column: date | str | None) -> date | None:
    return date.fromisoformat(column) if isinstance(column, str) else column


@cache
def _rows(number: int) -> str:
    """SQL that gives of so many revisions each: id, claim, frozen document, date of its evidence, expiry, interval in days,
    last reading by a person that was known on the day, and whether its claim states a total. Parameters are the day, its last
    moment, and the ids.
    """
    reading, _ = Past(LONG_PAST).read_on()
    return (
        f"SELECT f.id, f.claim_id, {prepared.utf8('f.document')}, f.evidence_dated_on, f.expires_on,"
        f" COALESCE(m.review_days, m.half_life_days), {reading},"
        " EXISTS (SELECT 1 FROM claims_statedtotal t WHERE t.claim_id = f.claim_id)"
        " FROM claims_revision f JOIN claims_metric x ON x.id = f.metric_id JOIN claims_metricfamily m ON m.id = x.family_id"
        f" WHERE f.id IN ({_marks(number)})"
    )


@cache
def _contests(number: int) -> str:
    """SQL that gives the pairs of a claim, of so many, and the slug of a published claim that contests it. Parameters are the
    ids of the claims and the moment by which a conflict was known, twice.
    """
    states = ", ".join(f"'{state}'" for state in Conflict.CONTESTING)
    return " UNION ALL ".join(
        _CONTESTED.format(side=side, other=other, marks=_marks(number), states=states)
        for side, other in (("first", "second"), ("second", "first"))
    )


def _marks(number: int) -> str:
    return ", ".join(["%s"] * number)
