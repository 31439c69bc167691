"""Writes under an idempotency key: done once, answered again, whatever comes in between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from assessments import idempotency, operations
from assessments.api_problems import Refused
from assessments.idempotency import Answer, Write, once
from assessments.models import Assessment, Client, KeptAnswer
from tests import factories
from tests.assessments.programs import errors, program

pytestmark = pytest.mark.django_db


def test_the_same_request_under_a_key_is_done_once(hers):
    first, again = hers.begin("k-1"), hers.begin("k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert Assessment.objects.count() == 1
    assert hers.begin("k-2", new_client="Other").status_code == 201


def test_without_a_key_it_is_done_each_time(hers):
    assert hers.begin().status_code == 201
    assert errors(hers.begin()) == {"new_client": "Your firm has a client of this name already."}


def test_another_body_or_another_address_under_the_same_key_is_refused(hers, case):
    hers.begin("k-1")
    other = hers.begin("k-1", title="Other")
    assert (other.status_code, other["Content-Type"]) == (422, "application/problem+json")
    body = {"version": 1, "answers": {"regulated": True}}
    assert hers.patch(f"{case.reference}/", body, idempotency_key="k-1").status_code == 422
    assert Assessment.objects.count() == 2


def test_a_refusal_is_an_answer_too(hers, case):
    body = {"version": 1, "answers": {"n_examples": "a few"}}
    first = hers.patch(f"{case.reference}/", body, idempotency_key="k")
    again = hers.patch(f"{case.reference}/", body, idempotency_key="k")
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (400, 400, "true")
    assert again.content == first.content
    assert again["Content-Type"] == "application/problem+json"


def test_an_answer_given_twice_is_not_a_conflict_with_itself(hers, case):
    body = {"version": 1, "answers": {"n_examples": 5}}
    for _ in range(2):
        assert hers.patch(f"{case.reference}/", body, idempotency_key='"q"').json()["version"] == 2
    hers.answer(case, 2, n_examples=6)
    assert hers.patch(f"{case.reference}/", body, idempotency_key="q").json()["version"] == 2
    case.refresh_from_db()
    assert case.answers == {"n_examples": 6}


def test_keys_of_others_are_others(hers):
    other = program(factories.member("other"))
    assert hers.begin("k").json()["reference"] != other.begin("k", new_client="Other").json()["reference"]


@pytest.mark.parametrize("key", ["", '"', "x" * 256, "two words", "ü"])
def test_a_key_that_cannot_be_one_is_refused(hers, key):
    answer = hers.post("", {"new_client": "N", "title": "T"}, idempotency_key=key)
    assert (answer.status_code, list(errors(answer))) == (400, ["Idempotency-Key"])
    assert not Assessment.objects.exists()


def test_keys_are_forgotten_after_a_day(hers, time_machine, capsys):
    time_machine.move_to(factories.NOON, tick=False)
    hers.begin("k")
    call_command("forget_kept_answers")
    time_machine.move_to(factories.NOON.replace(day=23), tick=False)
    assert hers.begin("k", new_client="Other").status_code == 201  # as if it had never been used
    time_machine.move_to(factories.NOON.replace(day=24), tick=False)
    call_command("forget_kept_answers")
    assert capsys.readouterr().out == "0 kept answers forgotten.\n1 kept answer forgotten.\n"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_under_one_key_one_is_done(settings):
    settings.API_TOKEN_RATE = (1000, 60)
    hers = program()

    def begin(_number):
        try:
            return hers.__class__(hers.headers["Authorization"].split()[1]).begin("k")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(begin, range(6)))
    statuses = sorted(answer.status_code for answer in answers)
    assert Assessment.objects.count() == 1
    assert statuses[0] == 201
    assert set(statuses) <= {201, 409}
    references = {answer.json().get("reference") for answer in answers if answer.status_code == 201}
    assert references == {Assessment.objects.get().reference}
    assert hers.begin("k").status_code == 201


# What can go wrong in between


def write(at=factories.NOON, body=None):
    return Write("token 1, firm 1", at, "k", "POST", "/somewhere/", "", body or {})


def entering(name="Harbour", answer=None, fails=None):
    """Enters a client, then fails or answers."""

    def run():
        operations.create_client(by=factories.consultant(), at=factories.NOON, firm=factories.firm(), name=name)
        if fails:
            raise fails
        return answer or Answer(201, {"name": name})

    return run


def refused(error):
    if isinstance(error, Refused):
        return Answer(error.status_code, {"detail": str(error)})
    raise error


def test_what_is_still_being_done_is_not_done_beside_it():
    def meanwhile():
        with pytest.raises(Refused, match="is still being done") as refusal:
            once(write(), entering("Second"), refused=refused)
        assert refusal.value.status_code == 409
        return Answer(201, {})

    assert once(write(), meanwhile, refused=refused).status == 201
    assert not Client.objects.exists()


@pytest.mark.parametrize("whole", [True, False])
def test_a_fault_of_ours_is_not_kept_so_that_it_can_be_sent_again(whole):
    with pytest.raises(ZeroDivisionError):
        once(write(), entering(fails=ZeroDivisionError()), refused=refused, whole=whole)
    assert not KeptAnswer.objects.exists()
    assert Client.objects.exists() == (not whole)
    busy = entering("Busy", fails=Refused("No press is free.", status=503))
    assert once(write(), busy, refused=refused, whole=whole).status == 503
    assert not KeptAnswer.objects.exists()
    assert once(write(), entering("Again"), refused=refused, whole=whole).status == 201


def test_what_is_refused_leaves_nothing_but_the_refusal():
    run = entering(fails=Refused("Not so."))
    assert once(write(), run, refused=refused) == Answer(409, {"detail": "Not so."})
    assert not Client.objects.exists()
    assert once(write(), run, refused=refused).headers == {"Idempotent-Replayed": "true"}


def test_a_request_whose_process_died_is_done_by_the_next_after_ten_minutes():
    KeptAnswer.objects.create(
        owner="token 1, firm 1", key="k", fingerprint=write().fingerprint, begun_at=factories.NOON
    )
    for minutes, done in ((9, False), (10, True)):
        later = write(at=factories.NOON + timedelta(minutes=minutes))
        if done:
            assert once(later, entering(), refused=refused).status == 201
        else:
            with pytest.raises(Refused, match="is still being done"):
                once(later, entering(), refused=refused)


def test_who_was_believed_dead_and_was_not_writes_nothing():
    def slow():
        later = write(at=factories.NOON + idempotency.GIVEN_UP)
        assert once(later, entering("Second"), refused=refused).status == 201
        return entering("First")()

    with pytest.raises(Refused, match="is still being done"):
        once(write(), slow, refused=refused)
    assert not Client.objects.exists()  # the second stands within the first here, and goes with it
