""" "I do not know" in the shipped questionnaire: what it counts as, what it costs in confidence, what it leaves open."""

import pytest

from assessments.engine import AnswersError
from assessments.engine.conditions import Source
from assessments.engine.errors import FrameworkError
from assessments.engine.facts import suppose, validate
from assessments.engine.unknown_answers import weighing

CLAIMS_NO_STRENGTH = {
    "task_narrow": False,
    "task_pattern_stable": False,
    "domain_stable_12m": False,
    "needs_private_facts": True,
    "knowledge_change": "continuous",
    "citation_required": True,
    "regulated": True,
    "gaps": [],
    "example_quality": "mixed",
    "eval_infra": "none",
    "provider_ft_status": "active_customer",
}
NUMBERS = {
    "n_examples",
    "distribution_shift_months",
    "retrain_cadence_months",
    "requests_per_month",
    "tokens_in",
    "cacheable_share",
    "tokens_out",
    "budget_total_usd",
}
SAID_BY_ANOTHER_ANSWER = {
    "task_type",
    "prompt_result",
    "few_shot_result",
    "few_shot_relative_pct",
    "rag_result",
    "small_model_gap",
    "latency_target_ms",
}
EVERYTHING_RESTS_ON = {"baseline_model", "deployment", "horizon_months"}


def test_each_question_is_decided(method):
    questions = method.questionnaire.by_id
    open_ended = {name for name, question in questions.items() if question.unknown is not None}
    assert open_ended == CLAIMS_NO_STRENGTH.keys() | NUMBERS
    assert questions.keys() - open_ended == SAID_BY_ANOTHER_ANSWER | EVERYTHING_RESTS_ON


@pytest.mark.parametrize("name", CLAIMS_NO_STRENGTH)
def test_a_choice_counts_as_the_one_that_claims_no_strength(method, name):
    assert method.questionnaire.by_id[name].stands_for == CLAIMS_NO_STRENGTH[name]


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_a_number_counts_as_a_range_five_times_wide_or_more(method, name):
    stands_for = method.questionnaire.by_id[name].stands_for
    assert stands_for["low"] * 5 <= stands_for["high"]
    assert stands_for["low"] <= stands_for["likely"] <= stands_for["high"]


@pytest.mark.parametrize("name", sorted(SAID_BY_ANOTHER_ANSWER | EVERYTHING_RESTS_ON - {"baseline_model"}))
def test_the_others_cannot_be_left_open(answers, method, name):
    with pytest.raises(AnswersError):
        validate(answers(**{name: "unknown"}), method.questionnaire)


def codes(result):
    return [reason["code"] for reason in result["recommendation"]["confidence_reasons"]]


def test_an_answer_that_the_deciding_rule_read_lowers_the_confidence_by_one_step(judge):
    known, unknown = judge({"example_quality": "mixed"}), judge({"example_quality": "unknown"})
    assert known["recommendation"]["option"] == unknown["recommendation"]["option"]
    assert (known["recommendation"]["confidence"], unknown["recommendation"]["confidence"]) == ("medium", "low")
    assert codes(unknown) == [*codes(known), "answers_unknown"]
    assert unknown["recommendation"]["confidence_reasons"][-1]["questions"] == ["example_quality"]


def test_one_that_decided_nothing_does_not(judge):
    known, unknown = judge({"task_narrow": False}), judge({"task_narrow": "unknown"})
    assert unknown["recommendation"] == known["recommendation"]


def test_a_number_always_does(judge):
    found = judge({"tokens_out": "unknown"})
    assert found["recommendation"]["confidence"] == "low"
    assert found["recommendation"]["confidence_reasons"][-1]["questions"] == ["tokens_out"]


def test_several_take_it_down_by_one_step_only(judge):
    found = judge({"tokens_out": "unknown", "tokens_in": "unknown", "example_quality": "unknown"})
    assert found["recommendation"]["confidence"] == "low"
    assert found["recommendation"]["confidence_reasons"][-1]["questions"] == [
        "example_quality",
        "tokens_in",
        "tokens_out",
    ]


