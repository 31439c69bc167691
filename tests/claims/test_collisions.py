"""Two people edit one claim: the second sees both texts, and nothing of either is lost."""

import json

import pytest
from django.urls import reverse
from lxml import html

from claims import operations, working_copy
from claims.models import Act, Claim
from claims.operations import EditedMeanwhile
from tests.claims import factories as make
from tests.claims.desk import open_claim, open_step, visit
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db


def saved_by_mana(claim: Claim, **change) -> None:
    operations.revise(by=make.manager(), at=NOON, claim=claim, **{"fields": {}, **change})


def stored(claim: Claim) -> dict:
    return working_copy.text_of(Claim.objects.get(pk=claim.pk))


def test_a_part_that_both_changed_is_shown_three_times_and_keeps_what_was_typed():
    claim = make.publish().claim
    mine = open_claim(make.editor(), claim)
    saved_by_mana(claim, fields={"statement": "Theirs."})
    before = stored(claim)
    page = mine.send(statement="Mine.", _save="1")
    assert page.rows("collision") == {
        "Statement": ["A production system costs this much to build.", "Theirs.", "Mine.", "Take theirs for Statement"]
    }
    assert "mana saved it on 22 November 2026, 12:00 UTC." in page.words("collision")
    assert page.data["statement"] == ["Mine."]
    assert stored(claim) == before


def test_the_form_that_comes_back_can_be_saved_unless_somebody_saved_again():
    claim = make.publish().claim
    mine = open_claim(make.editor(), claim)
    saved_by_mana(claim, fields={"statement": "Theirs."})
    back = mine.send(statement="Mine.", _save="1")
    saved_by_mana(claim, fields={"statement": "Theirs again."})
    again = back.send(_save="1")
    assert again.rows("collision")["Statement"][:3] == ["Theirs.", "Theirs again.", "Mine."]
    again.send(_save="1")
    assert stored(claim)["statement"] == "Mine."
    texts = [act.detail["replaced"]["statement"] for act in Act.objects.filter(claim=claim, verb="revise")]
    assert texts == ["Theirs again.", "Theirs.", "A production system costs this much to build."]


def test_what_only_the_other_one_touched_is_taken_over_and_said():
    claim = make.publish().claim
    mine = open_claim(make.editor(), claim)
    saved_by_mana(claim, fields={"low": 17000, "scope": {"tier": "pilot"}, "expires_on": NOON.date()}, topics=[])
    page = mine.send(assumptions="Mine.", _save="1")
    assert page.rows("collision") == {
        "Topics": ["Costs", "–"],
        "Value": ["US$18,000–45,000 (median 28,000)", "US$17,000–45,000 (median 28,000)"],
        "Scope": ["tier: production", "tier: pilot"],
        "Hard stop": ["–", "2026-11-22"],
    }
    assert "Only you changed: Assumptions." in page.words("collision")
    page.send(_save="1")
    text = stored(claim)
    assert (text["value"]["low"], text["scope"], text["topics"], text["expires_on"], text["assumptions"]) == (
        17000,
        {"tier": "pilot"},
        [],
        "2026-11-22",
        "Mine.",
    )


def test_the_parts_of_a_value_are_one_thing():
    claim = make.publish().claim
    mine = open_claim(make.editor(), claim)
    saved_by_mana(claim, fields={"low": 20000})
    page = mine.send(high="40000", _save="1")
    base, theirs, typed, _ = page.rows("collision")["Value"]
    assert "18,000–45,000" in base
    assert "20,000–45,000" in theirs
    assert "18,000–40,000" in typed
    assert (page.data["low"], page.data["high"]) == (["18000"], ["40000"])


def test_a_value_that_makes_no_sense_is_shown_as_it_was_typed():
    claim = make.publish().claim
    mine = open_claim(make.editor(), claim)
    saved_by_mana(claim, fields={"low": 20000})
    assert "low many, likely 28000" in mine.send(low="many", _save="1").rows("collision")["Value"][2]
    assert mine.send(value_as_printed="$5 to $9", _save="1").rows("collision")["Value"][2] == "$5 to $9"


