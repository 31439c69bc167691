"""What stands in the way of issuing a report, the reasons that excuse it, and what the report tells of them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assessments import operations as assessing
from claims import operations as registry_operations
from claims.models import Claim
from reports import gate, operations
from reports.models import Report
from reports.verification import verify
from tests import factories
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db
LATER = factories.NOON + timedelta(days=3)
GATE = "fine-tuning-examples-gate"
REASON = "The board knows it and decides in spring."


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def keys(assessment, *, on=LATER, language="en"):
    return [one.key for one in gate.obstacles(assessment, language=language, on=on.date())]


def test_a_report_says_what_it_was_issued_in_spite_of(final, renderer):
    assert keys(final) == ["x"]
