"""What the options cost, and where fine-tuning breaks even, as figures of the ledger."""

import pytest

ENDS = ("low", "likely", "high")


@pytest.fixture
def options(judge):
    return lambda changes=None, **more: {one["variant"]: one for one in judge(changes, **more)["options"]}


@pytest.fixture
def even(judge):
    """The break-even with its figures in place of their ids."""

    def run(changes=None):
        result = judge(changes)
        figures = {figure["id"]: figure for figure in result["figures"]}
        found = result["break_even"]
        return {key: figures.get(value, value) if isinstance(value, str) else value for key, value in found.items()}

    return run


def likely(figure):
    return figure["likely"]


def test_the_options_stand_in_their_order(options):
    assert list(options()) == [
        "prompting", "few_shot", "prompt_chaining", "rag", "fine_tune_lora", "fine_tune_lora_provider",
        "fine_tune_full", "hybrid_rag_lora",
    ]  # fmt: skip


def test_totals_are_start_plus_months_of_running(options):
    found = {name: tuple(one["tco"][end] for end in ENDS) for name, one in options().items()}
    usage = 20000 * 0.00284
    assert found["few_shot"] == tuple(round(start + 12 * (usage + 200), 6) for start in (500, 1250, 2000))
    assert found["prompting"] == (round(2000 + 12 * (usage + 200), 6),) * 3
    with_context = 20000 * 0.00684
    assert found["rag"] == tuple(
        round(start + 12 * (with_context + hours * 100 + 300), 6)
        for start, hours in ((18000, 5), (28000, 7.5), (45000, 10))
    )
    tuned = 12 * (2000 + 4007.7 + 250)
    assert found["fine_tune_lora"] == tuple(round(start + tuned, 6) for start in (5000, 17500, 30000))
    assert found["hybrid_rag_lora"] == tuple(
        round(start + tuned + 12 * (hours * 100 + 300), 6) for start, hours in ((23000, 5), (45500, 7.5), (75000, 10))
    )


def test_the_worked_client_has_its_printed_totals(options):
    """At the pace of four re-trainings a year the totals are those of the worked client in the economics of the domain."""
    found = options({"retrain_cadence_months": 3})
    assert found["fine_tune_lora"]["tco"]["likely"] == 95592.4
    assert found["hybrid_rag_lora"]["tco"]["likely"] == 136192.4


def test_a_one_sided_cost_stays_one_sided(options):
    full = options()["fine_tune_full"]
    start = 15000 + 30000 + 10000 + 3 * 35000
    monthly = 2000 + 5000 + 35000 / 6
    low = round(start + 12 * monthly, 6)
    drawn = [full["tco"].pop(name) for name in ("p10", "p50", "p90")]
    assert full["tco"] == {"low": low, "likely": None, "high": None}
    assert low < drawn[0] < drawn[1] < drawn[2]
    assert full["missing"] == []


def test_a_chain_has_no_total_because_nobody_asked_for_its_steps(options):
    chain = options()["prompt_chaining"]
    assert chain["missing"] == ["chain_steps"]
    assert set(chain["tco"].values()) == {None}
    assert "upfront" in chain["figures"]


@pytest.mark.parametrize(
    ("slug", "option", "missing"),
    [
        ("few-shot-build-cost", "few_shot", ["few_shot_build_cost"]),
        ("prompt-chaining-build-cost", "prompt_chaining", ["chaining_build_cost", "chain_steps"]),
        ("rag-maintenance-hours", "rag", ["rag_hours"]),
        ("rag-maintenance-hours", "hybrid_rag_lora", ["rag_hours"]),
        ("rag-build-cost-production", "hybrid_rag_lora", ["rag_build_cost"]),
        ("fine-tuning-project-cost-range", "fine_tune_lora", ["fine_tuning_project_cost"]),
        ("fine-tuning-iterations", "fine_tune_full", ["training"]),
        ("fine-tuning-run-cost-full-40b", "fine_tune_full", ["training", "retraining"]),
        ("fine-tuning-hosting-cost-aiformaking", "fine_tune_full", ["hosting"]),
    ],
)
def test_an_option_without_an_input_names_it_and_has_no_total(options, claims, claim, slug, option, missing):
    # What else could fill the input goes too.
    metric, subject = claim(slug)["metric"]["slug"], claim(slug)["subject"]["slug"]
    claims[:] = [one for one in claims if (one["metric"]["slug"], one["subject"]["slug"]) != (metric, subject)]
    found = options()[option]
    assert found["missing"] == missing
    assert set(found["tco"].values()) == {None}


