"""The command `recheck`: which sources it takes, what it records of each, and what it says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from claims import operations, rechecking
from claims.fetching import configured
from claims.fetching_turns import turn
from claims.models import Check, Source, Task, Visit
from claims.rechecking import due_sources
from tests.claims import factories
from tests.hostile.server import HostileServer

pytestmark = pytest.mark.django_db
NOON = factories.NOON
PRINTED = "$18,000 to $45,000"


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.fixture
def reachable(server, settings) -> HostileServer:
    settings.FETCH_LOOPBACK = [f"127.0.0.1:{server.port}"]
    server.requests.clear()
    return server


def recheck(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("recheck", *arguments, stdout=out)
    return out.getvalue().splitlines()


def published(slug: str, *citations: tuple[str, str], **fields: object):
    """A published claim that cites (source, figure as printed) each."""
    return factories.publish(
        slug,
        citations=[factories.citation(source=Source.objects.get(slug=source), printed=p) for source, p in citations],
        **fields,
    )


def pages(server: HostileServer) -> list[str]:
    return [path for path in (request.split(" ")[1] for request in server.requests) if path != "/robots.txt"]


def test_each_source_is_fetched_once_for_all_claims_that_cite_it(reachable):
    factories.source("good", url=reachable.url("good"))
    factories.source("gone", url=reachable.url("not_found"))
    factories.source("unlocated", url="")
    published("one", ("good", PRINTED))
    published("two", ("good", PRINTED), ("good", "$28,000"), ("gone", PRINTED), ("unlocated", "5"))
    published("three", ("good", ""))
    assert recheck() == [
        "gone: The page is gone (404). The server says that there is no such page.",
        "  two: no figure looked for",
        "good: The link answers (200).",
        "  one: '$18,000 to $45,000' found with its surrounding words",
        "  three: no figure looked for",
        "  two: '$18,000 to $45,000' found with its surrounding words; '$28,000' not found",
        "unlocated: not visited. It has no address.",
        "2 of 3 sources visited.",
    ]
    assert pages(reachable) == ["/not_found", "/good"]
    assert list(Task.objects.values_list("kind", "claim__slug", "source__slug").order_by("pk")) == [
        ("link_dead", None, "gone"),
        ("figure_missing", "two", None),
    ]
    assert Check.objects.filter(visit__isnull=True).count() == 0


def test_what_a_page_says_is_in_no_line(reachable):
    factories.source("good", url=reachable.url("good"))
    published("one", ("good", "$99"))
    assert "production" not in "".join(recheck()).replace("'$99'", "")


def test_a_claim_or_a_source_can_be_named(reachable):
    for name in ("good", "packed", "moved"):
        factories.source(name, url=reachable.url(name))
    published("one", ("good", PRINTED), ("packed", PRINTED))
    published("two", ("moved", PRINTED))
    recheck("--claim", "one")
    assert pages(reachable) == ["/good", "/packed"]
    reachable.requests.clear()
    recheck("--source", "moved", "--claim", "one", "--source", "good")
    assert pages(reachable) == ["/good", "/moved", "/good", "/packed"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--claim", "nobody"], "No published claim is called nobody."),
        (["--claim", "draft"], "No published claim is called draft."),
        (["--source", "nowhere"], "No source is called nowhere."),
        (["--due", "--claim", "one"], "leave --claim and --source out"),
        (["--due", "--unvisited-days", "0"], "at least 1"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, words):
    factories.draft("draft")
    with pytest.raises(CommandError, match=words):
        recheck(*arguments)
    assert Visit.objects.count() == 0


def test_a_draft_at_work_changes_nothing(reachable):
    factories.source("good", url=reachable.url("good"))
    revision = published("one", ("good", PRINTED))
    operations.revise(
        by=factories.editor(),
        at=NOON,
        claim=revision.claim,
        fields={},
        citations=[factories.citation(source=Source.objects.get(slug="good"), printed="$1")],
    )
    assert "  one: '$18,000 to $45,000' found with its surrounding words" in recheck()


def test_a_run_that_is_stopped_has_recorded_what_it_saw(reachable):
    for name in ("good", "packed"):
        factories.source(name, url=reachable.url(name))
        published(name, (name, PRINTED))
    run = rechecking.recheck(Source.objects.filter(slug__in=["good", "packed"]).order_by("slug"), clock=lambda: NOON)
    next(run)
    run.close()
    assert list(Visit.objects.values_list("source__slug", flat=True)) == ["good"]


def test_a_host_that_somebody_else_asks_is_left_for_the_next_run(reachable, settings):
    factories.source("good", url=reachable.url("good"))
    rules = replace(configured(), patience=0.1)
    with turn("127.0.0.1", folder=rules.turns, patience=0):
        (outcome,) = rechecking.recheck(Source.objects.all(), clock=lambda: NOON, rules=rules)
    assert (outcome.visit, outcome.why) == (None, "This host is being asked by somebody else.")
    assert Visit.objects.count() == 0


def test_the_words_around_a_figure_at_the_last_visit_help_to_find_it(reachable):
    source = factories.source("good", url=reachable.url("good"))
    published("one", ("good", "$18,000 to $45,000"), statement="Ganz andere Worte.", subject=factories.subject("x"))
    (first,) = rechecking.recheck([source], clock=lambda: NOON)
    (second,) = rechecking.recheck([source], clock=lambda: NOON + timedelta(days=1))
    assert [seen.finding for one in (first, second) for seen in one.seen[0].figures] == ["found", "found"]
    assert list(second.visit.checks.filter(kind="text_unchanged").values_list("finding", flat=True)) == ["unchanged"]


# --- What is due ---------------------------------------------------------------------------------------------------


def slugs(at, unvisited_days: int = 30) -> list[str]:
    return [source.slug for source in due_sources(at=at, unvisited_days=unvisited_days)]


def visited(source: Source, at) -> None:
    operations.record_visit(at=at, source=source, look=operations.Look(Visit.Finding.ANSWERS), claims=[])


def test_due_takes_what_is_due_and_what_nobody_visited_for_long():
    fresh, due, nowhere = factories.source("fresh"), factories.source("due"), factories.source("nowhere", url="")
    factories.source("uncited")
    for source in (fresh, due, nowhere):
        published(source.slug, (source.slug, PRINTED))
    for source in (fresh, due):
        operations.check(by=factories.editor(), at=NOON, claim=source.citations.get().claim, kind="read_in_context")
    assert slugs(NOON) == ["due", "fresh"]  # nobody has visited them
    visited(fresh, NOON)
    visited(due, NOON)
    assert slugs(NOON) == []
    assert slugs(NOON + timedelta(days=30)) == []
    assert slugs(NOON + timedelta(days=31)) == ["due", "fresh"]
    late = NOON + timedelta(days=200)
    visited(fresh, late - timedelta(days=2))
    visited(due, late - timedelta(days=2))
    operations.check(by=factories.editor(), at=late, claim=fresh.citations.get().claim, kind="read_in_context")
    assert slugs(late) == ["due"]


def test_due_leaves_out_what_was_visited_today():
    source = factories.source("due")
    published("due", ("due", PRINTED))
    late = NOON + timedelta(days=400)
    assert slugs(late) == ["due"]
    visited(source, late - timedelta(hours=2))
    assert slugs(late) == []
    assert slugs(late + timedelta(days=1)) == ["due"]


def test_due_is_an_option_of_the_command(reachable):
    factories.source("good", url=reachable.url("good"))
    published("one", ("good", PRINTED))
    assert recheck("--due")[-1] == "1 of 1 sources visited."
    assert recheck("--due") == ["0 of 0 sources visited."]
