"""The screens on which one item after the other is judged: a claim to be read again, a draft, a machine's finding."""

import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from claims import operations
from claims.models import Check, Claim, TakenItem
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
OLD = date(2020, 1, 1)
TEXT = "Prices, in the footer: 45,000. A production system costs <b>$18,000 to $45,000</b>, they say."


@pytest.fixture
def desk(client):
    with time_machine.travel(NOON, tick=False):

        def sign_in(person):
            client.force_login(person)
            return client

        yield sign_in


def due(slug="first", **options):
    cited = [make.citation(source=make.source(f"source-of-{slug}", published_on=OLD))]
    return make.publish(slug, citations=cited, **options).claim


def screen(claim, query="list=recheck"):
    return f"{reverse('queue:recheck', args=[claim.pk])}?{query}"


def form(claim, verdict, **answers):
    """What the screen of a claim that nobody checked yet sends."""
    return {"verdict": verdict, "seen": 0, "revision": claim.current_revision_id, **answers}


def events(claim):
    return list(claim.checks.order_by("pk").values_list("kind", "by__username", "note"))


# --- What stands on it ---------------------------------------------------------------------------------------------


def test_the_figure_stands_beside_its_surrounding_words_which_are_never_html(desk):
    claim = due()
    source = claim.citations.get().source
    make.visit(source, text=TEXT)
    make.visit(source, text=TEXT.replace("<b>", "<script>"))
    page = desk(make.editor()).get(screen(claim)).content.decode()
    assert "costs &lt;script&gt;<mark>$18,000 to $45,000</mark>&lt;/b&gt;, they say." in page
    assert "Text read by a machine on 22 November 2026" in page
    assert "US$18,000–45,000 (median 28,000)" in page
    assert "<dt>Tier</dt><dd>production</dd>" in page
    assert "C, fairly reliable. Signed, but sells the work." in page
    assert "<dt>Interest</dt><dd>Sells the work.</dd>" in page
    assert 'href="https://blog.example/cost"' in page
    assert "<dd>1 independent source</dd>" in page
    assert "<dd>cited by nothing</dd>" in page


@pytest.mark.parametrize(
    ("visit", "said"),
    [
        (None, "No machine has read this source yet: follow the link."),
        ({"finding": "gone"}, "The last visit brought no text: follow the link."),
        ({"text": "Nothing of it."}, "The text that a machine read does not hold the figure as printed"),
    ],
    ids=["no visit", "no text", "not in the text"],
)
def test_where_there_are_no_surrounding_words_the_screen_says_why(desk, visit, said):
    claim = due()
    if visit is not None:
        make.visit(claim.citations.get().source, **visit)
    assert said in desk(make.editor()).get(screen(claim)).content.decode()


def test_earlier_checks_findings_tasks_and_conflicts_stand_on_it(desk):
    claim, other = due(), make.publish("other", statement="It costs more.").claim
    operations.check(by=make.reviewer(), at=NOON, claim=claim, kind="doubtful", note="A footnote takes it back.")
    operations.check(by=None, at=NOON, claim=claim, kind="figure_present", finding="elsewhere")
    make.task(claim=claim, kind="figure_elsewhere", note="Only in the footer.")
    conflict = operations.record_conflict(by=make.editor(), at=NOON, claims=(claim, other), relation="disjoint")
    operations.settle_conflict(
        by=make.reviewer(), at=NOON, conflict=conflict, state="contested", reason="Both measured."
    )
    page = desk(make.editor()).get(screen(claim)).content.decode()
    assert "A person read it and doubts it, rev: A footnote takes it back." in page
    assert "found only in navigation, references or advertising" in page
    assert "Only in the footer." in page
    assert "It costs more." in page
    assert "Genuinely contested</a>, disjoint: Both measured." in page


def test_what_is_not_published_is_not_checked(desk):
    page = desk(make.editor()).get(screen(make.draft("unfinished"))).content.decode()
    assert "only a published claim is checked" in page
    assert 'name="verdict"' not in page


def test_somebody_who_is_changing_the_claim_is_named(desk):
    claim = due()
    operations.revise(by=make.manager(), at=NOON, claim=claim, fields={"low": 1})
    assert "mana is changing it (draft)" in desk(make.editor()).get(screen(claim)).content.decode()


