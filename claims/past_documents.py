"""Documents as they were at the end of a day: frozen texts with the dates and contests of that day laid over them.

What they give is the canonical text of the document that `published.documents` builds: that is the reference, and tests
compare the two byte by byte. Nothing of a document is parsed but its value, and that only where its text is wanted in
another language.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

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
    rows = _rows(revisions, on)
    contested = _contests([claim for _, claim, *_ in rows], on)
    made: dict[int, bytes] = {}
    totals: list[int] = []
    for revision, claim, frozen, dated_on, expires_on, days, read_on, is_total in rows:
        if is_total:
            totals.append(revision)
            continue
        read = _date(read_on)
        dates = freshness_keys(days, _date(dated_on), None if read == LONG_PAST else read, _date(expires_on), on)
        made[revision] = _laid_over(frozen, dates, contested.get(claim, []), lang).encode()
    if totals:  # what one comes to is told by others
        found = Revision.objects.in_bulk(totals)
        bodies = documents([found[pk] for pk in totals], on=on, lang=lang)
        made |= {pk: canonical(body).encode() for pk, body in zip(totals, bodies, strict=True)}
    return made


def _laid_over(frozen: str, dates: Mapping[str, str | None], contested: list[str], lang: str) -> str:
    """The canonical text of a document with other dates and contests. What is replaced is found by the keys beside it: keys
    are sorted, and the one object with keys of an editor's choice, the scope, comes after all of them.
    """
    due = frozen.index('"check_due_on":')
    citations = frozen.index('"citations":', due)
    contests = frozen.index('"contested_by":', citations)
    credibility = frozen.index('"credibility":', contests)
    expires = frozen.index('"expires_on":', credibility)
    after = frozen.index('"independent_sources":', expires)
    value = len(frozen) if lang == "en" else frozen.rindex('"value":') + len('"value":')
    return (
        f'{{"arithmetic":null,{frozen[1:due]}"check_due_on":{_quoted(dates["check_due_on"])}'
        f',"checked_on":{_quoted(dates["checked_on"])},{frozen[citations:contests]}'
        f'"contested_by":{canonical_value(sorted(contested)) if contested else "[]"},{frozen[credibility:expires]}'
        f'"expires_on":{_quoted(dates["expires_on"])},"freshness":"{dates["freshness"]}",{frozen[after:value]}'
        f"{'' if lang == 'en' else _in_language(frozen[value:-1], lang) + '}'}"
    )


def _in_language(value: str, lang: str) -> str:
    body = json.loads(value)
    return canonical({**body, "text": text(Quantity.from_json(body), lang=lang)})


def _quoted(day: str | None) -> str:
    return "null" if day is None else f'"{day}"'


def _date(column: date | str | None) -> date | None:
    return date.fromisoformat(column) if isinstance(column, str) else column


def _rows(revisions: Sequence[int], on: date) -> prepared.Rows:
    """Of each revision: id, claim, frozen document, date of its evidence, expiry, interval in days, last reading by a person
    that was known on the day, and whether its claim states a total.
    """
    reading, params = Past(on).read_on()
    return prepared.rows_planned_anew(
        "SELECT f.id, f.claim_id, f.document, f.evidence_dated_on, f.expires_on,"
        f" COALESCE(m.review_days, m.half_life_days), {reading},"
        " EXISTS (SELECT 1 FROM claims_statedtotal t WHERE t.claim_id = f.claim_id)"
        " FROM claims_revision f JOIN claims_metric x ON x.id = f.metric_id JOIN claims_metricfamily m ON m.id = x.family_id"
        f" WHERE f.id IN ({_marks(revisions)})",
        [*params, *revisions],
    )


def _contests(claims: Sequence[int], on: date) -> dict[int, list[str]]:
    """Claim id → slugs of the published claims that contest it, of the conflicts opened by the end of the day."""
    states = ", ".join(f"'{state}'" for state in Conflict.CONTESTING)
    sides = (("first", "second"), ("second", "first"))
    either = " UNION ALL ".join(
        _CONTESTED.format(side=side, other=other, marks=_marks(claims), states=states) for side, other in sides
    )
    found: dict[int, list[str]] = defaultdict(list)
    for claim, slug in prepared.rows_planned_anew(either, [*claims, moment(end_of(on))] * 2):
        found[claim].append(slug)
    return found


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))
