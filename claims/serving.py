"""Keeps what readers are served, in the transaction of the change: documents in pieces, feed, tallies, words.

Every verb that changes what a document says holds the chain before it locks or writes anything, so that no two of them
are at work at once, and calls `refresh` or `follow` at its end. `rebuild` makes everything anew from revisions, checks,
conflicts and totals; `claims/served_check.py` compares the two.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Q

from claims import bulk_rows, chain, published, searching, tallies
from claims.models import Claim, Conflict, FeedRow, Revision, ServedClaim, StatedTotal, Topic
from claims.pieces import LONG_PAST, NEVER, dates, pieces

NO_NUMBER = Decimal(10) ** 15
"""Beyond any value: claims without a number stand last, whichever way a list runs."""
CHUNK = 1000

_ROW = [field.attname for field in FeedRow._meta.concrete_fields if not field.primary_key]
_SERVED = [field.attname for field in ServedClaim._meta.concrete_fields]
_TODAY = ("contested", "read_on", "due_from", "overdue_from", "expires_from")
"""Columns of a row of the feed that change while its revision stands."""
_SAME = (
    "claim_id", "sequence", "state", "subject_id", "metric_id", "unit", "currency", "reliability", "credibility",
    "certainty", "is_numeric", "low", "high",
)  # fmt: skip
"""Columns that a revision and its rows of the feed have alike."""
_REPLACED: dict[str, Any] = {
    "contested": False, "read_on": LONG_PAST, "due_from": LONG_PAST, "overdue_from": LONG_PAST, "expires_from": NEVER,
}  # fmt: skip


def follow(claims: Iterable[int]) -> None:
    """Bring up to date what is served of claims (ids) that were published, retracted or superseded, and of whatever
    says something of them: those they disagree with, and the totals they are part of."""
    ids = set(claims)
    pairs = Conflict.objects.filter(Q(first__in=ids) | Q(second__in=ids)).values_list("first_id", "second_id")
    totals = StatedTotal.objects.filter(parts__claim__in=ids).values_list("claim_id", flat=True)
    refresh({*ids, *(side for pair in pairs for side in pair), *totals})


def refresh(claims: Iterable[int]) -> None:
    """Bring up to date what is served of these claims (ids) alone."""
    ids = sorted(set(claims))
    for start in range(0, len(ids), CHUNK):
        _refresh(ids[start : start + CHUNK])


def _refresh(ids: Sequence[int]) -> None:
    current = _current(Q(claim__in=ids))
    served, rows = _made(current)
    standing: dict[int, list[FeedRow]] = defaultdict(list)
    for row in FeedRow.objects.filter(claim__in=[one.claim_id for one in current], until=None).order_by("heading"):
        standing[row.claim_id].append(row)
    new, same = [], []
    for revision in current:
        there = standing.get(revision.claim_id, [])
        (same if there and there[0].revision_id == revision.pk else new).append(revision)
    bulk_rows.put(ServedClaim, _SERVED, ([one[column] for column in _SERVED] for one in served.values()))
    bulk_rows.update(
        FeedRow,
        ("revision_id", *_TODAY),
        ((one.pk, *(rows[one.pk][column] for column in _TODAY)) for one in same),
        and_where="until IS NULL",
    )
    if not new:
        return
    gone = [one.claim_id for one in new if one.claim_id in standing]
    replaced = [(standing[claim][0].revision_id, [row.heading for row in standing[claim]]) for claim in gone]
    bulk_rows.update(
        FeedRow,
        ("claim_id", "until", *_REPLACED),
        ((one.claim_id, one.sequence, *_REPLACED.values()) for one in new),
        and_where="until IS NULL",
    )
    headings = headings_of([one.pk for one in new])
    bulk_rows.insert(
        FeedRow,
        _ROW,
        (
            [{**rows[one.pk], "heading": heading}[column] for column in _ROW]
            for one in new
            for heading in headings[one.pk]
        ),
    )
    tallies.move(replaced, [(one.pk, headings[one.pk]) for one in new])
    searching.add(_entries(new))


def _current(condition: Q) -> list[Revision]:
    """The current revisions of some claims."""
    found = Revision.objects.filter(condition, claim__current_revision=F("pk"))
    return list(found.select_related("metric__family", "claim").order_by("sequence"))


def _made(current: Sequence[Revision]) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
    """By id of the revision: the row that is served, and the row of the feed for the whole registry.

    With all that is known, whichever day it is: what the day decides stands between the pieces.
    """
    served, rows = {}, {}
    bodies = published.documents(list(current), on=NEVER)
    in_spanish = published.arithmetic(
        [one for one, body in zip(current, bodies, strict=True) if body["arithmetic"]], NEVER, "es"
    )
    for revision, body in zip(current, bodies, strict=True):
        checked_on = date.fromisoformat(body["checked_on"]) if body["checked_on"] else None
        days = dates(
            checked_on=checked_on,
            dated_on=revision.evidence_dated_on,
            interval_days=revision.metric.family.interval_days,
            expires_on=revision.expires_on,
        )
        served[revision.pk] = {
            "claim_id": revision.claim_id,
            "revision_id": revision.pk,
            "slug": body["slug"],
            **days,
            **pieces(body, arithmetic_es=in_spanish.get(revision.claim_id)),
        }
        rows[revision.pk] = {
            **_columns(revision),
            **days,
            "slug": body["slug"],
            "contested": bool(body["contested_by"]),
            "read_on": checked_on or LONG_PAST,
        }
    return served, rows


def _columns(revision: Revision) -> dict[str, Any]:
    """The columns of the feed that a revision decides, for the whole registry."""
    number = revision.low if revision.low is not None else revision.high
    return {
        "heading": FeedRow.WHOLE,
        "revision_id": revision.pk,
        "until": None,
        "value_upwards": NO_NUMBER if number is None else number,
        "value_downwards": -NO_NUMBER if number is None else number,
        **{column: getattr(revision, column) for column in _SAME},
    }


def headings_of(revisions: Sequence[int]) -> dict[int, list[int]]:
    """Revision id → the headings it stands under: the whole registry, its topics and the topics above those."""
    above = Topic.objects.above()
    found: dict[int, set[int]] = {pk: {FeedRow.WHOLE} for pk in revisions}
    filed = Revision.topics.through.objects.filter(revision__in=revisions)
    for revision, topic in filed.values_list("revision_id", "topic_id"):
        found[revision].update(above[topic])
    return {revision: sorted(headings) for revision, headings in found.items()}


def _entries(revisions: Iterable[Revision]) -> list[searching.Entry]:
    """What the index of words holds of revisions: what their documents say, so that it can be made again."""
    revisions = list(revisions)
    ids = [one.pk for one in revisions]
    topics: dict[int, list[int]] = defaultdict(list)
    cited: dict[int, list[int]] = defaultdict(list)
    for revision, topic in Revision.topics.through.objects.filter(revision__in=ids).values_list(
        "revision_id", "topic_id"
    ):
        topics[revision].append(topic)
    for revision, source in Revision.sources.through.objects.filter(revision__in=ids).values_list(
        "revision_id", "source_id"
    ):
        cited[revision].append(source)
    return [_entry(one.sequence, one.body, sorted(topics[one.pk]), sorted(cited[one.pk])) for one in revisions]


def _entry(sequence: int, body: Mapping[str, Any], topics: list[int], cited: list[int]) -> searching.Entry:
    sources = (citation["source"] for citation in body["citations"])
    return searching.entry(
        sequence,
        heading=" ".join(
            [body["slug"], body["statement"], body["subject"]["name"], body["metric"]["name"], *body["topics"]]
        ),
        sources=" ".join(f"{one['title']} {one['publisher']} {one['author'] or ''}" for one in sources),
        topics=topics,
        cited=cited,
        scope=body["scope"],
    )


def rebuild() -> int:
    """Make everything anew; how many claims are served. In one transaction, or readers see half of it."""
    chain.hold()
    with connection.cursor() as cursor:
        for model in (ServedClaim, FeedRow):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    ids = list(Claim.objects.exclude(current_revision=None).order_by("pk").values_list("current_revision", flat=True))
    for start in range(0, len(ids), CHUNK):
        current = _current(Q(pk__in=ids[start : start + CHUNK]))
        served, rows = _made(current)
        bulk_rows.insert(ServedClaim, _SERVED, ([one[column] for column in _SERVED] for one in served.values()))
        bulk_rows.insert(FeedRow, _ROW, ([one[column] for column in _ROW] for one in rows.values()))
    _enter_replaced()
    enter_words()
    refile()
    return len(ids)


def enter_words() -> None:
    """Make the index of words anew."""
    searching.empty()
    ids = list(Revision.objects.order_by("sequence").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        searching.add(_entries(Revision.objects.filter(pk__in=ids[start : start + CHUNK]).order_by("sequence")))


def _enter_replaced() -> None:
    """The rows of revisions that do not stand, for the whole registry."""
    fixed = [_prepared(name, value) for name, value in _REPLACED.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO claims_feedrow (heading, revision_id, {', '.join(_SAME)}, slug, until, value_upwards,"
            f" value_downwards, {', '.join(_REPLACED)})"
            f" SELECT {FeedRow.WHOLE}, r.id, {', '.join(f'r.{name}' for name in _SAME)}, c.slug,"
            " (SELECT MIN(n.sequence) FROM claims_revision n WHERE n.claim_id = r.claim_id AND n.number > r.number),"
            f" COALESCE(r.low, r.high, {NO_NUMBER}), COALESCE(r.low, r.high, -{NO_NUMBER}), %s, %s, %s, %s, %s"
            " FROM claims_revision r JOIN claims_claim c ON c.id = r.claim_id WHERE c.current_revision_id <> r.id",
            fixed,
        )


def _prepared(name: str, value: Any) -> Any:
    return FeedRow._meta.get_field(name).get_db_prep_save(value, connection)


def refile() -> None:
    """Make the rows under topics anew from those of the whole registry, and count again: the tree was changed, or
    everything was rebuilt."""
    pairs = [(topic, heading) for topic, headings in Topic.objects.above().items() for heading in headings]
    columns = ", ".join(name for name in _ROW if name != "heading")
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM claims_feedrow WHERE heading <> {FeedRow.WHOLE}")
        if pairs:
            values = ", ".join(f"({topic}, {heading})" for topic, heading in pairs)
            cursor.execute(
                f"INSERT INTO claims_feedrow (heading, {columns}) WITH tree (topic, heading) AS (VALUES {values})"
                f" SELECT DISTINCT t.heading, {', '.join(f'w.{name}' for name in columns.split(', '))}"
                " FROM tree t JOIN claims_revision_topics f ON f.topic_id = t.topic"
                f" JOIN claims_feedrow w ON w.revision_id = f.revision_id AND w.heading = {FeedRow.WHOLE}"
            )
    tallies.count()
