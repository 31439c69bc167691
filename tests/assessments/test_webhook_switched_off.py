"""An endpoint that takes nothing rests, and after five days it is switched off and its admins are written to."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assessments.models import WebhookEndpoint
from assessments.webhooks import endpoints, letter, outbox, outcomes, sending, upkeep
from claims.models import Act
from tests import factories
from tests.assessments.webhooks import admin, endpoint, states
from tests.claims import factories as registry

NOON = factories.NOON


def claim(slug="rag-cost", at=NOON):
    return registry.publish(slug, at=at)


def failing_until_off(receiver, time_machine, *, days):
    """Something happens every day, and nothing is taken. Days until the endpoint is switched off."""
    receiver.script += [500] * 500
    for day in range(days):
        claim(f"day-{day}", at=timezone.now())
        for _ in range(4):
            sending.work("a task")
            if WebhookEndpoint.objects.get().state == "off":
                return (timezone.now() - NOON) / timedelta(days=1)
            time_machine.shift(6 * 3600)
    return None


@pytest.mark.django_db
def test_after_five_days_of_failures_it_is_switched_off_and_its_admins_are_written_to(receiver, time_machine):
    made, _ = endpoint(receiver.address)
    boss = admin()
    boss.email = "boss@northwind.example"
    boss.save()
    registry.person("no-admin", email="other@northwind.example")
    assert failing_until_off(receiver, time_machine, days=8) == 5
    made.refresh_from_db()
    assert (made.state, made.because, made.told_at) == ("off", "failing", None)
    assert set(states()) == {"given_up"}
    assert made.acts.first().verb == "switch_off"
    assert made.acts.first().by is None
    assert letter.tell.call(made.pk) == 1
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["boss@northwind.example"], "Footing: a webhook was switched off")
    assert "nothing it was sent was taken for five days" in sent.body
    assert f"http://127.0.0.1:8000/webhooks/{made.pk}/" in sent.body
    assert receiver.address not in sent.body
    assert letter.tell.call(made.pk) == 0
    assert Act.objects.filter(verb="webhook_off").count() == 1
    before = len(receiver.got)
    claim("later", at=timezone.now())
    assert sending.work("a task") == 0
    endpoints.resume(by=boss, at=timezone.now(), endpoint=made)
    assert sending.work("a task") == 0  # what happened meanwhile stands in the change log
    receiver.script.clear()
    claim("after", at=timezone.now())
    assert sending.work("a task") == 1
    assert len(receiver.got) == before + 1


@pytest.mark.django_db
def test_one_that_takes_something_now_and_then_is_not_switched_off(receiver, time_machine):
    endpoint(receiver.address)
    for day in range(7):
        receiver.script[:] = [500, 500]
        claim(f"day-{day}", at=timezone.now())
        for _ in range(3):
            sending.work("a task")
            time_machine.shift(8 * 3600)
    assert WebhookEndpoint.objects.get().state == "active"


@pytest.mark.django_db
def test_failures_that_are_weeks_apart_are_not_one_row(receiver, time_machine):
    endpoint(receiver.address)
    for week in range(3):
        receiver.script[:] = [500] * 10
        claim(f"week-{week}", at=timezone.now())
        for _ in range(20):
            sending.work("a task")
            time_machine.shift(6 * 3600)
        time_machine.shift(7 * 86_400)
    assert WebhookEndpoint.objects.get().state == "active"
    assert states() == ["given_up"] * 3


@pytest.mark.django_db
def test_410_switches_it_off_at_once(receiver):
    made, _ = endpoint(receiver.address)
    claim("one")
    claim("two")
    receiver.script += [410]
    sending.work("a task")
    made.refresh_from_db()
    assert (made.state, made.because) == ("off", "gone")
    assert states() == ["given_up"] * 2
    assert len(receiver.got) == 1


@pytest.mark.django_db
def test_a_letter_that_is_not_handed_over_is_written_again(receiver, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    made, _ = endpoint(receiver.address)
    boss = admin()
    boss.email = "boss@northwind.example"
    boss.save()
    receiver.script += [410]
    claim()
    sending.work("a task")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(letter.NotHandedOver):
        letter.tell.call(made.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    DBTaskResult.objects.all().delete()
    upkeep.keep_up(at=NOON)
    assert sorted(row.task.name for row in DBTaskResult.objects.all()) == ["deliver", "tell"]
    assert letter.tell.call(made.pk) == 1


@pytest.mark.django_db
def test_one_that_was_paused_while_it_was_asked_stays_paused(receiver):
    made, _ = endpoint(receiver.address)
    claim()
    outbox.put_down_claims(at=NOON)
    [job] = sending.take("a task", at=NOON)
    endpoints.pause(by=admin(), at=NOON, endpoint=made)
    outcomes.enter(job.attempt, outcomes.Outcome(status=410), taker="a task", at=NOON)
    made.refresh_from_db()
    assert (made.state, made.because) == ("paused", "")
    assert states() == ["waiting"]
