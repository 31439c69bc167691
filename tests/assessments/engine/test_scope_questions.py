"""Claims that are apart make a question; each answer to it that changes anything is a world, computed and shown."""

import pytest

from assessments.engine.choices import read_choices

AVERAGE = "fine-tuning-project-cost-average-aiformaking"
RANGE = "fine-tuning-project-cost-range"
BASIC = "rag-build-cost-basic"
PRODUCTION = "rag-build-cost-production"


@pytest.fixture
def settled(method):
    """Choices with one question settled."""

    def settle(part, name, value):
        signed = {"value": value, "note": "As agreed with the client.", "by": "ana"}
        return read_choices({part: {name: signed}}, method.house)

    return settle


@pytest.fixture
def asked(judge):
    """Question id → question, figures by id, and the whole result."""

    def run(changes=None, **more):
        result = judge(changes, **more)
        return {one["id"]: one for one in result["scope_questions"]}, figures_of(result), result

    return run


def figures_of(result):
    return {figure["id"]: figure for figure in result["figures"]}


def likely(figures, figure_id):
    return None if figure_id is None else figures[figure_id]["likely"]


def option(result, variant):
    return next(one for one in result["options"] if one["variant"] == variant)


def test_a_key_of_the_scope_that_claims_differ_on_is_a_question(asked):
    questions, figures, result = asked()
    question = questions["tier"]
    assert (question["kind"], question["taken"], question["settled"]) == ("scope", "production", None)
    assert question["roles"] == ["rag_build_cost", "rag_time", "rag_hours"]
    taken, other = question["answers"]
    assert (taken["value"], taken["option"], taken["totals"]) == ("production", None, {})
    unsaid = ["rag-time-to-production@1", "rag-maintenance-hours@1"]  # of no tier, so of both
    assert (other["value"], other["claims"]) == ("basic", [f"{BASIC}@1", *unsaid])
    assert likely(figures, other["figures"]["rag_build_cost"]) == 10_000
    before = likely(figures, option(result, "rag")["figures"]["tco"])
    assert likely(figures, other["totals"]["rag"]) == before - 28_000 + 10_000


def test_a_world_without_a_claim_for_its_scope_has_no_total(asked, claim):
    claim("rag-maintenance-hours")["scope"] = {"tier": "production"}
    questions, _, _ = asked()
    assert questions["tier"]["answers"][1]["totals"] == {"rag": None, "hybrid_rag_lora": None}


def test_claims_that_are_disjoint_are_a_question_and_each_makes_a_world(asked):
    questions, figures, result = asked()
    question = questions["fine_tuning_project_cost"]
    assert (question["kind"], question["taken"]) == ("reading", RANGE)
    taken, other = question["answers"]
    assert [one["claims"] for one in (taken, other)] == [[f"{RANGE}@1"], [f"{AVERAGE}@1"]]
    assert likely(figures, other["figures"]["fine_tuning_project_cost"]) == 127_000
    before = likely(figures, option(result, "fine_tune_lora")["figures"]["tco"])
    assert likely(figures, other["totals"]["fine_tune_lora"]) == pytest.approx(before + 127_000 - 17_500)
    assert f"{AVERAGE}@1" in {one["claim"] for one in result["citations"] if one["used"]}


def test_a_settled_scope_counts_everywhere_and_no_other_world_is_computed_for_it(asked, settled, claims, claim):
    hours = claim("rag-maintenance-hours")
    hours["scope"] = {"tier": "production"}
    claims.append({**hours, "slug": "rag-hours-basic", "scope": {"tier": "basic"}, "value": {**hours["value"], "low": 1, "likely": None, "high": 3}})  # fmt: skip
    questions, figures, result = asked(choices=settled("scope", "tier", "basic"))
    question = questions["tier"]
    assert question["settled"] == {"value": "basic", "note": "As agreed with the client.", "by": "ana"}
    assert question["taken"] == "basic"
    assert likely(figures, option(result, "rag")["figures"]["upfront"]) == 10_000
    assert likely(figures, option(result, "rag")["figures"]["hours_per_month"]) == 2
    assert result["choices"]["scope"]["tier"]["value"] == "basic"


def test_a_settled_reading_leads(asked, settled):
    _, figures, result = asked(choices=settled("readings", "fine_tuning_project_cost", AVERAGE))
    assert likely(figures, option(result, "fine_tune_lora")["figures"]["upfront"]) == 127_000
    [ruling] = [one for one in result["evidence"]["applied"] if one["claim"] == f"{AVERAGE}@1"]
    assert ruling["because"][0]["code"] == "settled_by_consultant"


