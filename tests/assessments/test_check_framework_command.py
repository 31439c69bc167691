"""`check_framework`: what an author is told before uploading."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from assessments.models import FirmFramework
from tests import firm_frameworks

pytestmark = pytest.mark.django_db


def run(path):
    out, err = StringIO(), StringIO()
    try:
        call_command("check_framework", str(path), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, str(error), out.getvalue(), err.getvalue()
    return 0, "", out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path, examples_gate):
    def write(**parts):
        path = tmp_path / "table.yaml"
        path.write_bytes(firm_frameworks.content(**parts))
        return path

    return write


def test_a_good_file_passes_and_stores_nothing(file):
    status, _, out, err = run(file())
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == (
        "A prompt that meets the targets needs no second look: keep_it_small by a_prompt_is_enough, as expected"
    )
    assert "6 cases come out as expected, and every rule is reached." in out
    assert not FirmFramework.objects.exists()


def test_each_problem_is_a_line_and_the_status_is_two(file):
    status, message, _, err = run(file(id="payback", source=""))
    assert status == 2
    assert message.endswith("2 problems")
    assert err.splitlines() == [
        "file: id: payback is a founding framework, which stays as it is: choose another",
        "file: source: needs a text of one line, not ''",
    ]


def test_a_case_that_comes_out_otherwise_is_marked(file):
    status, _, out, _ = run(file(cases=[{"name": "Wrong", "expect": "own_it"}]))
    assert status == 2
    assert "Wrong: tune_and_test by nothing_in_the_way, NOT as expected" in out


def test_a_file_that_is_not_there(tmp_path):
    assert run(tmp_path / "absent.yaml")[:2] == (2, f"{tmp_path / 'absent.yaml'}: No such file or directory")
