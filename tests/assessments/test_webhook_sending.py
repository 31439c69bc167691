"""A delivery to its receiver: signed as the standard says, tried again for three days, and sent anew when somebody asks."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import standardwebhooks
from django.utils import timezone

from assessments.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from assessments.webhooks import endpoints, outbox, outcomes, sending
from claims.fetching import configured
from tests import factories
from tests.assessments.webhooks import admin, attempts, endpoint, states
from tests.claims import factories as registry

NOON = factories.NOON
DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def claim(slug="rag-cost", at=NOON):
    return registry.publish(slug, at=at)


def verified(secret, got):
    """The event, by the library that receivers use; raises where the signature does not hold."""
    return standardwebhooks.Webhook(secret).verify(got.body, got.headers)


@pytest.mark.django_db
def test_a_claim_arrives_signed_as_the_standard_says(receiver):
    _made, secret = endpoint(receiver.address)
    revision = claim()
    assert sending.work("a task") == 1
    [got] = receiver.got
    assert got.path == "/posted_in_turn"
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert verified(secret, got) == {
        "type": "claim.published",
        "timestamp": "2026-11-22T12:00:00.000Z",
        "data": {
            "slug": "rag-cost",
            "revision": 1,
            "sequence": 1,
            "state": "published",
            "url": "http://127.0.0.1:8000/api/v1/claims/rag-cost@1/",
            "digest": revision.digest,
        },
    }
    assert (states(), attempts()) == (["delivered"], [(200, "")])
    attempt = WebhookAttempt.objects.get()
    assert (attempt.at, attempt.answer) == (NOON, "answer 200")
    assert attempt.duration_ms >= 0
    assert sending.work("a task") == 0
    assert len(receiver.got) == 1


@pytest.mark.django_db
def test_what_the_event_names_is_what_the_api_answers(receiver, client):
    endpoint(receiver.address)
    claim()
    sending.work("a task")
    told = json.loads(receiver.got[0].body)["data"]
    answered = client.get(told["url"].removeprefix("http://127.0.0.1:8000")).json()
    assert {name: answered[name] for name in ("slug", "revision", "digest")} == {
        name: told[name] for name in ("slug", "revision", "digest")
    }


@pytest.mark.django_db
def test_an_altered_body_a_strange_secret_and_an_old_message_are_not_verified(receiver, time_machine):
    _made, secret = endpoint(receiver.address)
    _other, another = endpoint(receiver.address + "?other", events=["report.issued"])
    claim()
    sending.work("a task")
    [got] = receiver.got
    for wrong in ((another, got), (secret, got._replace(body=got.body.replace("rag-cost", "rag-costs")))):
        with pytest.raises(standardwebhooks.WebhookVerificationError, match="No matching signature"):
            verified(*wrong)
    time_machine.move_to(NOON + timedelta(minutes=6), tick=False)
    with pytest.raises(standardwebhooks.WebhookVerificationError, match="too old"):
        verified(secret, got)


@pytest.mark.django_db
def test_for_a_day_after_a_rotation_both_secrets_hold_and_then_the_new_one_alone(receiver, time_machine):
    made, first = endpoint(receiver.address)
    made, second = endpoints.rotate(by=admin(), at=NOON, endpoint=made)
    for hours in (23, 25):
        time_machine.move_to(NOON + timedelta(hours=hours), tick=False)
        claim(f"after-{hours}", at=timezone.now())
        sending.work("a task")
        got = receiver.got[-1]
        assert verified(second, got)["data"]["slug"] == f"after-{hours}"
        if hours == 23:
            assert verified(first, got) == verified(second, got)
        else:
            with pytest.raises(standardwebhooks.WebhookVerificationError):
                verified(first, got)
    made, third = endpoints.rotate(by=admin(), at=timezone.now(), endpoint=made)
    claim("last", at=timezone.now())
    sending.work("a task")
    assert verified(second, receiver.got[-1]) == verified(third, receiver.got[-1])


def due_in():
    """Seconds until the one delivery is tried again."""
    return (WebhookDelivery.objects.get().next_at - timezone.now()).total_seconds()


@pytest.mark.django_db
def test_500_then_200_is_delivered_once_under_one_id(receiver, time_machine):
    _made, secret = endpoint(receiver.address)
    receiver.script += [500]
    claim()
    sending.work("a task")
    assert (states(), attempts()) == (["waiting"], [(500, "")])
    assert 4.5 <= due_in() <= 5.5
    assert sending.work("a task") == 0
    time_machine.shift(6)
    assert sending.work("a task") == 1
    first, second = receiver.got
    assert (first.uid, first.body) == (second.uid, second.body)
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 6
    assert verified(secret, second)["type"] == "claim.published"
    assert (states(), attempts()) == (["delivered"], [(500, ""), (200, "")])
    made = WebhookEndpoint.objects.get()
    assert (made.failures, made.failing_since, made.rests_until) == (0, None, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("script", "entered"),
    [
        ("posted_wait_a_minute", (503, "")),
        ("redirect_to_itself", (302, "")),
        ("not_found", (404, "")),
        ("no_answer", (None, "No answer came in time.")),
        ("slow_head", (None, "The answer took longer than we wait.")),
        ("reset_before_answer", (None, "The connection broke off before an answer.")),
        ("another_protocol", (None, "The answer breaks the rules of HTTP.")),
    ],
)
def test_whatever_is_not_2xx_is_tried_again(receiver, script, entered):
    endpoint(receiver.address)
    receiver.script += [script]
    claim()
    assert sending.work("a task", rules=replace(configured(), seconds=0.5)) == 1
    assert (states(), attempts()) == (["waiting"], [entered])
    assert len(receiver.got) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("script", ["endless_body", "gzip_bomb", "slow_bytes"])
def test_an_answer_that_never_ends_is_taken_and_a_kilobyte_of_it_is_kept(receiver, script):
    endpoint(receiver.address)
    receiver.script += [script]
    claim()
    sending.work("a task")
    assert states() == ["delivered"]
    assert len(WebhookAttempt.objects.get().answer) <= 1024


@pytest.mark.django_db
def test_it_is_tried_ten_times_in_about_three_days_and_then_given_up(receiver, time_machine):
    endpoint(receiver.address)
    receiver.script += [500] * 10
    claim()
    waits = []
    while states() != ["given_up"]:
        sending.work("a task")
        if states() == ["waiting"]:
            waits.append(due_in())
            time_machine.shift(max(waits[-1], 3600) + 1)  # it rests for an hour at most
    assert len(receiver.got) == 10
    assert len({got.uid for got in receiver.got}) == 1
    table = [wait.total_seconds() for wait in outcomes.RETRIES]
    assert all(0.9 * want <= got <= 1.1 * want for want, got in zip(table, waits, strict=True))
    assert timedelta(seconds=sum(table)) == timedelta(hours=75, minutes=35, seconds=5)
    assert len({got / want for want, got in zip(table, waits, strict=True)}) > 5  # by chance
    assert WebhookEndpoint.objects.get().state == "active"


@pytest.mark.django_db
def test_a_receiver_that_asks_for_time_is_given_it_up_to_a_day(receiver):
    endpoint(receiver.address)
    receiver.script += [429]
    claim()
    sending.work("a task")
    assert due_in() == 7200
    assert outcomes._asked_for(outcomes.Outcome(status=429, retry_after=10**8)) == timedelta(days=1)


@pytest.mark.django_db
def test_an_endpoint_that_fails_rests_and_keeps_no_other_waiting(receiver, time_machine):
    bad, _ = endpoint(receiver.address)
    endpoint(receiver.url("good"))
    receiver.script += [500]
    for number in range(3):
        claim(f"claim-{number}")
    sending.work("a task")
    answers = [got.path for got in receiver.got]
    assert answers.count("/posted_in_turn") == 1
    assert answers.count("/good") == 3
    bad.refresh_from_db()
    assert (bad.failures, bad.rests_until) == (1, NOON + timedelta(seconds=5))
    assert WebhookDelivery.objects.filter(endpoint=bad, state="waiting").count() == 3
    receiver.script += [500]
    time_machine.shift(6)
    sending.work("a task")
    bad.refresh_from_db()
    assert bad.rests_until == timezone.now() + timedelta(seconds=20)
    time_machine.shift(400)
    sending.work("a task")
    assert not WebhookDelivery.objects.exclude(state="delivered").exists()


@pytest.mark.django_db
def test_a_batch_is_sent_at_once(receiver):
    for number in range(4):
        endpoint(f"{receiver.address}?{number}")
    receiver.script += ["posted_when_four_have_asked"] * 4
    claim()
    assert sending.work("a task") == 4
    assert states() == ["delivered"] * 4


# --- Somebody asks -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_test_is_sent_once_whatever_the_endpoint_is_told_of_and_counts_for_nothing(receiver):
    made, secret = endpoint(receiver.address, events=["report.issued"])
    receiver.script += [500]
    endpoints.test(by=admin(), at=NOON, endpoint=made)
    sending.work("a task")
    assert verified(secret, receiver.got[0]) == {
        "type": "webhook.test",
        "timestamp": "2026-11-22T12:00:00.000Z",
        "data": {"endpoint": made.pk},
    }
    assert states() == ["given_up"]
    made.refresh_from_db()
    assert (made.failures, made.rests_until) == (0, None)


@pytest.mark.django_db
def test_what_was_given_up_is_sent_again_under_its_id_even_to_one_that_rests(receiver):
    _made, _ = endpoint(receiver.address)
    receiver.script += [500]
    claim()
    sending.work("a task")
    assert sending.work("a task") == 0
    endpoints.again(by=admin(), at=NOON, delivery=WebhookDelivery.objects.get())
    sending.work("a task")
    assert (states(), attempts()) == (["delivered"], [(500, ""), (200, "")])
    endpoints.again(by=admin(), at=NOON, delivery=WebhookDelivery.objects.get())
    sending.work("a task")
    assert len({got.uid for got in receiver.got}) == 1
    assert len(receiver.got) == 3


@pytest.mark.django_db
def test_a_pause_holds_what_waits_and_skips_what_happens(receiver):
    made, _ = endpoint(receiver.address)
    claim("before")
    outbox.put_down_claims(at=NOON)
    endpoints.pause(by=admin(), at=NOON, endpoint=made)
    claim("meanwhile")
    assert sending.work("a task") == 0
    endpoints.resume(by=admin(), at=NOON, endpoint=made)
    sending.work("a task")
    claim("after")
    sending.work("a task")
    assert [json.loads(got.body)["data"]["slug"] for got in receiver.got] == ["before", "after"]