def test_a_settled_reading_whose_claim_is_gone_leaves_the_question_open(asked, settled):
    questions, figures, result = asked(choices=settled("readings", "fine_tuning_project_cost", "no-such-claim"))
    question = questions["fine_tuning_project_cost"]
    assert (question["taken"], question["settled"]) == (RANGE, None)
    assert likely(figures, option(result, "fine_tune_lora")["figures"]["upfront"]) == 17_500


def test_what_changes_no_cost_and_no_advice_is_not_asked(asked):
    """The gate on examples is apart from the range of examples, and no cost rests on either."""
    questions, _, result = asked()
    assert "fine_tuning_examples" not in questions
    rulings = [one for one in result["evidence"]["set_aside"] if one["role"] == "fine_tuning_examples"]
    assert "disjoint_not_averaged" in {one["because"][0]["code"] for one in rulings}


def test_claims_whose_scopes_contradict_each_other_are_apart_though_their_ranges_meet(asked, claims, claim):
    run = claim("fine-tuning-run-cost-full-40b")
    run["scope"] = {**run["scope"], "model_size": "40B"}
    claims.append({**run, "slug": "full-run-70b", "scope": {**run["scope"], "model_size": "70B"}})
    questions, _, result = asked()
    assert [one["value"] for one in questions["full_run_cost"]["answers"]] == [run["slug"], "full-run-70b"]
    [ruling] = [one for one in result["evidence"]["set_aside"] if one["claim"] == "full-run-70b@1"]
    assert ruling["because"][0] == {
        "code": "other_scope_than_applied",
        "params": {"key": "model_size", "claim": "70B", "client": "40B"},
    }


def test_a_claim_that_agrees_with_one_of_two_that_are_apart_stands_with_it(asked, claims, claim):
    average = claim(AVERAGE)
    near = {**average["value"], "low": 120_000, "likely": None, "high": 140_000}
    claims.append({**average, "slug": "near-the-average", "value": near, "freshness_weight": 1})
    average["freshness_weight"] = 1
    questions, figures, _ = asked()
    _, other = questions["fine_tuning_project_cost"]["answers"]
    assert other["claims"] == [f"{AVERAGE}@1", "near-the-average@1"]
    assert figures[other["figures"]["fine_tuning_project_cost"]]["key"] == "pooled"


# At this volume LoRA pays back with the cheap project and not with the dear one; cost is the only gap.
DIVIDED = {"gaps": ["cost_at_volume"], "requests_per_month": 4_000_000}


def test_readings_that_lead_to_different_advice_lower_the_confidence(asked, settled):
    questions, _, result = asked(DIVIDED)
    _, other = questions["fine_tuning_project_cost"]["answers"]
    assert (result["recommendation"]["option"], other["option"]) == ("fine_tune_lora", "few_shot")
    codes = [one["code"] for one in result["recommendation"]["confidence_reasons"]]
    assert "readings_disagree" in codes
    _, _, once = asked(DIVIDED, choices=settled("readings", "fine_tuning_project_cost", RANGE))
    assert "readings_disagree" not in [one["code"] for one in once["recommendation"]["confidence_reasons"]]
    levels = ("very_low", "low", "medium", "high")
    before, after = (levels.index(one["recommendation"]["confidence"]) for one in (result, once))
    assert after == before + 1


def test_totals_of_other_worlds_are_in_the_currency_of_the_report(asked, claims, claim):
    other = claim(PRODUCTION)
    value = {**other["value"], "low": 0.9, "likely": 0.9, "high": 0.9, "unit": "ratio", "currency": None, "per": None}
    claims.append({**other, "slug": "rate", "metric": {"slug": "exchange-rate"}, "scope": {"from": "USD", "to": "EUR"}, "value": value})  # fmt: skip
    questions, figures, _ = asked()
    dollars = questions["fine_tuning_project_cost"]["answers"][1]["totals"]["fine_tune_lora"]
    in_dollars = likely(figures, dollars)
    claim("rag-maintenance-hours")["scope"] = {"tier": "production"}
    questions, figures, _ = asked(currency="EUR")
    euros = questions["fine_tuning_project_cost"]["answers"][1]["totals"]
    assert figures[euros["fine_tune_lora"]]["currency"] == "EUR"
    assert likely(figures, euros["fine_tune_lora"]) == pytest.approx(in_dollars * 0.9)
    assert questions["tier"]["answers"][1]["totals"] == {"rag": None, "hybrid_rag_lora": None}
