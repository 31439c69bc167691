"""A registry to look at, on the day it is looked at."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction

from tests.claims import shelf
from tests.claims.factories import NOON


@pytest.fixture(scope="module")
def filled_shelf(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Fill the shelf once for the tests of a module; each of them works in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOON, tick=False):
            shelf.fill()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def registry(filled_shelf, db) -> Iterator[None]:
    """The claims of tests/claims/shelf.py, on 22 November 2026."""
    with time_machine.travel(NOON, tick=False):
        yield
