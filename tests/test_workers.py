"""Background work: who lives, what is taken up again, and a real worker that is killed half-way."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as installed
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from assessments import operations, reappraising
from assessments.models import Reappraisal
from config import workers
from config.models import Worker
from tests import factories
from tests.claims import factories as registry

TOP = Path(__file__).resolve().parents[1]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
IN_THE_DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def engine(settings):
    settings.TASKS = IN_THE_DATABASE


def running(*names):
    """A task that the last of these workers had when it ended without a word."""
    reappraising.reappraise.enqueue()
    row = DBTaskResult.objects.get()
    row.status, row.started_at, row.worker_ids = TaskResultStatus.RUNNING, NOON, list(names)
    row.save()
    return row


@pytest.mark.django_db
def test_a_worker_lives_while_it_beats():
    workers.beat("one", NOON)
    assert workers.any_alive(NOON + timedelta(seconds=59))
    assert not workers.any_alive(NOON + timedelta(seconds=61))
    workers.leave("one")
    assert not workers.any_alive(NOON)


@pytest.mark.django_db
def test_the_task_of_a_silent_worker_is_put_back_and_that_of_a_living_one_is_not(engine):
    row = running("one")
    workers.beat("one", NOON)
    assert workers.take_up_again(NOON + timedelta(seconds=30)) == 0
    assert workers.take_up_again(NOON + timedelta(seconds=61)) == 1
    row.refresh_from_db()
    assert (row.status, row.worker_ids) == (TaskResultStatus.READY, ["one"])
    assert not Worker.objects.exists()


@pytest.mark.django_db
def test_a_task_in_which_five_workers_ended_has_failed(engine):
    row = running(*"abcde")
    assert workers.take_up_again(NOON) == 1
    row.refresh_from_db()
    assert (row.status, row.exception_class_path) == (TaskResultStatus.FAILED, "config.workers.WorkersLost")


@pytest.mark.django_db
def test_what_is_put_down_in_a_change_that_fails_is_no_task(engine, final_case):
    with transaction.atomic():
        change_the_gate(500)
        assert DBTaskResult.objects.count() == 1
        transaction.set_rollback(True)
    assert not DBTaskResult.objects.exists()


@pytest.fixture
def final_case(db):
    factories.examples_gate()
    return a_case()


def a_case(title="SEO copy"):
    draft = factories.assessment(title=title, answers=factories.worked_answers())
    return operations.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def change_the_gate(low):
    gate = registry.Claim.objects.get(slug="fine-tuning-examples-gate").current_revision
    return registry.change(gate, at=factories.NOON, low=low)


@pytest.mark.django_db(transaction=True)
def test_the_worker_of_the_product_does_what_publishing_put_down(engine, roles):
    factories.examples_gate()
    case = a_case()
    change_the_gate(500)
    assert Reappraisal.objects.count() == 0  # nothing is done while somebody waits
    call_command("db_worker", "--batch", "--no-startup-delay", "--verbosity", "0")
    assert Reappraisal.objects.get(assessment=case).state == "done"
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    assert not Worker.objects.exists()


def database_address():
    """The test database as another process names it."""
    one = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{one['NAME']}"
    return f"postgres://{one['USER']}:{one['PASSWORD']}@{one['HOST']}:{one['PORT'] or 5432}/{one['NAME']}"


def worker(*arguments, slow=""):
    """A worker process of its own on the test database; `slow` makes it stop in the middle of its work."""
    program = [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--verbosity", "0", *arguments]
    environment = os.environ | {
        "DATABASE_URL": database_address(),
        "FOOTING_TASKS": "database",
        "FOOTING_VAR": str(installed.VAR_DIR),
    }
    if slow:
        program = [sys.executable, "-c", slow, *program[2:]]
    return subprocess.Popen(program, cwd=TOP, env=environment)


# Takes three cases at a time, stores them, and stands still with the next three taken.
STANDS_STILL = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.core.management import execute_from_command_line
from assessments import reappraising
reappraising.AT_ONCE = 3
judged, seen = reappraising.judged, []
def slowly(case, evidence):
    seen.append(case)
    if len(seen) > 4:
        time.sleep(600)
    return judged(case, evidence)
reappraising.judged = slowly
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""


def wait_until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_half_way_loses_nothing(engine, roles):
    factories.examples_gate()
    for number in range(8):
        a_case(f"Case {number}")
    change_the_gate(500)
    done = Reappraisal.objects.filter(state="done")
    first = worker("--worker-id", "first", slow=STANDS_STILL)
    try:
        wait_until(lambda: done.count() == 3 and Reappraisal.objects.filter(state="running").count() == 3)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING
    before = dict(done.values_list("pk", "at"))
    second = worker("--worker-id", "second", "--lost-after", "2")
    try:
        wait_until(lambda: done.count() == 8)
        wait_until(lambda: not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists())
        assert workers.any_alive(timezone.now())
    finally:
        second.terminate()
        assert second.wait(timeout=60) == 0
    assert Reappraisal.objects.count() == 8
    assert {pk: at for pk, at in done.values_list("pk", "at") if pk in before} == before  # nothing was done twice
    assert DBTaskResult.objects.get().worker_ids == ["first", "second"]
    assert not Worker.objects.filter(name="second").exists()
