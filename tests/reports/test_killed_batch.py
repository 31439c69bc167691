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
AT_MOST = 2  # reports that a worker makes before it is killed, however fast the machine is by then

# For each line on its input: a process of its own that does what the task does for so many reports, and is done or waits
# to be killed. It is forked from one that has loaded everything, so that a hundred of them start at once. Their press
# takes a moment and gives a file of the document it was given; everything between choosing an item and entering its
# report is the product's.
WORKERS = """
import hashlib, os, signal, sys, time
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
            batch, most, then = line.split()
            batches.work(int(batch), taker="the task", most=int(most))
            if then == "wait":
                signal.pause()
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


def start(workers, batch, *, most, then):
    """The process number of a worker that makes `most` reports."""
    workers.stdin.write(f"{batch.pk} {most} {then}\n")
    workers.stdin.flush()
    return int(workers.stdout.readline())


def kill(workers, pid):
    with suppress(ProcessLookupError):  # it is gone already, and its status tells
        os.kill(pid, signal.SIGKILL)
    assert int(workers.stdout.readline()) == -signal.SIGKILL, "it broke before it was killed"


def time_for_one(workers, batch):
    """Seconds from the start of a worker to its first report, of the machine as it is now. That worker is killed too."""
    started = time.monotonic()
    pid = start(workers, batch, most=1, then="wait")
    while not Report.objects.exists():
        assert not batch.items.exclude(error="").exists(), batch.items.exclude(error="")[0].error
        assert time.monotonic() - started < 60, "no report was made"
        time.sleep(0.02)
    taken = time.monotonic() - started
    kill(workers, pid)
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
        start(workers, batch, most=REPORTS, then="end")
        assert int(workers.stdout.readline()) == 0
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
        assert longest < 60, "no further report is made"
        pid = start(workers, batch, most=min(AT_MOST, REPORTS - 1 - len(seen)), then="wait")
        time.sleep(chance.uniform(0, longest))
        kill(workers, pid)
        for report in Report.objects.exclude(pk__in=seen):
            assert whole(report)
            seen[report.pk] = report.digest
        assert not batch.items.filter(state="done").exclude(report__in=seen).exists()
        assert not batch.items.filter(state="failed").exists()
    return seen
