"""Answers saved by the page while they are typed: what is stored, what is refused, and what the page is told."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from assessments import autosaving, operations
from assessments.autosaving import save_changes
from claims import immutability
from tests import factories

LATER = factories.NOON.replace(hour=13)

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    client.force_login(factories.consultant())
    return client


@pytest.fixture
def case():
    return factories.assessment()


def address(case, step="data"):
    return reverse("assessments:autosave", args=[case.reference, step])


def autosave(browser, case, *, version=1, step="data", **fields):
    """What the page's script sends, and the answer."""
    response = browser.post(address(case, step), {"version": version, "changed": list(fields), **fields})
    assert response.status_code == 200, response.content
    return response.json()


def save(case, version=1, by=None, unread=None, **answers):
    return save_changes(
        by=by or factories.consultant(),
        at=LATER,
        assessment=case,
        version=version,
        answers=answers,
        unread=unread or {},
    )


def test_only_the_changed_answer_is_stored(signed_in, case):
    autosave(signed_in, case, n_examples="1,200")
    answer = autosave(signed_in, case, version=2, retrain_cadence_months="3")
    case.refresh_from_db()
    assert case.answers == {"n_examples": 1200, "retrain_cadence_months": 3}
    assert (answer["version"], answer["conflicts"], answer["others"]) == (3, {}, {})
    assert answer["errors"] == {"retrain_cadence_months": []}


def test_a_field_that_is_sent_and_not_named_as_changed_is_left_alone(signed_in, case):
    response = signed_in.post(
        address(case), {"version": 1, "changed": ["n_examples"], "n_examples": "5", "retrain_cadence_months": "9"}
    )
    assert response.status_code == 200
    case.refresh_from_db()
    assert case.answers == {"n_examples": 5}


def test_a_question_of_another_page_cannot_be_saved_here(signed_in, case):
    autosave(signed_in, case, regulated="true")
    case.refresh_from_db()
    assert (case.answers, case.version) == ({}, 1)


def test_what_is_not_valid_yet_is_kept_as_typed_and_told_in_the_words_of_the_form(signed_in, case):
    answer = autosave(signed_in, case, n_examples="a few")
    assert answer["errors"] == {"n_examples": ["“a few” is not a number. Enter a whole number from 0 to 10,000,000."]}
    case.refresh_from_db()
    assert (case.answers, case.unread_answers) == ({}, {"n_examples": "a few"})
    autosave(signed_in, case, version=2, n_examples="7")
    case.refresh_from_db()
    assert (case.answers, case.unread_answers) == ({"n_examples": 7}, {})


def test_choices_are_saved_and_taken_back(signed_in, case):
    autosave(signed_in, case, step="tried", gaps=["facts", "latency"])
    case.refresh_from_db()
    assert case.answers == {"gaps": ["facts", "latency"]}
    response = signed_in.post(address(case, "tried"), {"version": 2, "changed": "gaps"})
    case.refresh_from_db()
    assert (response.status_code, case.answers) == (200, {"gaps": []})


def test_changes_in_different_fields_merge_and_each_page_is_told_of_the_other(signed_in, case):
    autosave(signed_in, case, n_examples="1200")
    answer = autosave(signed_in, case, version=1, retrain_cadence_months="3")
    assert answer["conflicts"] == {}
    assert answer["others"] == {
        "n_examples": {"text": "1,200 examples", "controls": {"n_examples": ["1,200"], "n_examples-unknown": []}}
    }
    case.refresh_from_db()
    assert case.answers == {"n_examples": 1200, "retrain_cadence_months": 3}


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_and_the_rest_is_saved(signed_in, case):
    colleague = factories.member("nora", of=case.firm)
    save(case, by=colleague, n_examples=1200)
    answer = autosave(signed_in, case, version=1, n_examples="900", retrain_cadence_months="3")
    assert answer["conflicts"] == {
        "n_examples": {
            "by": "nora",
            "text": "1,200 examples",
            "controls": {"n_examples": ["1,200"], "n_examples-unknown": []},
        }
    }
    case.refresh_from_db()
    assert case.answers == {"n_examples": 1200, "retrain_cadence_months": 3}
    # Keep mine: the same again, now that the page knows what stands there.
    assert autosave(signed_in, case, version=answer["version"], n_examples="900")["conflicts"] == {}
    case.refresh_from_db()
    assert case.answers["n_examples"] == 900


