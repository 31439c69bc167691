"""Which claims apply and why, and which were set aside and why."""

import pytest


@pytest.fixture
def rulings(judge):
    """(slug, role) → codes of the reasons, of what was applied or set aside."""

    def run(part, changes=None):
        return {
            (one["claim"].rpartition("@")[0], one["role"]): [reason["code"] for reason in one["because"]]
            for one in judge(changes)["evidence"][part]
        }

    return run


def reason(judge, slug, role, part="set_aside"):
    [found] = [one for one in judge()["evidence"][part] if one["claim"] == f"{slug}@1" and one["role"] == role]
    return found["because"][0]


def test_a_range_with_a_median_in_the_clients_scope_applies(rulings):
    assert rulings("applied")["rag-build-cost-production", "rag_build_cost"] == [
        "only_claim_for_input",
        "scope_matches",
        "stated_median",
    ]


def test_a_claim_of_another_scope_is_set_aside_with_both_scopes(judge):
    assert reason(judge, "rag-build-cost-basic", "rag_build_cost") == {
        "code": "scope_differs",
        "params": {"key": "tier", "claim": "basic", "client": "production"},
    }


def test_disjoint_claims_are_never_averaged(judge):
    assert reason(judge, "fine-tuning-project-cost-average-aiformaking", "fine_tuning_project_cost") == {
        "code": "disjoint_not_averaged",
        "params": {"claim": "fine-tuning-project-cost-range"},
    }
    figures = [
        figure for figure in judge()["figures"] if figure["params"] == {"claim": "fine-tuning-project-cost-range"}
    ]
    assert {(figure["low"], figure["high"]) for figure in figures} == {(5000, 30000)}


def test_a_claim_below_the_applied_one_is_disjoint_too(rulings, claim):
    claim("fine-tuning-project-cost-average-aiformaking")["value"].update(low=100, likely=100, high=100)
    codes = rulings("set_aside")["fine-tuning-project-cost-average-aiformaking", "fine_tuning_project_cost"]
    assert codes == ["disjoint_not_averaged"]


def test_a_claim_within_the_applied_one_agrees(rulings, claim):
    claim("fine-tuning-project-cost-average-aiformaking")["value"].update(low=9000, likely=9000, high=9000)
    codes = rulings("set_aside")["fine-tuning-project-cost-average-aiformaking", "fine_tuning_project_cost"]
    assert codes == ["agrees_with_applied"]


@pytest.mark.parametrize("ends", [{"low": None}, {"high": None}])
def test_a_one_sided_claim_agrees_where_nothing_says_otherwise_and_is_not_pooled(rulings, claim, ends):
    value = claim("fine-tuning-project-cost-average-aiformaking")["value"]
    value.update({"low": 9000, "likely": None, "high": 9000, **ends})
    codes = rulings("set_aside")["fine-tuning-project-cost-average-aiformaking", "fine_tuning_project_cost"]
    assert codes == ["one_sided_not_pooled"]


def test_a_gate_is_not_a_cost(judge):
    assert reason(judge, "fine-tuning-budget-gate", "fine_tuning_project_cost") == {
        "code": "different_role",
        "params": {"role": "gate"},
    }


def test_parts_of_an_end_to_end_figure_are_not_counted_again(rulings):
    aside = rulings("set_aside")
    for part in ("data-preparation-cost", "engineering-cost", "evaluation-cost"):
        codes = aside[f"fine-tuning-{part}-aiformaking", "fine_tuning_project_cost"]
        assert codes == ["superseded_by_end_to_end"]
    assert aside["fine-tuning-run-cost-lora-7b", "fine_tuning_project_cost"] == ["superseded_by_end_to_end"]


def test_a_claim_on_another_basis_is_set_aside(judge):
    assert reason(judge, "fine-tuning-retraining-quarterly", "retraining_cost") == {
        "code": "different_basis",
        "params": {"claim": "quarter", "needed": "run"},
    }


def test_a_claim_for_another_method_is_set_aside(judge, claims, claim):
    other = claim("fine-tuning-run-cost-full-40b")
    claims.append({**other, "slug": "full-run-by-lora", "scope": {"method": "lora"}})
    assert reason(judge, "full-run-by-lora", "full_run_cost")["code"] == "not_for_method"


