"""Warnings with their figures, and the answers to questions nobody asked."""

import pytest


@pytest.fixture
def warning(judge):
    """One warning with the keys and values of its figures."""

    def run(code, changes=None):
        result = judge(changes)
        figures = {figure["id"]: figure for figure in result["figures"]}
        [found] = [one for one in result["warnings"] if one["code"] == code]
        return {**found, "figures": [figures[one] for one in found["figures"]]}

    return run


@pytest.fixture
def question(judge):
    def run(name, changes=None):
        [found] = [one for one in judge(changes)["questions"] if one["id"] == name]
        return found

    return run


def test_a_warning_carries_claims_remedy_and_basis(warning):
    found = warning("no_evaluation", {"eval_infra": "none"})
    assert (found["claims"], found["remedy"], found["basis"]) == (
        ["evaluation-before-fine-tuning@1"],
        "build_evaluation_first",
        "answers",
    )


def test_what_nobody_asked_is_raised_as_such(warning):
    found = warning("hidden_costs")
    assert found["basis"] == "not_asked"
    assert [figure["likely"] for figure in found["figures"]] == [5000, 3000, 20000]


def test_retrieval_shows_both_its_accuracies(warning):
    found = warning("rag_needs_craft", {"rag_result": "solves"})
    assert [(figure["low"], figure["high"]) for figure in found["figures"]] == [(10, 40), (85, 90)]


def test_training_in_every_change_is_priced_by_the_year(warning):
    """Four changes a year at 35,000 and more a run: the source's own 140,000 for the first year."""
    found = warning("retraining_repeats", {"needs_private_facts": True, "knowledge_change": "quarterly"})
    assert [(figure["key"], figure["low"], figure["high"]) for figure in found["figures"]] == [
        ("changes_per_year", 4, 4),
        ("retraining_by_change_lora", 1200, 3200),
        ("retraining_by_change_full", 140000, None),
    ]


def test_changes_without_a_pace_have_no_price(warning, claims, claim):
    changes = {"needs_private_facts": True, "knowledge_change": "continuous"}
    assert warning("retraining_repeats", changes)["figures"] == []
    claims.remove(claim("fine-tuning-run-cost-lora-7b"))
    changes["knowledge_change"] = "yearly"
    keys = [figure["key"] for figure in warning("retraining_repeats", changes)["figures"]]
    assert keys == ["changes_per_year", "retraining_by_change_full"]


def test_a_claim_that_cannot_be_cited_is_left_out_of_its_warning(warning, claim):
    claim("provider-weights-not-portable")["freshness"] = "expired"
    assert warning("not_portable", {"deployment": "any_api"})["claims"] == []


def test_a_claim_in_review_is_not_needed_for_its_warning(warning):
    found = warning("base_model_ends", {"provider_ft_status": "active_customer"})
    assert found["claims"] == ["base-model-tied@1"]


def test_a_warning_whose_threshold_is_unknown_is_not_raised(judge, claims, claim):
    claims.remove(claim("fine-tuning-examples-range"))
    assert "too_few_examples" not in {one["code"] for one in judge({"n_examples": 60})["warnings"]}


def test_the_budget_is_compared_with_the_total(warning):
    found = warning("inference_price_only", {"budget_total_usd": 20000})
    assert [(figure["key"], figure["likely"]) for figure in found["figures"]] == [("answer", 20000), ("tco", 92592.4)]


def test_every_question_is_answered(judge):
    assert [one["id"] for one in judge()["questions"]] == [
        "cost_of_each_option", "time_to_production", "examples_needed", "ownership", "base_model_retired",
        "when_data_changes", "where_answers_come_from", "measure_first", "review_on",
    ]  # fmt: skip


FACTS = {"needs_private_facts": True, "citation_required": True}


