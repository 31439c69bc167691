"""Flips, reasons and confidence of the recommendation."""

from datetime import date

import pytest

from assessments.engine.claim import parse
from assessments.engine.confidence import confidence
from assessments.engine.ledger import Ledger, Measure
from assessments.engine.numbers import from_json

DAY = date(2026, 11, 22)


@pytest.fixture
def recommended(judge):
    return lambda changes=None: judge(changes)["recommendation"]


@pytest.fixture
def flips(judge):
    """(question, at, to) of every flip, after checking that its figures are the answer and the threshold."""

    def run(changes=None):
        result = judge(changes)
        figures = {figure["id"]: figure for figure in result["figures"]}
        for flip in result["recommendation"]["flips"]:
            assert figures[flip["figure"]]["origin"] == {"kind": "answer", "question": flip["question"]}
            assert flip["at"] in [figures[flip["at_figure"]][end] for end in ("low", "likely", "high")]
        return [(flip["question"], flip["at"], flip["to"]) for flip in result["recommendation"]["flips"]]

    return run


def test_enough_examples_flip_where_fewer_would_not_do(flips):
    assert flips() == [("n_examples", 50, "few_shot")]
    assert flips({"n_examples": 50}) == [("n_examples", 50, "few_shot")]
    assert flips({"n_examples": 49}) == [("n_examples", 50, "fine_tune_lora")]


def test_volume_flips_where_cost_is_the_only_gap(flips, judge):
    at = round((16250 / 12 + 6307.7) / 0.00284, 6)
    assert flips({"gaps": ["cost_at_volume"]}) == [("requests_per_month", at, "fine_tune_lora")]
    above = flips({"gaps": ["cost_at_volume"], "requests_per_month": 5_000_000})
    assert ("requests_per_month", at, "few_shot") in above


@pytest.mark.parametrize("part", [0.999999, 1.000001])
def test_crossing_a_flip_really_changes_the_recommendation(judge, flips, part):
    [(_, at, to)] = flips({"gaps": ["cost_at_volume"]})
    option = judge({"gaps": ["cost_at_volume"], "requests_per_month": at * part})["recommendation"]["option"]
    assert (option == to) is (part > 1)


def test_volume_does_not_flip_where_crossing_changes_nothing(flips):
    assert "requests_per_month" not in [question for question, _, _ in flips()]


def test_the_pace_of_shifts_flips(flips):
    assert flips({"distribution_shift_months": 5}) == [("distribution_shift_months", 6, "fine_tune_lora")]
    assert ("distribution_shift_months", 6, "few_shot") in flips({"distribution_shift_months": 6})


def test_a_threshold_out_of_the_questions_reach_is_no_flip(flips):
    assert flips({"retrain_cadence_months": 0.25, "distribution_shift_months": 0.25, "n_examples": 10}) == [
        ("n_examples", 50, "fine_tune_lora")
    ]


def test_few_shot_close_to_the_target_does_not_move_the_house(flips):
    assert "few_shot_relative_pct" not in [question for question, _, _ in flips({"few_shot_relative_pct": 89})]


def test_nothing_flips_what_could_not_be_decided(recommended, claim):
    claim("fine-tuning-examples-start")["freshness"] = "expired"
    found = recommended()
    assert (found["option"], found["fired"], found["flips"]) == (
        "evidence_expired",
        "fewer_examples_than_the_minimum",
        [],
    )
    assert {"code": "evidence_lacking", "figures": []} in found["reasons"]


def test_a_missing_claim_is_told_from_an_expired_one(recommended, claims, claim):
    claims.remove(claim("fine-tuning-examples-start"))
    assert recommended()["option"] == "evidence_missing"


def test_reasons_name_the_figures_that_decided(judge):
    result = judge({"gaps": ["cost_at_volume"]})
    figures = {figure["id"]: figure["key"] for figure in result["figures"]}
    [reason, condition] = result["recommendation"]["reasons"]
    assert reason["code"] == "cost_alone_below_break_even"
    assert [figures[one] for one in reason["figures"]] == ["answer", "break_even_requests"]
    assert condition == {"code": "smaller_or_cached_model_first", "figures": []}


@pytest.mark.parametrize(
    ("agreeing", "word", "code"),
    [
        ((), "very_low", "no_framework_agrees"),
        (("a",), "low", "frameworks_divided"),
        (("a", "b"), "medium", "frameworks_divided"),
        (("a", "b", "c"), "high", "most_frameworks_agree"),
    ],
)
def test_agreement_sets_the_level(agreeing, word, code):
    found = confidence(agreeing, ("z",), [], [], DAY)
    assert found.word == word
    assert [(reason["code"], reason["frameworks"]) for reason in found.reasons] == [(code, list(agreeing))]


def test_four_frameworks_are_as_good_as_three():
    assert confidence("abcd", "", [], [], DAY).word == "high"
    assert confidence("abcd", "", [], [], DAY).reasons[0]["code"] == "no_framework_disagrees"


@pytest.mark.parametrize(
    ("change", "lacking", "word", "codes"),
    [
        ({"certainty": "moderate"}, [], "high", []),
        ({"certainty": "low"}, [], "medium", ["evidence_graded_low"]),
        ({"certainty": "very_low"}, [], "medium", ["evidence_graded_low"]),
        ({"certainty": "high", "freshness": "overdue"}, [], "medium", ["evidence_overdue"]),
        ({"certainty": "high", "contested_by": ["other"]}, [], "high", ["evidence_contested"]),
        ({"certainty": "high"}, ["gone"], "medium", ["evidence_lacking"]),
        ({"certainty": "low", "freshness": "overdue"}, ["gone"], "very_low",
         ["evidence_graded_low", "evidence_overdue", "evidence_lacking"]),
    ],
)  # fmt: skip
def test_weak_evidence_lowers_it(claim, change, lacking, word, codes):
    document = parse({**claim("rag-build-cost-production"), **change})
    found = confidence("abc", "d", [document], lacking, DAY)
    assert found.word == word
    assert [reason["code"] for reason in found.reasons][1:] == codes
    for reason in found.reasons[1:]:
        evidence = reason["code"] == "evidence_lacking"
        assert reason["claims"] == ([] if evidence else ["rag-build-cost-production@1"])
        assert reason["evidence"] == (lacking if evidence else [])
        assert (reason["frameworks"], reason["figures"]) == ([], [])


@pytest.mark.parametrize(
    ("percent", "word", "code"),
    [(49.999999, "medium", "seldom_cheapest"), (50, "high", "mostly_cheapest"), (100, "high", "mostly_cheapest")],
)
def test_an_option_that_is_seldom_the_cheapest_lowers_it(percent, word, code):
    share = Ledger().answer("share", "how often", from_json(percent), Measure("percent"))
    found = confidence("abc", "d", [], [], DAY, share)
    assert found.word == word
    assert [(reason["code"], reason["figures"]) for reason in found.reasons[1:]] == [(code, ["F1"])]


def test_it_never_falls_below_very_low(claim):
    document = parse({**claim("rag-build-cost-production"), "freshness": "overdue"})
    assert confidence("", "abcd", [document], ["gone"], DAY).word == "very_low"


def test_stale_evidence_lowers_the_confidence_of_a_client(recommended, claims):
    for document in claims:
        document["certainty"] = "high"
    answers = {"rag_result": "solves", "gaps": [], "needs_private_facts": True, "citation_required": True,
               "task_pattern_stable": False}  # fmt: skip
    assert recommended(answers)["confidence"] == "high"
    for document in claims:
        document["freshness"] = "overdue"
    assert recommended(answers)["confidence"] == "medium"
