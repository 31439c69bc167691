"""Beside each question: why it is asked, and what its answer decides, in the words of the result."""

import re

import pytest
from django.urls import reverse

from assessments import facts
from assessments.why_asked import Decides, decides
from tests import factories


@pytest.mark.parametrize(
    ("question", "lang", "told"),
    [
        (
            "retrain_cadence_months",
            "en",
            (
                Decides(
                    "Payback", ("The pattern is not stable, or it shifts faster than the model would be re-trained.",)
                ),
                Decides(
                    "The house recommendation", ("What comes in shifts faster than the model would be re-trained.",)
                ),
                Decides(
                    "Warnings",
                    (
                        "What comes in shifts faster than the model would be re-trained; it would always answer from the past.",
                    ),
                ),
                Decides("Costs", ("The costs of the options are computed with it.",)),
            ),
        ),
        ("horizon_months", "es", (Decides("Costes", ("Con ella se calculan los costes de las opciones.",)),)),
        (
            "deployment",
            "en",
            (
                Decides("Warnings", ("Weights that were tuned at a provider usually cannot be taken along.",)),
                Decides("Questions nobody asked", ("Who owns the result?",)),
                Decides("Costs", ("It decides which ways to build can be offered at all.",)),
            ),
        ),
    ],
)
def test_what_an_answer_decides_in_words(question, lang, told):
    assert decides(question, lang) == told


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_question_has_words_for_what_it_decides(lang):
    for question in facts.questionnaire().questions:
        assert all(table.title and all(table.rules) for table in decides(question.id, lang)), question.id


def test_a_rule_that_only_takes_its_option_from_the_answer_says_so():
    title = "The house recommendation: which option follows where this holds"
    [house] = [table for table in decides("regulated") if table.title == title]
    assert "There are fewer examples than the published minimum." in house.rules


@pytest.mark.django_db
def test_it_stands_beside_each_question_of_a_page(client):
    case = factories.assessment()
    client.force_login(factories.consultant())
    page = client.get(
        reverse("assessments:step", kwargs={"reference": case.reference, "step": "data"})
    ).content.decode()
    told = re.findall(r'<details class="field-why">(.*?)</details>', page, re.DOTALL)
    assert len(told) == len(facts.questionnaire().of_step("data"))
    assert "<dt>Five gates</dt><dd>All five gates are passed.</dd>" in told[0]
    assert "Sources name very different minimums; the number decides which of them you meet." in told[0]
