"""Whatever the read API is asked, it answers, at once, and passes over nothing."""

from time import process_time

import pytest
import time_machine

from config.wsgi import application
from tests.claims import shelf
from tests.claims.factories import NOON
from tests.hostile.asking import run
from tests.hostile.judging import Judge
from tests.hostile.requests import Known, Making

REQUESTS = 600
SEED = 20_261_122


@pytest.mark.django_db
def test_whatever_is_asked_is_answered_and_nothing_is_passed_over(settings) -> None:
    settings.API_RATE = (10**9, 60)
    with time_machine.travel(NOON, tick=False):
        shelf.fill()
        known = Known.read()
        found = run(application, Making(known, SEED).requests(REQUESTS), Judge(known, today=shelf.TODAY), process_time)
    assert found.wrong == []
    assert found.asked == REQUESTS
    assert set(found.statuses) > {200, 304, 400, 404, 405, 406}
