"""Whatever happens to workers: a delivery is sent at least once, under one id, and not twice by two at once."""

import json
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as installed
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tasks import TaskContext
from django_tasks_db.models import DBTaskResult

from assessments.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from assessments.webhooks import endpoints, outbox, outcomes, sending, upkeep
from tests import factories
from tests.assessments.webhooks import admin, attempts, endpoint, states
from tests.claims import factories as registry
from tests.test_workers import database_address, wait_until

NOON = factories.NOON
TOP = Path(__file__).resolve().parents[2]


def claim(slug="rag-cost", at=NOON):
    return registry.publish(slug, at=at)


@pytest.mark.django_db
def test_one_killed_between_sending_and_entering_is_sent_again_by_its_task_under_the_same_id(receiver, monkeypatch):
    endpoint(receiver.address)
    claim()
    monkeypatch.setattr(outcomes, "enter", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        sending.work("a task")
    monkeypatch.undo()
    assert (states(), attempts()) == (["sending"], [(None, "")])
    assert sending.work("another task") == 0  # not while it may be alive
    assert sending.work("a task") == 1
    assert (states(), attempts()) == (["delivered"], [(None, ""), (200, "")])
    assert len({got.uid for got in receiver.got}) == 1


@pytest.mark.django_db
def test_another_task_takes_over_once_the_lease_has_run_out(receiver, time_machine):
    endpoint(receiver.address)
    claim()
    outbox.put_down_claims(at=NOON)
    [slow] = sending.take("slow", at=NOON)
    time_machine.shift(61)
    [second] = sending.take("second", at=timezone.now())
    # The first was only slow: that it failed counts no more while another sends, nor after.
    outcomes.enter(slow.attempt, outcomes.Outcome(status=500), taker="slow", at=timezone.now())
    assert states() == ["sending"]
    outcomes.enter(second.attempt, outcomes.Outcome(status=200), taker="second", at=timezone.now())
    outcomes.enter(slow.attempt, outcomes.Outcome(status=500), taker="slow", at=timezone.now())
    assert states() == ["delivered"]
    assert WebhookEndpoint.objects.get().failures == 0


@pytest.mark.django_db
def test_a_task_that_breaks_leaves_another_for_when_its_leases_have_run_out(
    receiver, settings, monkeypatch, time_machine
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    endpoint(receiver.address)
    claim()
    row = DBTaskResult.objects.get()

    def breaks(*_, **__):
        raise OperationalError("the database is locked")

    monkeypatch.setattr(outcomes, "enter", breaks)
    with pytest.raises(OperationalError):
        row.task.call(TaskContext(task_result=row.task_result))
    monkeypatch.undo()
    [later] = DBTaskResult.objects.exclude(pk=row.pk)
    assert later.run_after == NOON + timedelta(seconds=60)
    time_machine.shift(61)
    assert sending.work("another task") == 1
    assert states() == ["delivered"]


@pytest.mark.django_db
def test_that_it_was_taken_counts_whoever_sent_it(receiver, time_machine):
    made, _ = endpoint(receiver.address)
    claim()
    outbox.put_down_claims(at=NOON)
    [job] = sending.take("slow", at=NOON)
    endpoints.delete(by=admin(), at=NOON, endpoint=made)
    assert states() == ["given_up"]
    outcomes.enter(job.attempt, outcomes.Outcome(status=204), taker="slow", at=NOON)
    assert states() == ["delivered"]


# Sends, and stands still before it enters what came of it.
STANDS_STILL = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.core.management import execute_from_command_line
from assessments.webhooks import outcomes
outcomes.enter = lambda *arguments, **options: time.sleep(600)
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""


def worker(name, server, *, still=False):
    """A worker process of its own on the test database, which may send to the receiver."""
    arguments = ["db_worker", "--no-startup-delay", "--no-reload", "--verbosity", "0", "--worker-id", name]
    environment = os.environ | {
        "DATABASE_URL": database_address(),
        "FOOTING_TASKS": "database",
        "FOOTING_DEBUG": "1",
        "FOOTING_VAR": str(installed.VAR_DIR),
        "FOOTING_SECRET_KEY": installed.SECRET_KEY,
        "FOOTING_FETCH_LOOPBACK": f"127.0.0.1:{server.port}",
    }
    program = [sys.executable, "-c", STANDS_STILL] if still else [sys.executable, "manage.py"]
    return subprocess.Popen([*program, *arguments, "--lost-after", "2"], cwd=TOP, env=environment)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_killed_after_sending_loses_nothing(roles, webhook_server, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.FETCH_LOOPBACK = [f"127.0.0.1:{webhook_server.port}"]
    webhook_server.requests.clear()
    webhook_server.script.clear()
    for number in range(3):
        endpoint(f"{webhook_server.address}?{number}")
    claim()
    first = worker("first", webhook_server, still=True)
    try:
        wait_until(lambda: len(webhook_server.got) == 3)
    finally:
        first.kill()
        first.wait()
    assert states() == ["sending"] * 3
    second = worker("second", webhook_server)
    try:
        wait_until(lambda: states() == ["delivered"] * 3)
    finally:
        second.terminate()
        assert second.wait(timeout=60) == 0
    assert [got.path[-1] for got in webhook_server.got].count("0") == 2
    assert len(webhook_server.got) == 6
    assert len({got.uid for got in webhook_server.got}) == 1
    assert attempts() == [(None, "")] * 3 + [(200, "")] * 3


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_delivery_once(roles, receiver):
    for number in range(3):
        endpoint(f"{receiver.address}?{number}")
    for number in range(6):
        claim(f"claim-{number}")
    done = []

    def work(name):
        try:
            done.append(sending.work(name))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(f"task {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sending.work("the last")
    assert len(done) == 4
    assert states() == ["delivered"] * 18
    assert len(receiver.got) == 18
    assert len({(got.path, got.uid) for got in receiver.got}) == 18
    assert len({got.uid for got in receiver.got}) == 6  # an event has one id for everybody


@pytest.mark.django_db
def test_a_task_is_put_down_for_when_something_is_due_and_not_twice(receiver, settings, time_machine, monkeypatch):
    monkeypatch.setattr(outcomes, "JITTER", 0)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    endpoint(receiver.address)
    receiver.script += [500] * 3
    claim()
    assert DBTaskResult.objects.count() == 1
    sending.work("a task")
    later = DBTaskResult.objects.filter(run_after__gt=NOON, run_after__lt=NOON + timedelta(days=365))
    assert [task.run_after for task in later] == [NOON + timedelta(seconds=5)]
    sending.work("a task")
    assert later.all().count() == 1
    claim("another")
    sending.work("a task")  # it rests still
    assert later.all().count() == 1
    time_machine.shift(6)
    sending.work("a task")
    assert sorted(WebhookDelivery.objects.values_list("state", flat=True)) == ["waiting", "waiting"]
    assert later.all().count() == 2


@pytest.mark.django_db
def test_what_is_put_down_in_a_change_that_fails_is_sent_to_nobody(receiver, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    endpoint(receiver.address)
    with transaction.atomic():
        claim()
        assert DBTaskResult.objects.count() == 1
        transaction.set_rollback(True)
    assert not DBTaskResult.objects.exists()
    assert sending.work("a task") == 0


@pytest.mark.django_db(transaction=True)
def test_an_engine_that_does_tasks_at_once_does_them_after_the_transaction(roles, receiver, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    endpoint(receiver.address)
    with transaction.atomic():
        revision = claim()
        assert receiver.got == []
    assert [json.loads(got.body)["data"]["digest"] for got in receiver.got] == [revision.digest]
    with transaction.atomic():
        claim("second")
        transaction.set_rollback(True)
    assert len(receiver.got) == 1


@pytest.mark.django_db
def test_after_thirty_days_what_has_ended_is_forgotten(receiver, time_machine):
    made, _ = endpoint(receiver.address)
    claim("old")
    sending.work("a task")
    time_machine.shift(20 * 86_400)
    claim("new", at=timezone.now())
    sending.work("a task")
    time_machine.shift(11 * 86_400)
    assert upkeep.keep_up(at=timezone.now()).forgotten == 1
    assert [delivery.event.revision.claim.slug for delivery in WebhookDelivery.objects.all()] == ["new"]
    assert WebhookAttempt.objects.count() == 1
    assert made.acts.count() == 1


@pytest.mark.django_db
def test_a_worker_is_free_for_others_after_so_many(receiver, settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(sending, "A_TASK", 1)
    endpoint(receiver.address)
    claim("one")
    claim("two")
    DBTaskResult.objects.all().delete()
    assert sending.work("a task") == 1
    assert DBTaskResult.objects.count() == 1  # the rest is left to the next
    assert sorted(states()) == ["delivered", "waiting"]


@pytest.mark.django_db
def test_the_command_sends_without_a_worker_and_says_how_it_stands(receiver, time_machine, capsys):
    endpoint(receiver.address)
    receiver.script += [500]
    claim("one")
    call_command("webhooks", "--due", "--here")
    time_machine.shift(3600)
    claim("two", at=timezone.now())
    call_command("webhooks")
    call_command("webhooks", "--here")
    assert capsys.readouterr().out.splitlines() == [
        "0 secrets sealed anew, 0 cannot be opened, 0 deliveries forgotten",
        "1 waiting, 0 being sent, 0 delivered, 0 given up",
        "1 waiting, 0 being sent, 0 delivered, 0 given up",
        "0 waiting, 0 being sent, 2 delivered, 0 given up",
    ]


@pytest.mark.django_db
def test_a_fault_of_ours_in_sending_is_entered_and_tried_again(receiver, monkeypatch, caplog):
    endpoint(receiver.address)
    claim()

    def breaks(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(sending, "post", breaks)
    assert sending.work("a task") == 1
    assert attempts() == [(None, "Something broke that should not (ZeroDivisionError).")]
    assert states() == ["waiting"]
    assert "could not be sent" in caplog.text
