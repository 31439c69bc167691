"""Working out tokens and requests beside the field: by whose figures, what is refused, and that nothing is kept."""

import re
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.urls import reverse

from assessments import facts, operations
from assessments.calculator_forms import calculator
from assessments.calculators import figures, requests_of_users, tokens_of_sample, tokens_of_words
from assessments.forms import StepForm
from tests import factories

QUESTIONS = facts.questionnaire().by_id


@pytest.mark.parametrize(
    ("words", "tokens"), [(1000, "1,200 / 1,400 / 2,000"), (3, "4 / 4 / 6"), (Decimal("0.1"), "1 / 1 / 1")]
)
def test_words_are_a_range_of_tokens(words, tokens):
    assert tokens_of_words(Decimal(words)) == tokens


@pytest.mark.parametrize(
    ("sample", "tokens"),
    [
        ("x" * 1000, "200 / 250 / 400"),
        ("  " + "x y\r\n" * 5 + "  ", "4 / 5 / 8"),  # ends are cut, and a line ends with one character
        ("¿Qué pasó con mi póliza número 1234?", "7 / 9 / 14"),
        ('{"a": [1, 2, 3]}', "3 / 4 / 6"),
        ("naïve hello 日", "3 / 3 / 5"),
    ],
)
def test_a_sample_is_a_range_of_tokens(sample, tokens):
    assert tokens_of_sample(sample) == tokens


def test_a_sample_is_limited():
    longest = figures().longest_sample
    assert tokens_of_sample("x" * longest) == "4,000 / 5,000 / 8,000"
    with pytest.raises(ValueError, match="Paste at most 20,000 characters"):
        tokens_of_sample("x" * (longest + 1))


@pytest.mark.parametrize("sample", ["顧客からの質問", "Привет, как дела", "hello мир"])
def test_a_sample_in_another_script_is_not_guessed(sample):
    with pytest.raises(ValueError, match="Our figures hold for Latin script only"):
        tokens_of_sample(sample)


def test_users_ask_on_working_days():
    assert requests_of_users(Decimal(120), Decimal("2.5"), Decimal(21)) == "6,300"


def test_each_figure_says_whose_it_is():
    known = figures()
    for note in (known.per_word.note, known.per_character.note, known.working_days_note):
        assert len(note) > 30
    for factor in (known.per_word, known.per_character):
        assert factor.low <= factor.likely <= factor.high
        assert all(f"{end.normalize():f}" in factor.note for end in (factor.low, factor.high))


def test_only_questions_of_ours_have_one():
    found = {name for name, question in QUESTIONS.items() if calculator(question) is not None}
    assert found == {"tokens_in", "tokens_out", "requests_per_month"}


def filled(question, **parts):
    return calculator(QUESTIONS[question], {f"work-out-{question}-{name}": text for name, text in parts.items()})


@pytest.mark.parametrize(
    ("question", "parts", "result"),
    [
        ("tokens_in", {"words": "1,000"}, "1,200 / 1,400 / 2,000"),
        ("tokens_out", {"sample": "x" * 40}, "8 / 10 / 16"),
        ("requests_per_month", {"users": "1 200", "each": "0,5", "days": "30"}, "18,000"),
    ],
)
def test_a_number_is_worked_out(question, parts, result):
    form = filled(question, **parts)
    assert form.is_valid(), form.errors
    assert form.result == result


EITHER = "Enter the number of words or paste a sample: one of the two"


