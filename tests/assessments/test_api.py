"""Assessments as a program meets them: begun, listed, read, answered, evaluated."""

import json

import pytest
from django.test import Client

from assessments import facts, operations
from assessments.forms import StepForm
from assessments.models import Assessment, Membership
from tests import factories
from tests.assessments.programs import V1, errors, program

pytestmark = pytest.mark.django_db


# Who gets in


def test_who_is_signed_in_reads_and_writes_with_the_csrf_token(case):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.consultant())
    assert browser.get(V1).json()["results"][0]["reference"] == case.reference
    new = {"new_client": "Harbour", "title": "Notes"}
    refused = browser.post(V1, new, content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert "CSRF" in refused.json()["detail"]
    page = browser.get("/tokens/").content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    made = browser.post(V1, new, content_type="application/json", headers={"X-CSRFToken": token})
    assert made.status_code == 201


def test_a_token_needs_no_csrf_token(hers):
    hers.client = Client(enforce_csrf_checks=True)
    assert hers.begin().status_code == 201


@pytest.mark.parametrize("what", ["", "evaluate/", "issue/", "report.pdf"])
def test_what_belongs_to_another_firm_is_answered_as_if_it_were_not_there(hers, what):
    theirs = factories.assessment(of=factories.firm("eastgate"))
    answers = []
    for reference in (theirs.reference, "A-2026-9999"):
        send = hers.post if what in ("evaluate/", "issue/") else hers.get
        answer = send(f"{reference}/{what}")
        answers.append((answer.status_code, answer.content.decode().replace(reference, "…")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_nor_is_it_written_to(hers):
    theirs = factories.assessment(of=factories.firm("eastgate"))
    assert hers.answer(theirs, regulated=True).status_code == 404
    client = factories.client("Secret client", of=factories.firm("eastgate"))
    answer = hers.post("", {"client": client.name, "title": "Mine"})
    assert errors(answer) == {"client": "The firm has no client of this name: enter one as `new_client`."}


def test_an_answer_is_kept_by_nobody_on_the_way(hers, case):
    for answer in (hers.get(), hers.get(f"{case.reference}/"), hers.get("nothing/"), hers.begin()):
        assert answer["Cache-Control"] in ("private, no-cache", "private, no-store")
        assert {"Authorization", "Cookie"} <= set(answer["Vary"].split(", "))


def test_requests_are_counted_for_the_token(hers, case, settings):
    settings.API_TOKEN_RATE = (3, 3600)
    assert hers.get()["RateLimit-Policy"] == '"caller";q=3;w=3600'
    assert [hers.get(f"{case.reference}/").status_code for _ in range(3)] == [200, 200, 429]
    assert hers.begin().status_code == 429
    other = program(factories.member("other"))
    assert other.get().status_code == 200


def test_wrong_keys_and_missing_scopes_are_counted_too(settings):
    settings.API_RATE, settings.API_TOKEN_RATE = (2, 3600), (2, 3600)
    wrong = program()
    wrong.headers = {"Authorization": "Bearer footing_wrong"}
    assert [wrong.get().status_code for _ in range(3)] == [401, 401, 429]
    reads = program(factories.consultant(), "read")
    assert [reads.begin().status_code for _ in range(3)] == [403, 403, 429]


# Begun


def test_a_case_is_begun_for_a_new_client_and_for_one_that_is_there(hers):
    answer = hers.begin(language="es", currency="EUR")
    body = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"{V1}{body['reference']}/")
    case = Assessment.objects.get(reference=body["reference"])
    assert (case.client.name, case.title, case.language, case.currency) == ("Harbour", "Delivery notes", "es", "EUR")
    assert hers.client.get(answer["Location"], headers=hers.headers).json() == body
    again = hers.post("", {"client": "Harbour", "title": "Second"}).json()
    assert Assessment.objects.get(reference=again["reference"]).client == case.client


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"title": "This field is required.", "client": "Choose a client, or name a new one: one of the two."}),
        (
            {"title": "T", "new_client": "N", "currency": "euro"},
            {"currency": "Enter three capital letters, such as USD."},
        ),
        ({"title": "T", "new_client": 5}, {"new_client": "Give a text."}),
        ({"title": "T", "new_client": "N", "language": "fr"}, {"language": "“fr” is not one of: en, es."}),
        ({"title": None, "new_client": "N"}, {"title": "Give a text."}),
        (
            {"title": "T", "new_client": "N", "colour": "red"},
            {"colour": "There is no “colour” here. It takes: firm, client, new_client, title, language, currency."},
        ),
        ({"title": "T", "new_client": "N", "firm": "eastgate"}, {"firm": "Name one of your firms: northwind."}),
        ({"title": "T\0", "new_client": "N"}, {"title": "It holds a character that cannot be stored."}),
        ({"title": "\ud800", "new_client": "N"}, {"title": "It holds a character that cannot be stored."}),
    ],
)
def test_what_is_wrong_with_a_new_one_is_said_field_by_field(hers, body, wrong):
    answer = hers.post("", body)
    assert (answer.status_code, errors(answer)) == (400, wrong)
    assert not Assessment.objects.exists()


