"""The presses of a process: how many, when one is replaced, and what one bad document does to the others."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread, Timer

import pytest

from claims.child import Limits
from reports import pool
from reports.pdf import RenderError
from reports.pool import Pool

pytestmark = [pytest.mark.one_database, pytest.mark.presses]

TOP = Path(__file__).resolve().parents[2]
PAGE = '<html lang="en"><title>x</title><body><h1>Five</h1><p>{}</p></body></html>'
FOREIGN = PAGE.format('<img src="file:///etc/passwd" alt="x">')
ENDLESS = PAGE.format("<table><tr><td colspan=100000>x</td></tr></table>" * 50)


@pytest.fixture
def presses(request):
    made = Pool(**{"size": 1, **getattr(request, "param", {})})
    yield made
    made.close()


def child_of(lender):
    """The process that the next document would get; None where it has not started."""
    with lender.lent() as renderer:
        process = renderer._child._process
        return process and process.pid


def render(lender, text="text"):
    with lender.lent() as renderer:
        return renderer.render(PAGE.format(text)).pdf


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_nothing_starts_before_it_is_needed_and_one_child_makes_all_documents(presses):
    assert child_of(presses) is None
    first = render(presses)
    child = child_of(presses)
    assert child is not None
    assert render(presses) == first
    assert child_of(presses) == child


def test_a_child_can_load_before_its_first_document(presses):
    presses.warm_up()
    child = child_of(presses)
    assert child is not None
    render(presses)
    assert child_of(presses) == child


def test_a_refused_document_costs_no_child(presses):
    render(presses)
    child = child_of(presses)
    with pytest.raises(RenderError, match="refused"), presses.lent() as renderer:
        renderer.render(FOREIGN)
    assert child_of(presses) == child


def test_a_child_that_dies_fails_its_own_document_alone(presses):
    render(presses)
    child = child_of(presses)
    killer = Timer(0.3, os.kill, (child, signal.SIGKILL))
    killer.start()
    died = "The PDF could not be made: the process ended unexpectedly"
    with pytest.raises(RenderError, match=died) as error, presses.lent() as renderer:
        renderer.render(ENDLESS)
    killer.join()
    assert error.value.reason == "crashed"
    assert render(presses).startswith(b"%PDF-")
    assert child_of(presses) != child


def test_a_child_that_died_between_two_documents_fails_none(presses):
    render(presses)
    child = child_of(presses)
    os.kill(child, signal.SIGKILL)
    time.sleep(0.2)
    assert render(presses).startswith(b"%PDF-")
    assert child_of(presses) != child


@pytest.mark.parametrize("presses", [{"limits": Limits(seconds=2, cpu_seconds=60)}], indirect=True)
def test_a_child_that_hangs_is_replaced(presses):
    presses.warm_up()
    child = child_of(presses)
    with pytest.raises(RenderError, match="stopped after 2 seconds"), presses.lent() as renderer:
        renderer.render(ENDLESS)
    assert gone(child)
    assert child_of(presses) is None


@pytest.mark.parametrize("presses", [{"documents": 2}, {"resident": 1}], indirect=True)
def test_a_worn_child_is_replaced_between_two_documents(presses):
    children = set()
    for _ in range(4):
        with presses.lent() as renderer:
            renderer.render(PAGE.format("text"))
            children.add(renderer._child._process.pid)
    assert len(children) == (2 if presses.documents == 2 else 4)


def test_a_block_that_breaks_leaves_no_child_half_way_through_a_message(presses):
    render(presses)
    with pytest.raises(KeyError), presses.lent():
        raise KeyError
    assert child_of(presses) is None
    assert render(presses).startswith(b"%PDF-")


@pytest.mark.parametrize("presses", [{"wait": 0.1}], indirect=True)
def test_who_finds_no_free_press_is_told_so(presses):
    with presses.lent(), pytest.raises(RenderError, match=r"every press was at work for 0\.1 seconds") as error:
        render(presses)
    assert error.value.reason == "busy"


@pytest.mark.parametrize("presses", [{"size": 2}], indirect=True)
def test_threads_share_the_presses_and_each_gets_its_own_document(presses):
    made = {}
    alone = {text: render(presses, text) for text in ("one", "two", "three", "four")}
    threads = [Thread(target=lambda text=text: made.update({text: render(presses, text)})) for text in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == alone


def run(program):
    """A process of its own with the project set up."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": "sqlite://:memory:"}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, check=False, cwd=TOP, env=environment, capture_output=True, text=True)


FORKS = """
import os, sys, warnings
warnings.simplefilter("error")
import django
django.setup()
from reports import pool
PAGE = '<html lang="en"><title>x</title><body><h1>Five</h1></body></html>'
def child():
    with pool.own().lent() as renderer:
        pdf = renderer.render(PAGE).pdf
        return renderer._child._process.pid, renderer._child._scratch.name, pdf
before = child()
pid = os.fork()
if pid == 0:
    mine = child()
    sys.exit(0 if mine[0] != before[0] and mine[2] == before[2] else 1)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
after = child()
print(status, after == before, os.path.isdir(before[1]), before[0], before[1])
"""


def test_a_forked_process_has_presses_of_its_own_and_leaves_its_parents_alone():
    ended = run(FORKS)
    assert ended.stderr == ""
    status, same, kept, child, scratch = ended.stdout.split()
    assert (status, same, kept) == ("0", "True", "True")
    assert gone(int(child))  # with its parent
    assert not Path(scratch).exists()


KILLED = """
import os, signal
import django
django.setup()
from reports import pool
with pool.own().lent() as renderer:
    renderer.start()
    print(renderer._child._process.pid, renderer._child._scratch.name, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_that_is_killed_leaves_no_child_and_no_folder_behind():
    ended = run(KILLED)
    child, scratch = ended.stdout.split()
    end = time.monotonic() + 30
    while not gone(int(child)) or Path(scratch).exists():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_the_pool_of_a_process_is_one_until_it_is_closed(settings):
    settings.RENDERERS = 1
    pool.close()
    first = pool.own()
    assert pool.own() is first
    assert first.size == 1
    pool.close()
    assert pool.own() is not first
    pool.close()