@pytest.mark.parametrize(
    ("question", "parts", "errors"),
    [
        ("tokens_in", {}, {"__all__": [f"{EITHER}."]}),
        ("tokens_in", {"words": "5", "sample": "a b"}, {"__all__": [f"{EITHER}, not both."]}),
        ("tokens_in", {"words": "many"}, {"words": ["“many” is not a number. Enter a whole number above zero."]}),
        ("tokens_in", {"words": "1.5"}, {"words": ["Enter a whole number above zero."]}),
        ("tokens_in", {"words": "-3"}, {"words": ["Enter a whole number above zero."]}),
        ("tokens_in", {"words": "1" * 41}, {"words": ["Enter a whole number above zero."]}),
        ("tokens_in", {"words": "30.000"}, {"words": ["“30.000” can be read in two ways: write 30000 or 30. Enter a whole number above zero."]}),
        ("tokens_in", {"sample": "x" * 20001}, {"sample": ["Paste at most 20,000 characters: one usual request is enough."]}),
        ("tokens_out", {"words": "90,000"}, {"__all__": ["That comes to 108,000 / 126,000 / 180,000. Enter a number from 1 to 100,000."]}),
        ("requests_per_month", {"users": "5", "days": "21"}, {"each": ["Enter a number above zero."]}),
        ("requests_per_month", {"users": "1e9", "each": "1000", "days": "21"}, {"__all__": ["That comes to 21,000,000,000,000. Enter a number from 0 to 100,000,000,000."]}),
    ],
)  # fmt: skip
def test_a_refusal_says_what_would_be_right(question, parts, errors):
    form = filled(question, **parts)
    assert form.errors == errors
    assert form.result == ""


def test_a_page_without_a_calculator_of_that_name():
    step = next(one for one in facts.questionnaire().steps if one.id == "volume")
    with pytest.raises(LookupError):
        StepForm.worked_out(QueryDict("a=b"), "horizon_months", step=step, stored={}, unread={})


@pytest.fixture
def page(client, db):
    case = factories.assessment()
    client.force_login(factories.consultant())
    return client, case, reverse("assessments:step", kwargs={"reference": case.reference, "step": "volume"})


SECRET = "The policy of Maria Delgado has lapsed"
TYPED = {"version": "1", "requests_per_month": "about 500", "tokens_out": "400", "tokens_in-unknown": "1"}


def test_without_a_script_the_page_comes_back_with_the_number_and_all_that_was_typed(page):
    client, _case, address = page
    response = client.post(address, TYPED | {"work-out-tokens_in-sample": SECRET, "work_out": "tokens_in"})
    html = response.content.decode()
    assert response.status_code == 200
    assert re.search(r'name="tokens_in" value="8 / 10 / 15"', html)
    assert re.search(r'name="tokens_in-unknown"[^>]*checked', html) is None
    assert 'name="requests_per_month" value="about 500"' in html
    assert 'name="tokens_out" value="400"' in html
    assert "Worked out: <b>8 / 10 / 15</b>" in html
    assert 'class="error-summary"' not in html


def test_nothing_of_it_is_stored_or_sent_back(page):
    client, case, address = page
    response = client.post(address, TYPED | {"work-out-tokens_in-sample": SECRET, "work_out": "tokens_in"})
    case.refresh_from_db()
    assert (case.answers, case.unread_answers, case.version) == ({}, {}, 1)
    assert SECRET not in response.content.decode()
    client.post(address, TYPED | {"work-out-tokens_in-sample": SECRET, "leave": "1"})
    case.refresh_from_db()
    assert SECRET not in f"{case.answers} {case.unread_answers}"


def test_what_is_wrong_is_said_in_the_calculator(page):
    client, _case, address = page
    html = client.post(address, TYPED | {"work_out": "tokens_in"}).content.decode()
    assert f"{EITHER}." in html
    assert re.search(r'data-for="tokens_in"[^>]* open>', html)


def test_the_page_keeps_the_version_it_was_opened_with(page):
    client, case, address = page
    operations.save_answers(
        by=factories.consultant(), at=factories.NOON, assessment=case, version=case.version, answers={"tokens_out": 300}
    )
    html = client.post(address, TYPED | {"work-out-tokens_in-words": "10", "work_out": "tokens_in"}).content.decode()
    assert 'name="version" value="1"' in html


@pytest.mark.parametrize("name", ["horizon_months", "nothing", ""])
def test_an_unknown_calculator_is_not_found(page, name):
    client, _case, address = page
    assert client.post(address, TYPED | {"work_out": name}).status_code == 404


def test_a_final_case_works_nothing_out(client, final_assessment):
    client.force_login(factories.consultant())
    address = reverse("assessments:step", kwargs={"reference": final_assessment.reference, "step": "volume"})
    response = client.post(address, TYPED | {"work-out-tokens_in-words": "10", "work_out": "tokens_in"})
    assert response.status_code == 302