def test_what_weighs_is_a_fact_that_was_read_and_no_claim_of_that_name(answers, method):
    facts = validate(answers(gaps="unknown", regulated="unknown"), method.questionnaire)
    read = [Source("claim", "gaps"), Source("fact", "regulated"), Source("fact", "task_narrow")]
    assert weighing(facts, method.questionnaire, read) == ["regulated"]


WOULD_BE = [
    (
        "yes or no",
        {"needs_private_facts": "unknown", "knowledge_change": "monthly"},
        {
            "question": "needs_private_facts",
            "taken_as": True,
            "would_be": [{"answer": False, "option": "fine_tune_lora"}],
        },
    ),
    (
        "one of several",
        {"example_quality": "unknown"},
        {
            "question": "example_quality",
            "taken_as": "mixed",
            "would_be": [
                {"answer": answer, "option": "fine_tune_lora"} for answer in ("none", "mediocre", "high_consistent")
            ],
        },
    ),
    (
        "any of several, each by itself",
        {"gaps": "unknown"},
        {
            "question": "gaps",
            "taken_as": [],
            "would_be": [
                {"answer": ["format_style"], "option": "fine_tune_lora"},
                {"answer": ["domain_vocabulary"], "option": "fine_tune_lora"},
                {"answer": ["domain_reasoning"], "option": "fine_tune_lora"},
                {"answer": ["facts"], "option": "few_shot"},
                {"answer": ["latency"], "option": "fine_tune_lora"},
                {"answer": ["cost_at_volume"], "option": "few_shot"},
                {"answer": ["multi_step"], "option": "prompt_chaining"},
            ],
        },
    ),
    (
        "a number, whose thresholds say it",
        {"n_examples": "unknown"},
        {"question": "n_examples", "taken_as": {"low": 1, "likely": 30, "high": 1000}, "would_be": []},
    ),
]


@pytest.mark.parametrize(("changes", "said"), [case[1:] for case in WOULD_BE], ids=[case[0] for case in WOULD_BE])
def test_the_result_says_what_would_be(judge, changes, said):
    assert judge(changes)["unknown"] == [said]


def test_each_other_answer_is_the_recommendation_that_it_really_gives(judge):
    [said] = judge({"gaps": "unknown"})["unknown"]
    for other in said["would_be"]:
        assert judge({"gaps": other["answer"]})["recommendation"]["option"] == other["option"]


def test_without_such_answers_there_is_nothing_to_say(judge):
    assert judge()["unknown"] == []


def test_a_list_of_choices_may_stand_for_it(tables, judge):
    def change(data):
        next(one for one in data["questions"] if one["id"] == "gaps")["unknown"] = ["facts"]

    method = tables("questionnaire.yaml", change)
    [said] = judge({"gaps": "unknown"}, method=method, frameworks=method.frameworks)["unknown"]
    assert said["taken_as"] == ["facts"]
    assert [other["answer"] for other in said["would_be"]][:2] == [[], ["format_style"]]
    assert ["facts"] not in [other["answer"] for other in said["would_be"]]


def test_a_pace_nobody_knows_enters_no_sum(judge):
    found = judge({"needs_private_facts": True, "knowledge_change": "unknown"})
    assert "changes_per_year" not in {figure["key"] for figure in found["figures"]}


def test_supposing_twice_keeps_both(answers, method):
    facts = validate(answers(), method.questionnaire)
    once = suppose(facts, {"requests_per_month": 5}, method.questionnaire)
    assert suppose(once, {"gaps": []}, method.questionnaire).supposed == {"requests_per_month", "gaps"}


REFUSED = [
    ("no answer of the question", "eval_infra", "perhaps", "must be among the answers of the question"),
    ("no answer of yes or no", "regulated", "perhaps", "must be among the answers of the question"),
    ("no choice of a list", "gaps", ["facts", "perhaps"], "must be among the answers of the question"),
    ("a pace", "knowledge_change", "monthly", "must not be a pace: sums would be built on it"),
]


@pytest.mark.parametrize(
    ("name", "stands_for", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_stand_for_it(tables, name, stands_for, message):
    def change(data):
        next(one for one in data["questions"] if one["id"] == name)["unknown"] = stands_for

    with pytest.raises(FrameworkError, match=f"{name}: unknown: {message}"):
        tables("questionnaire.yaml", change)