@pytest.mark.parametrize(
    ("slug", "option", "note"),
    [
        ("rag-time-to-production", "rag", "time_to_production_unknown"),
        ("fine-tuning-examples-range", "fine_tune_lora", "examples_unknown"),
    ],
)
def test_what_no_total_needs_is_noted_as_unknown(options, claims, claim, slug, option, note):
    metric = claim(slug)["metric"]["slug"]
    claims[:] = [one for one in claims if one["metric"]["slug"] != metric]
    found = options({"n_examples": 10000})[option]
    assert note in found["notes"]
    assert found["missing"] == []


@pytest.mark.parametrize("deployment", ["own_weights_required", "air_gapped"])
def test_a_closed_deployment_is_offered_no_hosted_model(options, deployment):
    found = options({"deployment": deployment})
    for option in ("prompting", "few_shot", "prompt_chaining", "rag"):
        assert found[option]["eligible"] is False
        assert found[option]["reasons"] == ["hosted_api_not_allowed"]
        assert found[option]["tco"]["likely"] is None
    assert found["fine_tune_lora"]["eligible"] is True
    assert found["fine_tune_lora_provider"]["reasons"] == ["provider_fine_tune_not_allowed"]


@pytest.mark.parametrize("deployment", ["any_api", "open_weights_ok"])
def test_an_open_deployment_is_offered_everything(options, deployment):
    assert all(one["eligible"] for one in options({"deployment": deployment}).values())


def test_an_ineligible_recommendation_says_that_it_has_to_be_served_at_home(judge):
    recommendation = judge({"deployment": "air_gapped", "rag_result": "solves"})["recommendation"]
    assert recommendation["option"] == "rag"
    assert {"code": "own_serving_needed", "figures": []} in recommendation["reasons"]


def test_options_carry_what_the_clients_own_test_said(options):
    found = options({"rag_result": "not_applicable", "prompt_result": "untested"})
    assert [found[one]["tested"] for one in ("prompting", "few_shot", "rag", "fine_tune_lora")] == [
        "untested", "falls_short", "not_applicable", None,
    ]  # fmt: skip


def test_a_recommended_chain_with_retrieval_stands_beside_the_others_without_a_price(options):
    found = options({"gaps": ["multi_step"], "needs_private_facts": True, "regulated": True})
    assert list(found)[-1] == "chaining_plus_rag"
    assert found["chaining_plus_rag"]["missing"] == ["chain_steps"]


def test_every_assumed_figure_is_listed(judge):
    result = judge()
    figures = {figure["id"]: figure for figure in result["figures"]}
    assert {figures[one]["key"] for one in result["assumptions"]} == {
        "hourly_rate", "prompt_hours", "fine_tuning_hours", "gpu_hour", "gpu_hours", "retrainings_per_year",
        "retraining_cost", "context_tokens", "rag_infrastructure",
    }  # fmt: skip
    assert all(figures[one]["origin"]["by"] == "Footing house assumptions" for one in result["assumptions"])
    assert all(figures[one]["origin"]["note"] for one in result["assumptions"])


def test_the_house_break_even(even):
    found = even()
    assert likely(found["upfront_delta"]) == 16250
    assert likely(found["monthly_delta"]) == 6307.7
    assert likely(found["requests_per_month"]) == round((16250 / 12 + 6307.7) / 0.00284, 6)
    assert likely(found["tokens_per_month"]) == round((16250 / 12 + 6307.7) / 0.00284 * 1000, 6)
    assert likely(found["uncached_requests_per_month"]) == round((16250 / 12 + 6307.7) / 0.0036, 6)
    assert found["month"] == "never"
    assert found["notes"] == ["retraining_as_assumed"]
    assert found["missing"] == []


def test_the_break_even_has_the_range_of_the_project_cost(even):
    requests = even()["requests_per_month"]
    low, high = ((start / 12 + 6307.7) / 0.00284 for start in (5000 - 2000, 30000 - 500))
    assert (requests["low"], requests["high"]) == (round(low, 6), round(high, 6))


def test_the_month_of_break_even_at_the_clients_volume(even):
    found = even({"requests_per_month": 5_000_000, "retrain_cadence_months": 3})
    assert likely(found["month"]) == round(16250 / (5_000_000 * 0.00284 - 6307.7), 6)
    assert found["notes"] == []


def test_caching_alone_can_flip_the_decision_and_is_reported(even):
    between = 2_400_000  # above 2,128,241 without caching, under 2,697,783 with it
    assert "prompt_caching_flips" in even({"requests_per_month": between})["notes"]
    for volume in (2_000_000, 2_800_000):
        assert "prompt_caching_flips" not in even({"requests_per_month": volume})["notes"]