@pytest.mark.parametrize("key", ["statement", "subject", "topics", "value", "credibility", "citations"])
def test_theirs_is_taken_with_one_click_and_without_a_script(key):
    claim = make.publish().claim
    mine = open_claim(make.editor(), claim)
    theirs = {"statement": "Theirs.", "subject": make.subject("lora"), "low": 20000, "credibility": 2}
    other = make.source("b-blog", publisher="B Blog")
    saved_by_mana(claim, fields=theirs, topics=[make.topic("speed")], citations=[make.citation(source=other)])
    typed = {
        "statement": "Mine.",
        "subject": make.subject("qlora").pk,
        "topics": [make.topic("money").pk],
        "low": "1",
        "credibility": "4",
        "citations-0-locator": "Mine",
    }
    back = mine.send(_save="1", **typed)
    assert len(back.rows("collision")) == 6
    taken = back.send(_take=key)
    assert len(taken.rows("collision")) == 5
    text, before = stored(claim), stored(claim)
    assert text == before
    taken.send(_save="1")
    text = stored(claim)
    said = {
        "statement": text["statement"] == "Theirs.",
        "subject": text["subject"]["slug"] == "lora",
        "topics": text["topics"] == ["speed"],
        "value": text["value"]["low"] == 20000,
        "credibility": text["credibility"] == 2,
        "citations": [c["source"]["slug"] for c in text["citations"]] == ["b-blog"],
    }
    assert [part for part, is_theirs in said.items() if is_theirs] == [key]


def test_a_script_finds_what_it_fills_in():
    claim = make.publish().claim
    mine = open_claim(make.editor(), claim)
    saved_by_mana(claim, fields={"statement": "Theirs </script>."})
    page = mine.send(statement="Mine.", _save="1")
    button = html.fromstring(page.text).xpath("//button[@name='_take']")[0]
    assert json.loads(button.get("data-fields")) == {"statement": ["Theirs </script>."]}
    assert "js/take-theirs.js" in page.text


def test_citations_of_both_are_kept_apart_and_can_be_saved():
    claim = make.publish().claim
    mine = open_claim(make.editor(), claim)
    saved_by_mana(claim, citations=[make.citation(printed="$20,000")])
    page = mine.send(**{"citations-0-printed": "$30,000", "_save": "1"})
    row = page.rows("collision")["Citations"]
    assert [("$18,000 to $45,000" in row[0]), ("$20,000" in row[1]), ("$30,000" in row[2])] == [True, True, True]
    page.send(_save="1")
    assert [citation["printed"] for citation in stored(claim)["citations"]] == ["$30,000"]


def test_a_citation_that_was_removed_stays_removed():
    claim = make.publish(citations=[make.citation(), make.citation(source=make.source("b-blog"))]).claim
    mine = open_claim(make.editor(), claim)
    saved_by_mana(claim, citations=[make.citation(printed="$1"), make.citation(source=make.source("b-blog"))])
    page = mine.send(**{"citations-0-DELETE": "on", "_save": "1"})
    page.send(_save="1")
    assert [citation["source"]["slug"] for citation in stored(claim)["citations"]] == ["b-blog"]


def test_citations_change_places():
    two = [make.citation(printed="$1"), make.citation(printed="$2")]
    claim = make.publish(citations=two).claim
    page = open_claim(make.editor(), claim)
    page.send(**{"citations-0-printed": "$2", "citations-1-printed": "$1", "_save": "1"})
    assert [citation["printed"] for citation in stored(claim)["citations"]] == ["$2", "$1"]


def test_a_citation_that_stands_twice_is_said_on_the_form():
    claim = make.publish(citations=[make.citation(printed="$1"), make.citation(printed="$2")]).claim
    page = open_claim(make.editor(), claim).send(**{"citations-1-printed": "$1", "_save": "1"})
    assert "Please correct the duplicate" in page.text
    page = open_claim(make.editor(), claim).send(
        **{"citations-0-attributed_to": str(make.source().pk), "_save": "1", "statement": "Kept."}
    )
    assert "A source is not attributed to itself." in page.text
    assert page.data["statement"] == ["Kept."]