def test_a_claim_in_another_currency_is_set_aside(judge, claims, claim):
    other = claim("fine-tuning-run-cost-full-40b")
    claims.append({**other, "slug": "full-run-in-pounds", "value": {**other["value"], "currency": "GBP"}})
    assert reason(judge, "full-run-in-pounds", "full_run_cost") == {
        "code": "other_currency_no_rate",
        "params": {"currency": "GBP"},
    }


def test_an_expired_claim_is_set_aside_and_its_option_says_what_is_missing(judge, claim):
    claim("rag-build-cost-production")["freshness"] = "expired"
    assert reason(judge, "rag-build-cost-production", "rag_build_cost") == {"code": "expired", "params": {}}
    option = next(one for one in judge()["options"] if one["option"] == "rag")
    assert option["missing"] == ["rag_build_cost"]
    assert option["tco"]["likely"] is None


@pytest.mark.parametrize(
    "change", [{"state": "retracted"}, {"value": {"rating": "low"}}, {"value": {"unit": "percent"}}]
)
def test_what_is_no_figure_for_the_input_is_not_even_considered(judge, claims, claim, change):
    other = claim("rag-build-cost-basic")
    empty = {"low": None, "likely": None, "high": None} if "rating" in change.get("value", {}) else {}
    value = {**other["value"], **empty, **change.get("value", {})}
    claims.append({**other, **change, "slug": "odd-one", "value": value})
    evidence = judge()["evidence"]
    assert "odd-one@1" not in {one["claim"] for part in evidence.values() for one in part}


def test_a_contested_claim_is_shown_as_such_wherever_it_stands(rulings, claim):
    claim("fine-tuning-project-cost-range")["contested_by"] = ["fine-tuning-project-cost-average-aiformaking"]
    claim("fine-tuning-project-cost-average-aiformaking")["contested_by"] = ["fine-tuning-project-cost-range"]
    claim("fine-tuning-budget-gate")["contested_by"] = ["something"]
    applied, aside = rulings("applied"), rulings("set_aside")
    assert applied["fine-tuning-project-cost-range", "fine_tuning_project_cost"] == ["named_for_input", "contested"]
    assert aside["fine-tuning-project-cost-average-aiformaking", "fine_tuning_project_cost"] == [
        "disjoint_not_averaged",
        "contested",
    ]
    assert applied["fine-tuning-budget-gate", "rule"] == ["named_by_rule", "contested"]


def test_a_published_claim_takes_the_place_of_an_assumption(judge, claims, claim):
    other = claim("rag-maintenance-hours")
    gpu = {
        **other,
        "slug": "hosting-h100-hour",
        "subject": {"slug": "hosting"},
        "metric": {"slug": "hosting-cost"},
        "value": {**other["value"], "low": 3, "high": 5, "unit": "currency", "currency": "USD", "per": "hour"},
        "scope": {},
    }
    before = judge()
    claims.append(gpu)
    after = judge()
    keys = [
        {figure["key"] for figure in result["figures"] if figure["id"] in result["assumptions"]}
        for result in (before, after)
    ]
    assert keys[0] - keys[1] == {"gpu_hour"}
    tco = next(one["tco"] for one in after["options"] if one["option"] == "fine_tune_lora")
    assert tco["likely"] == 17500 + 12 * (2000 + 4 * 730 + 250)


def test_every_claim_is_numbered_once_used_ones_first(judge):
    result = judge()
    citations = result["citations"]
    assert [one["n"] for one in citations] == list(range(1, len(citations) + 1))
    assert len({one["claim"] for one in citations}) == len(citations)
    used = [one["used"] for one in citations]
    assert used == sorted(used, reverse=True)
    figures = [figure["origin"]["claim"] for figure in result["figures"] if figure["origin"]["kind"] == "claim"]
    assert [one["claim"] for one in citations][: len(figures)] == figures
    rulings = {one["claim"] for part in result["evidence"].values() for one in part}
    assert rulings == {one["claim"] for one in citations}
