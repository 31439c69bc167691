"""Counts that are kept: how many claims stand under each heading, in all and for each value of what can be counted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection

from claims.models import FeedRow, Revision, Tally, Topic

ALL = ""
"""The facet that counts every claim, with an empty value."""
COLUMNS = {
    "subject": "(SELECT slug FROM claims_subject WHERE id = f.subject_id)",
    "metric": "(SELECT slug FROM claims_metric WHERE id = f.metric_id)",
    "unit": "f.unit",
    "currency": "f.currency",
    "reliability": "f.reliability",
    "credibility": "CAST(f.credibility AS varchar(1))",
    "certainty": "f.certainty",
}
"""What can be counted and is one value of a row of the feed called `f`: SQL for it as text, empty where it has none."""
SOURCES = "JOIN claims_revision_sources c ON c.revision_id = f.revision_id JOIN claims_source s ON s.id = c.source_id"
TOPICS = "JOIN claims_feedrow t ON t.revision_id = f.revision_id JOIN claims_topic n ON n.id = t.heading"
"""What has several values for a row `f`: joins to them, as `s.slug` and `n.slug`."""
FACETS = ("subject", "metric", "topic", "source", "unit", "currency", "reliability", "credibility", "certainty")

Filed = tuple[int, Sequence[int]]
"""A revision (id) and the headings under which it stands."""
Key = tuple[int, str, str, str]


def of(heading: int, states: Sequence[str], facets: Sequence[str]) -> list[tuple[str, str, int]]:
    """Facet, value and number of claims under a heading, in one query."""
    marks = [", ".join(["%s"] * len(some)) for some in (states, facets)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT facet, value, claims FROM claims_tally"
            f" WHERE heading = %s AND state IN ({marks[0]}) AND facet IN ({marks[1]})",
            [heading, *states, *facets],
        )
        return list(cursor.fetchall())


def published(facet: str) -> Counter[str]:
    """Value of a facet → how many published claims have it."""
    kept = Tally.objects.filter(heading=FeedRow.WHOLE, state=Revision.State.PUBLISHED, facet=facet)
    return Counter(dict(kept.values_list("value", "claims")))


def move(out: Sequence[Filed], into: Sequence[Filed]) -> None:
    """Count some revisions no longer, and some others instead."""
    changes = Counter(_keys(into))
    changes.subtract(_keys(out))
    less = [(-number, *key) for key, number in sorted(changes.items()) if number < 0]
    more = [(*key, number) for key, number in sorted(changes.items()) if number > 0]
    where = "heading = %s AND state = %s AND facet = %s AND value = %s"
    with connection.cursor() as cursor:
        if less:
            cursor.executemany(f"UPDATE claims_tally SET claims = claims - %s WHERE {where}", less)
            cursor.executemany(f"DELETE FROM claims_tally WHERE {where} AND claims = 0", [one[1:] for one in less])
        if more:
            cursor.executemany(
                "INSERT INTO claims_tally (heading, state, facet, value, claims) VALUES (%s, %s, %s, %s, %s)"
                " ON CONFLICT (heading, state, facet, value) DO UPDATE SET claims = claims_tally.claims + excluded.claims",
                more,
            )


def _keys(filed: Sequence[Filed]) -> Iterable[Key]:
    """What each of these revisions counts towards."""
    if not filed:
        return
    ids = [revision for revision, _ in filed]
    topics = dict(Topic.objects.values_list("pk", "slug"))
    cited: dict[int, set[str]] = defaultdict(set)
    for revision, slug in Revision.sources.through.objects.filter(revision__in=ids).values_list(
        "revision_id", "source__slug"
    ):
        cited[revision].add(slug)
    columns = ("state", "subject__slug", "metric__slug", "unit", "currency", "reliability", "credibility", "certainty")
    found = {pk: rest for pk, *rest in Revision.objects.filter(pk__in=ids).values_list("pk", *columns)}
    for revision, headings in filed:
        state, *single = found[revision]
        values = [(ALL, "")]
        values += [(facet, str(value)) for facet, value in zip(COLUMNS, single, strict=True) if value != ""]
        values += [("source", slug) for slug in sorted(cited[revision])]
        values += [("topic", topics[heading]) for heading in headings if heading != FeedRow.WHOLE]
        for heading in headings:
            for facet, value in values:
                yield heading, state, facet, value


def count() -> None:
    """Count everything anew."""
    Tally.objects.all().delete()
    with connection.cursor() as cursor:

        def enter(facet: str, value: str, joins: str = "") -> None:
            filled = f"AND {value} <> ''" if facet else ""
            cursor.execute(
                "INSERT INTO claims_tally (heading, state, facet, value, claims)"
                f" SELECT f.heading, f.state, '{facet}', {value}, COUNT(*) FROM claims_feedrow f {joins}"
                f" WHERE f.until IS NULL {filled} GROUP BY f.heading, f.state, 4"
            )

        enter(ALL, "''")
        for facet, value in COLUMNS.items():
            enter(facet, value)
        enter("source", "s.slug", SOURCES)
        enter("topic", "n.slug", TOPICS)
