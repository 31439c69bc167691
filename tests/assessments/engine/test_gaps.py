"""What the evidence lacks is a finding of its own."""

import pytest

PRODUCTION = "rag-build-cost-production"


@pytest.fixture
def gaps(judge):
    """Role → what is lacking."""
    return lambda changes=None, **more: {one["role"]: one for one in judge(changes, **more)["gaps"]}


def test_an_input_that_no_claim_fills_says_what_would(gaps, claims, claim):
    claims.remove(claim(PRODUCTION))
    assert gaps()["rag_build_cost"] == {
        "role": "rag_build_cost",
        "code": "no_claim",
        "subjects": ["rag"],
        "metrics": ["build-cost", "project-cost"],
        "unit": "currency",
        "currency": "USD",
        "per": "build",
        "scope": {"tier": "production"},
        "claims": [],
        "assumption": None,
        "options": ["rag", "hybrid_rag_lora"],
    }


def test_an_expired_claim_is_named(gaps, claim):
    claim(PRODUCTION)["freshness"] = "expired"
    gap = gaps()["rag_build_cost"]
    assert (gap["code"], gap["claims"]) == ("expired", [f"{PRODUCTION}@1"])


def test_a_claim_in_a_currency_without_a_rate_is_named(gaps, claim):
    claim(PRODUCTION)["value"]["currency"] = "GBP"
    gap = gaps()["rag_build_cost"]
    assert (gap["code"], gap["claims"]) == ("no_rate", [f"{PRODUCTION}@1"])


def test_an_assumption_that_stands_in_for_a_claim_is_a_gap_without_options(gaps):
    gap = gaps()["gpu_hour"]
    assert (gap["code"], gap["assumption"], gap["options"]) == ("no_claim", "gpu_hour", [])


def test_an_assumption_nobody_takes_for_granted_leaves_its_options_without_a_total(gaps):
    gap = gaps()["tuned_input_price"]
    assert (gap["assumption"], gap["options"]) == (None, ["fine_tune_lora_provider"])
    assert gap["scope"] == {"direction": "input"}


def test_what_a_consultant_declared_is_no_gap(gaps, declared):
    assert "gpu_hour" not in gaps(choices=declared(gpu_hour=4))


def test_what_a_claim_fills_is_no_gap(gaps):
    assert "few_shot_build_cost" not in gaps()


def test_gaps_stand_in_the_order_of_their_roles(judge):
    roles = [one["role"] for one in judge()["gaps"]]
    assert roles == sorted(roles)
