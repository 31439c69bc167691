"""The log of who did what, and the checks that a person makes with one key."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from claims import operations
from claims.models import Act, Check
from claims.operations import EditedMeanwhile, OperationRefused
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=200)


def acts(claim) -> list[tuple[str, str]]:
    return [(act.verb, act.by.get_username()) for act in claim.acts.select_related("by").order_by("pk")]


def test_every_verb_of_a_claims_life_is_in_the_log_with_who_did_it():
    revision = make.publish()
    claim = revision.claim
    operations.check(by=make.editor(), at=NOON, claim=claim, kind=Check.Kind.READ_IN_CONTEXT)
    operations.retract(by=make.manager(), at=NOON, claim=claim, reason="Never true.")
    assert acts(claim) == [
        ("draft", "ed"),
        ("submit", "ed"),
        ("publish", "rev"),
        ("check", "ed"),
        ("retract", "mana"),
    ]
    assert claim.acts.get(verb="publish").revision == revision
    assert claim.acts.get(verb="retract").note == "Never true."


def test_the_log_names_the_fields_that_a_revision_changed():
    claim = make.publish().claim
    operations.revise(by=make.editor(), at=LATER, claim=claim, fields=make.claim_fields(low=17000, likely=20000))
    assert claim.acts.get(verb="revise").detail["changed"] == ["low", "likely"]


@pytest.mark.parametrize("write", [lambda act: act.save(), lambda act: act.delete()], ids=["change", "delete"])
def test_the_database_refuses_to_change_the_log(write):
    make.publish()
    act = Act.objects.latest("pk")
    act.note = "Somebody else."
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        write(act)


def test_a_refused_verb_leaves_no_trace_in_the_log():
    claim = make.draft()
    with pytest.raises(OperationRefused):
        operations.publish(by=make.reviewer(), at=NOON, claim=claim)
    assert acts(claim) == [("draft", "ed")]


def test_a_figure_found_changed_counts_as_read_once_the_new_figure_is_published():
    revision = make.publish()
    operations.check(by=make.editor(), at=LATER, claim=revision.claim, kind=Check.Kind.CHANGED)
    assert not revision.claim.checks.filter(kind__in=Check.READINGS).exists()
    later = make.change(revision, at=LATER + timedelta(days=2), low=17000)
    assert later.body["checked_on"] == LATER.date().isoformat()
    reading = revision.claim.checks.get(kind=Check.Kind.READ_IN_CONTEXT)
    assert (reading.on, reading.by) == (LATER.date(), make.editor())


def test_a_change_found_before_the_last_publication_is_not_counted_again():
    revision = make.publish()
    operations.check(by=make.editor(), at=LATER, claim=revision.claim, kind=Check.Kind.CHANGED)
    second = make.change(revision, at=LATER + timedelta(days=2), low=17000)
    third = make.change(second, at=LATER + timedelta(days=9), low=16000)
    assert third.body["checked_on"] == LATER.date().isoformat()
    assert revision.claim.checks.filter(kind=Check.Kind.READ_IN_CONTEXT).count() == 1


@pytest.mark.parametrize("kind", Check.NEED_NOTE)
def test_a_check_that_others_must_understand_needs_a_note(kind):
    claim = make.publish().claim
    with pytest.raises(OperationRefused, match="Say what you saw") as refusal:
        operations.check(by=make.editor(), at=NOON, claim=claim, kind=kind, note="  ")
    assert refusal.value.field == "note"
    assert not claim.checks.exists()


def test_nobody_submits_or_approves_another_text_than_they_saw():
    claim = make.draft()
    seen = claim.edit_number
    operations.revise(by=make.manager(), at=NOON, claim=claim, fields={"low": 1}, edit_number=seen)
    with pytest.raises(EditedMeanwhile, match="mana saved rag-build-cost"):
        operations.submit(by=make.editor(), at=NOON, claim=claim, edit_number=seen)
    operations.submit(by=make.editor(), at=NOON, claim=claim, edit_number=seen + 1)
    with pytest.raises(EditedMeanwhile):
        operations.publish(by=make.reviewer(), at=NOON, claim=claim, edit_number=seen)
