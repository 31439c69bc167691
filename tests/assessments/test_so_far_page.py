"""What is decided already, as the page says it."""

from datetime import date

import pytest
from django.urls import reverse

from assessments import so_far_page
from tests import factories, starter
from tests.assessments import volume_case

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 25)


def lines(case):
    return {line.title: line for line in so_far_page.summary(case, today=DAY).lines}


def test_an_open_table_leads_to_the_questions_it_waits_for():
    case = factories.assessment(answers={"needs_private_facts": True, "task_pattern_stable": True})
    found = lines(case)["Change and citation"]
    step = reverse("assessments:step", args=[case.reference, "knowledge"])
    assert found.verdict == ""
    assert [(link.name, link.url) for link in found.waits[:2]] == [
        ("how often facts change", f"{step}#id_knowledge_change_0"),
        ("showing sources", f"{step}#id_citation_required_0"),
    ]
    assert (len(found.waits), found.more) == (4, 2)
    number = lines(case)["Payback"].waits[0]
    assert number.url.endswith("/questions/data/#id_distribution_shift_months")


def test_a_verdict_whose_fallback_is_open_says_that_it_is():
    starter.fill()
    found = lines(factories.assessment(answers={"prompt_result": "solves"}))
    assert found["Five gates"].verdict == "Do not fine-tune; a simpler way, still open which instead."


def test_what_no_longer_changes_a_verdict_is_named():
    summary = so_far_page.summary(factories.assessment(answers={"prompt_result": "solves"}), today=DAY)
    assert "planning horizon" in [link.name for link in summary.settled]
    assert "facts of your own" not in [link.name for link in summary.settled]


def test_with_every_answer_there_the_recommendation_is_that_of_the_result():
    starter.fill()
    for requests, said in ((300_000, "Few-shot prompting."), (50_000_000, "Fine-tuning (LoRA).")):
        summary = so_far_page.summary(volume_case.draft(requests_per_month=requests), today=DAY)
        assert summary.lines[-1].verdict == said
        assert summary.settled == ()
        assert summary.said == "5 of 5 verdicts are decided."


def test_a_currency_without_a_rate_is_said_in_place_of_the_recommendation():
    starter.fill()
    case = volume_case.draft(requests_per_month=300_000)
    case.currency = "CHF"
    assert "CHF" in so_far_page.summary(case, today=DAY).lines[-1].verdict
