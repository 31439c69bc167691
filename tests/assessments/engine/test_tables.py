"""Tables read from files: what is refused, and what a framework answers where its evidence cannot be used."""

from datetime import date

import pytest
import yaml

from assessments.engine import FrameworkError
from assessments.engine.method import DIRECTORY, load_method
from assessments.engine.tables import read_table


def verdict(result, framework):
    return next(one for one in result["frameworks"] if one["id"] == framework)


def test_frameworks_come_in_their_written_order(method):
    assert [framework.id for framework in method.frameworks] == [
        "simplest-first",
        "change-and-citation",
        "five-gates",
        "payback",
    ]


def test_a_table_is_called_by_its_id_and_one_without_by_its_file(method):
    assert [framework.table.id for framework in method.frameworks] == [one.id for one in method.frameworks]
    assert method.house.table.id == "house"
    assert read_table({"rules": [{"id": "always", "verdict": "rag"}]}, "own.yaml", {}).id == "own.yaml"


def test_the_tables_read_again_are_the_tables(method):
    assert load_method(DIRECTORY) == method


@pytest.mark.parametrize(
    ("slug", "framework", "changes"),
    [
        ("narrow-task-query-volume", "change-and-citation", {"gaps": []}),
        ("fine-tuning-examples-gate", "five-gates", {}),
        ("fine-tuning-latency-gate", "five-gates", {}),
        ("fine-tuning-budget-gate", "five-gates", {"n_examples": 1}),
        ("few-shot-sufficiency-share", "payback", {"few_shot_relative_pct": 91}),
        ("fine-tuning-break-even-band", "payback", {}),
    ],
)
def test_a_rule_without_usable_evidence_says_so(judge, claims, claim, slug, framework, changes):
    claim(slug)["freshness"] = "expired"
    found = verdict(judge(changes), framework)
    assert (found["verdict"], found["expired"], found["lacking"]) == ("evidence_expired", True, [slug])
    assert found["options"] == []
    claims.remove(claim(slug))
    found = verdict(judge(changes), framework)
    assert (found["verdict"], found["expired"], found["lacking"]) == ("evidence_missing", False, [slug])


def test_a_claim_expires_on_its_day(judge, claim):
    claim("fine-tuning-budget-gate")["expires_on"] = "2026-11-23"
    assert verdict(judge(), "five-gates")["verdict"] == "fine_tune"
    assert verdict(judge(as_of=date(2026, 11, 23)), "five-gates")["verdict"] == "evidence_expired"


def test_evidence_that_does_not_matter_is_not_missed(judge, claim):
    claim("few-shot-sufficiency-share")["freshness"] = "expired"
    found = verdict(judge({"task_pattern_stable": False}), "payback")
    assert (found["verdict"], found["lacking"]) == ("prompting_or_rag", [])


def test_a_verdict_stands_where_only_its_side_note_lacks_evidence(judge, claim):
    claim("fine-tuning-break-even-band")["freshness"] = "expired"
    found = verdict(judge({"task_pattern_stable": False}), "payback")
    assert (found["verdict"], found["band"]) == ("prompting_or_rag", None)
    assert found["lacking"] == ["fine-tuning-break-even-band"]


def test_a_threshold_moves_with_its_claim(judge, claim):
    claim("fine-tuning-examples-gate")["value"]["low"] = 10001
    assert verdict(judge(), "five-gates")["failed"] == ["examples"]


def test_a_claim_that_lost_its_number_is_missing(judge, claim):
    claim("fine-tuning-latency-gate")["value"].update(high=None, rating="very low")
    assert verdict(judge(), "five-gates")["verdict"] == "evidence_missing"


def test_a_verdict_names_the_figures_that_decided(judge):
    result = judge({"n_examples": 9999})
    figures = {figure["id"]: figure for figure in result["figures"]}
    reasons = {
        reason["code"]: [figures[one]["origin"] for one in reason["figures"]]
        for reason in verdict(result, "five-gates")["reasons"]
    }
    assert reasons["examples"] == [
        {"kind": "answer", "question": "n_examples"},
        {"kind": "claim", "claim": "fine-tuning-examples-gate@1"},
    ]
    payback = verdict(result, "payback")
    assert [figures[one]["key"] for one in payback["figures"]] == ["monthly_tokens", "claim"]
    assert payback["monthly_tokens"] == 20_000_000


