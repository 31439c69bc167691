"""The application that gunicorn serves, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
FIRST_REQUEST = """
import json, sys
from config.wsgi import application
from django.test import RequestFactory

before = set(sys.modules)
answered = []
environ = RequestFactory(headers={"host": "127.0.0.1"}).get("/healthz").environ
b"".join(application(environ, lambda status, headers: answered.append(status)))
ours = ("assessments", "claims", "config", "reports")
late = sorted(name for name in set(sys.modules) - before if name.partition(".")[0] in ours)
print(json.dumps([answered, late]))
"""


@pytest.mark.one_database
def test_the_first_reader_of_a_worker_waits_for_no_module_to_be_read():
    done = subprocess.run(
        [sys.executable, "-c", FIRST_REQUEST], cwd=TOP, capture_output=True, text=True, check=True, timeout=120
    )
    assert json.loads(done.stdout) == [["200 OK"], []]
