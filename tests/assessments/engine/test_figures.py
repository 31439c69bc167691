"""What the computed figures are called and what they count, and what an option notes beside them."""

from dataclasses import replace

import pytest

from assessments.engine import evaluate
from assessments.engine.choices import read_choices, read_what_if
from assessments.engine.method import shipped
from tests.assessments.engine.conftest import AS_OF, read
from tests.assessments.engine.random_cases import SECOND, registry

METHOD = shipped()
WORDS = read("figures.yaml")
DECLARED = {
    "chain_steps": 3,
    "discount": 0.01,
    "tuned_input_price": 1,
    "tuned_output_price": 4,
    "tuned_training_price": 3,
}
CLIENTS = {
    "prices that move, nothing tried": ({"baseline_model": SECOND, "gaps": [], "prompt_result": "untested", "requests_per_month": 30_000_000}, {}, {}),
    "steps, facts and all that can be declared": (
        {"gaps": ["multi_step"], "needs_private_facts": True, "knowledge_change": "monthly"},
        {**DECLARED, "gpu_capacity": 10_000_000},
        {},
    ),
    "a format, at other prices": ({"requests_per_month": 5_000_000}, DECLARED, {"price_factor": 2}),
    "close to break-even": ({"prompt_result": "untested", "gaps": [], "requests_per_month": 2_700_000}, {}, {}),
}  # fmt: skip


@pytest.fixture(params=[(name, currency) for name in CLIENTS for currency in ("USD", "EUR")], ids=str)
def result(request):
    return judged(*request.param)


def judged(name, currency):
    answers, declared, moved = CLIENTS[name]
    signed = {key: {"value": value, "note": "Measured.", "by": "ana"} for key, value in declared.items()}
    choices = read_choices({"assumptions": signed}, METHOD.house)
    return evaluate(
        {**read("base_answers.yaml"), **answers},
        registry(),
        as_of=AS_OF,
        frameworks=METHOD.frameworks,
        choices=replace(choices, what_if=read_what_if(moved, METHOD.house)),
        currency=currency,
    ).as_dict()


def measured(figure):
    per = f" per {figure['per']}" if figure["per"] else ""
    return ("money" if figure["unit"] == "currency" else figure["unit"]) + per


def formulas(result):
    figures = {figure["id"]: figure for figure in result["figures"]}
    own = [
        one for one in figures.values() if one["origin"]["kind"] == "formula" and one["key"] not in ("middle", "claim")
    ]
    return figures, own


def test_each_computed_figure_is_called_what_it_is(result):
    figures, own = formulas(result)
    for figure in own:
        words, params = WORDS[figure["key"]], figure["params"]
        option = params.get("option", "")
        label = words["label"] if isinstance(words["label"], str) else words["label"][option]
        named = {"option": option.replace("_", " "), "what": params.get("what", "").replace("_", " ")}
        if figure["key"] == "monthly_at_price":
            named["months"] = figure["label"].partition(", months ")[2]
            first, last = named["months"].split(" to ")
            assert {"first": int(first), "last": int(last)} in [
                {key: phase[key] for key in ("first", "last")} for one in result["options"] for phase in one["phases"]
            ]
        if figure["key"] == "supposed_price":
            named["what"] = figure["label"].partition(", what-if")[0]
            assert named["what"] in ("price of input tokens", "price of output tokens", "price of cached input tokens")
        assert figure["label"] == label.format(**named)
        assert list(params) == words.get("params", [])
        counted = (
            measured(figures[figure["origin"]["inputs"][0]]) if words["measure"] == "as its input" else words["measure"]
        )
        assert measured(figure) == counted
        assert figure["bound"] is None


def test_money_is_in_one_currency_until_it_is_converted(result):
    for figure in formulas(result)[1]:
        if figure["unit"] == "currency":
            converted = figure["origin"]["pattern"] == "{amount} × {rate}"
            assert figure["currency"] == (result["currency"] if converted else "USD")
        else:
            assert figure["currency"] is None


def test_each_figure_that_has_a_name_is_met():
    met = {figure["key"] for name in CLIENTS for figure in formulas(judged(name, "USD"))[1]}
    assert met == WORDS.keys()


def test_a_range_that_got_a_middle_is_still_what_it_was(result):
    figures = {figure["id"]: figure for figure in result["figures"]}
    for figure in figures.values():
        if figure["origin"].get("names") == ["range"]:
            whole = figures[figure["origin"]["inputs"][0]]
            kept = ("label", "low", "high", "unit", "currency", "per", "params")
            assert {key: figure[key] for key in kept} == {key: whole[key] for key in kept}
            assert (figure["key"], figure["bound"]) == ("middle", None)
