"""What a machine may record, what becomes a task for people, and what it can never do."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from claims import operations
from claims.models import Act, Check, Claim, Revision, Task, Visit
from claims.operations import Look, OperationRefused, Seen, SeenClaim
from claims.projection import last_reading
from tests.claims import factories

pytestmark = pytest.mark.django_db
NOON = factories.NOON
F = Visit.Finding
C = Check.Finding
PRINTED = "$18,000 to $45,000"


@pytest.fixture
def revision() -> Revision:
    return factories.publish()


def visit(
    revision: Revision,
    finding: F = F.ANSWERS,
    *figures: Seen,
    at: datetime = NOON,
    text: str | None = None,
    claims: Sequence[SeenClaim] | None = None,
    **columns: object,
) -> Visit:
    digest = f"sha256:{text}" if text is not None else ""
    return operations.record_visit(
        at=at,
        source=factories.source(),
        look=Look(finding, digest=digest, main_text=text, **columns),  # type: ignore[arg-type]
        claims=[SeenClaim(revision.claim, figures)] if claims is None else claims,
    )


def days(number: int) -> datetime:
    return NOON + timedelta(days=number)


def open_tasks() -> list[str]:
    return list(Task.objects.filter(closed_at__isnull=True).values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("finding", "of_link"),
    [
        (F.ANSWERS, C.ANSWERS),
        (F.MOVED, C.MOVED),
        (F.GONE, C.GONE),
        (F.REFUSED, C.UNREACHABLE),
        (F.UNREACHABLE, C.UNREACHABLE),
        (F.FORBIDDEN_ADDRESS, C.UNREACHABLE),
        (F.ROBOTS, C.UNREACHABLE),
        (F.TOO_MUCH, C.UNREADABLE),
        (F.UNREADABLE, C.UNREADABLE),
    ],
)
def test_each_finding_leaves_a_check_of_the_link(revision, finding, of_link):
    seen = visit(revision, finding, note="In our words.", http_status=200, final_url="https://a.example/")
    check = Check.objects.get()
    assert (check.kind, check.finding, check.visit, check.by, check.note) == (
        "link_answers",
        of_link,
        seen,
        None,
        "In our words.",
    )
    assert list(Act.objects.filter(verb="visit").values_list("by", "source__slug", "note")) == [
        (None, "a-blog", "In our words.")
    ]


def test_each_figure_leaves_a_check_and_a_bad_one_a_task(revision):
    visit(
        revision,
        F.ANSWERS,
        Seen(PRINTED, C.FOUND),
        Seen("$28,000", C.MISSING, "It stands in the page, but among other words."),
        Seen("12 weeks", C.ELSEWHERE),
        Seen("40%", C.UNREADABLE),
    )
    checks = Check.objects.filter(kind="figure_present").order_by("pk").values_list("finding", "note")
    assert list(checks) == [
        ("found", PRINTED),
        ("missing", "$28,000. It stands in the page, but among other words."),
        ("elsewhere", "12 weeks"),
        ("unreadable", "40%"),
    ]
    assert list(Task.objects.values_list("kind", "claim__slug", "opened_by__finding", "note")) == [
        (
            "figure_missing",
            "rag-build-cost",
            "missing",
            "$28,000. It stands in the page, but among other words. (a-blog)",
        ),
        ("figure_elsewhere", "rag-build-cost", "elsewhere", "12 weeks (a-blog)"),
    ]


def test_what_is_on_the_list_is_not_put_there_again(revision):
    for day in range(3):
        visit(revision, F.MOVED, Seen(PRINTED, C.MISSING), at=days(day))
    assert sorted(open_tasks()) == ["figure_missing", "link_moved"]
    for task in Task.objects.all():
        operations.close_task(by=factories.editor(), at=days(3), task=task, outcome="Looked at.")
    visit(revision, F.MOVED, Seen(PRINTED, C.MISSING), at=days(4))
    assert sorted(open_tasks()) == ["figure_missing", "link_moved"]
    assert Task.objects.count() == 4


# --- Dead links ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("finding", [F.GONE, F.FORBIDDEN_ADDRESS])
def test_a_page_that_is_gone_is_a_task_at_once(revision, finding):
    visit(revision, finding, note="Why.")
    assert list(Task.objects.values_list("kind", "source__slug", "claim", "note")) == [
        ("link_dead", "a-blog", None, "Why.")
    ]


@pytest.mark.parametrize("finding", [F.UNREACHABLE, F.REFUSED])
def test_a_page_that_does_not_answer_is_a_task_on_the_second_day(revision, finding):
    visit(revision, finding)
    visit(revision, finding, at=NOON + timedelta(hours=3))
    assert open_tasks() == []
    visit(revision, finding, at=days(1))
    assert open_tasks() == ["link_dead"]


def test_an_answer_in_between_begins_the_count_anew(revision):
    visit(revision, F.UNREACHABLE)
    visit(revision, F.ANSWERS, at=days(1))
    visit(revision, F.UNREACHABLE, at=days(2))
    assert open_tasks() == []
    visit(revision, F.REFUSED, at=days(3))
    assert open_tasks() == ["link_dead"]


@pytest.mark.parametrize("finding", [F.ROBOTS, F.TOO_MUCH, F.UNREADABLE])
def test_what_only_a_machine_cannot_read_is_no_dead_link(revision, finding):
    visit(revision, finding)
    visit(revision, finding, at=days(1))
    assert open_tasks() == []


@pytest.mark.parametrize("finding", [F.ANSWERS, F.MOVED])
def test_a_link_that_answers_again_closes_its_own_task_and_says_that_nobody_looked(revision, finding):
    visit(revision, F.GONE, Seen(PRINTED, C.MISSING))
    visit(revision, finding, at=days(1))
    task = Task.objects.get(kind="link_dead")
    assert (task.closed_at, task.closed_by) == (days(1), None)
    assert task.outcome == "The link answers again. No person has looked."
    assert "figure_missing" in open_tasks()
    act = Act.objects.get(verb="close_task")
    assert (act.by, act.source, act.detail) == (None, task.source, {"kind": "link_dead"})


@pytest.mark.parametrize("finding", [F.ROBOTS, F.UNREADABLE, F.TOO_MUCH])
def test_a_link_that_cannot_be_read_does_not_answer_again(revision, finding):
    visit(revision, F.GONE)
    visit(revision, finding, at=days(1))
    assert open_tasks() == ["link_dead"]


# --- The text ------------------------------------------------------------------------------------------------------


def test_a_text_is_kept_where_it_is_new_and_found_where_it_is_not(revision):
    first = visit(revision, text="One text.")
    same = visit(revision, at=days(1), text="One text.")
    nothing = visit(revision, F.UNREACHABLE, at=days(2))
    other = visit(revision, at=days(3), text="Another text.")
    back = visit(revision, at=days(4), text="One text.")
    assert [one.text is not None for one in (first, same, nothing, other, back)] == [True, False, False, True, True]
    assert [Visit.objects.get(pk=one.pk).main_text for one in (first, same, nothing, other, back)] == [
        "One text.",
        "One text.",
        None,
        "Another text.",
        "One text.",
    ]
    assert list(Check.objects.filter(kind="text_unchanged").order_by("pk").values_list("visit", "finding")) == [
        (same.pk, "unchanged"),
        (other.pk, "text_changed"),
        (back.pk, "text_changed"),
    ]
    assert open_tasks() == ["text_changed"]


def test_an_empty_text_is_a_text(revision):
    assert Visit.objects.get(pk=visit(revision, text="").pk).main_text == ""


def test_a_source_that_no_published_claim_cites_is_visited_all_the_same():
    source = factories.source()
    seen = operations.record_visit(at=NOON, source=source, look=Look(F.GONE), claims=[])
    task = Task.objects.get()
    assert (task.source, task.opened_by, seen.checks.count()) == (source, None, 0)


def test_what_is_too_long_for_its_column_is_cut(revision):
    seen = visit(revision, note="n" * 400, final_url="https://a.example/" + "x" * 3000, media_type="t" * 200)
    assert (len(seen.note), len(seen.final_url), len(seen.media_type)) == (300, 2000, 100)


# --- What a machine cannot do --------------------------------------------------------------------------------------


def test_a_machine_moves_no_date_and_changes_no_claim(revision):
    operations.check(
        by=factories.editor(), at=NOON, claim=revision.claim, kind=Check.Kind.READ_IN_CONTEXT, on=date(2026, 1, 5)
    )
    before = Claim.objects.filter(pk=revision.claim_id).values().get(), Revision.objects.count()
    visit(revision, F.ANSWERS, Seen(PRINTED, C.FOUND), at=days(30), text="One text.")
    visit(revision, F.MOVED, Seen(PRINTED, C.MISSING), at=days(31), text="Another text.")
    assert last_reading(revision.claim, days(40)) == date(2026, 1, 5)
    assert (Claim.objects.filter(pk=revision.claim_id).values().get(), Revision.objects.count()) == before
    assert set(Check.objects.filter(by__isnull=True).values_list("kind", flat=True)) <= set(Check.MACHINE)


# --- People close tasks --------------------------------------------------------------------------------------------


@pytest.fixture
def task(revision) -> Task:
    visit(revision, F.ANSWERS, Seen(PRINTED, C.MISSING))
    return Task.objects.get()


@pytest.mark.parametrize("who", [factories.editor, factories.reviewer, factories.manager])
def test_a_person_closes_a_task_and_says_what_they_found(task, who):
    person = who()
    closed = operations.close_task(by=person, at=days(1), task=task, outcome=" It stands in a picture. ")
    assert (closed.closed_by, closed.closed_at, closed.outcome) == (person, days(1), "It stands in a picture.")
    act = Act.objects.get(verb="close_task")
    assert (act.by, act.claim, act.source, act.note) == (person, task.claim, None, "It stands in a picture.")
    assert act.detail == {"kind": "figure_missing"}


def test_a_task_is_not_closed_without_words_or_by_anybody(task):
    with pytest.raises(OperationRefused, match="Say what you found") as error:
        operations.close_task(by=factories.editor(), at=days(1), task=task, outcome="  ")
    assert error.value.field == "outcome"
    with pytest.raises(OperationRefused, match="may not close tasks"):
        operations.close_task(by=factories.person("reader"), at=days(1), task=task, outcome="x")
    assert open_tasks() == ["figure_missing"]


def test_the_second_to_close_a_task_is_told_who_was_first(task):
    operations.close_task(by=factories.editor(), at=days(1), task=task, outcome="Still there.")
    with pytest.raises(OperationRefused, match=r"ed closed this already: Still there\."):
        operations.close_task(by=factories.reviewer(), at=days(2), task=task, outcome="Gone.")


def test_one_that_a_machine_closed_says_so(revision):
    visit(revision, F.GONE)
    visit(revision, F.ANSWERS, at=days(1))
    with pytest.raises(OperationRefused, match="A machine closed this already: The link answers again"):
        operations.close_task(by=factories.editor(), at=days(2), task=Task.objects.get(), outcome="x")
