"""The list and the screen of what the evidence lacks, as an editor meets them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from lxml import html

from claims import operations
from claims.digest import letter
from claims.models import Claim, TakenItem
from claims.queue import LISTS, Filters
from tests.claims import desk as desk_of
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def hours(db):
    return make.metric("maintenance-hours", units=["hours"], name="Maintenance hours")


def screen(gap):
    return reverse("queue:gap", args=[gap.pk])


def listed(**filters):
    queue = LISTS["gap"]
    return [row.ref for row in queue.page(queue.open(make.editor(), NOON, Filters(**filters)), NOON)]


def draft_link(page) -> str:
    [link] = html.fromstring(page.content.decode()).xpath("//a[contains(., 'Draft a claim for this')]/@href")
    return link


def test_what_most_assessments_lack_stands_first_and_says_what_is_needed(hours):
    make.subject("rag")
    make.gap(1, per="week")
    make.gap(3, claims=["rag-hours-basic@2"])
    make.gap(0, per="year")
    queue = LISTS["gap"]
    first, second = queue.page(queue.open(make.editor(), NOON), NOON)
    assert (first.title, first.value) == ("Maintenance hours: RAG", "hours per month, tier: production")
    assert first.ref == "rag-maintenance-hours-production"
    assert first.why == [
        "No published claim says it", "3 live assessments lack it", "since 22 November 2026",
        "set aside: rag-hours-basic@2",
    ]  # fmt: skip
    assert second.why[1] == "1 live assessment lacks it"


def test_a_word_that_the_vocabulary_does_not_have_is_shown_as_it_was_asked_for():
    gap = make.gap(metrics=["context-tokens"], unit="tokens", per="request", scope={})
    [row] = LISTS["gap"].rows([gap], NOON.date())
    assert (row.title, row.value) == ("context-tokens: rag", "tokens per request")
    assert row.draft == "/admin/claims/claim/add/?unit=tokens&per=request"


def test_gaps_are_narrowed_by_why_there_is_none_and_by_who_took_them():
    make.gap()
    expired = make.gap(code="expired", subjects=["lora"])
    operations.take(by=make.editor(), at=NOON, kind="gap", item=expired.pk)
    assert listed(state="expired") == listed(who="mine") == ["lora-maintenance-hours-production"]
    assert listed(state="no_claim") == listed(who="nobody") == ["rag-maintenance-hours-production"]
    assert listed(state="no_rate") == []


def test_a_gap_is_found_by_its_words_where_there_is_no_claim_on_them(hours):
    make.subject("rag")
    make.gap()
    assert listed(subject="rag") == listed(family="project-cost") == ["rag-maintenance-hours-production"]
    make.subject("lora")
    assert listed(subject="lora") == listed(topic="costs") == []


@pytest.mark.parametrize("where", ["list", "screen"])
def test_the_form_of_a_new_claim_opens_filled_and_what_is_drafted_from_it_closes_the_gap(desk, hours, where):
    subject = make.subject("rag")
    make.topic()
    gap = make.gap(subjects=["hybrid", "rag"], scope={"tier": "production", "managed": True})
    client = desk(make.editor())
    address = reverse("admin:index") + "?list=gap" if where == "list" else screen(gap)
    form = desk_of.visit(make.editor(), draft_link(client.get(address)))
    filled = {key: form.data[key] for key in ("subject", "metric", "unit", "currency", "per", "scope")}
    assert filled == {
        "subject": [str(subject.pk)], "metric": [str(hours.pk)], "unit": ["hours"], "currency": [""], "per": ["month"],
        "scope": ["managed: true\ntier: production"],
    }  # fmt: skip
    sent = form.send(
        slug="rag-hours", statement="It takes this long.", value_as_printed="10 to 30 hours per month",
        study_type="practitioner_report", credibility="3", credibility_reason="One source.", certainty="low",
        citations__0__source=str(make.source().pk), citations__0__printed="10 to 30 hours", citations__0__locator="Upkeep",
        _submit="1",
    )  # fmt: skip
    claim = Claim.objects.filter(slug="rag-hours").first()
    assert claim is not None, sent.text
    operations.publish(by=make.reviewer(), at=NOON, claim=claim)
    gap.refresh_from_db()
    assert str(gap.filled_by) == "rag-hours@1"
    page = client.get(screen(gap)).content.decode()
    assert "rag-hours@1 gives it." in page
    assert "Draft a claim for this" not in page


def test_who_writes_no_claims_is_offered_no_draft(desk, hours):
    gap = make.gap()
    client = desk(make.reviewer())
    for address in (reverse("admin:index") + "?list=gap", screen(gap)):
        page = client.get(address).content.decode()
        assert "rag-maintenance-hours-production" in page
        assert "Draft a claim" not in page


def test_the_screen_shows_what_came_near(desk, hours):
    near = make.publish("rag-hours-basic")
    gap = make.gap(code="expired", claims=["rag-hours-basic@1", "gone@1"])
    page = desk(make.editor()).get(screen(gap))
    assert [str(one) for one in page.context["near"]] == ["rag-hours-basic@1"]
    assert f'href="{near.get_absolute_url()}"' in page.content.decode()


def test_closing_with_a_reason_leads_to_the_next_and_a_gap_can_be_opened_again(desk):
    first, second = make.gap(2), make.gap(1, per="week")
    client = desk(make.editor())
    opened = client.post(reverse("queue:start") + "?list=gap")
    assert opened.url == f"{screen(first)}?list=gap"
    assert "Say where you looked" in client.post(opened.url, {"close": "1", "reason": " "}).content.decode()
    closed = client.post(opened.url, {"close": "1", "reason": "Nobody publishes it."})
    assert closed.url == f"{screen(second)}?list=gap&skip={first.pk}"
    assert TakenItem.objects.get().object_id == second.pk
    page = client.get(screen(first)).content.decode()
    assert "Nobody publishes it." in page
    assert "ed closed as not to be had" in " ".join(page.split())
    assert "This is closed already" in client.post(screen(first), {"close": "1", "reason": "Again."}).content.decode()
    client.post(screen(first), {"reopen": "1"})
    assert listed() == ["rag-maintenance-hours-production"] * 2


def test_the_letter_names_what_is_lacking(desk):
    make.gap(2)
    ed = make.editor()
    [section] = letter(ed, NOON).sections
    assert (section.words, section.total) == ("lacking in the evidence", 1)
    assert "2 live assessments lack it" in letter(ed, NOON + timedelta(days=1)).body
    assert letter(make.reviewer(), NOON) is None
