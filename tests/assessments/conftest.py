"""What the tests of assessments share."""

import pytest

from assessments import operations
from tests import factories
from tests.assessments.programs import program
from tests.assessments.webhooks import Receiver


@pytest.fixture
def examples_gate(db):
    """The one claim of a small registry."""
    return factories.examples_gate()


@pytest.fixture
def final_assessment(examples_gate):
    """A worked client, judged and frozen on a registry of one claim; what needs more evidence says that it is missing."""
    draft = factories.assessment(answers=factories.worked_answers())
    return operations.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


@pytest.fixture(scope="session")
def webhook_server():
    with Receiver() as running:
        yield running


@pytest.fixture
def receiver(webhook_server, settings, time_machine):
    """The receiver, empty, and allowed; at noon, and no clock runs."""
    webhook_server.requests.clear()
    webhook_server.script.clear()
    settings.FETCH_LOOPBACK = [f"127.0.0.1:{webhook_server.port}"]
    time_machine.move_to(factories.NOON, tick=False)
    return webhook_server


@pytest.fixture
def hers():
    """A program of the consultant of Northwind."""
    return program()


@pytest.fixture
def case():
    return factories.assessment()
