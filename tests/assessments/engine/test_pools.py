"""Claims that agree are pooled by grade and freshness; what weighs how much is in the ledger."""

from decimal import Decimal

import pytest

ROLE = "prompting_build_cost"
NAMED = "prompting-build-cost-advanced"


@pytest.fixture
def beside(claims, claim):
    """Another claim on what building a prompt costs, beside the one there is; and that one made a fresh range."""
    named = claim(NAMED)
    named["value"].update(low=1000, likely=2000, high=4000)
    named.update(certainty="moderate", freshness_weight=0.8, scope={})

    def add(slug="prompting-build-cost-other", low=2000, likely=None, high=6000, **more):
        weight = {"certainty": "low", "freshness_weight": 0.5, "scope": {}}
        value = {**named["value"], "low": low, "likely": likely, "high": high, **more.pop("value", {})}
        citations = [{"source": {"slug": more.pop("source", slug)}, "stance": "supports", "attributed_to": None}]
        claims.append({**named, "slug": slug, "citations": citations, **weight, "value": value, **more})
        return f"{slug}@1"

    return add


@pytest.fixture
def start(judge):
    """The figure that starts prompting, with all figures by id and the whole result."""

    def run():
        result = judge()
        figures = {figure["id"]: figure for figure in result["figures"]}
        option = next(one for one in result["options"] if one["variant"] == "prompting")
        return figures[option["figures"]["upfront"]], figures, result

    return run


def because(result, part, reference):
    [ruling] = [one for one in result["evidence"][part] if one["claim"] == reference and one["role"] == ROLE]
    return ruling["because"]


def test_claims_that_agree_are_pooled_by_grade_and_freshness(beside, start):
    other = beside()
    figure, figures, result = start()
    # Weights 0.75 × 0.8 and 0.5 × 0.5; the other's likely value is the middle of its range.
    assert (figure["low"], figure["high"]) == (1000, 6000)
    assert figure["likely"] == float(round((Decimal("0.6") * 2000 + Decimal("0.25") * 4000) / Decimal("0.85"), 6))
    [pool] = result["pools"]
    assert pool["figure"] == figure["id"]
    weights = [figures[member["weight"]]["likely"] for member in pool["members"]]
    assert weights == [0.6, 0.25]
    assert because(result, "applied", f"{NAMED}@1")[0] == {"code": "weighs_most", "params": {}}
    pooled = {"code": "pooled", "params": {"with": [NAMED]}}
    assert because(result, "applied", other) == [pooled]


def test_a_pool_says_how_it_comes_about_down_to_the_claims(beside, start):
    beside()
    figure, figures, _ = start()
    assert figure["origin"]["pattern"] == (
        "({value1} × {weight1} + {value2} × {weight2}) ÷ ({weight1} + {weight2}), from the lowest end to the highest"
    )
    kinds = set()
    open_ids = list(figure["origin"]["inputs"])
    while open_ids:
        origin = figures[open_ids.pop()]["origin"]
        kinds.add((origin["kind"], origin.get("claim") or origin.get("by")))
        open_ids += origin.get("inputs", [])
    assert {kind for kind, _ in kinds} == {"claim", "assumption", "formula"}
    assert {name for kind, name in kinds if kind == "claim"} == {f"{NAMED}@1", "prompting-build-cost-other@1"}
    assert {name for kind, name in kinds if kind == "assumption"} == {"Footing house assumptions"}


def test_copies_of_one_source_share_one_weight(beside, start):
    beside("copy-one", source="upstream")
    beside("copy-two", source="upstream")
    _, figures, result = start()
    [pool] = result["pools"]
    assert [figures[member["weight"]]["likely"] for member in pool["members"]] == [0.6, 0.125, 0.125]


def test_what_weighs_nothing_is_not_pooled(beside, start):
    other = beside(freshness_weight=0)
    figure, _, result = start()
    assert (figure["low"], figure["likely"], figure["high"]) == (1000, 2000, 4000)
    assert because(result, "set_aside", other)[0]["code"] == "undated_not_pooled"
    assert result["pools"] == []


def test_a_claim_of_which_nobody_said_how_fresh_it_is_is_not_pooled(beside, start):
    other = beside(freshness_weight=None)
    _, _, result = start()
    assert because(result, "set_aside", other)[0]["code"] == "undated_not_pooled"


def test_a_one_sided_figure_is_never_pooled(beside, start):
    other = beside(high=None)
    figure, _, result = start()
    assert (figure["low"], figure["likely"], figure["high"]) == (1000, 2000, 4000)
    assert because(result, "set_aside", other)[0]["code"] == "one_sided_not_pooled"


def test_where_the_leading_claim_weighs_nothing_it_stands_alone(beside, start, claim):
    claim(NAMED)["freshness_weight"] = 0
    other = beside(freshness_weight=0)
    figure, _, result = start()
    assert (figure["low"], figure["likely"], figure["high"]) == (1000, 2000, 4000)
    assert because(result, "set_aside", other)[0]["code"] == "agrees_with_applied"


