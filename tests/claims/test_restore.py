"""An earlier revision becomes a draft again; what was retracted or superseded goes on answering."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from claims import operations, working_copy
from claims.models import Claim, Revision
from claims.operations import EditedMeanwhile, OperationRefused
from tests.claims import factories as make
from tests.claims.desk import open_claim, visit
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


def restore(revision: Revision, **changes) -> Claim:
    given = {"by": make.editor(), "at": LATER, "claim": revision.claim, "reason": "It was right."}
    return operations.restore(revision=revision, **given | changes)


def rewritten() -> tuple[Revision, Revision]:
    """Two revisions of one claim that share no part of their text."""
    upstream = make.source("upstream")
    first = make.publish(
        statement_es="Cuesta.",
        bound="about",
        expires_on=LATER.date(),
        citations=[
            make.citation(attributed_to=upstream, note="By survey."),
            make.citation(source=upstream, stance="mentions"),
        ],
        topics=[make.topic(), make.topic("speed")],
    )
    claim = operations.revise(
        by=make.editor(),
        at=LATER,
        claim=first.claim,
        fields=make.claim_fields(
            statement="Something else.",
            statement_es="",
            subject=make.subject("lora"),
            metric=make.metric("hours", units=["hours"]),
            low=None,
            likely=None,
            high=5,
            bound="up_to",
            unit="hours",
            currency="",
            per="month",
            scope={},
            assumptions="None.",
            study_type="anecdote",
            credibility=5,
            credibility_reason="Hearsay.",
            certainty="very_low",
            certainty_reasons=[],
            expires_on=None,
        ),
        citations=[make.citation(source=make.source("b-blog"), printed="5 hours")],
        topics=[],
    )
    operations.submit(by=make.editor(), at=LATER, claim=claim)
    return first, operations.publish(by=make.reviewer(), at=LATER, claim=claim)


def test_every_part_of_the_earlier_text_comes_back_and_goes_the_way_of_every_draft():
    first, second = rewritten()
    claim = restore(first)
    assert (claim.state, claim.change_note, claim.drafters.get()) == ("draft", "It was right.", make.editor())
    text = working_copy.text_of(claim)
    assert {key: text[key] for key in working_copy.WRITTEN} == {key: first.body[key] for key in working_copy.WRITTEN}
    assert first.claim.revisions.order_by("-number").first() == second
    operations.submit(by=make.editor(), at=LATER, claim=claim)
    third = operations.publish(by=make.reviewer(), at=LATER, claim=claim)
    assert (third.number, third.note) == (3, "It was right.")
    assert third.body["statement"] == first.body["statement"]


def test_the_log_keeps_the_text_that_was_replaced():
    first, second = rewritten()
    before = working_copy.text_of(Claim.objects.get())
    claim = restore(first)
    act = claim.acts.get(verb="restore")
    assert (act.by, act.revision, act.note) == (make.editor(), first, "It was right.")
    assert act.detail["replaced"] == before
    assert act.detail["edit_number"] == claim.edit_number
    assert working_copy.text_at(claim, claim.edit_number - 1) == before
    assert working_copy.text_at(claim, 99) is None
    assert second.body["statement"] == before["statement"]


def test_a_draft_is_thrown_away_by_restoring_what_is_published():
    revision = make.publish()
    operations.revise(by=make.editor(), at=LATER, claim=revision.claim, fields={"low": 1})
    assert restore(revision).low == 18000


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("source", "source “What it cost us” (gone)"),
        ("upstream", "source gone"),
        ("topic", "topic gone"),
        ("subject", "subject gone"),
        ("metric", "metric gone"),
    ],
)
def test_what_is_no_longer_there_is_named(kind, name):
    first, _ = rewritten()
    body = first.body
    if kind == "source":
        body["citations"][0]["source"]["slug"] = "gone"
    elif kind == "upstream":
        body["citations"][0]["attributed_to"] = "gone"
    elif kind == "topic":
        body["topics"] = ["gone"]
    else:
        body[kind]["slug"] = "gone"
    with pytest.raises(working_copy.NamesWhatIsGone) as refusal:
        working_copy.parts_of(body)
    assert refusal.value.names == [name]


def test_a_revision_that_names_what_is_gone_is_refused():
    first, _ = rewritten()
    source = make.source()
    type(source).objects.filter(pk=source.pk).update(slug="renamed-by-hand")
    with pytest.raises(OperationRefused, match=r"names what is no longer in the registry: source “What it cost us”"):
        restore(first)
    assert Claim.objects.get().statement == "Something else."


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": "  "}, "Say why the earlier text is right again"),
        ({"by": "reviewer"}, "rev may not change claims"),
    ],
)
def test_restoring_needs_a_reason_and_the_role(changes, message):
    first, _ = rewritten()
    if "by" in changes:
        changes = {"by": make.reviewer()}
    with pytest.raises(OperationRefused, match=message):
        restore(first, **changes)


def test_another_claims_revision_is_not_restored():
    first, _ = rewritten()
    with pytest.raises(OperationRefused, match="is a revision of another claim"):
        restore(first, claim=make.draft("other"))


def test_there_is_nothing_to_restore_where_nothing_differs():
    revision = make.publish()
    with pytest.raises(OperationRefused, match="says exactly this already"):
        restore(revision)
    assert Claim.objects.get().state == "published"


def test_a_text_that_somebody_saved_meanwhile_is_not_replaced():
    first, _ = rewritten()
    seen = Claim.objects.get().edit_number
    operations.revise(by=make.manager(), at=LATER, claim=first.claim, fields={"high": 4})
    with pytest.raises(EditedMeanwhile):
        restore(first, edit_number=seen)


def test_a_closed_claim_is_history():
    first, _ = rewritten()
    operations.retract(by=make.manager(), at=LATER, claim=first.claim, reason="Wrong.")
    with pytest.raises(OperationRefused, match="is retracted: it is history now"):
        restore(first)


def test_a_rule_that_is_new_since_is_said_by_field():
    first, _ = rewritten()
    metric = make.metric()
    metric.units = ["hours"]
    operations.save_entry(by=make.manager(), at=LATER, entry=metric)
    with pytest.raises(ValidationError, match="This metric is given in hours, not in currency"):
        restore(first)


# At the desk


def restore_page(who, revision):
    return visit(who, reverse("admin:claims_claim_restore", args=[revision.claim_id, revision.number]))


def test_an_editor_sees_what_comes_back_before_they_restore_it():
    first, _ = rewritten()
    address = reverse("admin:claims_claim_restore", args=[first.claim_id, 1])
    assert f'href="{address}"' in open_claim(make.editor(), first.claim).text
    page = restore_page(make.editor(), first)
    assert page.rows("differences")["Kind of evidence"] == [
        "removed: Anecdote (end of what was removed)",
        "added: Practitioner report (end of what was added)",
    ]
    assert "This field is required" in page.send().text
    done = page.send(reason="It was right.")
    assert "Revision 1 of rag-build-cost is a draft now: submit it for review." in done.text
    assert Claim.objects.get().state == "draft"


def test_the_page_of_a_restoration_is_about_the_text_it_showed():
    first, _ = rewritten()
    page = restore_page(make.editor(), first)
    operations.revise(by=make.manager(), at=LATER, claim=first.claim, fields={"high": 4})
    back = page.send(reason="It was right.")
    assert "This is not the text you saw" in back.text
    assert back.rows("desk-warning").keys() == {"Value"}
    assert Claim.objects.get().high == 4
    assert "open it again" in page.send(reason="It was right.", seen="").text


def test_a_rule_that_is_new_since_is_said_on_the_page():
    first, _ = rewritten()
    metric = make.metric()
    metric.units = ["hours"]
    operations.save_entry(by=make.manager(), at=LATER, entry=metric)
    assert "The rules have changed since" in restore_page(make.editor(), first).send(reason="Right.").text


def test_who_may_not_change_claims_restores_none():
    first, _ = rewritten()
    assert restore_page(make.reviewer(), first).status == 403
    operations.retract(by=make.manager(), at=LATER, claim=first.claim, reason="Wrong.")
    assert restore_page(make.editor(), first).status == 403
    assert "/restore/" not in open_claim(make.editor(), first.claim).text


# What was ended goes on answering.


def test_a_superseded_claim_leads_to_whatever_stands_in_its_place_now(client):
    one, two, three = (make.publish(slug).claim for slug in ("one", "two", "three"))
    operations.supersede(by=make.manager(), at=LATER, claim=one, by_claim=two, reason="Newer.")
    operations.supersede(by=make.manager(), at=LATER, claim=two, by_claim=three, reason="Newer still.")
    page = client.get("/claims/one/").content.decode()
    assert "This claim was superseded on 23 November 2026" in page
    assert page.index('href="/claims/two/"') < page.index('href="/claims/three/"')
    for address in ("/claims/one/", "/claims/one@1/", "/claims/one@2/", "/api/v1/claims/one@1/", "/api/v1/claims/one/"):
        assert client.get(address).status_code == 200
    assert client.get("/api/v1/claims/one@2/").json()["state"] == "superseded"
    assert client.get("/api/v1/claims/one@1/").json()["state"] == "published"
    with pytest.raises(OperationRefused, match="one is not published: publish it first"):
        operations.supersede(by=make.manager(), at=LATER, claim=three, by_claim=one, reason="Back.")


def test_a_claim_cannot_be_superseded_by_what_was_retracted_meanwhile():
    one, two = make.publish("one").claim, make.publish("two").claim
    as_it_was = Claim.objects.get(pk=two.pk)
    operations.retract(by=make.manager(), at=LATER, claim=two, reason="Wrong.")
    with pytest.raises(OperationRefused, match="two is not published"):
        operations.supersede(by=make.manager(), at=LATER, claim=one, by_claim=as_it_was, reason="Newer.")
