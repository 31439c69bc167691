"""A report that supersedes another says what changed since, and each old number leads to the report that printed it."""

import json
from datetime import timedelta

import pytest

from assessments import operations as assessing
from claims.models import Claim
from reports import document, operations, tracing
from reports.sections.since import Since
from reports.verification import CHECKS, open_pdf, verify
from tests import factories, starter
from tests.claims import factories as registry

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LATER = factories.NOON + timedelta(hours=2)
RAG = "rag-build-cost-production"


@pytest.fixture
def first(renderer):
    """A report on the whole registry."""
    starter.fill()
    draft = factories.assessment(answers=factories.worked_answers("W01"))
    final = assessing.finalise(by=factories.consultant(), at=factories.NOON + timedelta(hours=1), assessment=draft)
    return issue(final, renderer)


def issue(final, renderer, language="en"):
    return operations.issue(
        assessment=final,
        by=factories.consultant(),
        at=LATER + timedelta(hours=1),
        language=language,
        because=factories.REASON,
        renderer=renderer,
    )


def again(report, **answers):
    draft = assessing.rerun(by=factories.consultant(), at=LATER, assessment=report.assessment)
    if answers:
        draft = assessing.save_answers(
            by=factories.consultant(), at=LATER, assessment=draft, version=draft.version, answers=answers
        )
    return assessing.finalise(by=factories.consultant(), at=LATER, assessment=draft)


def text_of(report):
    return " ".join(word for page in open_pdf(bytes(report.content)).pages for run in page for word in run.split())


def faults(report):
    return [f"{one.name}: {one.detail}" for one in verify(bytes(report.content)).checks if not one.holds]


def test_the_first_report_of_a_case_has_nothing_to_compare(first):
    assert first.manifest_document["document"]["since"] is None
    assert "Since the last report" not in text_of(first)


def test_figures_that_moved_stand_beside_what_they_were(first, renderer):
    claim = Claim.objects.get(slug=RAG)
    registry.change(
        claim.current_revision,
        at=LATER - timedelta(minutes=30),
        low=claim.low * 2,
        likely=claim.likely * 2,
        high=claim.high * 2,
    )
    second = issue(again(first), renderer)
    text = text_of(second)
    assert "The advice is the same" in text
    assert f"Compared with the report that this one supersedes: {first.reference}, issued on 22 November 2026" in text
    assert (
        "Retrieval (RAG), at the start US$18,000–45,000, likely US$28,000 US$36,000–90,000, likely US$56,000 12" in text
    )
    assert faults(second) == []
    details = {one.name: one.detail for one in verify(bytes(second.content)).checks}
    assert details["predecessor"].endswith(f"figures of {first.reference} are as they were issued")
    first.refresh_from_db()
    assert first.superseded_by == second


def test_another_advice_is_said_first_and_in_the_readers_language(first, renderer):
    second = issue(again(first, n_examples=40), renderer, language="es")
    text = text_of(second)
    assert "El consejo es otro" in text
    assert second.manifest_document["document"]["since"]["reference"] == first.reference
    assert faults(second) == []


def test_a_case_that_comes_to_the_same_says_so(first):
    final = again(first)
    case = document.stored(final, as_of=final.as_of, language="en")
    section = Since.build(case)
    assert (section.flips, section.rows, section.verdicts) == (False, (), ())
    assert "No figure that people decide by moved" in document.build(case, at=LATER).print().html


def test_an_old_number_that_was_exchanged_is_found(first, renderer):
    second = issue(again(first, requests_per_month=600_000), renderer)
    manifest = json.loads(second.manifest)
    moved = manifest["document"]["since"]["changes"]["figures"]
    place = next(n for n, one in enumerate(moved) if one["before"] is not None)
    moved[place]["before"] |= {"low": 1, "likely": 1, "high": 1}
    assert not CHECKS["predecessor"](manifest, open_pdf(bytes(second.content))).holds
    assert tracing.printed_faults(manifest) != []