def test_a_hard_stop_is_not_lifted_by_reading(desk):
    claim = due(expires_on=date(2026, 11, 20))
    assert "Past its hard stop of 20 November 2026" in desk(make.editor()).get(screen(claim)).content.decode()


# --- What was found ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "answers", "note"),
    [
        ("read_in_context", {}, ""),
        ("gone", {"note": "The page is about cats now."}, "The page is about cats now."),
        ("doubtful", {"note": "A footnote takes it back."}, "A footnote takes it back."),
        ("superseded", {"note": "A newer edition.", "by_claim": "newer"}, "Replaced by newer. A newer edition."),
    ],
)
def test_a_verdict_is_one_check_and_leads_to_the_next_item(desk, verdict, answers, note):
    claim, following = due("first"), due("second")
    make.publish("newer", citations=[make.citation(source=make.source("new", published_on=date(2026, 11, 1)))])
    answer = desk(make.editor()).post(screen(claim), form(claim, verdict, **answers))
    assert events(claim) == [(verdict, "ed", note)]
    assert answer.url == screen(following, f"list=recheck&skip={claim.pk}")
    taken = TakenItem.objects.get()
    assert (taken.object_id, taken.person) == (following.pk, make.editor())


def test_a_change_is_one_check_and_opens_the_edit_with_the_old_value_beside(desk):
    claim, following = due("first"), due("second")
    client = desk(make.editor())
    answer = client.post(screen(claim), form(claim, "changed"))
    assert events(claim) == [("changed", "ed", "")]
    assert answer.url == (
        f"/admin/claims/claim/{claim.pk}/change/?old=published"
        f"&next=%2Fadmin%2Fqueue%2Fnext%2F%3Flist%3Drecheck%26skip%3D{claim.pk}"
    )
    page = client.get(answer.url).content.decode()
    beside = page[page.index('class="published-figure"') :]
    assert "<strong>US$18,000–45,000 (median 28,000)</strong>" in beside
    assert "<strong>$18,000 to $45,000</strong>, Costs." in beside
    assert re.search(r'<input[^>]* name="value_as_printed"[^>]* autofocus', page)
    assert client.get(f"/admin/queue/next/?list=recheck&skip={claim.pk}").url == screen(
        following, f"list=recheck&skip={claim.pk}"
    )


def test_who_may_not_edit_records_a_change_and_goes_on(desk):
    claim = due()
    answer = desk(make.reviewer()).post(screen(claim), form(claim, "changed"))
    assert events(claim) == [("changed", "rev", "")]
    assert answer.url == "/admin/?list=recheck"


