import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from assessments import operations
from assessments.models import Assessment, Client
from claims import immutability
from tests import factories

LATER = factories.NOON.replace(hour=13)

pytestmark = pytest.mark.django_db


def save(assessment, *, version=None, by=None, unread=None, **answers):
    return operations.save_answers(
        by=by or factories.consultant(),
        at=LATER,
        assessment=assessment,
        version=assessment.version if version is None else version,
        answers=answers,
        unread=unread,
    )


def test_references_count_up_within_a_year():
    first, second = factories.assessment(), factories.assessment()
    next_year = operations.create_assessment(
        by=factories.consultant(), at=factories.NOON.replace(year=2027), client=factories.client(), title="Next"
    )
    assert (first.reference, second.reference, next_year.reference) == ("A-2026-0001", "A-2026-0002", "A-2027-0001")


@pytest.fixture
def lifted_protection(django_db_setup, django_db_blocker):
    """The end of a test that commits empties all tables, which the triggers of history would refuse."""
    with django_db_blocker.unblock(), immutability.suspended(connection):
        yield


def test_references_do_not_collide_when_many_begin_at_once(lifted_protection, transactional_db):
    person, client = factories.consultant(), factories.client()
    together = threading.Barrier(4)

    def begin(_):
        try:
            together.wait(timeout=60)
            made = operations.create_assessment(by=person, at=factories.NOON, client=client, title="At once")
            return made.reference
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        references = list(pool.map(begin, range(4)))
    assert sorted(references) == [f"A-2026-{number:04d}" for number in range(1, 5)]


def test_a_stranger_writes_nothing():
    stranger = factories.member("eve", of=factories.firm("eastgate"))
    case = factories.assessment(answers=factories.worked_answers())
    attempts = [
        lambda: operations.create_client(by=stranger, at=LATER, firm=factories.firm(), name="Mine"),
        lambda: operations.create_assessment(by=stranger, at=LATER, client=case.client, title="Mine"),
        lambda: save(case, by=stranger, regulated=True),
        lambda: operations.finalise(by=stranger, at=LATER, assessment=case),
        lambda: operations.rerun(by=stranger, at=LATER, assessment=case),
    ]
    for attempt in attempts:
        with pytest.raises(operations.OperationRefused, match="does not work for this firm"):
            attempt()
    assert Assessment.objects.get().answers == case.answers
    assert Client.objects.count() == 1


def test_a_client_is_entered_once_per_firm():
    factories.client("Bank")
    with pytest.raises(ValidationError, match="has a client of this name already"):
        operations.create_client(by=factories.consultant(), at=LATER, firm=factories.firm(), name=" Bank ")
    factories.client("Bank", of=factories.firm("eastgate"))


def test_a_currency_is_three_capitals():
    with pytest.raises(ValidationError, match="three capital letters"):
        factories.assessment(currency="usd")


def test_answers_of_a_page_are_added_to_those_of_the_others():
    case = save(factories.assessment(), regulated=True)
    case = save(case, n_examples=1200, gaps=[])
    assert case.answers == {"regulated": True, "n_examples": 1200, "gaps": []}
    assert (case.version, case.changed_at) == (3, LATER)


def test_what_was_mistyped_is_kept_and_replaces_the_answer_until_it_is_mended():
    case = save(factories.assessment(), n_examples=1200)
    case = save(case, unread={"n_examples": "a lot"})
    assert (case.answers, case.unread_answers) == ({}, {"n_examples": "a lot"})
    case = save(case, n_examples=1500)
    assert (case.answers, case.unread_answers) == ({"n_examples": 1500}, {})


def test_saving_the_same_again_changes_nothing():
    case = save(factories.assessment(), regulated=True)
    assert save(case, regulated=True).version == case.version


def test_true_is_not_taken_for_one():
    case = save(factories.assessment(), n_examples=1)
    assert save(case, n_examples=0).answers == {"n_examples": 0}


