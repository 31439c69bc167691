"""Conflicts at the desk: two claims beside each other, the decision, its history, and pairs put down by hand."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from claims import operations
from claims.models import Act, Conflict
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def desk(client):
    def enter(person):
        client.force_login(person)
        return client

    return enter


@pytest.fixture
def found() -> Conflict:
    """A pair that publishing found: dollars against pounds, at a published rate."""
    rate = make.metric("exchange-rate", units=["ratio"])
    make.publish(
        "exchange-rate-usd-gbp", subject=make.subject("currencies"), metric=rate, low="0.8", likely="0.8", high="0.8",
        unit="ratio", currency="", per="", scope={"from": "USD", "to": "GBP", "on": "2026-11-20"},
    )  # fmt: skip
    make.publish("dear", scope={"tier": "production", "method": "lora"})
    make.publish(
        "cheap", low=800, likely=800, high=800, currency="GBP", scope={"tier": "production"}, statement="It costs less."
    )
    return Conflict.objects.get()


def url(conflict: Conflict) -> str:
    return reverse("admin:claims_conflict_change", args=[conflict.pk])


def words(response) -> str:
    return " ".join(unescape(strip_tags(re.sub(r"</(td|th|p|li)>", r" ", response.content.decode()))).split())


def decision(conflict: Conflict, **answers) -> dict:
    return {"state": "contested", "reason": "Both measured it.", "seen": operations.last_act(conflict)} | answers


def test_both_sides_stand_beside_each_other_and_are_made_alike_at_the_dated_rate(desk, found):
    page = words(desk(make.editor()).get(url(found)))
    assert "Open since 22 November 2026." in page
    assert "Value US$18,000–45,000 (median 28,000) £800" in page
    assert "Made alike 18,000–45,000 USD 1,000 USD" in page
    assert "Compared Their ranges do not meet. GBP 1 counts as USD 1.25, the rate of 20 November 2026." in page
    assert "When it was opened: exchange-rate-usd-gbp@1." in page
    assert "Tier production production" in page
    assert "Method lora any" in page
    assert page.count("reliability C. Sells the work.") == 2
    assert "Credibility 3, possibly true. One source, plausible. 3, possibly true. One source, plausible." in page
    assert "Freshness Due, not read since publication Due, not read since publication" in page
    assert "machine Found" in page


def test_a_decision_is_stored_with_its_reason_and_stands_in_the_history(desk, found):
    client = desk(make.editor())
    answer = client.post(url(found), decision(found))
    assert answer.url == reverse("admin:claims_conflict_changelist")
    found.refresh_from_db()
    assert (found.state, found.reason, found.decided_by, found.decided_on) == (
        "contested", "Both measured it.", make.editor(), NOON.date(),
    )  # fmt: skip
    page = words(client.get(url(found)))
    assert "Genuinely contested, decided on 22 November 2026 by ed. Both measured it." in page
    assert "ed Settled: Genuinely contested Both measured it." in page


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"state": ""}, "To settle a conflict, choose what it is."),
        ({"state": "open"}, "Select a valid choice."),
        ({"reason": "  "}, "A decision has a reason."),
        ({"seen": ""}, "The page did not say which state of the conflict it showed: open it again."),
        ({"seen": "x"}, "The page did not say which state of the conflict it showed: open it again."),
    ],
)
def test_half_a_decision_is_refused_and_says_what_would_be_right(desk, found, answers, said):
    page = words(desk(make.editor()).post(url(found), decision(found, **answers)))
    assert said in page
    found.refresh_from_db()
    assert found.state == "open"


def test_who_decides_second_is_told_and_loses_nothing_typed(desk, found):
    seen = operations.last_act(found)
    desk(make.reviewer()).post(url(found), decision(found, state="doubtful", reason="The lower one shows no run."))
    response = desk(make.editor()).post(url(found), decision(found, reason="Mine & only mine.", seen=seen))
    page = words(response)
    assert "rev decided this while you were reading: one is doubtful." in page
    assert "What it is One is doubtful Genuinely contested" in page
    assert "Reason The lower one shows no run. Mine & only mine." in page
    assert "One is doubtful, decided on 22 November 2026 by rev." in page
    assert "Mine &amp; only mine.</textarea>" in response.content.decode()
    found.refresh_from_db()
    assert (found.state, found.reason) == ("doubtful", "The lower one shows no run.")

    again = re.search(r'name="seen" value="(\d+)"', response.content.decode())[1]
    desk(make.editor()).post(url(found), decision(found, reason="Mine & only mine.", seen=again))
    found.refresh_from_db()
    assert (found.state, found.reason) == ("contested", "Mine & only mine.")


def test_a_claim_that_was_changed_meanwhile_is_told_as_well(desk, found):
    seen = operations.last_act(found)
    make.change(make.Revision.objects.get(claim__slug="dear", number=1), at=NOON, low=19000)
    page = words(desk(make.editor()).post(url(found), decision(found, seen=seen)))
    assert "One of the two claims was changed while you were reading." in page
    assert Conflict.objects.get().state == "open"


def test_what_was_decided_before_a_change_stays_in_the_history(desk, found):
    client = desk(make.editor())
    client.post(url(found), decision(found))
    make.change(make.Revision.objects.get(claim__slug="dear", number=1), at=NOON, low=19000)
    page = words(client.get(url(found)))
    assert "Open since 22 November 2026. Opened again: dear@2 changed its value." in page
    assert "Before: Genuinely contested (ed, 22 November 2026). Both measured it." in page
    assert "Both measured it.</textarea>" not in client.get(url(found)).content.decode()


def test_a_pair_that_lapsed_says_so(desk, found):
    make.change(make.Revision.objects.get(claim__slug="dear", number=1), at=NOON, low=900, likely=None)
    page = words(desk(make.editor()).get(url(found)))
    assert "Lapsed on 22 November 2026: one of the two was changed, and they no longer disagree." in page
    assert "One range lies inside the other." in page
    assert "Lapsed" in words(desk(make.editor()).get(reverse("admin:claims_conflict_changelist")))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"scope": {"tier": "basic"}}, "Not compared: their scopes exclude each other, by tier."),
        ({"expires_on": date(2026, 11, 1)}, "Not compared: one of them is past its hard stop."),
        ({"currency": "CHF"}, "Not compared: no exchange rate between their currencies is published."),
        ({"per": "month"}, "Not compared: they are counted in different units or periods."),
    ],
)
def test_a_pair_that_cannot_be_compared_says_why(desk, fields, said):
    one, two = make.publish("one").claim, make.publish("two", **fields).claim
    pair = operations.record_conflict(by=make.editor(), at=NOON, claims=(one, two), relation="disjoint", reason="Both.")
    assert said in words(desk(make.editor()).get(url(pair)))


def test_open_ends_and_drafts_are_shown_too(desk):
    one = make.publish("one", low=20000, likely=None, high=None, bound="at_least", scope={}).claim
    two = make.publish("two", low=None, likely=None, high="0.12345", bound="at_most", scope={}).claim
    page = words(desk(make.editor()).get(url(Conflict.objects.get())))
    assert "Made alike at least 20,000 USD at most 0.1234 USD" in page or "at most 0.1235 USD" in page
    assert "Neither claim limits where it holds." in page
    drafted = operations.record_conflict(
        by=make.editor(), at=NOON, claims=(one, make.draft("three")), relation="nested"
    )
    assert "Not compared: one of them was never published." in words(desk(make.editor()).get(url(drafted)))
    assert two.pk


def test_a_pair_is_put_down_by_hand_and_leads_to_its_decision(desk):
    one, two = make.publish("one").claim, make.publish("two").claim
    client = desk(make.editor())
    form = client.get(reverse("admin:claims_conflict_add"), {"first": "one"}).content.decode()
    assert '<option value="two">' in form
    assert 'value="one"' in form
    answer = client.post(
        reverse("admin:claims_conflict_add"),
        {"first": "two", "second": "one", "relation": "disjoint", "reason": "One shows its data."},
    )
    conflict = Conflict.objects.get()
    assert answer.url == url(conflict)
    assert (conflict.first, conflict.second, conflict.state, conflict.reason) == (
        one,
        two,
        "open",
        "One shows its data.",
    )
    act = Act.objects.get(conflict=conflict)
    assert (act.verb, act.by) == ("record_conflict", make.editor())


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("one", "one", "A claim does not disagree with itself: choose two."),
        ("one", "elsewhere", "a conflict is between answers to one question."),
        ("one", "no-such-claim", "No published claim has this slug."),
        ("draft", "one", "No published claim has this slug."),
    ],
)
def test_a_pair_that_cannot_be_is_refused_with_what_was_typed(desk, first, second, said):
    make.publish("one")
    make.publish("elsewhere", subject=make.subject("lora"))
    make.draft("draft")
    given = {"first": first, "second": second, "relation": "disjoint", "reason": "Typed with care."}
    response = desk(make.editor()).post(reverse("admin:claims_conflict_add"), given)
    assert said in words(response)
    assert "Typed with care." in response.content.decode()
    assert not Conflict.objects.exists()


def test_a_pair_stands_once(desk, found):
    given = {"first": "dear", "second": "cheap", "relation": "disjoint", "reason": "Again."}
    page = words(desk(make.editor()).post(reverse("admin:claims_conflict_add"), given))
    assert "This pair is recorded already." in page
    assert Conflict.objects.count() == 1


def test_the_page_of_a_claim_leads_to_putting_one_down(desk):
    claim = make.publish("one").claim
    page = desk(make.editor()).get(reverse("admin:claims_claim_change", args=[claim.pk])).content.decode()
    assert f'href="{reverse("admin:claims_conflict_add")}?first=one"' in page


def test_what_is_typed_is_never_markup(desk, found):
    client = desk(make.editor())
    client.post(url(found), decision(found, reason="<script>alert(1)</script>"))
    assert "<script>alert(1)" not in client.get(url(found)).content.decode()


def test_a_page_of_a_conflict_asks_a_bounded_number_of_questions(desk, found, django_assert_max_num_queries):
    client = desk(make.editor())
    with django_assert_max_num_queries(40):
        client.get(url(found))