def test_a_client_that_is_there_already_is_not_made_again(hers):
    factories.client("Harbour")
    assert errors(hers.begin()) == {"new_client": "Your firm has a client of this name already."}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"[1]", 400),
        (b'"text"', 400),
        (b'{"title": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"title": "' + b"x" * 300_000 + b'"}', 413),
        (b'{"title": ' + b"9" * 5000 + b"}", 400),
    ],
)
def test_a_body_that_is_no_object_or_too_large_is_refused(hers, content, status):
    answer = hers.client.post(V1, content, content_type="application/json", headers=hers.headers)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_a_form_is_no_json(hers):
    assert hers.client.post(V1, {"title": "T"}, headers=hers.headers).status_code == 415


# Listed and read


def test_the_list_is_walked_in_both_directions_and_meets_each_case_once(hers):
    made = [factories.assessment(title=f"Case {number}").reference for number in range(5)]
    first = hers.get("?page_size=2").json()
    assert ([row["reference"] for row in first["results"]], first["previous"]) == (made[:2:-1], None)
    operations.save_answers(
        by=factories.consultant(), at=factories.NOON, assessment=Assessment.objects.first(), version=1, answers={}
    )
    factories.assessment(title="Meanwhile")
    second = hers.client.get(first["next"], headers=hers.headers).json()
    third = hers.client.get(second["next"], headers=hers.headers).json()
    assert [row["reference"] for row in second["results"] + third["results"]] == made[2::-1]
    assert third["next"] is None
    back = hers.client.get(third["previous"], headers=hers.headers).json()
    assert [row["reference"] for row in back["results"]] == made[2:0:-1]


def test_the_list_is_filtered_and_refuses_what_it_does_not_know(hers):
    first = factories.assessment(title="Claims triage")
    other = operations.create_assessment(
        by=factories.consultant(), at=factories.NOON, client=factories.client("Harbour"), title="Delivery notes"
    )
    for query, found in (
        ("q=triage", [first]),
        ("client=Harbour", [other]),
        ("client=Harb", []),
        ("state=final", []),
        ("state=draft&q=harbour", [other]),
    ):
        rows = hers.get(f"?{query}").json()["results"]
        assert [row["reference"] for row in rows] == [case.reference for case in found], query
    cursor = hers.get("?page_size=1").json()["next"].rpartition("cursor=")[2]
    for query, name in (
        ("state=open", "state"),
        ("page_size=501", "page_size"),
        ("colour=red", "colour"),
        ("cursor=abc", "cursor"),
        (f"q=x&cursor={cursor}", "cursor"),
        ("format=json", "format"),
    ):
        answer = hers.get(f"?{query}")
        assert (answer.status_code, list(errors(answer))) == (400, [name]), query


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(hers, django_assert_num_queries):
    for number in range(3):
        factories.assessment(title=str(number))
    hers.get()  # writes down when the token was used
    with django_assert_num_queries(3):
        assert len(hers.get().json()["results"]) == 3


