"""The life of a claim: who may do what, what is refused and why, what readers see."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from claims import operations, published
from claims.models import Check, Claim, Conflict, Revision
from claims.operations import OperationRefused
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


def test_publishing_writes_the_document_of_the_contract():
    body = make.publish().body
    assert {key: body[key] for key in ("slug", "revision", "state", "statement", "subject", "topics", "scope")} == {
        "slug": "rag-build-cost",
        "revision": 1,
        "state": "published",
        "statement": "A production system costs this much to build.",
        "subject": {"slug": "rag", "name": "RAG"},
        "topics": ["costs"],
        "scope": {"tier": "production"},
    }
    assert body["metric"] == {"slug": "build-cost", "name": "build cost", "family": "project-cost"}
    assert body["value"] == {
        "low": 18000,
        "likely": 28000,
        "high": 45000,
        "bound": None,
        "rating": None,
        "unit": "currency",
        "currency": "USD",
        "per": "build",
        "text": body["value"]["text"],
    }
    assert body["citations"][0]["source"]["interest"] == "Sells the work."
    assert body["citations"][0]["printed"] == "$18,000 to $45,000"
    assert body["published_at"] == "2026-11-22T12:00:00Z"
    assert (body["independent_sources"], body["contested_by"], body["freshness"]) == (1, [], "due")


def test_readers_go_on_seeing_the_published_text_while_a_change_is_drafted():
    revision = make.publish()
    operations.revise(by=make.editor(), at=LATER, claim=revision.claim, fields={"statement": "Something else."})
    assert [row.body["statement"] for row in published.revisions()] == ["A production system costs this much to build."]


def test_the_author_of_a_change_cannot_approve_it():
    both = make.person("both", "editor", "reviewer")
    claim = make.draft()
    claim = operations.revise(by=both, at=NOON, claim=claim, fields={"low": 17000})
    operations.submit(by=make.editor(), at=NOON, claim=claim)
    with pytest.raises(OperationRefused, match="both worked on this change of rag-build-cost: somebody else"):
        operations.publish(by=both, at=NOON, claim=claim)
    assert operations.publish(by=make.reviewer(), at=NOON, claim=claim).body["value"]["low"] == 17000


def test_who_worked_on_the_last_change_may_approve_the_next_one():
    both = make.person("both", "editor", "reviewer")
    claim = make.draft()
    claim = operations.revise(by=both, at=NOON, claim=claim, fields={"low": 17000})
    operations.submit(by=both, at=NOON, claim=claim)
    operations.publish(by=make.reviewer(), at=NOON, claim=claim)
    claim.refresh_from_db()
    claim = operations.revise(by=make.editor(), at=LATER, claim=claim, fields={"low": 16000})
    operations.submit(by=make.editor(), at=LATER, claim=claim)
    assert operations.publish(by=both, at=LATER, claim=claim).number == 2


def test_an_editor_may_not_approve():
    claim = make.draft()
    operations.submit(by=make.editor(), at=NOON, claim=claim)
    with pytest.raises(OperationRefused, match="ed may not approve claims"):
        operations.publish(by=make.editor(), at=NOON, claim=claim)


def test_a_reviewer_may_not_draft():
    with pytest.raises(OperationRefused, match="rev may not draft claims"):
        operations.draft(by=make.reviewer(), at=NOON, slug="x", fields=make.claim_fields(), citations=[])


def test_an_editor_may_not_retract():
    claim = make.publish().claim
    with pytest.raises(OperationRefused, match="ed may not retract or supersede claims"):
        operations.retract(by=make.editor(), at=LATER, claim=claim, reason="Wrong.")


def test_a_second_editor_is_told_that_somebody_saved_in_between():
    claim = make.draft()
    started_from = claim.edit_number
    operations.revise(by=make.editor(), at=NOON, claim=claim, fields={"low": 17000}, edit_number=started_from)
    with pytest.raises(OperationRefused, match="ed saved rag-build-cost while you were editing"):
        operations.revise(by=make.manager(), at=NOON, claim=claim, fields={"low": 1}, edit_number=started_from)
    claim.refresh_from_db()
    assert claim.low == 17000


@pytest.mark.parametrize(
    ("fields", "column", "message"),
    [
        ({"low": 50000}, "low", "above the high end"),
        ({"likely": 99000}, "likely", "lies outside"),
        ({"currency": ""}, "currency", "needs its currency"),
        ({"unit": "percent", "currency": "", "per": ""}, "unit", "This metric is given in currency, not in percent"),
        ({"scope": {"tier": ["a", "b"]}}, "scope", "flat set of keys"),
        ({"scope": {"months": float("nan")}}, "scope", "a finite number"),
        ({"scope": {"of__what": "x"}}, "scope", "single underscores"),
        ({"scope": ["tier"]}, "scope", "flat set of keys"),
        ({"credibility": 7}, "credibility", "not a valid choice"),
        ({"statement": ""}, "statement", "cannot be blank"),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused_by_field(fields, column, message):
    with pytest.raises(ValidationError) as refusal:
        make.draft(**fields)
    assert message in " ".join(refusal.value.message_dict[column])
    assert not Claim.objects.exists()


def test_a_draft_without_a_source_is_not_submitted():
    with pytest.raises(OperationRefused, match="cites no source"):
        operations.submit(by=make.editor(), at=NOON, claim=make.draft(citations=[]))


def test_only_a_draft_is_submitted_and_only_a_claim_in_review_is_published_or_sent_back():
    claim = make.draft()
    with pytest.raises(OperationRefused, match="not in review: submit it first"):
        operations.publish(by=make.reviewer(), at=NOON, claim=claim)
    with pytest.raises(OperationRefused, match="is not in review"):
        operations.send_back(by=make.reviewer(), at=NOON, claim=claim, reason="Why?")
    operations.submit(by=make.editor(), at=NOON, claim=claim)
    with pytest.raises(OperationRefused, match="is in review: only a draft"):
        operations.submit(by=make.editor(), at=NOON, claim=claim)


def test_a_claim_sent_back_is_a_draft_with_the_reason():
    claim = make.draft()
    operations.submit(by=make.editor(), at=NOON, claim=claim)
    with pytest.raises(OperationRefused, match="Say what the author should change"):
        operations.send_back(by=make.reviewer(), at=NOON, claim=claim, reason="  ")
    claim = operations.send_back(by=make.reviewer(), at=NOON, claim=claim, reason="Add the scope.")
    assert (claim.state, claim.change_note, claim.submitted_by) == ("draft", "Add the scope.", None)


def test_a_slug_is_taken_once():
    make.draft()
    with pytest.raises(OperationRefused, match="There is a claim rag-build-cost already"):
        make.draft()


def test_time_in_the_chain_never_runs_backwards_though_clocks_differ():
    first = make.publish("a")
    second = make.publish("b", at=NOON - timedelta(seconds=1))
    assert second.published_at == first.published_at == NOON
    assert second.body["published_at"] == "2026-11-22T12:00:00Z"


def test_a_retracted_claim_leaves_the_lists_and_keeps_its_revisions():
    revision = make.publish()
    closing = operations.retract(by=make.manager(), at=LATER, claim=revision.claim, reason="The source withdrew it.")
    assert (closing.number, closing.body["state"], closing.note) == (2, "retracted", "The source withdrew it.")
    assert not published.revisions().exists()
    assert [row.pk for row in published.revisions(as_of=date(2026, 11, 22))] == [revision.pk]
    with pytest.raises(OperationRefused, match="it is history now"):
        operations.revise(by=make.editor(), at=LATER, claim=closing.claim, fields={})
    with pytest.raises(OperationRefused, match="is not published"):
        operations.retract(by=make.manager(), at=LATER, claim=closing.claim, reason="Again.")


def test_a_superseded_claim_names_its_successor():
    old, new = make.publish("old"), make.publish("new")
    closing = operations.supersede(
        by=make.manager(), at=LATER, claim=old.claim, by_claim=new.claim, reason="Newer figure."
    )
    assert (closing.state, closing.claim.superseded_by) == ("superseded", new.claim)
    assert [row.claim.slug for row in published.revisions()] == ["new"]


def test_a_claim_is_not_superseded_by_itself_or_by_a_draft():
    old = make.publish("old").claim
    with pytest.raises(OperationRefused, match="cannot supersede itself"):
        operations.supersede(by=make.manager(), at=LATER, claim=old, by_claim=old, reason="x")
    with pytest.raises(OperationRefused, match="new is not published"):
        operations.supersede(by=make.manager(), at=LATER, claim=old, by_claim=make.draft("new"), reason="x")


def test_a_closing_needs_a_reason_and_another_person():
    revision = make.publish()
    with pytest.raises(OperationRefused, match="Say why"):
        operations.retract(by=make.manager(), at=LATER, claim=revision.claim, reason=" ")
    make.editor().groups.set(make.manager().groups.all())
    with pytest.raises(OperationRefused, match="ed is the author of rag-build-cost"):
        operations.retract(by=make.editor(), at=LATER, claim=revision.claim, reason="Wrong.")


def test_an_unpublished_change_neither_stops_a_retraction_nor_gets_published_by_it():
    revision = make.publish()
    operations.revise(by=make.editor(), at=LATER, claim=revision.claim, fields={"statement": "Not reviewed."})
    closing = operations.retract(by=make.manager(), at=LATER, claim=revision.claim, reason="Wrong.")
    assert closing.body["statement"] == "A production system costs this much to build."
    assert "Not reviewed" not in closing.document
    assert {*closing.topics.all()} == {*revision.topics.all()}
    assert {*closing.sources.all()} == {*revision.sources.all()}
    assert operations.verify_chain() == []


def test_only_a_persons_reading_advances_the_date():
    revision = make.publish()
    day = date(2026, 11, 23)
    operations.check(by=None, at=LATER, claim=revision.claim, kind=Check.Kind.LINK_ANSWERS)
    assert published.documents(published.revisions(), on=day)[0]["checked_on"] is None
    operations.check(by=make.editor(), at=LATER, claim=revision.claim, kind=Check.Kind.READ_IN_CONTEXT)
    body = published.documents(published.revisions(), on=day)[0]
    assert (body["checked_on"], body["freshness"], body["check_due_on"]) == ("2026-11-23", "fresh", "2027-05-24")
    assert published.documents(published.revisions(), on=date(2026, 11, 22))[0]["checked_on"] is None


def test_a_check_is_not_in_the_future_and_a_machine_reads_nothing():
    claim = make.publish().claim
    with pytest.raises(OperationRefused, match="cannot lie in the future"):
        operations.check(by=make.editor(), at=NOON, claim=claim, kind=Check.Kind.READ_IN_CONTEXT, on=date(2026, 11, 23))
    with pytest.raises(OperationRefused, match="a reading is made by a person"):
        operations.check(by=None, at=NOON, claim=claim, kind=Check.Kind.READ_IN_CONTEXT)


def test_a_settled_conflict_shows_on_both_sides_until_it_is_no_contest():
    one, two = make.publish("one"), make.publish("two")
    conflict = operations.record_conflict(
        by=make.editor(), at=NOON, claims=(two.claim, one.claim), relation=Conflict.Relation.DISJOINT
    )

    def contested():
        bodies = published.documents(published.revisions().order_by("sequence"), on=date(2026, 11, 22))
        return [body["contested_by"] for body in bodies]

    assert contested() == [["two"], ["one"]]
    with pytest.raises(OperationRefused, match="A decision has a reason"):
        operations.settle_conflict(by=make.editor(), at=NOON, conflict=conflict, state="contested", reason="")
    with pytest.raises(OperationRefused, match="choose what it is"):
        operations.settle_conflict(by=make.editor(), at=NOON, conflict=conflict, state="open", reason="x")
    operations.settle_conflict(by=make.editor(), at=NOON, conflict=conflict, state="scope_differs", reason="Tiers.")
    assert contested() == [[], []]


def test_a_draft_contests_nobody():
    one, two = make.publish("one"), make.draft("two")
    operations.record_conflict(by=make.editor(), at=NOON, claims=(one.claim, two), relation=Conflict.Relation.DISJOINT)
    assert published.documents(published.revisions(), on=date(2026, 11, 22))[0]["contested_by"] == []
    assert make.change(one, at=LATER, low=17000).body["contested_by"] == []


def test_a_reading_recorded_later_does_not_change_what_was_known():
    claim = make.publish().claim
    day = NOON.date()
    operations.check(by=make.editor(), at=LATER, claim=claim, kind=Check.Kind.READ_IN_CONTEXT, on=day)
    assert published.documents(published.revisions(), on=day)[0]["checked_on"] is None
    assert published.documents(published.revisions(), on=LATER.date())[0]["checked_on"] == "2026-11-22"


def test_a_mere_mention_does_not_date_the_evidence():
    citations = [
        make.citation(),
        make.citation(source=make.source("newer", published_on=date(2026, 11, 1)), stance="mentions"),
    ]
    assert make.publish(citations=citations).evidence_dated_on == date(2026, 6, 16)


def test_citations_that_lead_to_one_upstream_count_once():
    upstream = make.source("survey")
    citations = [
        make.citation(source=make.source("one"), attributed_to=upstream),
        make.citation(source=make.source("two"), attributed_to=upstream),
        make.citation(source=make.source("three")),
        make.citation(source=make.source("four"), stance="contradicts"),
    ]
    assert make.publish(citations=citations).body["independent_sources"] == 2


def test_the_state_of_a_revision_is_that_of_its_document():
    revision = make.publish()
    assert Revision.objects.get().body["state"] == revision.state == "published"