@pytest.mark.parametrize(
    ("verdict", "answers", "message"),
    [
        ("gone", {}, "Say what you saw: the next person has to understand it."),
        ("doubtful", {"note": " "}, "Say what you saw"),
        ("superseded", {"note": "Newer."}, "Name the claim that replaces this one."),
        ("superseded", {"note": "Newer.", "by_claim": "nothing"}, "There is no other published claim nothing"),
        ("superseded", {"note": "Newer.", "by_claim": "first"}, "There is no other published claim first"),
        ("superseded", {"by_claim": "newer"}, "Say what you saw"),
        ("nonsense", {}, "Choose what you found."),
        ("link_answers", {}, "Choose what you found."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(desk, verdict, answers, message):
    claim = due()
    make.publish("newer")
    page = desk(make.editor()).post(screen(claim), form(claim, verdict, **answers)).content.decode()
    assert message in page
    assert all(text.strip() in page for text in answers.values())
    assert events(claim) == []


def test_a_page_that_sends_too_little_is_asked_again(desk):
    claim = due()
    page = desk(make.editor()).post(screen(claim), {"verdict": "read_in_context", "seen": "x"}).content.decode()
    assert "The page did not send all of its parts: choose again." in page
    assert events(claim) == []


def test_the_second_reader_sees_that_it_was_just_checked_and_nothing_is_doubled(desk):
    claim = due()
    both = form(claim, "gone", note="The page is about cats now.")
    desk(make.editor()).post(screen(claim), form(claim, "read_in_context"))
    page = desk(make.reviewer()).post(screen(claim), both).content.decode()
    assert "Ed checked first a moment ago: a person read the value in its context." in page
    assert "The page is about cats now." in page
    assert events(claim) == [("read_in_context", "ed", "")]
    assert f'name="seen" value="{claim.checks.get().pk}"' in page


def test_skipping_records_nothing_puts_the_claim_back_and_leads_on(desk):
    first, second = due("first"), due("second")
    client = desk(make.editor())
    client.post(reverse("queue:start") + "?list=recheck")
    answer = client.post(screen(first), {"skip": "1"})
    assert answer.url == screen(second, f"list=recheck&skip={first.pk}")
    assert events(first) == []
    assert list(TakenItem.objects.values_list("object_id", flat=True)) == [second.pk]
    end = client.post(answer.url, {"skip": "1"}, follow=True)
    assert "That was the last of re-checks in this pass." in end.content.decode()
    assert not TakenItem.objects.exists()


def test_the_filter_goes_with_the_reader(desk):
    due("lora", subject=make.subject("lora"))
    first, second = due("rag-1"), due("rag-2")
    query = "list=recheck&subject=rag"
    answer = desk(make.editor()).post(screen(first, query), form(first, "read_in_context"))
    assert answer.url == screen(second, f"{query}&skip={first.pk}")
    end = desk(make.editor()).post(answer.url, form(second, "read_in_context"))
    assert end.url == f"/admin/?{query}"


def test_what_somebody_else_works_on_is_passed_over(desk):
    first, second, third = due("first"), due("second"), due("third")
    operations.take(by=make.reviewer(), at=NOON, kind="recheck", item=second.pk)
    answer = desk(make.editor()).post(screen(first), form(first, "read_in_context"))
    assert answer.url == screen(third, f"list=recheck&skip={first.pk}")


def test_a_claim_without_support_stays_listed_and_is_not_shown_twice(desk):
    first, second = make.publish("first").claim, make.publish("second").claim
    answer = desk(make.editor()).post(screen(first, "list=support"), form(first, "read_in_context"))
    assert answer.url == screen(second, f"list=support&skip={first.pk}")


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
    answer = client.post(review(first), {"approve": "1", "edit_number": first.edit_number})
    first.refresh_from_db()
    assert (first.state, first.current_revision.number) == ("published", 2)
    assert answer.url == review(second, f"list=review&skip={first.pk}")


def test_a_draft_is_sent_back_with_a_reason(desk):
    claim = submitted()
    client = desk(make.reviewer())
    assert "This field is required" in client.post(review(claim), {"send_back": "1", "reason": ""}).content.decode()
    client.post(review(claim), {"send_back": "1", "reason": "Add the tier."})
    claim.refresh_from_db()
    assert (claim.state, claim.change_note) == ("draft", "Add the tier.")


@pytest.mark.parametrize("edit_number", ["0", "", "x"])
def test_nobody_approves_another_text_than_they_saw(desk, edit_number):
    claim = submitted()
    page = desk(make.reviewer()).post(review(claim), {"approve": "1", "edit_number": edit_number}).content.decode()
    assert "Ed saved first while you were editing" in page
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
    refused = client.post(review(claim), {"approve": "1", "edit_number": claim.edit_number}).content.decode()
    assert "Both worked on this change of first: somebody else must approve it." in refused


def test_sending_back_what_is_no_longer_in_review_is_refused(desk):
    claim = submitted()
    operations.publish(by=make.manager(), at=NOON, claim=claim)
    page = desk(make.reviewer()).post(review(claim), {"send_back": "1", "reason": "Late."}, follow=True)
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
    claim = due()
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
    check = operations.check(by=None, at=NOON, claim=due(), kind="link_answers", finding="gone", note="404")
    task = make.task(kind="link_dead", source=source, opened_by=check)
    page = desk(make.editor()).get(task_screen(task)).content.decode()
    assert "The page is gone" in page
    assert "The link answers: is gone. 404" in page
    desk(make.editor()).post(task_screen(task), {})
    task.refresh_from_db()
    assert task.closed_at is None


def test_only_who_has_a_role_comes_to_the_screens(desk):
    claim = due()
    nobody = desk(make.person("nobody", is_staff=True))
    assert nobody.get(screen(claim)).status_code == 403
    assert nobody.post(screen(claim), form(claim, Check.Kind.READ_IN_CONTEXT)).status_code == 403
    assert events(claim) == []