def test_a_draft_says_what_it_lacks_and_a_final_one_what_it_came_to(hers, examples_gate):
    case = factories.assessment(answers={"n_examples": 1200})
    body = hers.get(f"{case.reference}/").json()
    assert (body["answers"], body["result"], body["version"]) == ({"n_examples": 1200}, None, 1)
    problems = facts.problems(case.answers, {})
    assert {one["question"]: one["message"] for one in body["missing"]} == problems
    done = factories.assessment(answers=factories.worked_answers())
    final = operations.finalise(by=factories.consultant(), at=factories.NOON, assessment=done)
    body = hers.get(f"{final.reference}/").json()
    assert (body["state"], body["missing"], body["result"]) == ("final", [], final.result_document)


def test_who_has_it_already_gets_304(hers, case):
    first = hers.get(f"{case.reference}/")
    again = hers.get(f"{case.reference}/", if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    hers.answer(case, regulated=True)
    assert hers.get(f"{case.reference}/", if_none_match=first["ETag"]).status_code == 200


# Answered


def test_answers_of_every_kind_come_back_as_they_were_sent(hers, case):
    factories.price_the_model()
    answers = factories.worked_answers()
    answer = hers.answer(case, **answers)
    assert (answer.status_code, answer.json()["answers"]) == (200, answers)
    assert (answer.json()["version"], answer.json()["missing"]) == (2, [])
    more = {
        "requests_per_month": {"low": 80000, "likely": 100000.5, "high": 130000},
        "tokens_in": "unknown",
        "gaps": "unknown",
        "n_examples": 0,
    }
    given = hers.answer(case, 2, **more).json()
    assert {name: given["answers"][name] for name in more} == more | {
        "requests_per_month": {"low": 80000, "likely": 100000.5, "high": 130000}
    }


@pytest.mark.parametrize(
    ("question", "number"),
    [("tokens_in", 30.125), ("tokens_in", 999.999), ("cacheable_share", 0.125), ("cacheable_share", 1e-3)],
)
def test_a_json_number_is_never_read_in_two_ways(hers, case, question, number):
    assert hers.answer(case, **{question: number}).json()["answers"] == {question: number}


def test_what_is_wrong_is_said_in_the_words_of_the_page_and_nothing_is_stored(hers, case):
    answer = hers.answer(
        case,
        n_examples="a few",
        regulated="perhaps",
        task_type="poetry",
        gaps=["facts", "nothing"],
        tokens_in={"low": 5, "likely": 3, "high": 9},
        retrain_cadence_months=[1],
        citation_required=True,
        colour="red",
    )
    wrong = errors(answer)
    assert answer.status_code == 400
    typed = {"n_examples": "a few", "retrain_cadence_months": "[1]"}
    step = next(step for step in facts.questionnaire().steps if step.id == "data")
    form = StepForm(typed, step=step, stored={}, unread={})
    form.is_valid()
    for name in typed:
        assert wrong[f"answers.{name}"] == form.errors[name][0]
    assert wrong["answers.tokens_in"] == "Write the lowest, the likely and the highest in this order."
    assert wrong["answers.colour"] == "There is no question “colour”."
    assert {name.removeprefix("answers.") for name in wrong} == {
        "n_examples", "regulated", "task_type", "gaps", "tokens_in", "retrain_cadence_months", "colour"
    }  # fmt: skip
    case.refresh_from_db()
    assert (case.answers, case.unread_answers, case.version) == ({}, {}, 1)


@pytest.mark.parametrize(
    "value",
    [True, [], {}, {"low": 1}, "1e5000", 1e400, 10**400, None, "30.000", {"low": [], "likely": {}, "high": None}],
)
def test_no_value_of_a_strange_kind_is_stored(hers, case, value):
    answer = hers.client.patch(
        f"{V1}{case.reference}/",
        json.dumps({"version": 1, "answers": {"n_examples": value}}).replace("Infinity", "1e400"),
        content_type="application/json",
        headers=hers.headers,
    )
    assert (answer.status_code, list(errors(answer))) == (400, ["answers.n_examples"])


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["version", "answers"]),
        ({"version": "1", "answers": {"regulated": True}}, ["version"]),
        ({"version": True, "answers": {"regulated": True}}, ["version"]),
        ({"version": 1, "answers": {}}, ["answers"]),
        ({"version": 1, "answers": [1]}, ["answers"]),
        ({"version": 1, "answers": {"regulated": True}, "title": "Other"}, ["title"]),
    ],
)
def test_a_body_of_another_shape_is_refused(hers, case, body, fields):
    answer = hers.patch(f"{case.reference}/", body)
    assert (answer.status_code, list(errors(answer))) == (400, fields)


