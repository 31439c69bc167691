"""The screens of a draft that waits for a review, and of what a machine noticed."""

import pytest
from django.urls import reverse

from claims import operations
from claims.models import Claim, Metric
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
TEXT = "A production system costs $18,000 to $45,000, they say."


# --- A draft -------------------------------------------------------------------------------------------------------


def submitted(slug="first"):
    claim = make.publish(slug).claim
    operations.revise(by=make.editor(), at=NOON, claim=claim, fields={"low": 17000, "change_note": "Corrected."})
    return operations.submit(by=make.editor(), at=NOON, claim=claim)


def review(claim, query="list=review"):
    return f"{reverse('queue:review', args=[claim.pk])}?{query}"


def test_a_draft_is_approved_with_one_button_and_the_next_one_opens(desk):
    first, second = submitted("first"), submitted("second")
    client = desk(make.reviewer())
    page = client.get(review(first)).content.decode()
    assert "The value changes, but no citation does." in page
    assert page.index("US$18,000–45,000") < page.index("US$17,000–45,000", page.index("What would change"))
    answer = client.post(review(first), {"approve": "1", "edit_number": first.edit_number, "although": "A slip."})
    first.refresh_from_db()
    assert (first.state, first.current_revision.number) == ("published", 2)
    assert answer.url == review(second, f"list=review&skip={first.pk}")


def test_a_draft_is_sent_back_with_a_reason(desk):
    claim = submitted()
    client = desk(make.reviewer())
    assert "This field is required" in client.post(review(claim), {"send_back": "1", "reason": ""}).content.decode()
    client.post(review(claim), {"send_back": "1", "reason": "Add the tier.", "edit_number": claim.edit_number})
    claim.refresh_from_db()
    assert (claim.state, claim.change_note) == ("draft", "Add the tier.")


@pytest.mark.parametrize("edit_number", ["0", "", "x"])
def test_nobody_approves_another_text_than_they_saw(desk, edit_number):
    claim = submitted()
    page = desk(make.reviewer()).post(review(claim), {"approve": "1", "edit_number": edit_number}).content.decode()
    assert "Ed saved first while you were editing" in page
    assert Claim.objects.get().state == "review"


@pytest.mark.parametrize("edit_number", ["0", "", "x"])
def test_nobody_sends_back_another_text_than_they_saw(desk, edit_number):
    claim = submitted()
    answers = {"send_back": "1", "reason": "Add the tier.", "edit_number": edit_number}
    page = desk(make.reviewer()).post(review(claim), answers).content.decode()
    assert "Ed saved first while you were editing" in page
    assert Claim.objects.get().state == "review"


def test_a_draft_whose_metric_changed_meanwhile_is_not_published(desk):
    claim = submitted()
    Metric.objects.update(units=["percent"])
    answers = {"approve": "1", "edit_number": claim.edit_number, "although": "A slip."}
    page = desk(make.reviewer()).post(review(claim), answers).content.decode()
    assert "This metric is given in percent, not in currency" in page
    assert Claim.objects.get().state == "review"


def test_who_worked_on_a_draft_is_not_offered_its_approval(desk):
    both = make.person("both", "editor", "reviewer", is_staff=True)
    claim = make.publish("first").claim
    operations.revise(by=both, at=NOON, claim=claim, fields={"low": 17000})
    claim = operations.submit(by=both, at=NOON, claim=claim)
    client = desk(both)
    page = client.get(review(claim)).content.decode()
    assert "You worked on this change: somebody else must approve it." in page
    assert 'name="approve"' not in page
    answers = {"approve": "1", "edit_number": claim.edit_number, "although": "A slip."}
    refused = client.post(review(claim), answers).content.decode()
    assert "Both worked on this change of first: somebody else must approve it." in refused


def test_sending_back_what_is_no_longer_in_review_is_refused(desk):
    claim = submitted()
    operations.publish(by=make.manager(), at=NOON, claim=claim)
    answers = {"send_back": "1", "reason": "Late.", "edit_number": claim.edit_number}
    page = desk(make.reviewer()).post(review(claim), answers, follow=True)
    assert Claim.objects.get().state == "published"
    assert "First is not in review." in page.content.decode()


def test_a_review_is_skipped(desk):
    first, second = submitted("first"), submitted("second")
    answer = desk(make.reviewer()).post(review(first), {"skip": "1"})
    assert answer.url == review(second, f"list=review&skip={first.pk}")


# --- A machine's finding -------------------------------------------------------------------------------------------


def task_screen(task, query="list=task"):
    return f"{reverse('queue:task', args=[task.pk])}?{query}"


def test_a_finding_is_closed_with_a_word_and_the_next_one_opens(desk):
    claim = make.due("first")
    make.visit(claim.citations.get().source, text=TEXT)
    first, second = make.task(claim=claim), make.task(kind="link_dead", source=make.source("dead"))
    client = desk(make.editor())
    page = client.get(task_screen(first)).content.decode()
    assert "<mark>$18,000 to $45,000</mark>" in page
    assert "Say what you found" in client.post(task_screen(first), {"close": "1", "outcome": " "}).content.decode()
    answer = client.post(task_screen(first), {"close": "1", "outcome": "It is there."})
    first.refresh_from_db()
    assert (first.outcome, first.closed_by) == ("It is there.", make.editor())
    assert answer.url == task_screen(second, f"list=task&skip={first.pk}")
    again = client.post(task_screen(first), {"close": "1", "outcome": "Twice."}).content.decode()
    assert "Ed closed this already: It is there." in again
    skipped = client.post(task_screen(second), {"skip": "1"})
    assert skipped.url == "/admin/?list=task"


def test_a_finding_about_a_source_shows_its_visits_and_closes_nothing_by_looking(desk):
    source = make.source("dead")
    make.visit(source, finding="gone")
    check = operations.check(by=None, at=NOON, claim=make.due("first"), kind="link_answers", finding="gone", note="404")
    task = make.task(kind="link_dead", source=source, opened_by=check)
    page = desk(make.editor()).get(task_screen(task)).content.decode()
    assert "The page is gone" in page
    assert "The link answers: is gone. 404" in page
    desk(make.editor()).post(task_screen(task), {})
    task.refresh_from_db()
    assert task.closed_at is None
