import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from assessments import facts
from assessments.forms import ModelField, StepForm
from assessments.typed_numbers import NumberField, read_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1200", "1200"),
        ("1,200", "1200"),
        ("1 200", "1200"),
        ("1\N{NO-BREAK SPACE}200\N{NO-BREAK SPACE}000", "1200000"),
        ("1.200.000", "1200000"),
        ("1,234,567.5", "1234567.5"),
        ("0.8", "0.8"),
        ("0,8", "0.8"),
        ("0,800", "0.800"),
        ("1.25", "1.25"),
        ("0.125", "0.125"),
        ("-3", "-3"),
        ("1e6", "1e6"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, number):
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["", "many", "1,2,3", "12,34,567", "nan", "inf", "1 2", "0x10"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match="is not a number"):
        read_number(typed)


def test_a_number_that_reads_in_two_ways_is_not_guessed():
    with pytest.raises(ValueError, match=r"“30\.000” can be read in two ways: write 30000 or 30\."):
        read_number("30.000")


def field(question, **options):
    return NumberField(facts.questionnaire().by_id[question], required=False, **options)


@pytest.mark.parametrize(
    ("question", "typed", "value"),
    [
        ("n_examples", "1,200", 1200),
        ("cacheable_share", "80%", 0.8),
        ("cacheable_share", "0,8", 0.8),
        ("few_shot_relative_pct", "94 %", 94),
        ("few_shot_relative_pct", "", None),
        ("retrain_cadence_months", "0.25", 0.25),
        ("requests_per_month", "100 000 000 000", 100_000_000_000),
    ],
)
def test_numeric_answers(question, typed, value):
    assert field(question).clean(typed) == value


@pytest.mark.parametrize(
    ("question", "typed", "message"),
    [
        ("n_examples", "12.5", "Enter a whole number from 0 to 10,000,000."),
        ("n_examples", "50%", "“50%” is not a number. Enter a whole number from 0 to 10,000,000."),
        ("cacheable_share", "80", "Enter a number from 0 to 1."),
        ("latency_target_ms", "fast", "“fast” is not a number. Enter a number from 1 to 120,000, or leave it empty."),
        ("horizon_months", "61", "Enter a whole number from 1 to 60."),
    ],
)
def test_a_refusal_says_what_would_be_right(question, typed, message):
    with pytest.raises(ValidationError) as refused:
        field(question).clean(typed)
    assert refused.value.messages == [message]


def test_a_model_without_a_price_is_refused_with_the_nearest_ones():
    with pytest.raises(ValidationError) as refused:
        ModelField(["gpt-6.1-sol", "claude-5"]).clean("gpt-6.1")
    assert refused.value.messages == ["No price is published for “gpt-6.1”. Did you mean gpt-6.1-sol?"]


def step_form(step, data=None, stored=None, unread=None):
    return StepForm(
        data,
        step=next(s for s in facts.questionnaire().steps if s.id == step),
        stored=stored or {},
        unread=unread or {},
    )


def test_every_question_has_a_field_on_its_step():
    for step in facts.questionnaire().steps:
        assert list(step_form(step.id).fields) == [q.id for q in facts.questionnaire().of_step(step.id)]


def test_no_gap_and_no_target_are_answers():
    form = step_form("tried", {"prompt_result": "solves", "few_shot_result": "solves", "rag_result": "solves"})
    assert form.is_valid()
    assert form.answers() == {
        "prompt_result": "solves",
        "few_shot_result": "solves",
        "few_shot_relative_pct": None,
        "rag_result": "solves",
        "gaps": [],
    }


def test_stored_answers_come_back_as_they_are_typed():
    page = str(step_form("data", stored={"n_examples": 1200, "example_quality": "mixed"}))
    assert 'value="1,200"' in page
    assert re.search(r'value="mixed"[^>]*checked', page)


def test_an_invalid_answer_is_kept_as_typed():
    form = step_form("data", {"n_examples": "a lot", "retrain_cadence_months": "6"})
    assert not form.is_valid()
    assert form.unread() == {"n_examples": "a lot"}
    assert form.answers() == {"distribution_shift_months": None, "retrain_cadence_months": 6}
