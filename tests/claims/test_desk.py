"""What people keep on their desk, and the verbs that close what machines opened."""

from datetime import timedelta

import pytest

from claims import operations
from claims.models import Act, Check, SavedView, TakenItem, Task
from claims.operations import CheckedMeanwhile, OperationRefused
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
RECHECK = TakenItem.Kind.RECHECK


def take(who, *, at=NOON, item=7):
    return operations.take(by=who, at=at, kind=RECHECK, item=item)


def test_an_item_is_taken_by_one_person_and_others_learn_by_whom():
    take(make.editor())
    with pytest.raises(OperationRefused, match="ed works on this already: take another"):
        take(make.reviewer())
    assert TakenItem.objects.get().person == make.editor()


def test_taking_again_begins_the_day_anew():
    take(make.editor())
    take(make.editor(), at=NOON + timedelta(hours=20))
    with pytest.raises(OperationRefused):
        take(make.reviewer(), at=NOON + timedelta(hours=30))


def test_a_take_lapses_after_a_day():
    take(make.editor())
    take(make.reviewer(), at=NOON + timedelta(hours=24))
    assert TakenItem.objects.get().person == make.reviewer()


def test_an_item_is_put_back_by_who_took_it_and_by_nobody_else():
    take(make.editor())
    operations.release(by=make.reviewer(), at=NOON, kind=RECHECK, item=7)
    assert TakenItem.objects.count() == 1
    operations.release(by=make.editor(), at=NOON, kind=RECHECK, item=7)
    assert TakenItem.objects.count() == 0


def test_who_has_no_role_takes_nothing():
    with pytest.raises(OperationRefused, match="may not work on the queue"):
        take(make.person("nobody"))


def test_a_view_is_kept_under_its_name_and_the_same_name_replaces_it():
    for query in ("list=recheck", "list=task"):
        operations.save_view(by=make.editor(), at=NOON, name=" Prices ", query=query)
    operations.save_view(by=make.reviewer(), at=NOON, name="Prices", query="list=review")
    assert set(SavedView.objects.values_list("person__username", "name", "query")) == {
        ("ed", "Prices", "list=task"),
        ("rev", "Prices", "list=review"),
    }


def test_a_view_has_a_name():
    with pytest.raises(OperationRefused, match="Give the view a name") as refusal:
        operations.save_view(by=make.editor(), at=NOON, name=" ", query="")
    assert refusal.value.field == "name"


def test_a_view_is_deleted_by_its_owner_alone():
    view = operations.save_view(by=make.editor(), at=NOON, name="Prices", query="")
    with pytest.raises(OperationRefused, match="somebody else's"):
        operations.delete_view(by=make.reviewer(), at=NOON, view=view)
    operations.delete_view(by=make.editor(), at=NOON, view=view)
    assert not SavedView.objects.exists()


def test_how_often_a_letter_comes_is_one_of_three():
    assert operations.choose_digest(by=make.editor(), at=NOON, digest="daily").digest == "daily"
    with pytest.raises(OperationRefused) as refusal:
        operations.choose_digest(by=make.editor(), at=NOON, digest="hourly")
    assert refusal.value.field == "digest"
    make.editor().refresh_from_db()
    assert make.editor().digest == "daily"


# --- Tasks ---------------------------------------------------------------------------------------------------------


def close(task, *, by=None, outcome="It moved to the FAQ."):
    return operations.close_task(by=by or make.editor(), at=NOON, task=task, outcome=outcome)


def test_a_task_is_closed_with_what_was_found_and_the_log_says_so():
    claim = make.publish().claim
    close(make.task(claim=claim))
    task = Task.objects.get()
    assert (task.closed_at, task.closed_by, task.outcome) == (NOON, make.editor(), "It moved to the FAQ.")
    act = Act.objects.get(verb="close_task")
    assert (act.claim, act.by, act.note, act.detail) == (
        claim,
        make.editor(),
        "It moved to the FAQ.",
        {"kind": "figure_missing"},
    )


def test_a_task_is_closed_once():
    task = make.task(source=make.source())
    close(task)
    with pytest.raises(OperationRefused, match="ed closed this already: It moved to the FAQ"):
        close(task, by=make.reviewer())


def test_a_task_that_a_machine_closed_says_so():
    task = make.task(source=make.source(), closed_at=NOON, outcome="The link answers again.")
    with pytest.raises(OperationRefused, match="A machine closed this already: The link answers again"):
        close(task)


def test_a_task_is_not_closed_without_a_word_or_a_role():
    task = make.task(source=make.source())
    with pytest.raises(OperationRefused) as refusal:
        close(task, outcome="  ")
    assert refusal.value.field == "outcome"
    with pytest.raises(OperationRefused, match="may not close tasks"):
        close(task, by=make.person("nobody"))
    task.refresh_from_db()
    assert task.closed_at is None


# --- One check for two readers -------------------------------------------------------------------------------------


def check_once(claim, *, by=None, seen=0, revision=None, kind=Check.Kind.READ_IN_CONTEXT):
    return operations.check_once(
        by=by or make.editor(),
        at=NOON,
        claim=claim,
        kind=kind,
        seen=seen,
        revision=revision or claim.current_revision_id,
    )


def test_the_second_of_two_readers_learns_of_the_first_and_records_nothing():
    claim = make.publish().claim
    check_once(claim)
    with pytest.raises(CheckedMeanwhile, match="ed checked rag-build-cost a moment ago: a person read the value"):
        check_once(claim, by=make.reviewer())
    with pytest.raises(CheckedMeanwhile, match="You checked rag-build-cost"):
        check_once(claim)
    assert claim.checks.count() == 1


def test_a_machine_that_looked_meanwhile_is_in_nobodys_way():
    claim = make.publish().claim
    operations.check(by=None, at=NOON, claim=claim, kind=Check.Kind.LINK_ANSWERS)
    first = check_once(claim)
    operations.check(by=None, at=NOON, claim=claim, kind=Check.Kind.FIGURE_PRESENT)
    check_once(claim, by=make.reviewer(), seen=first.pk)
    assert claim.checks.filter(by__isnull=False).count() == 2


def test_a_figure_that_was_published_anew_is_not_checked_unseen():
    revision = make.publish()
    make.change(revision, at=NOON, low=17000)
    with pytest.raises(CheckedMeanwhile, match="published anew"):
        check_once(revision.claim, revision=revision.pk)
    assert not revision.claim.checks.exists()


def test_what_is_history_is_not_checked():
    claim = make.publish().claim
    operations.retract(by=make.manager(), at=NOON, claim=claim, reason="Wrong.")
    with pytest.raises(OperationRefused, match="is retracted: it is history now"):
        check_once(claim)