def test_who_writes_over_somebody_elses_answer_is_told_what_stands_there(hers, case):
    assert hers.answer(case, 1, n_examples=500).status_code == 200
    conflict = hers.answer(case, 1, n_examples=900, regulated=True)
    assert conflict.status_code == 409
    assert (conflict.json()["version"], conflict.json()["stored"]) == (2, {"n_examples": 500})
    case.refresh_from_db()
    assert case.answers == {"n_examples": 500}
    assert hers.answer(case, 1, regulated=True).status_code == 200  # another question: both stand
    assert hers.answer(case, 3, n_examples=900).status_code == 200
    case.refresh_from_db()
    assert case.answers == {"n_examples": 900, "regulated": True}


def test_a_version_that_there_is_not_yet_is_refused(hers, case):
    answer = hers.answer(case, 7, regulated=True)
    assert (answer.status_code, answer.json()["version"]) == (409, 1)


def test_if_match_lets_nothing_through_that_was_changed(hers, case):
    read = hers.get(f"{case.reference}/")["ETag"]
    assert hers.answer(case, 1, headers={"if_match": read}, n_examples=500).status_code == 200
    late = hers.answer(case, 2, headers={"if_match": read}, regulated=True)
    assert (late.status_code, late.json()["version"]) == (412, 2)
    case.refresh_from_db()
    assert case.answers == {"n_examples": 500}
    for good in ("*", hers.get(f"{case.reference}/")["ETag"]):
        assert hers.answer(case, 2, headers={"if_match": good}, n_examples=500).status_code == 200


def test_a_final_case_takes_no_answers(hers, final_assessment):
    answer = hers.answer(final_assessment, 1, n_examples=5)
    assert (answer.status_code, "is final and does not change" in answer.json()["detail"]) == (409, True)


# Evaluated


def test_a_draft_is_evaluated_and_stays_as_it_is(hers, examples_gate, time_machine):
    time_machine.move_to(factories.NOON, tick=False)
    case = factories.assessment(answers=factories.worked_answers())
    answer = hers.post(f"{case.reference}/evaluate/")
    assert answer.json() == operations.evaluate(case, as_of=factories.NOON.date()).as_dict()
    case.refresh_from_db()
    assert (case.state, case.version) == ("draft", 1)


def test_a_final_case_is_evaluated_to_its_frozen_result(hers, final_assessment):
    answer = hers.post(f"{final_assessment.reference}/evaluate/")
    assert answer.json() == final_assessment.result_document


def test_what_keeps_a_draft_from_being_judged_is_named(hers):
    answers = factories.worked_answers()
    del answers["tokens_in"]
    case = factories.assessment(answers=answers)
    answer = hers.post(f"{case.reference}/evaluate/")
    assert (answer.status_code, errors(answer)) == (409, {"answers.tokens_in": "is not answered yet"})
    whole = factories.assessment(answers=factories.worked_answers(), currency="CHF")
    answer = hers.post(f"{whole.reference}/evaluate/")
    assert (answer.status_code, "no exchange rate" in answer.json()["detail"]) == (409, True)


def test_evaluating_takes_no_body(hers, case):
    answer = hers.post(f"{case.reference}/evaluate/", {"as_of": "2026-01-01"})
    assert errors(answer) == {"as_of": "There is no “as_of” here. This address takes none."}


def test_people_who_advise_nobody_find_nothing():
    reads = factories.member("rea", role=Membership.Role.CLIENT_READER, client=factories.client())
    case = factories.assessment()
    browser = Client()
    browser.force_login(reads)
    for address in (V1, f"{V1}{case.reference}/"):
        assert browser.get(address).status_code == 404
    assert browser.post(V1, {"title": "T"}, content_type="application/json").status_code == 404