def test_an_answer_nobody_knows_is_saved_by_its_tick_and_shown_as_one(signed_in, case):
    response = signed_in.post(
        address(case), {"version": 1, "changed": ["n_examples"], "n_examples": "", "n_examples-unknown": "1"}
    )
    assert response.status_code == 200
    case.refresh_from_db()
    assert case.answers == {"n_examples": "unknown"}
    told = autosave(signed_in, case, version=1, retrain_cadence_months="3")["others"]["n_examples"]
    assert told["controls"] == {"n_examples": [""], "n_examples-unknown": ["1"]}


def test_a_range_is_saved_as_it_is_typed(signed_in, case):
    autosave(signed_in, case, n_examples="800/1200/2000")
    case.refresh_from_db()
    assert case.answers == {"n_examples": {"low": 800, "likely": 1200, "high": 2000}}
    told = autosave(signed_in, case, version=1, retrain_cadence_months="3")["others"]["n_examples"]
    assert told["controls"] == {"n_examples": ["800 / 1,200 / 2,000"], "n_examples-unknown": []}


def test_a_choice_and_an_answer_taken_away_are_shown_as_their_controls_hold_them(signed_in, case):
    save(case, needs_private_facts=True)
    answer = autosave(signed_in, case, step="knowledge", version=1, needs_private_facts="false")
    assert answer["conflicts"]["needs_private_facts"] == {
        "by": factories.consultant().get_username(),
        "text": "Yes",
        "controls": {"needs_private_facts": ["true"]},
    }
    save(case, version=2, unread={"needs_private_facts": ""})
    answer = autosave(signed_in, case, step="knowledge", version=2, needs_private_facts="false")
    told = answer["conflicts"]["needs_private_facts"]
    assert (told["text"], told["controls"]) == ("no answer", {"needs_private_facts": [""]})


def test_the_same_answer_twice_is_no_conflict_and_no_change(signed_in, case):
    autosave(signed_in, case, n_examples="1200")
    answer = autosave(signed_in, case, version=1, n_examples="1,200")
    assert (answer["conflicts"], answer["version"]) == ({}, 2)


@pytest.mark.parametrize("version", ["", "-3", "one", "9" * 40])
def test_a_version_that_is_none_knows_nothing(signed_in, case, version):
    save(case, n_examples=5)
    assert "n_examples" in autosave(signed_in, case, version=version, n_examples="6")["conflicts"]


def test_the_page_is_told_which_questions_matter_now(signed_in, case):
    assert autosave(signed_in, case, n_examples="0")["matters"]["example_quality"] is False
    assert autosave(signed_in, case, version=2, n_examples="1")["matters"]["example_quality"] is True


def test_progress_and_summary_come_with_the_answer(signed_in, case):
    answer = autosave(signed_in, case, step="tried", prompt_result="solves")
    assert "1 of 5 answered" in answer["steps"]
    assert "Plain prompting is enough; fine-tuning would be overkill." in answer["so_far"]


def test_a_final_case_takes_nothing(signed_in, final_assessment):
    response = signed_in.post(address(final_assessment), {"version": 1, "changed": "n_examples", "n_examples": "1"})
    assert response.status_code == 409
    assert "is final and does not change" in response.json()["message"]
    assert signed_in.get(address(final_assessment)).json()["final"] is True


def test_strangers_visitors_and_steps_that_are_none_find_nothing(client, case):
    data = {"version": 1, "changed": "n_examples", "n_examples": "1"}
    assert client.post(address(case), data)["Location"].startswith("/accounts/login/")
    client.force_login(factories.member("eve", of=factories.firm("eastgate")))
    assert client.post(address(case), data).status_code == 404
    client.force_login(factories.consultant())
    assert client.post(address(case, "nothing"), data).status_code == 404
    assert client.get(address(case, "nothing")).status_code == 404
    case.refresh_from_db()
    assert case.answers == {}


