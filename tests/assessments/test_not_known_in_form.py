"""The form's answers that are not one plain value: "I do not know", and a range."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from assessments import facts, typical
from assessments.forms import StepForm
from assessments.typed_numbers import NumberField
from tests import factories

QUESTIONS = facts.questionnaire()


def field(question):
    return NumberField(QUESTIONS.by_id[question], required=False)


def step_form(step, data=None, stored=None, unread=None):
    found = next(one for one in QUESTIONS.steps if one.id == step)
    return StepForm(data, step=found, stored=stored or {}, unread=unread or {})


@pytest.mark.parametrize(
    "typed", ["unknown", "Unknown", "not known", "I do not know", "I don’t know.", "don't know", "?"]
)
def test_not_knowing_a_number_can_be_typed(typed):
    assert field("requests_per_month").clean(typed) == "unknown"


@pytest.mark.parametrize(
    ("question", "typed", "answer"),
    [
        ("requests_per_month", "80000 / 100000 / 130000", (80000, 100000, 130000)),
        ("requests_per_month", "80,000/100,000/130,000", (80000, 100000, 130000)),
        ("requests_per_month", "80,000–130,000, likely 100,000", (80000, 100000, 130000)),
        ("requests_per_month", "80 000 - 130 000 likely 100 000", (80000, 100000, 130000)),
        ("requests_per_month", "80,000 to 130,000, likely 100,000", (80000, 100000, 130000)),
        ("cacheable_share", "20% / 30% / 40%", (0.2, 0.3, 0.4)),
        ("n_examples", "10 / 10 / 20", (10, 10, 20)),
    ],
)
def test_a_range_is_typed_as_people_write_it(question, typed, answer):
    assert field(question).clean(typed) == dict(zip(("low", "likely", "high"), answer, strict=True))


def test_a_range_of_one_value_is_that_value():
    assert field("n_examples").clean("5 / 5 / 5") == 5


@pytest.mark.parametrize(
    ("question", "typed", "message"),
    [
        (
            "n_examples",
            "80 – 130",
            "Say the likely value too: 80 / likely / 130. Enter a whole number from 0 to 10,000,000.",
        ),
        (
            "n_examples",
            "80 / 130",
            "Say the likely value too: 80 / likely / 130. Enter a whole number from 0 to 10,000,000.",
        ),
        (
            "n_examples",
            "1 / 2 / 3 / 4",
            "A range has three numbers: lowest / likely / highest. Enter a whole number from 0 to 10,000,000.",
        ),
        ("n_examples", "5 / 4 / 6", "Write the lowest, the likely and the highest in this order."),
        ("n_examples", "5 / few / 6", "“few” is not a number. Enter a whole number from 0 to 10,000,000."),
        ("cacheable_share", "0.1 / 0.5 / 2", "Enter a number from 0 to 1."),
        ("horizon_months", "6 / 12 / 24", "This takes one number, not a range. Enter a whole number from 1 to 60."),
        ("horizon_months", "unknown", "This cannot be left open. Enter a whole number from 1 to 60."),
        (
            "few_shot_relative_pct",
            "I do not know",
            "This cannot be left open. Enter a number from 0 to 120, or leave it empty.",
        ),
        ("n_examples", "1" * 121, "That is too long for a number. Enter a whole number from 0 to 10,000,000."),
    ],
)
def test_a_refusal_says_what_would_be_right(question, typed, message):
    with pytest.raises(ValidationError) as refused:
        field(question).clean(typed)
    assert refused.value.messages == [message]


TASK = {"task_type": "other", "task_narrow": "unknown", "task_pattern_stable": "true", "domain_stable_12m": "unknown"}
TRIED = {"prompt_result": "falls_short", "few_shot_result": "untested", "rag_result": "untested"}


def test_not_knowing_a_choice_is_an_answer():
    form = step_form("task", TASK)
    assert form.is_valid()
    assert form.answers() == {
        "task_type": "other",
        "task_narrow": "unknown",
        "task_pattern_stable": True,
        "domain_stable_12m": "unknown",
    }


def test_of_several_choices_it_stands_alone():
    form = step_form("tried", TRIED | {"gaps": ["unknown"]})
    assert form.is_valid()
    assert form.answers()["gaps"] == "unknown"
    form = step_form("tried", TRIED | {"gaps": ["facts", "unknown"]})
    assert form.errors["gaps"] == ["“I do not know” stands alone: take it back, or the others."]


def test_a_tick_beside_a_number_says_it_too():
    form = step_form("data", {"n_examples": "", "n_examples-unknown": "1", "retrain_cadence_months": "6"})
    assert not form.errors.keys() - {"example_quality"}
    assert form.answers()["n_examples"] == "unknown"


def test_a_tick_and_a_number_are_not_guessed_between():
    form = step_form("data", {"n_examples": "30", "n_examples-unknown": "1"})
    assert form.errors["n_examples"] == ["Enter a number, or say that you do not know it: not both."]
    again = step_form("data", unread=form.unread())
    assert again.errors["n_examples"] == form.errors["n_examples"]


def shown(form, question):
    [row] = [row for row in typical.rows(form, form.stored, {}) if row.question.id == question]
    return row


@pytest.mark.django_db
def test_stored_answers_come_back_as_they_are_given():
    stored = {"n_examples": {"low": 1000, "likely": 1200, "high": 3000}, "retrain_cadence_months": "unknown"}
    form = step_form("data", stored=stored)
    assert 'value="1,000 / 1,200 / 3,000"' in str(form["n_examples"])
    assert "value=" not in str(form["retrain_cadence_months"])
    assert shown(form, "retrain_cadence_months").unknown.ticked
    assert not shown(form, "n_examples").unknown.ticked
    gaps = step_form("tried", stored={"gaps": "unknown"})
    assert re.search(r'value="unknown"[^>]*checked', str(gaps["gaps"]))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("step", "question", "said", "tick"),
    [
        (
            "volume",
            "requests_per_month",
            "Counts as 1,000–1,000,000 requests per month, likely 30,000, and lowers the confidence.",
            "requests_per_month-unknown",
        ),
        ("volume", "cacheable_share", "Counts as 0–90%, and lowers the confidence.", "cacheable_share-unknown"),
        ("tried", "gaps", "“I do not know” counts as “none”, and can lower the confidence.", ""),
        ("knowledge", "regulated", "“I do not know” counts as “Yes”, and can lower the confidence.", ""),
    ],
)
def test_what_it_stands_for_is_said_beside_the_field(step, question, said, tick):
    unknown = shown(step_form(step), question).unknown
    assert (unknown.text, unknown.tick) == (said, tick)


@pytest.mark.django_db
def test_where_nobody_can_leave_it_open_nothing_is_offered():
    assert shown(step_form("tried"), "rag_result").unknown is None
    assert "I do not know" not in str(step_form("operations")["deployment"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("step", "question", "when"),
    [
        ("data", "example_quality", {"fact": "n_examples", "op": "gt", "value": "0", "unknown": "30"}),
        (
            "knowledge",
            "knowledge_change",
            {"fact": "needs_private_facts", "op": "eq", "value": "true", "unknown": "true"},
        ),
        ("tried", "few_shot_relative_pct", {"fact": "few_shot_result", "op": "ne", "value": "untested", "unknown": ""}),
        ("task", "task_type", {}),
    ],
)
def test_the_script_is_told_what_stands_for_the_answer_it_waits_for(step, question, when):
    assert shown(step_form(step), question).when == when


@pytest.mark.django_db
def test_a_page_of_unknowns_is_saved_and_shown_again(client):
    case = factories.assessment()
    client.force_login(factories.consultant())
    page = reverse("assessments:step", kwargs={"reference": case.reference, "step": "data"})
    given = {
        "version": 1,
        "n_examples": "100 / 200 / 400",
        "example_quality": "unknown",
        "distribution_shift_months": "",
        "distribution_shift_months-unknown": "1",
        "retrain_cadence_months": "I do not know",
    }
    response = client.post(page, given | {"continue": "1"})
    assert response.status_code == 302
    case.refresh_from_db()
    assert case.answers == {
        "n_examples": {"low": 100, "likely": 200, "high": 400},
        "example_quality": "unknown",
        "distribution_shift_months": "unknown",
        "retrain_cadence_months": "unknown",
    }
    html = client.get(page).content.decode()
    assert 'value="100 / 200 / 400"' in html
    assert len(re.findall(r'data-not-known="[^"]+" checked', html)) == 2
