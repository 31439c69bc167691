"""What one test printed or read is there for the next, and what tests the children gets none of it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from claims.child import Child, ChildError, Limits
from tests import kept_answers
from tests.hostile.pages import pdf

READ = {"attachment": "evidence.json", "password": ""}
FIVE, SIX = (pdf(b"BT /F1 12 Tf (%s) Tj ET" % word) for word in (b"Five", b"Six"))


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(kept_answers.FOLDER, str(tmp_path))
    return tmp_path


@pytest.fixture
def reader() -> Iterator[Callable[..., Child]]:
    made: list[Child] = []

    def fresh(**limits: int) -> Child:
        made.append(Child("reports.pdf_reader", limits=Limits(**limits)))
        return made[-1]

    yield fresh
    for one in made:
        one.close()


def started(child: Child) -> bool:
    return child._process is not None


def test_the_same_file_is_read_once_and_the_answer_is_the_same(folder, reader):
    first, second = reader(), reader()
    answer = first.ask(READ, FIVE)
    assert [page["runs"] for page in answer[0]["pages"]] == [["Five"]]
    assert second.ask(READ, FIVE) == answer
    assert (started(first), started(second)) == (True, False)


def test_another_file_another_question_and_other_limits_are_read(folder, reader):
    reader().ask(READ, FIVE)
    others = [reader(), reader(), reader(cpu_seconds=7)]
    others[0].ask(READ, SIX)
    others[1].ask(READ | {"attachment": "claims.csv"}, FIVE)
    others[2].ask(READ, FIVE)
    assert [started(one) for one in others] == [True, True, True]
    assert len(list(folder.iterdir())) == 4


def test_what_was_refused_is_asked_again(folder, reader):
    for child in (reader(), reader()):
        with pytest.raises(ChildError, match="this is not a PDF"):
            child.ask(READ, b"hello")
        assert started(child)
    assert list(folder.iterdir()) == []


@pytest.mark.presses
def test_what_tests_the_children_asks_them(folder, reader):
    for child in (reader(), reader()):
        child.ask(READ, FIVE)
        assert started(child)
    assert list(folder.iterdir()) == []


def test_what_takes_long_is_made_once_however_many_ask_at_once(folder):
    made = []

    def make() -> list[int]:
        made.append(len(made))
        time.sleep(0.05)  # long enough for the others to come
        return [1, 2, 3]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: kept_answers.made_once("numbers", make), range(4)))
    assert (found, made) == ([[1, 2, 3]] * 4, [0])
    assert kept_answers.made_once("other numbers", lambda: 5) == 5


def test_what_could_not_be_made_is_tried_again(folder):
    with pytest.raises(ZeroDivisionError):
        kept_answers.made_once("number", lambda: 1 // 0)
    assert kept_answers.made_once("number", lambda: 1) == 1