def test_only_open_claims_leave_an_open_range(beside, start, claim):
    claim(NAMED)["value"].update(low=1000, likely=None, high=None)
    other = beside(high=None)
    figure, _, result = start()
    assert (figure["low"], figure["likely"], figure["high"]) == (1000, None, None)
    assert because(result, "set_aside", other)[0]["code"] == "agrees_with_applied"


def test_a_pool_is_drawn_as_one_input(beside, start):
    beside()
    figure, _, result = start()
    [how] = [one["distribution"] for one in result["uncertainty"]["inputs"] if one["figure"] == figure["id"]]
    assert how == "pool"


def test_a_claim_that_is_apart_from_any_pooled_one_stays_out(beside, start):
    """It meets the leading claim and not the one that is pooled with it."""
    beside("near", low=3900, high=9000, certainty="high")
    far = beside("far", low=1000, high=1500)
    figure, _, result = start()
    assert because(result, "set_aside", far)[0] == {"code": "disjoint_not_averaged", "params": {"claim": "near"}}
    assert (figure["low"], figure["high"]) == (1000, 9000)


# --- Currencies ------------------------------------------------------------------------------------------------------


@pytest.fixture
def rate(claims, claim):
    """A published exchange rate."""

    def add(base, currency, likely):
        other = claim("prompting-build-cost-advanced")
        claims.append(
            {
                **other,
                "slug": f"rate-{base}-{currency}".lower(),
                "metric": {"slug": "exchange-rate"},
                "scope": {"from": base, "to": currency, "on": "2026-11-20"},
                "value": {**other["value"], "low": likely, "likely": likely, "high": likely, "unit": "ratio", "currency": None, "per": None},
            }
        )  # fmt: skip

    return add


@pytest.mark.parametrize(("base", "currency", "likely"), [("USD", "GBP", 0.8), ("GBP", "USD", 1.25)])
def test_a_claim_in_another_currency_is_converted_at_a_published_rate(beside, rate, start, base, currency, likely):
    other = beside(low=1600, high=4800, value={"currency": "GBP"})
    rate(base, currency, likely)
    figure, figures, result = start()
    assert (figure["low"], figure["high"]) == (1000, 6000)
    reference = f"rate-{base}-{currency}@1".lower()
    assert because(result, "applied", other)[1] == {
        "code": "converted",
        "params": {"currency": "GBP", "rate": reference},
    }
    converted = next(one for one in figures.values() if one["key"] == "claim_converted")
    assert (converted["low"], converted["high"], converted["currency"], converted["per"]) == (
        2000,
        6000,
        "USD",
        "build",
    )
    assert reference in {cited["claim"] for cited in result["citations"] if cited["used"]}
    rates = [one["claim"] for one in result["evidence"]["applied"] if one["role"] == "exchange_rate"]
    assert rates == [reference]


def test_two_claims_in_one_currency_name_its_rate_once(beside, rate, start):
    beside("one", low=1600, high=4800, value={"currency": "GBP"})
    beside("two", low=1700, high=4900, value={"currency": "GBP"})
    rate("GBP", "USD", 1.25)
    _, _, result = start()
    assert [one["role"] for one in result["evidence"]["applied"]].count("exchange_rate") == 1


def test_without_a_rate_a_claim_in_another_currency_is_set_aside(beside, start):
    other = beside(value={"currency": "GBP"})
    _, _, result = start()
    assert because(result, "set_aside", other)[0] == {"code": "other_currency_no_rate", "params": {"currency": "GBP"}}


# --- The client's scope ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        ({"task": "code_completion"}, "not_for_client"),
        ({"task": "structured_extraction"}, "pooled"),
        ({"examples": 1199}, "not_for_client"),
        ({"examples": 1200}, "pooled"),
        ({"examples": 120_000}, "pooled"),
        ({"examples": 120_001}, "not_for_client"),
        ({"from": "2026-11-22"}, "pooled"),
        ({"from": "2026-11-23"}, "not_in_force_yet"),
        ({"from": 2027}, "pooled"),
    ],
    ids=str,
)
def test_the_scope_of_a_claim_is_held_against_the_clients_answers(beside, judge, scope, code):
    other = beside(scope=scope)
    result = judge({"task_type": "structured_extraction", "n_examples": 12_000})
    part = "applied" if code == "pooled" else "set_aside"
    assert because(result, part, other)[0]["code"] == code


def test_a_range_of_the_client_fits_what_fits_any_of_it(beside, judge):
    other = beside(scope={"examples": 30_000})
    examples = {"low": 1000, "likely": 1000, "high": 3000}
    assert because(judge({"n_examples": examples}), "applied", other)[0]["code"] == "pooled"
    reason = because(judge({"n_examples": 2999}), "set_aside", other)[0]
    assert reason == {"code": "not_for_client", "params": {"key": "examples", "claim": 30_000, "client": 2999}}