def test_where_the_log_does_not_know_the_start_both_texts_are_shown():
    claim = make.draft()
    mine = open_claim(make.editor(), claim)
    Claim.objects.filter(pk=claim.pk).update(edit_number=7, statement="From a file.")
    page = mine.send(statement="Mine.", _save="1")
    assert page.rows("collision") == {"Statement": ["From a file.", "Mine.", "Take theirs for Statement"]}
    assert "You started from" not in page.text


def test_a_claim_that_was_retracted_meanwhile_gives_back_what_was_typed():
    claim = make.publish().claim
    mine = open_claim(make.editor(), claim)
    operations.retract(by=make.manager(), at=NOON, claim=claim, reason="Wrong.")
    page = mine.send(statement="My hour of work.", _save="1")
    assert page.data["statement"] == ["My hour of work."]
    assert "rag-build-cost is retracted: it is history now." in page.text
    assert stored(claim)["statement"] == "A production system costs this much to build."


def test_a_form_without_its_number_is_not_saved():
    claim = make.publish().claim
    page = open_claim(make.editor(), claim).send(started_from="", statement="Mine.", _save="1")
    assert "This page is too old to be saved" in page.text
    assert stored(claim)["statement"] == "A production system costs this much to build."


# Steps are about the text that their page showed.


def reviewed() -> Claim:
    claim = make.draft()
    operations.submit(by=make.editor(), at=NOON, claim=claim)
    return claim


@pytest.mark.parametrize(("verb", "answers"), [("publish", {}), ("send-back", {"reason": "Not yet."})])
def test_what_was_changed_after_the_reviewer_opened_the_page_is_not_judged(verb, answers):
    claim = reviewed()
    page = open_step(make.reviewer(), claim, verb)
    saved_by_mana(claim, fields={"statement": "Theirs."})
    operations.submit(by=make.manager(), at=NOON, claim=claim)
    back = page.send(**answers)
    assert "mana saved rag-build-cost while you were editing" in back.text
    old, new = back.rows("desk-warning")["Statement"]
    assert "removed: A production system costs this much to build." in old
    assert "added: Theirs." in new
    claim.refresh_from_db()
    assert claim.state == "review"
    back.send(**answers)
    claim.refresh_from_db()
    assert claim.state == ("published" if verb == "publish" else "draft")


def test_nobody_submits_a_text_they_did_not_see():
    claim = make.draft()
    page = open_step(make.editor(), claim, "submit")
    saved_by_mana(claim, fields={"statement": "Theirs."})
    assert "This is not the text you saw" in page.send().text
    claim.refresh_from_db()
    assert claim.state == "draft"


@pytest.mark.parametrize("seen", ["", "x", "9999999999"])
def test_a_step_says_which_text_it_is_about(seen):
    claim = reviewed()
    page = open_step(make.reviewer(), claim, "publish").send(seen=seen)
    assert "This page does not say which text you saw: open it again." in page.text
    claim.refresh_from_db()
    assert claim.state == "review"


def test_a_note_of_a_reviewer_is_not_overwritten_unseen():
    claim = reviewed()
    mine = open_claim(make.editor(), claim)
    operations.send_back(by=make.reviewer(), at=NOON, claim=claim, reason="Add the tier.", edit_number=0)
    page = mine.send(change_note="My note.", _save="1")
    assert "rev saved it on" in page.words("collision")
    assert page.rows("collision")["Change note"][1:3] == ["Add the tier.", "My note."]
    with pytest.raises(EditedMeanwhile, match="rev saved rag-build-cost"):
        operations.revise(by=make.editor(), at=NOON, claim=claim, fields={}, edit_number=0)


def test_sources_and_words_are_not_overwritten_unseen_either():
    source = make.source()
    address = reverse("admin:claims_source_change", args=[source.pk])
    mine = visit(make.editor(), address)
    visit(make.manager(), address).send(interest="Sells more.", _save="1")
    page = mine.send(method="They asked around.", _save="1")
    assert "mana saved source a-blog while you were editing (Interest: Sells the work. → Sells more.)" in page.text
    source.refresh_from_db()
    assert (source.interest, source.method) == ("Sells more.", "")
    assert page.data["method"] == ["They asked around."]
    page.send(interest="Sells more.", _save="1")
    source.refresh_from_db()
    assert (source.interest, source.method) == ("Sells more.", "They asked around.")
