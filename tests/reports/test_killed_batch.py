"""A worker killed a hundred times in a batch of fifty: each report is there once, and never a part of one."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings as installed

from assessments import operations as assessing
from reports import batch_files, batches
from reports.models import Report, WrittenFile
from tests import factories
from tests.test_workers import database_address

TOP = Path(__file__).resolve().parents[2]
REPORTS, KILLS = 50, 100

# For each line on its input: a process of its own that does what the task does, until it is done or killed. It is
# forked from one that has loaded everything, so that a hundred of them start at once. Their press takes a moment and
# gives a file of the document it was given; everything between choosing an item and entering its report is the product's.
WORKERS = """
import hashlib, os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
django.setup()
from django.db import connection
from django.utils import timezone
from reports import batches, gate, pdf, pool
from reports.models import BatchItem
pool.Pool.warm_up = lambda self: None
def print_at_once(self, html, *, attachments=(), **options):
    time.sleep(0.002)
    content = b"%PDF-1.7 " + hashlib.sha256(html.encode()).hexdigest().encode() + b"".join(one.content for one in attachments[:1]) + b"%%EOF"
    return pdf.Rendered(content, 1, (), 0.0, 0, 0, ())
pdf.Renderer.render = print_at_once
first = BatchItem.objects.select_related("assessment__client", "assessment__firm").first()
gate.obstacles(first.assessment, language="en", on=timezone.now().date())
connection.close()
print("ready", flush=True)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        try:
            batches.work(int(line), taker="the task")
        except BaseException as error:
            print(error, file=sys.stderr)
            os._exit(1)
        os._exit(0)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@contextmanager
def forking():
    """The process that has loaded everything, and forks a worker for each line."""
    environment = os.environ | {"DATABASE_URL": database_address(), "FOOTING_VAR": str(installed.VAR_DIR)}
    program = [sys.executable, "-c", WORKERS]
    with subprocess.Popen(
        program, cwd=TOP, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.stdin.close()


def run(workers, batch, *, kill_after=None):
    """One worker, killed after so many seconds; how it ended."""
    workers.stdin.write(f"{batch.pk}\n")
    workers.stdin.flush()
    pid = int(workers.stdout.readline())
    if kill_after is not None:
        time.sleep(kill_after)
        with suppress(ProcessLookupError):  # it was through with the batch
            os.kill(pid, signal.SIGKILL)
    return int(workers.stdout.readline())


def time_for_one(workers, batch):
    """Seconds from the start of a worker to its first report, of the machine as it is now. That worker is killed too."""
    workers.stdin.write(f"{batch.pk}\n")
    workers.stdin.flush()
    pid, started = int(workers.stdout.readline()), time.monotonic()
    while not Report.objects.exists():
        assert not batch.items.exclude(error="").exists(), batch.items.exclude(error="")[0].error
        assert time.monotonic() - started < 60, "no report was made"
        time.sleep(0.02)
    taken = time.monotonic() - started
    os.kill(pid, signal.SIGKILL)
    assert int(workers.stdout.readline()) == -signal.SIGKILL
    return taken


def whole(report):
    content = bytes(report.content)
    return content.endswith(b"%%EOF") and report.digest == "sha256:" + hashlib.sha256(content).hexdigest()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_each_report_is_there_once_after_a_hundred_kills(roles):
    factories.examples_gate()
    by = factories.consultant()
    drafts = [factories.assessment(answers=factories.worked_answers(), title=f"Case {n}") for n in range(REPORTS)]
    finals = [assessing.finalise(by=by, at=factories.NOON, assessment=draft) for draft in drafts]
    batch = batches.start(by=by, at=factories.NOON, assessments=finals, because="The board meets tomorrow.")
    with forking() as workers:
        seen = killed_again_and_again(workers, batch)
        assert 0 < len(seen) < REPORTS
        assert run(workers, batch) == 0
    assert list(batch.items.values_list("state", flat=True)) == ["done"] * REPORTS
    assert sorted(Report.objects.values_list("assessment", flat=True)) == sorted(one.pk for one in finals)
    assert all(whole(report) for report in Report.objects.all())
    assert {pk: digest for pk, digest in Report.objects.values_list("pk", "digest") if pk in seen} == seen
    assert WrittenFile.objects.count() == REPORTS
    with batch_files.zipped(batch) as file, ZipFile(file) as archive:
        assert len(archive.namelist()) == REPORTS + 2


def killed_again_and_again(workers, batch):
    """What was there in between, by row: whatever can be seen is whole, and what is entered as made is there."""
    chance, seen = random.Random(1), {}
    longest = time_for_one(workers, batch)
    for number in range(KILLS):
        # At any moment of a report; longer or shorter, so that the last kill finds some still to be made.
        longest *= 0.8 if len(seen) / REPORTS > 0.8 * number / KILLS else 1.2
        status = run(workers, batch, kill_after=chance.uniform(0, longest))
        assert status == -signal.SIGKILL, "the batch was through before it was killed often enough"
        for report in Report.objects.exclude(pk__in=seen):
            assert whole(report)
            seen[report.pk] = report.digest
        assert not batch.items.filter(state="done").exclude(report__in=seen).exists()
        assert not batch.items.filter(state="failed").exists()
    return seen
