"""Tries mutants: the tests are collected once, and each mutant has a fork of its own.

mutmut makes the mutants and knows which test comes by which function; starting pytest anew for each of fifteen thousand
would take days. `script/mutants` runs this in the folder that mutmut made. Results go where mutmut keeps its own, so
that `mutmut show` and `tests/mutants.py` read both.

A fork runs the tests with what importing them had already computed. A survivor in a function that reads the shipped
tables is tried again with every cache of the engine emptied, so that they are read under the mutant too.

Mutants come in an order drawn at random with a fixed seed: whenever the run is stopped, those tried are a sample of
all.
Tests run in this order: those that killed a mutant of the same function, those that promise most for their time (by
what they killed so far; the module's own and whole documents to begin with), the quickest. MUTANTS_SECONDS bounds the
time that the tests of one mutant took on the original; what it leaves out can only make a survivor of a mutant that
some test would have killed.
"""

import contextlib
import fnmatch
import functools
import gc
import os
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import scipy.stats  # noqa: F401  # so that no fork has to import it
from mutmut.configuration import config
from mutmut.mutation import trampoline
from mutmut.mutation.data import SourceFileMutationData
from mutmut.state import state
from mutmut.stats import load_stats
from mutmut.utils.format_utils import mangled_name_from_mutant_name

from tests.mutants import NO_TEST, SURVIVED

KILLED = 1
SEED = 1
PACKAGE = "assessments"
TIME_FACTOR, TIME_MORE = 6.0, 5.0
"""A fork has this many times the processor time that its tests took on the original, and some seconds more."""


class Places:
    """The functions that have mutants. Each runs its original until one of its mutants is put in its place.

    mutmut's own wrapper asks the environment at every call; an evaluation makes fifty thousand of them.
    """

    def __init__(self) -> None:
        self.by_module: dict[str, list[tuple[dict[str, Any], list[Any], bool]]] = defaultdict(list)

    def wrap(self, mutants: dict[str, Any], is_classmethod: bool = False) -> Callable[[Any], Any]:
        def decorate(function: Any) -> Any:
            place = [function]
            self.by_module[function.__module__].append((mutants, place, is_classmethod))

            @functools.wraps(function)
            def call(*args: Any, **kwargs: Any) -> Any:
                return place[0](*args, **kwargs)

            return call

        return decorate

    def of(self, mutant: str) -> tuple[list[Any], Callable[..., Any]]:
        """The place of a mutant, by its full name, and what belongs there. Raises KeyError where there is none."""
        module, _, name = mutant.rpartition(".")
        for mutants, place, is_classmethod in self.by_module[module]:
            if name in mutants:
                return place, of_class(name) if is_classmethod else mutants[name]
        raise KeyError(mutant)

    def met(self, work: Callable[[], object]) -> set[str]:
        """The names, mangled, of the functions that run during some work."""
        found: set[str] = set()
        everything = [(module, *one) for module, several in self.by_module.items() for one in several]
        originals = [place[0] for _, _, place, _ in everything]
        for module, mutants, place, _ in everything:
            name = f"{module}.{mangled_name_from_mutant_name(next(key for key in mutants if key != '_mutmut_orig'))}"
            place[0] = recorded(place[0], name, found)
        work()
        for (_, _, place, _), original in zip(everything, originals, strict=True):
            place[0] = original
        return found


def of_class(name: str) -> Callable[..., Any]:
    return lambda cls, *args, **kwargs: getattr(cls, name)(*args, **kwargs)


def recorded(function: Callable[..., Any], name: str, found: set[str]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        found.add(name)
        return function(*args, **kwargs)

    return call


PLACES = Places()
trampoline.wrap_in_trampoline = PLACES.wrap  # type: ignore[assignment]  # before the engine is imported


def seconds_of(test: str) -> float:
    return state().duration_by_test.get(test, 0.0)


def empty_caches() -> None:
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and one.__module__.startswith((PACKAGE, "tests")):
            one.cache_clear()


def reading_the_tables() -> set[str]:
    """The functions that run while the shipped tables are read."""
    from assessments.engine.method import shipped  # noqa: PLC0415  # only now has it mutants in their places

    empty_caches()
    return PLACES.met(shipped)


@dataclass
class Functions:
    """The tests of each function, in the order in which a mutant of it meets them."""

    items: dict[str, pytest.Item]
    seconds: float
    killers: dict[str, list[str]] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)

    def tests(self, function: str) -> list[pytest.Item]:
        names = state().tests_by_mangled_function_name.get(function, set()) & self.items.keys()
        ahead = {name: place for place, name in enumerate(self.killers.get(function, []))}
        own = f"/test_{function.split('.')[-2]}.py::"

        def promise(name: str) -> float:
            likely = 1 if own in name or "/test_whole_documents.py::" in name else 0
            return (self.kills[name] + likely) / max(seconds_of(name), 0.05)

        order = sorted(names, key=lambda name: (ahead.get(name, len(ahead)), -promise(name), seconds_of(name), name))
        found, left = [], self.seconds
        for name in order:
            left -= seconds_of(name)
            if left < 0 and found:
                break
            found.append(self.items[name])
        return found

    def killed(self, function: str, test: str) -> None:
        self.kills[test] += 1
        known = self.killers.setdefault(function, [])
        if test in known:
            known.remove(test)
        known.insert(0, test)


