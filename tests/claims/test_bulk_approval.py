"""Approvals: what speaks against one is answered, and what is only a check is approved with many others at once."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.urls import reverse

from claims import operations, unmoved_citation
from claims.models import Claim
from claims.operations import OperationRefused
from claims.quantity import Quantity, text
from tests.claims import factories as make
from tests.claims.desk import open_claim, open_step, signed_in
from tests.claims.factories import NOON

LATER = NOON + timedelta(days=1)
CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "unmoved_citation.yaml").read_text(encoding="utf-8"))


def as_text(value: dict, citations: list[dict]) -> dict:
    whole = {"low": 18000, "likely": None, "high": 45000, "bound": None, "rating": None} | value
    whole |= {"unit": "currency", "currency": "USD", "per": None}
    blank = {"stance": "supports", "printed": "$18,000 to $45,000", "locator": "Costs"}
    return {
        "value": whole | {"text": text(Quantity.from_json(whole))},
        "citations": [blank | given | {"source": {"slug": given.get("source", "a-blog")}} for given in citations],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_value_that_leaves_its_citation_behind_is_noticed(case):
    before = as_text({}, case.get("before", [{}]))
    after = as_text(case.get("value", {}), case.get("citations", [{}]))
    assert unmoved_citation.warning(before, after) == case["warns"]


def test_a_first_value_left_nothing_behind():
    assert unmoved_citation.warning(None, as_text({"high": 50000}, [{}])) == ""


def test_a_value_that_cannot_be_read_back_agrees_with_no_figure():
    before, after = as_text({}, [{}]), as_text({"high": 50000}, [{}])
    after["value"]["unit"] = "nonsense"
    assert "still prints" in unmoved_citation.warning(before, after)


pytestmark = pytest.mark.django_db


def in_review(
    slug: str = "rag-build-cost", *, citations: list | None = None, topics: list | None = None, **fields
) -> Claim:
    """A published claim with a change that waits for approval."""
    claim = make.publish(slug).claim
    claim = operations.revise(
        by=make.editor(), at=LATER, claim=claim, fields=fields, citations=citations, topics=topics
    )
    return operations.submit(by=make.editor(), at=LATER, claim=claim)


def read_again(slug: str = "rag-build-cost") -> Claim:
    """A change that only says where, and that it was read."""
    return in_review(slug, citations=[make.citation(locator="Table 2", note="Read again.")], change_note="Read again.")


# An approval answers what speaks against it.


def test_an_approval_answers_why_the_citation_stays():
    claim = in_review(high=50000)
    with pytest.raises(OperationRefused, match=r"still prints “.*”. Say why the citation stays as it is") as refusal:
        operations.approve(by=make.reviewer(), at=LATER, claim=claim, edit_number=claim.edit_number, although=" ")
    assert refusal.value.field == "although"
    operations.approve(by=make.reviewer(), at=LATER, claim=claim, edit_number=claim.edit_number, although=" A slip. ")
    assert claim.acts.get(verb="publish", revision__number=2).detail == {"although": "A slip."}


def test_an_answer_that_nobody_asked_for_is_not_kept():
    claim = in_review(statement="It costs this much.")
    operations.approve(by=make.reviewer(), at=LATER, claim=claim, edit_number=claim.edit_number, although="Why not.")
    assert claim.acts.get(verb="publish", revision__number=2).detail == {}


def test_there_is_nothing_to_answer_for_a_first_or_a_published_text():
    assert operations.warning_of(make.draft("new")) == ""
    assert operations.warning_of(make.publish("old").claim) == ""


def test_the_desk_says_so_on_the_form_before_submitting_and_before_approving():
    claim = make.publish().claim
    told = "The value changes from US$18,000–45,000 (median 28,000) to US$18,000–50,000 (median 28,000)"
    page = open_claim(make.editor(), claim).send(high="50000", _continue="1")
    assert told in open_claim(make.editor(), claim).words("desk-warning")
    assert page.status == 200
    submitting = open_step(make.editor(), claim, "submit")
    assert told in submitting.words("desk-warning")
    submitting.send()
    approving = open_step(make.reviewer(), claim, "publish")
    assert told in approving.words("desk-warning")
    assert "This field is required" in approving.send().text
    approving.send(although="They corrected the table, not the text.")
    claim.refresh_from_db()
    assert claim.current_revision.number == 2
    assert "desk-warning" not in open_claim(make.editor(), claim).text


def test_nothing_is_asked_where_the_figure_moved_too():
    claim = in_review(high=50000, citations=[make.citation(printed="$18,000 to $50,000")])
    page = open_step(make.reviewer(), claim, "publish")
    assert "although" not in page.data
    page.send()
    claim.refresh_from_db()
    assert claim.current_revision.number == 2


def test_the_queue_asks_the_same_of_who_reviews_there():
    claim = in_review(high=50000)
    browser, address = signed_in(make.reviewer()), reverse("queue:review", args=[claim.pk])
    page = browser.get(address).content.decode()
    assert "the citation still prints “$18,000 to $45,000”" in page
    seen = {"edit_number": claim.edit_number, "approve": "1"}
    assert "Say why the citation stays as it is" in browser.post(address, seen).content.decode()
    claim = operations.revise(by=make.manager(), at=LATER, claim=claim, fields={"high": 60000})
    operations.submit(by=make.manager(), at=LATER, claim=claim)
    for answer in ({"although": "A slip."}, {"send_back": "1", "reason": "No."}):
        stale = browser.post(address, seen | answer).content.decode()
        assert "This is not the text you saw" in stale
        assert claim.revisions.count() == 1
    browser.post(address, seen | {"edit_number": claim.edit_number, "although": "A slip."})
    assert claim.acts.get(verb="publish", revision__number=2).detail == {"although": "A slip."}


# What only confirms


def test_marks_of_a_reading_confirm_and_nothing_else_does():
    assert operations.beyond_reading(read_again("one")) == []
    assert operations.beyond_reading(in_review("two")) == []
    assert operations.beyond_reading(make.draft("three")) == ["a first publication"]
    changes = {
        "statement": {"statement": "Else."},
        "translations": {"statement_es": "Cuesta."},
        "subject": {"subject": make.subject("lora")},
        "topics": {"topics": []},
        "value": {"low": 17000},
        "scope": {"scope": {}},
        "assumptions": {"assumptions": "One team."},
        "study type": {"study_type": "anecdote"},
        "credibility": {"credibility": 2},
        "credibility reason": {"credibility_reason": "Else."},
        "certainty": {"certainty": "very_low"},
        "certainty reasons": {"certainty_reasons": []},
        "expires on": {"expires_on": LATER.date()},
        "citations": {"citations": [make.citation(printed="$1")]},
    }
    found = {
        name: operations.beyond_reading(in_review(f"c-{place}", **given))
        for place, (name, given) in enumerate(changes.items())
    }
    assert found == {name: [name] for name in changes}


def test_a_source_that_was_graded_anew_is_more_than_a_reading():
    claim = read_again()
    source = make.source()
    source.accessed_on = LATER.date()
    operations.save_entry(by=make.editor(), at=LATER, entry=source)
    assert operations.beyond_reading(claim) == []
    source.reliability = "E"
    operations.save_entry(by=make.editor(), at=LATER, entry=source)
    assert operations.beyond_reading(claim) == ["the record of a source"]


def approve(claims, who=None, seen=None):
    numbers = {claim.pk: claim.edit_number for claim in claims}
    return operations.approve_confirmations(
        by=who or make.reviewer(), at=LATER, claims=claims, seen=numbers if seen is None else seen
    )


def test_many_are_approved_at_once_and_each_other_one_is_left_with_why():
    both = make.person("both", "editor", "reviewer", is_staff=True)
    confirms, changes, own = read_again("confirms"), in_review("changes", low=17000), read_again("own")
    operations.revise(by=both, at=LATER, claim=own, fields={"change_note": "Mine."})
    own = operations.submit(by=both, at=LATER, claim=own)
    moved, plain, unseen = read_again("moved"), make.publish("plain").claim, read_again("unseen")
    seen = {claim.pk: claim.edit_number for claim in (confirms, changes, own, moved, plain)}
    operations.revise(by=make.manager(), at=LATER, claim=moved, fields={"low": 1})
    outcome = approve([confirms, changes, own, moved, plain, unseen], both, seen)
    assert [str(revision) for revision in outcome.published] == ["confirms@2"]
    assert {claim.slug: why for claim, why in outcome.left} == {
        "changes": "changes changes more than a reading: value.",
        "own": "both worked on this change of own: somebody else must approve it.",
        "moved": "mana saved moved while you were editing. Nothing of yours was stored: compare the two texts and save "
        "again.",
        "plain": "plain is published, not in review.",
        "unseen": "unseen was not on the page you saw.",
    }
    assert outcome.published[0].approver == both


def test_who_approves_again_what_was_approved_publishes_nothing():
    claim = read_again()
    approve([claim])
    outcome = approve([claim])
    assert (outcome.published, [why for _, why in outcome.left]) == (
        [],
        ["rag-build-cost is published, not in review."],
    )
    assert claim.revisions.count() == 2


def test_an_editor_approves_nothing_this_way():
    outcome = approve([read_again()], make.editor())
    assert [why for _, why in outcome.left] == ["ed may not approve claims: ask a registry manager for the role."]


LIST = "admin:claims_claim_changelist"


def send_action(who, claims, **more):
    page = {"action": "approve_confirmations", "_selected_action": [claim.pk for claim in claims]}
    numbers = {f"seen-{claim.pk}": claim.edit_number for claim in claims}
    return signed_in(who).post(reverse(LIST), page | numbers | more, follow=True).content.decode()


def test_the_list_shows_the_texts_it_would_approve_and_approves_those():
    confirms, changes, moved = read_again("confirms"), in_review("changes", low=17000), read_again("moved")
    shown = signed_in(make.reviewer()).get(reverse(LIST), {"state__exact": "review"}).content.decode()
    for claim in (confirms, changes, moved):
        assert f'<input type="hidden" name="seen-{claim.pk}" value="{claim.edit_number}">' in shown
    operations.revise(by=make.manager(), at=LATER, claim=moved, fields={"low": 1})
    page = send_action(make.reviewer(), [confirms, changes, moved])
    assert "Published 1: confirms." in page
    assert "Left: changes changes more than a reading: value." in page
    assert "Left: mana saved moved while you were editing." in page
    assert set(Claim.objects.values_list("slug", "state")) == {
        ("confirms", "published"),
        ("changes", "review"),
        ("moved", "draft"),
    }


def test_a_number_that_was_not_on_the_page_approves_nothing():
    claim = read_again()
    page = send_action(make.reviewer(), [claim], **{f"seen-{claim.pk}": "x"})
    assert "Left: rag-build-cost was not on the page you saw." in page
    assert "Published" not in page.split("messagelist")[1].split("</ul>")[0]


def test_many_that_are_left_are_counted():
    claims = [in_review(f"c-{number}", low=number) for number in range(22)]
    page = send_action(make.reviewer(), claims)
    assert page.count("Left: ") == 20
    assert "Left as well: 2 more." in page


def test_who_may_not_approve_is_not_offered_the_action_and_cannot_forge_it():
    claim = read_again()
    assert "Approve those that only confirm" not in signed_in(make.editor()).get(reverse(LIST)).content.decode()
    send_action(make.editor(), [claim])
    claim.refresh_from_db()
    assert claim.state == "review"