def test_the_second_of_two_tabs_is_told_and_overwrites_nothing():
    opened = save(factories.assessment(), regulated=False, n_examples=10)
    save(opened, n_examples=500)
    with pytest.raises(operations.AnswersChanged) as refused:
        save(opened, n_examples=900)
    assert refused.value.stored == {"n_examples": 500}
    current = Assessment.objects.get()
    assert (current.answers["n_examples"], refused.value.version) == (500, current.version)
    assert save(current, n_examples=900).answers["n_examples"] == 900


def test_two_tabs_on_different_questions_do_not_disturb_each_other():
    opened = factories.assessment()
    save(opened, n_examples=500)
    assert save(opened, regulated=True).answers == {"n_examples": 500, "regulated": True}


def test_two_tabs_that_say_the_same_do_not_disturb_each_other():
    opened = factories.assessment()
    save(opened, n_examples=500)
    assert save(opened, n_examples=500).answers == {"n_examples": 500}


def test_incomplete_answers_are_not_judged():
    answers = factories.worked_answers()
    del answers["tokens_in"], answers["distribution_shift_months"]
    case = factories.assessment(answers=answers)
    with pytest.raises(operations.AnswersError) as error:
        operations.evaluate(case, as_of=LATER.date())
    assert dict(error.value.errors) == {
        "distribution_shift_months": "is not answered yet",
        "tokens_in": "is not answered yet",
    }
    with pytest.raises(operations.AnswersError):
        operations.finalise(by=factories.consultant(), at=LATER, assessment=case)
    assert Assessment.objects.get().state == "draft"


def test_mistyped_answers_are_not_judged():
    case = save(factories.assessment(answers=factories.worked_answers()), unread={"tokens_in": "many"})
    with pytest.raises(operations.AnswersError) as error:
        operations.evaluate(case, as_of=LATER.date())
    assert error.value.errors == [("tokens_in", "is not a valid answer")]


def test_a_question_that_does_not_matter_takes_its_neutral_answer():
    answers = factories.worked_answers("W01") | {"needs_private_facts": False, "knowledge_change": "daily"}
    case = factories.assessment(answers=answers)
    result = operations.evaluate(case, as_of=LATER.date()).as_dict()
    assert result["answers"]["knowledge_change"] == "never"
    assert case.answers["knowledge_change"] == "daily"


def test_finalising_freezes_the_result_and_says_who_and_when(final_assessment):
    frozen = final_assessment.result_document
    [cited] = final_assessment.citations.select_related("revision__claim")
    assert frozen["citations"] == [
        {"n": cited.n, "claim": str(cited.revision), "digest": cited.revision.digest, "used": True}
    ]
    assert frozen["digest"] == final_assessment.digest
    assert frozen["reference"] == final_assessment.reference
    assert (final_assessment.as_of.isoformat(), frozen["as_of"]) == ("2026-11-22", "2026-11-22")
    assert (final_assessment.finalised_by, final_assessment.finalised_at) == (factories.consultant(), factories.NOON)


def test_a_final_assessment_takes_no_answers_and_is_not_frozen_twice(final_assessment):
    with pytest.raises(operations.OperationRefused, match="is final and does not change"):
        save(final_assessment, regulated=True)
    with pytest.raises(operations.OperationRefused, match="is final and does not change"):
        operations.finalise(by=factories.consultant(), at=LATER, assessment=final_assessment)


def test_a_rerun_begins_a_draft_with_the_same_answers(final_assessment):
    successor = operations.rerun(by=factories.consultant(), at=LATER, assessment=final_assessment)
    assert successor.predecessor == final_assessment
    assert successor.answers == final_assessment.answers
    assert (successor.state, successor.reference) == ("draft", "A-2026-0002")
    assert successor.client == final_assessment.client


def test_a_draft_is_not_run_again():
    with pytest.raises(operations.OperationRefused, match="is a draft"):
        operations.rerun(by=factories.consultant(), at=LATER, assessment=factories.assessment())