def test_a_model_that_costs_nothing_is_never_undercut(even, claims, judge):
    for document in claims:
        if document["metric"]["slug"] == "token-price":
            document["value"].update(low=0, likely=0, high=0)
    found = even()
    assert (found["requests_per_month"], found["tokens_per_month"], found["month"]) == ("never",) * 3
    assert "not_cost_justified" in judge()["recommendation"]["conditions"]


def test_a_project_cheaper_than_a_prompt_pays_at_once(even, claim):
    claim("fine-tuning-project-cost-range")["value"].update(low=0, high=100)
    assert even({"requests_per_month": 5_000_000})["month"] == "immediate"


def test_without_a_project_cost_there_is_no_break_even(even, claim, judge):
    claim("fine-tuning-project-cost-range")["freshness"] = "expired"
    claim("fine-tuning-project-cost-average-aiformaking")["freshness"] = "expired"
    found = even()
    assert found["requests_per_month"] is None
    assert found["missing"] == ["fine_tuning_project_cost"]
    recommendation = judge({"gaps": ["cost_at_volume"]})["recommendation"]
    assert recommendation["option"] == "evidence_expired"
    assert judge()["recommendation"]["conditions"] == []
    assert judge()["recommendation"]["lacking"] == ["fine-tuning-project-cost-range"]


def test_a_project_cost_without_a_middle_leaves_the_break_even_open(even, claim, judge):
    claim("fine-tuning-project-cost-range")["value"].update(high=None, bound="at_least")
    found = even({"requests_per_month": 5_000_000})
    assert found["requests_per_month"]["low"] == round(((5000 - 2000) / 12 + 6307.7) / 0.00284, 6)
    assert likely(found["requests_per_month"]) is None
    assert found["month"]["low"] == round(3000 / (5_000_000 * 0.00284 - 6307.7), 6)
    assert judge({"gaps": ["cost_at_volume"]})["recommendation"]["option"] == "evidence_missing"


def test_two_open_costs_leave_nothing_to_compare(even, claim):
    claim("fine-tuning-project-cost-range")["value"].update(high=None)
    claim("few-shot-build-cost")["value"].update(high=None)
    found = even()
    assert found["requests_per_month"] is None
    assert found["missing"] == ["upfront_or_monthly_difference"]


def test_the_quoted_band_stands_beside_the_same_sum_at_todays_prices(even, judge):
    result = judge()
    figures = {figure["id"]: figure for figure in result["figures"]}
    band = result["break_even"]["band"]
    assert (figures[band["published"]]["low"], figures[band["published"]]["high"]) == (10_000_000, 100_000_000)
    per_million = 0.00284 / 1000 * 1e6
    low, high = (start / 12 / (per_million / 1e6 * (1 - 1 / ratio)) for start, ratio in ((5000, 50), (30000, 10)))
    assert figures[band["today"]]["low"] == pytest.approx(low, abs=1)
    assert figures[band["today"]]["high"] == pytest.approx(high, abs=1)


def test_the_band_is_left_out_where_its_claims_are_missing(even, claims, claim):
    claims.remove(claim("small-model-cost-saving-thellms"))
    claims.remove(claim("fine-tuning-break-even-band"))
    assert even()["band"] == {"published": None, "today": None}


def test_an_open_quantity_at_a_price_of_nothing_is_unknown(judge, claims, claim, tables):
    other = claim("rag-maintenance-hours")
    value = {**other["value"], "high": None, "bound": "at_least"}
    claims.append({**other, "slug": "open-hours", "subject": {"slug": "few-shot"}, "value": value})
    method = tables("house.yaml", lambda data: data["assumptions"]["hourly_rate"].update(value=0))
    result = judge(method=method)
    assert result["break_even"]["missing"] == ["upfront_or_monthly_difference"]
    prompted = next(one for one in result["options"] if one["option"] == "few_shot")
    assert prompted["missing"] == ["upkeep"]
    assert set(prompted["tco"].values()) == {None}
    assert result["recommendation"]["lacking"] == ["break_even"]


def test_ends_that_cannot_be_added_leave_the_start_unknown(judge, claim):
    """At least one and at most the other: nothing is known of their sum."""
    claim("fine-tuning-project-cost-range")["value"].update(high=None)
    claim("rag-build-cost-production")["value"].update(low=None, likely=None)
    result = judge({"needs_private_facts": True, "regulated": True})
    hybrid = next(one for one in result["options"] if one["option"] == "hybrid_rag_lora")
    assert hybrid["missing"] == ["upfront"]
    assert "hybrid_rag_lora" in result["recommendation"]["lacking"]
