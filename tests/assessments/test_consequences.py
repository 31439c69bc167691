"""What an editor is told before a draft is published: how many, how far, and never whose."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from assessments import consequences as ours
from assessments.models import Reappraisal
from claims import consequences, operations
from claims.models import Revision
from tests.assessments import living
from tests.claims import factories as registry
from tests.starter import starter_registry


@pytest.fixture(scope="module")
def starter(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), starter_registry():
        yield


@pytest.fixture
def cases(starter, db):
    return [
        living.final(title="A secret plan", **living.FEW_EXAMPLES),
        living.final("W02", title="Another secret plan"),
    ]


def draft(slug, **fields):
    claim = operations.revise(by=registry.editor(), at=living.CHANGED_AT, claim=living.claim(slug), fields=fields)
    return operations.submit(by=registry.editor(), at=living.CHANGED_AT, claim=claim)


def told(claim):
    (one,) = consequences.of_publishing(claim, at=living.CHANGED_AT)
    return one


def test_a_draft_that_flips_one_case_says_so_before_it_is_published_and_does_so_after(cases):
    claim = draft(living.EXAMPLES_START, low=100, likely=100, high=100)
    before = Revision.objects.count()
    one = told(claim)
    assert (one.cited_by, one.tried, one.recommendation_flips, one.not_judged) == (2, 2, 1, 0)
    assert Revision.objects.count() == before
    assert not Reappraisal.objects.exists()
    operations.publish(by=registry.reviewer(), at=living.CHANGED_AT, claim=claim)
    living.look_again()
    assert Reappraisal.objects.filter(outcome="recommendation_flips").count() == 1


def test_a_draft_that_moves_figures_says_how_far(cases):
    claim = living.claim(living.RAG_COST)
    one = told(draft(living.RAG_COST, low=claim.low * 2, likely=claim.likely * 2, high=claim.high * 2))
    assert (one.figures_moved, one.unaffected, one.recommendation_flips, one.largest) == (2, 0, 0, 1.0)


def test_a_draft_that_says_the_same_moves_nothing(cases):
    one = told(draft(living.RAG_COST, assumptions="Prices without tax."))
    assert (one.unaffected, one.figures_moved, one.largest, one.in_time) == (2, 0, None, True)


def test_at_most_the_newest_are_tried_and_the_page_says_so(cases, monkeypatch):
    monkeypatch.setattr(ours, "AT_MOST", 1)
    claim = draft(living.RAG_COST, assumptions="Prices without tax.")
    one = told(claim)
    assert (one.cited_by, one.tried, one.in_time) == (2, 1, True)
    assert "The 1 newest of 2 live assessments" in page(claim)


def test_it_ends_when_the_time_is_up(cases, monkeypatch):
    monkeypatch.setattr(ours, "SECONDS", -1.0)
    claim = draft(living.RAG_COST, assumptions="Prices without tax.")
    assert (told(claim).tried, told(claim).in_time) == (0, False)
    assert "the time did not suffice for more" in page(claim)


def page(claim):
    browser = Browser()
    browser.force_login(registry.reviewer())
    return browser.get(reverse("queue:consequences", args=[claim.pk])).content.decode()


def test_the_page_counts_and_names_nobody(cases):
    claim = draft(living.EXAMPLES_START, low=100, likely=100, high=100)
    found = page(claim)
    assert "2 live assessments computed on today" in found
    for case in cases:
        assert case.reference not in found
        assert case.title not in found
        assert case.client.name not in found
    browser = Browser()
    browser.force_login(registry.reviewer())
    for where in (
        reverse("queue:review", args=[claim.pk]),
        reverse("admin:claims_claim_step", args=[claim.pk, "publish"]),
    ):
        assert reverse("queue:consequences", args=[claim.pk]) in browser.get(where).content.decode()


def test_a_claim_that_nothing_cites_changes_no_advice(cases):
    registry.publish("rag-cost-alone", at=living.CHANGED_AT)
    assert "publishing changes no advice" in page(draft("rag-cost-alone", assumptions="In English."))
    assert "There is no draft of a published claim here" in page(living.claim(living.EXAMPLES_GATE))
