"""What was printed and read in this run, so that a test which needs it does not wait for a child process again.

The presses and the reader of PDFs answer the same question with the same bytes (`tests/reports/test_file.py` and
`test_pdf.py` hold that of the presses), so asking again shows nothing. Answers lie in a folder that all processes of a
run share; `script/test` has one for all of its suites. What tests these children themselves is marked with `presses`
and asks them. What else takes long to make and is the same each time (`made_once`) lies there too.
"""

import atexit
import fcntl
import hashlib
import json
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from claims.child import Child

FOLDER = "FOOTING_TEST_ANSWERS"
"""The variable that names the folder. Whoever sets it empties it: an answer says nothing of code that changed since."""

KEPT = frozenset({"reports.pdf_worker", "reports.pdf_reader", "reports.signature_reader"})
"""The children whose answers follow from the question alone."""

tested = False
"""Whether the test that runs is about these children."""

_ask = Child.ask
Made = TypeVar("Made")


def share() -> None:
    """Let this process and those that it starts have one folder, which goes when it ends, unless they have one."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="footing-answers-")
        atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)


def ask_once(
    child: Child, header: dict[str, Any], *bodies: bytes, seconds: float | None = None
) -> tuple[dict[str, Any], bytes]:
    """As `Child.ask`. A refusal and a limit that was passed are not kept."""
    if tested or child.module not in KEPT or seconds is not None:
        return _ask(child, header, *bodies, seconds=seconds)
    question = repr((child.module, child.limits, sorted(header.items()), bodies))
    place = Path(os.environ[FOLDER], hashlib.sha256(question.encode()).hexdigest())
    if not place.exists():
        reply, body = _ask(child, header, *bodies)
        _write(place, json.dumps(reply).encode() + b"\n" + body)
    first, _, body = place.read_bytes().partition(b"\n")
    return json.loads(first), body


def made_once(name: str, make: Callable[[], Made]) -> Made:
    """What one process of the run has made, in all of them; the others wait for it."""
    place = Path(os.environ[FOLDER], name)
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            _write(place, pickle.dumps(make()))
    made: Made = pickle.loads(place.read_bytes())  # written by this run, for itself
    return made


def _write(place: Path, content: bytes) -> None:
    """At once or not at all: another process may be about to read it, or be writing the same."""
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(place)
