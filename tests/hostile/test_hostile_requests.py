"""Whatever the read API is asked, it answers, at once, and passes over nothing."""

from collections.abc import Iterator
from time import process_time
from typing import Any

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.wsgi import application
from tests.claims import shelf
from tests.claims.factories import NOON
from tests.hostile.asking import ask, run
from tests.hostile.judging import Judge
from tests.hostile.requests import V1, Known, Making, Request

REQUESTS = 600
BOUND = ((request_started, close_old_connections), (request_finished, close_old_connections))
SEED = 20_261_122


@pytest.fixture
def one_connection(db) -> Iterator[None]:
    """Keep the connection, and with it the transaction of the test, from one request to the next."""
    for signal, receiver in BOUND:
        signal.disconnect(receiver)
    yield
    for signal, receiver in BOUND:
        signal.connect(receiver)


@pytest.mark.usefixtures("one_connection")
def test_whatever_is_asked_is_answered_and_nothing_is_passed_over(settings) -> None:
    settings.API_RATE = (10**9, 60)
    with time_machine.travel(NOON, tick=False):
        shelf.fill()
        known = Known.read()
        found = run(application, Making(known, SEED).requests(REQUESTS), Judge(known, today=shelf.TODAY), process_time)
    assert found.wrong == []
    assert found.asked == REQUESTS
    assert set(found.statuses) > {200, 400, 404, 405, 406}


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("kind", ["application/json; a*=nope''%41", "multipart/form-data; boundary*=nope''%41"])
def test_a_content_type_that_cannot_be_read_is_refused_with_or_without_a_body(kind: str) -> None:
    def posted(body: bytes) -> Any:
        asked = Request("api-lookup", "POST", f"{V1}lookup/", found=True, fields=(("CONTENT_TYPE", kind),), body=body)
        return ask(application, asked, process_time).json()

    with_body, without = posted(b"[]"), posted(b"")
    assert (with_body["status"], without["status"]) == (415, 400)
    assert with_body["detail"] == f'Unsupported media type "{kind.replace(";", ",")}" in request.'
    assert [error["field"] for error in without["errors"]] == ["items"]
