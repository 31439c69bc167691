"""Whatever the read API is asked, it answers, at once, and passes over nothing."""

from collections.abc import Iterator
from time import process_time

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.wsgi import application
from tests.claims import shelf
from tests.claims.factories import NOON
from tests.hostile.asking import run
from tests.hostile.judging import Judge
from tests.hostile.requests import Known, Making

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
