from decimal import Decimal

import pytest

from assessments.engine import AnswersError
from assessments.engine.facts import validate

CHOICES = (
    "must be among format_style, domain_vocabulary, domain_reasoning, facts, latency, cost_at_volume, multi_step, not "
)


@pytest.fixture
def check(method, answers):
    return lambda models=None, **changes: validate(answers(**changes), method.questionnaire, models)


@pytest.fixture
def errors(method):
    def run(answers, models=None):
        with pytest.raises(AnswersError) as error:
            validate(answers, method.questionnaire, models)
        return error.value.errors

    return run


def test_answers_become_facts(check):
    facts = check(gaps=["latency", "facts"], requests_per_month=1500000.0, cacheable_share=0.1)
    assert facts["needs_private_facts"] is False
    assert facts["task_type"] == "structured_extraction"
    assert facts["gaps"] == frozenset({"facts", "latency"})
    assert facts["requests_per_month"] == Decimal(1500000)
    assert facts["cacheable_share"] == Decimal("0.1")
    assert facts["distribution_shift_months"] is None


def test_facts_that_follow_from_answers(check):
    facts = check(requests_per_month=30000000, tokens_in=800, tokens_out=200)
    assert facts["monthly_tokens"] == Decimal(30_000_000_000)
    assert facts["requests_per_day"] == Decimal(1_000_000)


def test_what_was_answered_is_kept_as_json_in_the_order_of_the_questions(check, method):
    facts = check(gaps=["latency", "facts"], requests_per_month=1500000.0)
    assert list(facts.answers) == [question.id for question in method.questionnaire.questions]
    assert facts.answers["gaps"] == ["facts", "latency"]
    assert facts.answers["requests_per_month"] == 1500000
    assert type(facts.answers["requests_per_month"]) is int


def test_a_nullable_question_may_be_left_out(answers, method):
    given = {key: value for key, value in answers().items() if key != "latency_target_ms"}
    assert validate(given, method.questionnaire).answers["latency_target_ms"] is None


def test_a_fact_moves_without_the_others(check):
    facts = check()
    moved = facts.moved("n_examples", Decimal(7))
    assert (moved["n_examples"], facts["n_examples"]) == (7, 10000)
    assert moved["tokens_in"] == facts["tokens_in"]


def test_every_question_has_to_be_answered(errors, method):
    found = dict(errors({}))
    required = [question.id for question in method.questionnaire.questions if not question.nullable]
    assert found == dict.fromkeys(required, "is missing")


def test_an_unknown_answer_is_an_error(errors, answers):
    assert errors(answers(n_exmples=3)) == [("n_exmples", "is not a question")]


@pytest.mark.parametrize(
    ("question", "answer", "message"),
    [
        ("needs_private_facts", 1, "must be true or false, not 1"),
        ("needs_private_facts", "true", "must be true or false, not 'true'"),
        ("needs_private_facts", None, "must not be empty"),
        ("n_examples", True, "must be a number, not True"),
        ("n_examples", "12", "must be a number, not '12'"),
        ("n_examples", 12.5, "must be a whole number, not 12.5"),
        ("n_examples", -1, "must be from 0 to 10000000, not -1"),
        ("n_examples", 10000001, "must be from 0 to 10000000, not 10000001"),
        ("tokens_in", 0, "must be from 1 to 1000000, not 0"),
        ("cacheable_share", 1.01, "must be from 0 to 1, not 1.01"),
        ("requests_per_month", float("nan"), "must be a number, not nan"),
        ("requests_per_month", float("inf"), "must be a number, not inf"),
        ("retrain_cadence_months", 0.2, "must be from 0.25 to 60, not 0.2"),
        ("eval_infra", "automatic", "must be one of none, manual, automated_regression, not 'automatic'"),
        ("eval_infra", ["none"], "must be one of none, manual, automated_regression, not ['none']"),
        ("gaps", "latency", "must be a list, not 'latency'"),
        ("gaps", ["speed"], CHOICES + "'speed'"),
        ("gaps", [["latency"]], CHOICES + "['latency']"),
        ("gaps", ["latency", "latency"], "must name each choice once"),
        ("baseline_model", "", "must be the id of a model, not ''"),
        ("baseline_model", 4, "must be the id of a model, not 4"),
    ],
)  # fmt: skip
def test_a_wrong_answer_says_what_would_be_right(errors, answers, question, answer, message):
    assert errors(answers(**{question: answer})) == [(question, message)]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("n_examples", 12.0),
        ("n_examples", 0),
        ("few_shot_relative_pct", 120),
        ("requests_per_month", 100_000_000_000.0),
        ("horizon_months", 60),
        ("gaps", []),
        ("baseline_model", "any-model"),
    ],
)
def test_an_answer_at_the_edge_is_right(check, question, answer):
    assert check(**{question: answer}).answers[question] == answer


def test_a_model_without_a_price_is_refused_where_prices_are_known(errors, answers, check):
    assert check(models={"gpt-6.1-sol"})["baseline_model"] == "gpt-6.1-sol"
    assert errors(answers(), {"gpt-7"}) == [
        ("baseline_model", "no price is published for 'gpt-6.1-sol'; choose a model with a price")
    ]


def test_all_errors_are_told_at_once(errors, answers):
    found = errors(answers(n_examples="12", eval_infra="x", gaps=3, unknown=1))
    assert [question for question, _ in found] == ["unknown", "gaps", "n_examples", "eval_infra"]


def test_the_message_of_the_error_names_every_field(method, answers):
    with pytest.raises(AnswersError, match=r"gaps: must be a list, not 3; n_examples: must be a number, not '12'"):
        validate(answers(n_examples="12", gaps=3), method.questionnaire)