@pytest.mark.parametrize(
    ("name", "changes", "answer"),
    [
        ("time_to_production", {}, "as_sources_report"),
        ("time_to_production", {"prompt_result": "untested"}, "after_the_tests"),
        ("examples_needed", {}, "every_minimum_met"),
        ("examples_needed", {"n_examples": 9999}, "within_the_usual_range"),
        ("examples_needed", {"n_examples": 499}, "only_the_lowest_minimum_met"),
        ("examples_needed", {"rag_result": "solves"}, "none_for_training"),
        ("ownership", {}, "weights_are_yours"),
        ("ownership", {"deployment": "any_api"}, "weights_yours_only_if_open"),
        ("ownership", {"rag_result": "solves"}, "prompts_and_index_are_yours"),
        ("base_model_retired", {}, "training_must_be_repeated"),
        ("base_model_retired", {"rag_result": "solves"}, "tests_must_be_repeated"),
        ("when_data_changes", {}, "train_again"),
        ("when_data_changes", FACTS, "index_for_facts_training_for_behaviour"),
        ("when_data_changes", {"rag_result": "solves"}, "update_the_index"),
        ("when_data_changes", {"few_shot_result": "solves"}, "edit_the_prompt"),
        ("where_answers_come_from", {}, "cannot_be_traced"),
        ("where_answers_come_from", FACTS, "passages_can_be_shown"),
        ("where_answers_come_from", {"few_shot_result": "solves"}, "only_from_the_prompt"),
        ("measure_first", {}, "the_remaining_gap"),
        ("measure_first", {"prompt_result": "untested"}, "the_untested_approaches"),
        ("measure_first", {"eval_infra": "none"}, "an_automated_evaluation"),
        ("measure_first", {"small_model_gap": "unbenchmarked"}, "the_small_model"),
        ("measure_first", {"rag_result": "solves"}, "retrieval_accuracy"),
    ],
)
def test_a_question_is_answered_for_what_is_recommended(question, name, changes, answer):
    assert question(name, changes)["answer"] == answer


def test_an_answer_without_its_evidence_is_unknown(question, claims, claim):
    claims.remove(claim("base-model-tied"))
    assert question("base_model_retired") == {
        "id": "base_model_retired", "answer": "unknown", "figures": [], "claims": [], "params": {},
    }  # fmt: skip


def test_nothing_is_said_about_an_option_that_could_not_be_recommended(question, claims, claim):
    claims.remove(claim("fine-tuning-examples-start"))
    for name in ("time_to_production", "ownership", "base_model_retired", "when_data_changes", "measure_first"):
        assert question(name)["answer"] == "unknown"


def test_the_decision_is_looked_at_again_when_its_evidence_is_due(question):
    found = question("review_on")
    assert found["answer"] == "evidence_due"
    assert found["params"] == {"date": "2027-05-21", "prices_date": "2026-12-06"}
    assert len(found["claims"]) == 2


def test_evidence_that_ends_before_it_is_due_counts_with_its_end(question, claim):
    claim("fine-tuning-project-cost-range")["expires_on"] = "2027-01-14"
    found = question("review_on")
    assert found["params"]["date"] == "2027-01-14"
    assert found["claims"][0] == "fine-tuning-project-cost-range@1"


def test_overdue_evidence_means_now(question, claim):
    claim("fine-tuning-project-cost-range")["check_due_on"] = "2026-11-01"
    assert question("review_on")["answer"] == "evidence_overdue_now"


def test_evidence_without_dates_gives_no_day(question, claims):
    for document in claims:
        document["check_due_on"] = None
    assert question("review_on")["answer"] == "unknown"


def test_a_run_cost_that_lost_its_number_prices_no_year(warning, claim):
    claim("fine-tuning-run-cost-full-40b")["value"].update(low=None, rating="high")
    found = warning("retraining_repeats", {"needs_private_facts": True, "knowledge_change": "quarterly"})
    assert [figure["key"] for figure in found["figures"]] == ["changes_per_year", "retraining_by_change_lora"]