def test_the_verb_itself_refuses_a_stranger(case):
    stranger = factories.member("eve", of=factories.firm("eastgate"))
    with pytest.raises(operations.OperationRefused, match="does not work for this firm"):
        save(case, by=stranger, n_examples=1)


def test_a_form_without_its_token_is_refused_and_a_new_token_goes_on(case):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.consultant())
    data = {"version": 1, "changed": "n_examples", "n_examples": "1"}
    assert browser.post(address(case), data).status_code == 403
    asked = browser.get(address(case)).json()
    assert (asked["person"], asked["final"]) == (factories.consultant().pk, False)
    assert browser.post(address(case), data | {"csrfmiddlewaretoken": asked["token"]}).status_code == 200


def test_the_page_says_where_it_saves(signed_in, case):
    page = signed_in.get(reverse("assessments:step", args=[case.reference, "data"])).content.decode()
    assert f'data-autosave="{address(case)}"' in page
    assert 'role="status"' in page


def test_an_autosave_asks_the_same_number_of_questions_whatever_is_saved(signed_in, case, django_assert_num_queries):
    autosave(signed_in, case, n_examples="1")  # the evidence of the day is read by the first of a process
    with django_assert_num_queries(14):
        autosave(signed_in, case, version=2, n_examples="2")
    fields = {"n_examples": "3", "example_quality": "mixed", "retrain_cadence_months": "x"}
    with django_assert_num_queries(14):
        autosave(signed_in, case, version=3, **fields)


@pytest.fixture
def lifted_protection(django_db_setup, django_db_blocker):
    """The end of a test that commits empties all tables, which the triggers of history would refuse."""
    with django_db_blocker.unblock(), immutability.suspended(connection):
        yield


def at_once(*acts):
    """Run the acts in threads that start together; their results in order."""
    together = threading.Barrier(len(acts))

    def run(act):
        try:
            together.wait(timeout=60)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(run, act) for act in acts]]


def test_autosaves_of_different_fields_at_once_lose_nothing(lifted_protection, transactional_db):
    case, person = factories.assessment(), factories.consultant()
    fields = {"n_examples": 5, "retrain_cadence_months": 3, "regulated": True, "gaps": ["facts"]}
    acts = [lambda name=name, value=value: save(case, by=person, **{name: value}) for name, value in fields.items()]
    assert [saved.conflicts for saved in at_once(*acts)] == [{}] * 4
    case.refresh_from_db()
    assert (case.answers, case.version) == (fields, 5)


def test_of_autosaves_of_one_field_at_once_one_is_stored_and_the_others_are_told(lifted_protection, transactional_db):
    case, person = factories.assessment(), factories.consultant()
    found = at_once(*(lambda n=n: save(case, by=person, n_examples=n) for n in range(1, 5)))
    case.refresh_from_db()
    stored = case.answers["n_examples"]
    assert case.version == 2
    assert [saved.conflicts for saved in found] == [
        {} if number == stored else {"n_examples": stored} for number in range(1, 5)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_two_pages_do_in_turn_nothing_that_was_not_seen_is_overwritten(seed):
    """Each page knows what it was told; a write over an answer must have known that very answer."""
    chance, case = random.Random(seed), factories.assessment()
    questions = ("n_examples", "retrain_cadence_months", "tokens_in")
    seen = [{"version": 1, "answers": {}}, {"version": 1, "answers": {}}]
    truth = {}
    for number in range(1, 60):
        page = chance.choice(seen)
        sent = {name: number for name in questions if chance.random() < 0.5}
        saved = autosaving.save_changes(
            by=factories.consultant(), at=LATER, assessment=case, version=page["version"], answers=sent, unread={}
        )
        for name, value in sent.items():
            if name in saved.conflicts:
                assert saved.conflicts[name] == truth[name] != page["answers"].get(name)
            else:
                assert truth.get(name) == page["answers"].get(name), name
                truth[name] = value
        case.refresh_from_db()
        assert case.answers == truth
        page["version"], page["answers"] = saved.assessment.version, dict(truth)
