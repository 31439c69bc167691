"""Whether a report would advise the same on other evidence, on the whole registry."""

import pytest
from django.utils import timezone

from assessments import facts
from reports.advice_today import Advice, judge
from tests.assessments import living
from tests.starter import starter_registry

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def starter(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), starter_registry():
        yield


def judged(case):
    """What the report of a case would be told to come to today, from its manifest."""
    return judge(case.result_document, on=facts.registry(timezone.now().date()))


def test_on_the_same_evidence_the_advice_is_the_same(starter):
    assert judged(living.final()) == Advice("same")


def test_a_figure_that_moves_leaves_the_advice_the_same(starter):
    case = living.final()
    living.dearer_rag()
    assert judged(case) == Advice("same")


def test_a_threshold_that_is_raised_past_the_client_makes_it_another(starter):
    case = living.final(**living.FEW_EXAMPLES)
    living.revise(living.EXAMPLES_START, low=100, likely=100, high=100)
    assert judged(case) == Advice("another")


def test_without_the_claim_that_the_rule_needs_it_cannot_be_judged(starter):
    case = living.final(**living.FEW_EXAMPLES)
    living.retract(living.EXAMPLES_START)
    assert judged(case) == Advice("not_judged", "evidence")


def test_what_does_not_fit_any_more_cannot_be_judged(starter):
    found, evidence = living.final().result_document, facts.registry(timezone.now().date())
    own = {"id": "gone", "version": "1", "own": {"firm": "N", "digest": "", "definition": {"id": "gone"}}}
    changed = [
        ({"answers": found["answers"] | {"task": "no such task"}}, "answers"),
        ({"frameworks": [*found["frameworks"], own]}, "answers"),
        ({"currency": "XAU"}, "rates"),
        ({"answers": None}, "failed"),
    ]
    assert [judge(found | change, on=evidence).reason for change, _ in changed] == [reason for _, reason in changed]