def test_requests_a_day_are_a_figure_of_their_own(judge):
    result = judge({"gaps": [], "requests_per_month": 30_000_000})
    figures = {figure["id"]: figure for figure in result["figures"]}
    found = [figures[one] for one in verdict(result, "change-and-citation")["figures"]]
    assert [(one["key"], one["likely"]) for one in found] == [("requests_per_day", 1_000_000), ("claim", None)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["rules"][0].update(vredict="x"), "payback.yaml: unstable: vredict: not a key of a rule"),
        (lambda d: d["rules"][0].pop("verdict"), "payback.yaml: unstable: verdict: is missing"),
        (
            lambda d: d["rules"][0].update(show=["bnad"]),
            "payback.yaml: unstable: show: 'bnad' is not a list or a choice of this table",
        ),
        (
            lambda d: d["rules"][1]["when"].update(fact="luck"),
            "payback.yaml: few_shot_close_enough: fact: 'luck' is not a question or a derived fact",
        ),
        (
            lambda d: d["rules"].pop(),
            "payback.yaml: volume_in_band: when: the last rule applies to whatever is left and has no condition",
        ),
        (
            lambda d: d["choices"]["band"].pop(),
            "payback.yaml: band: when: the last entry is for whatever is left and has no condition",
        ),
        (
            lambda d: d["choices"].update(band=[]),
            "payback.yaml: band: when: the last entry is for whatever is left and has no condition",
        ),
        (
            lambda d: d["rules"][-1]["verdict"].pop(),
            "payback.yaml: volume_above_band: when: the last entry is for whatever is left and has no condition",
        ),
        (
            lambda d: d["points_at"].pop("prompting"),
            "payback.yaml: few_shot_close_enough: verdict: points_at does not say what prompting speaks for",
        ),
        (lambda d: d["reads"].append("volume"), "payback.yaml: reads: volume: is not a question or a derived fact"),
        (
            lambda d: d["terms"]["below"].update(fact="tokens"),
            "payback.yaml: below: fact: 'tokens' is not a question or a derived fact",
        ),
        (
            lambda d: d["choices"]["band"][0].update(when={"term": "beneath"}),
            "payback.yaml: band: term: 'beneath' is not defined above",
        ),
    ],
)
def test_a_wrong_framework_is_refused_with_file_rule_and_key(tables, change, message):
    with pytest.raises(FrameworkError) as error:
        tables("frameworks/payback.yaml", change)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda d: d["conditional_on"].append("pray"),
            "house.yaml: conditional_on: pray: is not a condition of any rule",
        ),
        (
            lambda d: d["figures"].remove("break_even_requests"),
            "house.yaml: under_break_even: figure: 'break_even_requests' is not computed",
        ),
        (
            lambda d: d["objections"].update(luck=[]),
            "house.yaml: objections: luck: is not one of prompting, few_shot, prompt_chaining, rag, fine_tune_lora, fine_tune_lora_provider, fine_tune_full, hybrid_rag_lora",
        ),
        (
            lambda d: d["objections"]["rag"][0]["when"].update(fact="luck"),
            "house.yaml: rag: fact: 'luck' is not a question or a derived fact",
        ),
        (
            lambda d: d["grades"].pop("high"),
            "house.yaml: grades: grades: must be high, moderate, low, very_low, in this order",
        ),
        (
            lambda d: d["grades"].update(low=0.9),
            "house.yaml: grades: grades: must be above zero and not rise from high to very low",
        ),
        (
            lambda d: d["grades"].update(very_low=0),
            "house.yaml: grades: grades: must be above zero and not rise from high to very low",
        ),
        (lambda d: d["client_scope"]["task"].update(fact="luck"), "house.yaml: task: fact: 'luck' is not a question"),
        (
            lambda d: d["client_scope"]["task"].update(within=2),
            "house.yaml: task: within: is for a question that asks for a number, and only there",
        ),
        (
            lambda d: d["client_scope"]["examples"].pop("within"),
            "house.yaml: examples: within: is for a question that asks for a number, and only there",
        ),
        (
            lambda d: d["lists"]["steps"][0]["when"].update(fact="luck"),
            "house.yaml: steps: fact: 'luck' is not a question or a derived fact",
        ),
        (
            lambda d: d["rules"][-1]["conditions"][0]["when"].update(fact="luck"),
            "house.yaml: training_closes_the_gap: fact: 'luck' is not a question or a derived fact",
        ),
        (
            lambda d: d["roles"]["rag_hours"].update(subjekt="rag"),
            "house.yaml: rag_hours: subjekt: is not a key of a role",
        ),
        (lambda d: d["roles"]["rag_hours"].pop("label"), "house.yaml: rag_hours: label: is missing"),
    ],
)
def test_a_wrong_house_file_is_refused(tables, change, message):
    with pytest.raises(FrameworkError) as error:
        tables("house.yaml", change)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["warnings"][0].update(wehn={}), "warnings.yaml: cheaper_untested: wehn: not a key here"),
        (
            lambda d: d["warnings"][0].update(figures=[{"figure": "tco"}]),
            "warnings.yaml: cheaper_untested: figures: figure 'tco' is not a fact, a computed figure or a claim",
        ),
        (
            lambda d: d["warnings"][0].update(figures=[{"fact": "tco"}]),
            "warnings.yaml: cheaper_untested: figures: fact 'tco' is not a fact, a computed figure or a claim",
        ),
    ],
)
def test_a_wrong_warning_is_refused(tables, change, message):
    with pytest.raises(FrameworkError) as error:
        tables("warnings.yaml", change)
    assert str(error.value) == message


def test_a_wrong_unasked_question_is_refused(tables):
    with pytest.raises(FrameworkError, match=r"unasked.yaml: cost_of_each_option: remdy: not a key here"):
        tables("unasked.yaml", lambda d: d["questions"][0]["answers"][0].update(remdy="x"))


@pytest.mark.parametrize(
    "name", ["questionnaire.yaml", "frameworks/payback.yaml", "house.yaml", "warnings.yaml", "unasked.yaml"]
)
def test_the_version_follows_every_file(judge, tables, name):
    def version(change):
        method = tables(name, change)
        return judge(frameworks=method.frameworks, method=method)["method"]

    assert version(lambda data: data) == judge()["method"]
    assert version(lambda data: data.update(remark="a change that matters to nobody")) != judge()["method"]


def test_no_threshold_of_a_claim_is_written_in_python_or_in_a_table():
    """The numbers of the gates stand in claims only."""
    thresholds = ("10000", "10_000", "200000", "200_000", "100000000", "10000000", "1000000 ", "0.9 ", " 90")
    for path in sorted((DIRECTORY / "frameworks").glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        values = [value for value in _values(data) if isinstance(value, int | float) and not isinstance(value, bool)]
        assert values == [data["order"]], path.name
    for path in sorted((DIRECTORY / "engine").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not [number for number in thresholds if number in text], path.name


def _values(data):
    if isinstance(data, dict):
        for value in data.values():
            yield from _values(value)
    elif isinstance(data, list):
        for value in data:
            yield from _values(value)
    else:
        yield data
