"""What the tests of assessments share."""

import pytest

from assessments import operations
from tests import factories


@pytest.fixture
def examples_gate(db):
    """The one claim of a small registry."""
    return factories.examples_gate()


@pytest.fixture
def final_assessment(examples_gate):
    """A worked client, judged and frozen on a registry of one claim; what needs more evidence says that it is missing."""
    draft = factories.assessment(answers=factories.worked_answers())
    return operations.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)
