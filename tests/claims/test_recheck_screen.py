"""The screen on which a claim is read again: what stands on it, and the one check that is made of it."""

import re
from datetime import date

import pytest
from django.urls import reverse

from claims import operations
from claims.models import Check, TakenItem
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
OLD = date(2020, 1, 1)
TEXT = "Prices, in the footer: 45,000. A production system costs <b>$18,000 to $45,000</b>, they say."


def screen(claim, query="list=recheck"):
    return f"{reverse('queue:recheck', args=[claim.pk])}?{query}"


def form(claim, verdict, **answers):
    """What the screen of a claim that nobody checked yet sends."""
    return {"verdict": verdict, "seen": 0, "revision": claim.current_revision_id, **answers}


def events(claim):
    return list(claim.checks.order_by("pk").values_list("kind", "by__username", "note"))


# --- What stands on it ---------------------------------------------------------------------------------------------


def test_the_figure_stands_beside_its_surrounding_words_which_are_never_html(desk):
    claim = make.due("first")
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
    claim = make.due("first")
    if visit is not None:
        make.visit(claim.citations.get().source, **visit)
    assert said in desk(make.editor()).get(screen(claim)).content.decode()


def test_earlier_checks_findings_tasks_and_conflicts_stand_on_it(desk):
    claim, other = make.due("first"), make.publish("other", statement="It costs more.").claim
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
    claim = make.due("first")
    operations.revise(by=make.manager(), at=NOON, claim=claim, fields={"low": 1})
    assert "mana is changing it (draft)" in desk(make.editor()).get(screen(claim)).content.decode()


def test_a_hard_stop_is_not_lifted_by_reading(desk):
    claim = make.due("first", expires_on=date(2026, 11, 20))
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
    claim, following = make.due("first"), make.due("second")
    make.publish("newer", citations=[make.citation(source=make.source("new", published_on=date(2026, 11, 1)))])
    answer = desk(make.editor()).post(screen(claim), form(claim, verdict, **answers))
    assert events(claim) == [(verdict, "ed", note)]
    assert answer.url == screen(following, f"list=recheck&skip={claim.pk}")
    taken = TakenItem.objects.get()
    assert (taken.object_id, taken.person) == (following.pk, make.editor())


def test_a_change_is_one_check_and_opens_the_edit_with_the_old_value_beside(desk):
    claim, following = make.due("first"), make.due("second")
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
    claim = make.due("first")
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
    claim = make.due("first")
    make.publish("newer")
    page = desk(make.editor()).post(screen(claim), form(claim, verdict, **answers)).content.decode()
    assert message in page
    assert all(text.strip() in page for text in answers.values())
    assert events(claim) == []


def test_a_page_that_sends_too_little_is_asked_again(desk):
    claim = make.due("first")
    page = desk(make.editor()).post(screen(claim), {"verdict": "read_in_context", "seen": "x"}).content.decode()
    assert "The page did not send all of its parts: choose again." in page
    assert events(claim) == []


def test_the_second_reader_sees_that_it_was_just_checked_and_nothing_is_doubled(desk):
    claim = make.due("first")
    both = form(claim, "gone", note="The page is about cats now.")
    desk(make.editor()).post(screen(claim), form(claim, "read_in_context"))
    page = desk(make.reviewer()).post(screen(claim), both).content.decode()
    assert "Ed checked first a moment ago: a person read the value in its context." in page
    assert "The page is about cats now." in page
    assert events(claim) == [("read_in_context", "ed", "")]
    assert f'name="seen" value="{claim.checks.get().pk}"' in page


def test_skipping_records_nothing_puts_the_claim_back_and_leads_on(desk):
    first, second = make.due("first"), make.due("second")
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
    make.due("lora", subject=make.subject("lora"))
    first, second = make.due("rag-1"), make.due("rag-2")
    query = "list=recheck&subject=rag"
    answer = desk(make.editor()).post(screen(first, query), form(first, "read_in_context"))
    assert answer.url == screen(second, f"{query}&skip={first.pk}")
    end = desk(make.editor()).post(answer.url, form(second, "read_in_context"))
    assert end.url == f"/admin/?{query}"


def test_what_somebody_else_works_on_is_passed_over(desk):
    first, second, third = make.due("first"), make.due("second"), make.due("third")
    operations.take(by=make.reviewer(), at=NOON, kind="recheck", item=second.pk)
    answer = desk(make.editor()).post(screen(first), form(first, "read_in_context"))
    assert answer.url == screen(third, f"list=recheck&skip={first.pk}")


def test_a_claim_without_support_stays_listed_and_is_not_shown_twice(desk):
    first, second = make.publish("first").claim, make.publish("second").claim
    answer = desk(make.editor()).post(screen(first, "list=support"), form(first, "read_in_context"))
    assert answer.url == screen(second, f"list=support&skip={first.pk}")


def test_only_who_has_a_role_comes_to_the_screens(desk):
    claim = make.due("first")
    nobody = desk(make.person("nobody", is_staff=True))
    assert nobody.get(screen(claim)).status_code == 403
    assert nobody.post(screen(claim), form(claim, Check.Kind.READ_IN_CONTEXT)).status_code == 403
    assert events(claim) == []
