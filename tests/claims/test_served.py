"""What readers are served is what the registry says: documents byte for byte, lists, counts and words."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, QuerySet

from claims import operations, past_documents, published, served, served_check
from claims.models import Check, Claim, Conflict, FeedRow, MetricFamily, Revision, ServedClaim, Tally, Topic
from claims.projection import canonical
from tests.claims import factories as make
from tests.claims.factories import NOON
from tests.claims.shelf import TODAY

pytestmark = pytest.mark.usefixtures("registry")


def assert_as_the_registry_has_it() -> None:
    """Documents as the plain reference builds them, in both languages; and everything else as a rebuild makes it."""
    standing = Revision.objects.filter(claim__current_revision=F("pk"))
    for lang in ("en", "es"):
        for day in (TODAY, TODAY + timedelta(days=40), TODAY + timedelta(days=4000)):
            bodies = published.documents(standing, on=day, lang=lang)
            assert len(bodies) > 6
            for body in bodies:
                assert served.document(body["slug"], on=day, lang=lang) == canonical(body).encode()
        for day in (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=400)):
            assert_past_documents_are_those_of_the_reference(Revision.objects.all(), day=day, lang=lang)
    assert served_check.drift() == (standing.count(), [])


def assert_past_documents_are_those_of_the_reference(revisions: QuerySet[Revision], *, day: date, lang: str) -> None:
    """Byte for byte, for revisions that stand and for those that were replaced."""
    of_all = list(revisions)
    assert of_all
    bodies = published.documents(of_all, on=day, lang=lang)
    expected = {one.pk: canonical(body).encode() for one, body in zip(of_all, bodies, strict=True)}
    assert past_documents.encoded([one.pk for one in of_all], on=day, lang=lang) == expected


def claim(slug: str) -> Claim:
    return Claim.objects.get(slug=slug)


def newest(slug: str) -> Revision:
    return Revision.objects.get(claim__slug=slug, claim__current_revision=F("pk"))


def a_total() -> None:
    parts = [(claim("rag-cost"), 1), (claim("rag-cost-basic"), 12)]
    operations.state_total(by=make.editor(), at=NOON, claim=make.publish("total").claim, operation="sum", parts=parts)


def a_part_of_a_total_that_moves() -> None:
    a_total()
    make.change(newest("rag-cost"), at=NOON, low=Decimal(19000))


def a_total_withdrawn() -> None:
    a_total()
    operations.withdraw_total(by=make.editor(), at=NOON, claim=claim("total"), reason="It is none.")


def a_new_subject_and_topic() -> None:
    one = operations.revise(
        by=make.editor(),
        at=NOON,
        claim=claim("rag-cost"),
        fields={"subject": make.subject("lora"), "scope": {"tier": "basic", "months": 4.5}},
        topics=[make.topic("data"), make.topic("deeper", parent=make.topic("data"))],
    )
    operations.submit(by=make.editor(), at=NOON, claim=one)
    operations.publish(by=make.reviewer(), at=NOON, claim=one)


def settled() -> None:
    operations.settle_conflict(
        by=make.reviewer(), at=NOON, conflict=Conflict.objects.get(), state="scope_differs", reason="Tiers differ."
    )


def moved_topic() -> None:
    topic = Topic.objects.get(slug="build-cost")
    topic.parent = Topic.objects.get(slug="data")
    operations.save_entry(by=make.manager(), at=NOON, entry=topic)


def another_interval() -> None:
    family = MetricFamily.objects.get(slug="project-cost")
    family.review_days = 30
    operations.save_entry(by=make.manager(), at=NOON, entry=family)


CHANGES: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "a claim is published": lambda: make.publish("another", topics=[make.topic("costs")]),
    "a claim is published anew": lambda: make.change(newest("rag-cost"), at=NOON, low=Decimal(21000)),
    "its subject, scope and topics change": a_new_subject_and_topic,
    "a claim is retracted": lambda: operations.retract(
        by=make.manager(), at=NOON, claim=claim("rag-cost"), reason="Wrong."
    ),
    "a claim is superseded": lambda: operations.supersede(
        by=make.manager(), at=NOON, claim=claim("rag-cost"), by_claim=claim("rag-cost-basic"), reason="Newer."
    ),
    "a person reads a claim": lambda: operations.check(
        by=make.editor(), at=NOON, claim=claim("price"), kind=Check.Kind.READ_IN_CONTEXT
    ),
    "a machine looks at a claim": lambda: operations.check(
        by=None, at=NOON, claim=claim("price"), kind=Check.Kind.LINK_ANSWERS
    ),
    "a conflict is recorded": lambda: operations.record_conflict(
        by=make.editor(), at=NOON, claims=(claim("rag-cost"), make.publish("other").claim), relation="disjoint"
    ),
    "a conflict is found by publishing": lambda: make.publish("far-off", low=900000, likely=None, high=990000),
    "several conflicts are found": lambda: [
        make.publish(slug, low=900000, likely=None, high=990000) for slug in ("z-off", "a-off", "m-off")
    ],
    "a conflict is settled": settled,
    "a total is stated": a_total,
    "a total is withdrawn": a_total_withdrawn,
    "a part of a total moves": a_part_of_a_total_that_moves,
    "a topic moves in the tree": moved_topic,
    "a family is read more often": another_interval,
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_served_follows_every_verb(change: str) -> None:
    CHANGES[change]()
    assert_as_the_registry_has_it()


def test_a_change_that_matters_is_seen() -> None:
    assert b'"freshness":"expired"' in served.document("price", on=TODAY)
    assert b'"freshness":"overdue"' in served.document("rule", on=TODAY)
    operations.check(by=make.editor(), at=NOON, claim=claim("rule"), kind=Check.Kind.READ_IN_CONTEXT)
    assert b'"freshness":"fresh"' in served.document("rule", on=TODAY)
    assert b'"checked_on":"2026-11-22"' in served.document("rule", on=TODAY)
    assert b'"contested_by":["rag-cost-basic"]' in served.document("rag-cost", on=TODAY)
    settled()
    assert b'"contested_by":[]' in served.document("rag-cost", on=TODAY)
    assert served.document("unfinished", on=TODAY) == b""


def test_a_past_document_is_cut_at_its_own_keys() -> None:
    keys = (
        "check_due_on",
        "checked_on",
        "citations",
        "contested_by",
        "credibility",
        "expires_on",
        "freshness",
        "value",
    )
    told = " ".join(f'"{key}":null,"{key}":[' for key in keys)
    revision = make.publish(
        "told", statement=f"It tells {told}", assumptions=told, credibility_reason=told,
        scope=dict.fromkeys((*keys, "independent_sources"), told),
    ).claim  # fmt: skip
    for lang in ("en", "es"):
        assert_past_documents_are_those_of_the_reference(
            Revision.objects.filter(claim=revision), day=TODAY + timedelta(days=30), lang=lang
        )
    assert past_documents.encoded([], on=TODAY) == {}


def test_rows_of_replaced_revisions_say_what_replaced_them() -> None:
    first, second = Revision.objects.filter(claim__slug="rag-cost").order_by("number")
    rows = FeedRow.objects.filter(claim__slug="rag-cost").order_by("sequence", "heading")
    headings = [
        FeedRow.WHOLE,
        *sorted(Topic.objects.filter(slug__in=("costs", "build-cost")).values_list("pk", flat=True)),
    ]
    assert [(row.sequence, row.heading, row.until) for row in rows] == [
        *((first.sequence, heading, second.sequence) for heading in headings),
        *((second.sequence, heading, None) for heading in headings),
    ]


@pytest.mark.parametrize(
    ("table", "break_it"),
    [
        ("claims_servedclaim", lambda: ServedClaim.objects.filter(slug="rule").update(text_en='"another"')),
        ("claims_feedrow", lambda: FeedRow.objects.filter(slug="rule", heading=FeedRow.WHOLE).update(contested=True)),
        ("claims_feedrow", lambda: FeedRow.objects.filter(slug="rule", heading=FeedRow.WHOLE).delete()),
        ("claims_tally", lambda: Tally.objects.filter(facet="metric").update(claims=F("claims") + 1)),
    ],
)
def test_the_check_finds_what_differs_and_repairs_it(table: str, break_it: Callable[[], object]) -> None:
    break_it()
    _, found = served_check.drift()
    assert [one.table for one in found] == [table]
    error = StringIO()
    with pytest.raises(CommandError, match="verify_served --repair"):
        call_command("verify_served", stderr=error)
    assert error.getvalue().startswith(f"{table}: ")
    out = StringIO()
    call_command("verify_served", "--repair", stdout=out, stderr=StringIO())
    assert out.getvalue() == "7 claims are served as the registry has them. It was made anew.\n"
    assert_as_the_registry_has_it()


def test_the_check_looks_at_the_words_too() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("UPDATE claims_search SET words = array_to_tsvector(ARRAY['hother']) WHERE sequence = 1")
        else:
            cursor.execute("INSERT INTO claims_search (rowid, heading, sources, keys) VALUES (999, 'other', '', '')")
    _, (found,) = served_check.drift()
    assert found.table == "claims_search"


def test_the_command_says_that_all_is_well() -> None:
    out = StringIO()
    call_command("verify_served", stdout=out)
    assert out.getvalue() == "7 claims are served as the registry has them.\n"


def test_a_day_in_the_past_has_the_documents_of_its_day(client) -> None:
    body = client.get("/api/v1/claims/?as_of=2026-07-31&topic=build-cost").json()
    (expected,) = published.documents(
        published.revisions(as_of=date(2026, 7, 31)).filter(claim__slug="rag-cost"), on=date(2026, 7, 31)
    )
    assert body["results"] == [expected]