@dataclass
class Fork:
    mutant: str
    data: SourceFileMutationData
    pipe: int
    began: float
    anew: bool


class MutationRun:
    """A plugin, in place of pytest's own loop: one fork for each mutant that is due and whose name fits a pattern."""

    def __init__(self, patterns: list[str], *, again: bool, processes: int, seconds: float) -> None:
        self.patterns, self.processes, self.seconds = patterns, processes, seconds
        self.due = (None, SURVIVED, NO_TEST) if again else (None,)
        self.forks: dict[int, Fork] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        with contextlib.chdir(".."):
            if not load_stats():
                raise pytest.UsageError("mutmut has not looked yet which test comes by which function")
        self.session = session
        self.functions = Functions({item.nodeid: item for item in session.items}, self.seconds)
        self.readers = reading_the_tables()
        gc.collect()
        gc.freeze()
        self.try_originals()
        tried = 0
        for data, mutant in self.waiting():
            while len(self.forks) >= self.processes:
                self.collect()
            self.start(data, mutant, anew=False)
            tried += 1
        while self.forks:
            self.collect()
        sys.__stdout__.write(f"{tried} mutants tried\n")
        return True

    def waiting(self) -> list[tuple[SourceFileMutationData, str]]:
        """What was not tried yet, with the file of results that it belongs to."""
        found = []
        for path in sorted(Path(PACKAGE).glob("engine/*.py")):
            data = SourceFileMutationData(path=path)
            with contextlib.chdir(".."):
                data.load()
            for mutant, end in sorted(data.exit_code_by_key.items()):
                if end in self.due and any(fnmatch.fnmatch(mutant, pattern) for pattern in self.patterns):
                    found.append((data, mutant))
        random.Random(SEED).shuffle(found)
        return found

    def start(self, data: SourceFileMutationData, mutant: str, *, anew: bool) -> None:
        function = mangled_name_from_mutant_name(mutant)
        tests = self.functions.tests(function)
        if not tests:
            self.note(data, mutant, NO_TEST)
            return
        place, function_there = PLACES.of(mutant)
        seconds = sum(seconds_of(item.nodeid) for item in tests) * TIME_FACTOR + TIME_MORE
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reading)
            limit = int(seconds) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
            place[0] = function_there
            if anew:
                empty_caches()
            self.run(tests, writing)
        os.close(writing)
        self.forks[process] = Fork(mutant, data, reading, time.monotonic(), anew)

    def try_originals(self) -> None:
        """Every test in a fork without a mutant. What fails there would count as having noticed one."""
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reading)
            self.run(self.session.items, writing)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            failing = pipe.read()
        if os.waitpid(process, 0)[1] != SURVIVED:
            raise pytest.UsageError(f"without any mutant this fails already: {failing}")

    def run(self, tests: list[pytest.Item], pipe: int) -> None:
        """Some tests until one fails, which is told through the pipe; ends the process."""
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        self.session.config.pluginmanager.unregister(name="terminalreporter")
        failed = self.session.testsfailed
        try:
            for item, following in zip(tests, [*tests[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.session.testsfailed > failed:
                    os.write(pipe, item.nodeid.encode())
                    os._exit(KILLED)
        except BaseException:  # noqa: BLE001  # whatever it was, the tests did not pass
            os._exit(KILLED)
        os._exit(SURVIVED)

    def collect(self) -> None:
        process, status = os.wait()
        fork = self.forks.pop(process)
        with os.fdopen(fork.pipe) as pipe:
            killer = pipe.read()
        end = os.waitstatus_to_exitcode(status)
        if killer:
            self.functions.killed(mangled_name_from_mutant_name(fork.mutant), killer)
        if end == SURVIVED and not fork.anew and mangled_name_from_mutant_name(fork.mutant) in self.readers:
            self.start(fork.data, fork.mutant, anew=True)
            return
        fork.data.durations_by_key[fork.mutant] = time.monotonic() - fork.began
        self.note(fork.data, fork.mutant, end)

    def note(self, data: SourceFileMutationData, mutant: str, end: int) -> None:
        data.exit_code_by_key[mutant] = end
        with contextlib.chdir(".."):
            data.save()


if __name__ == "__main__":
    modules = [each for each in sys.argv[1:] if each != "--again"] or ["*"]
    run = MutationRun(
        [f"{PACKAGE}.engine.{module}.*" for module in modules],
        again="--again" in sys.argv[1:],
        processes=int(os.environ.get("MUTANTS_PROCESSES", "1")),
        seconds=float(os.environ.get("MUTANTS_SECONDS", "inf")),
    )
    # A mutant dies by the failure alone: telling how the documents differ would take longer than finding that they do.
    quiet = ["--rootdir=.", "-q", "--assert=plain", "--tb=no"]
    settings = config()
    sys.exit(
        pytest.main(
            [*quiet, *settings.pytest_add_cli_args, *settings.pytest_add_cli_args_test_selection], plugins=[run]
        )
    )
