"""Where the cheapest adequate option becomes another: exact values, checked by judging the client again on either side."""

import math
from datetime import date
from decimal import Decimal

import pytest

from assessments.engine.choices import read_choices
from assessments.engine.claim import Claim, Claims
from assessments.engine.costing import Costing
from assessments.engine.draws import Graph
from assessments.engine.evidence import Evidence, Selection
from assessments.engine.facts import validate
from assessments.engine.inputs import Inputs
from assessments.engine.ledger import Ledger, Measure
from assessments.engine.numbers import ceiling
from assessments.engine.offer import Offer
from assessments.engine.thresholds import thresholds

AS_OF = date(2026, 11, 22)
MONEY = Measure("currency", "USD")


@pytest.fixture
def ledger():
    return Ledger()


def claimed(ledger, slug, value):
    number = Decimal(str(value))
    return ledger.claim(Claim(slug, 1, "d", "rag", "x", number, number, number, None, None, "currency", "USD", None))


def offers(**totals):
    return {name: Offer(name, figures={"tco": total}) for name, total in totals.items()}


def found(ledger, method, **totals):
    """(name of the input, side, value, option) of each threshold."""
    return [
        (one.input.label, one.side, one.value.likely, one.after)
        for one in thresholds(ledger, offers(**totals), method.questionnaire)
    ]


def test_straight_lines_cross_where_they_are_equal(ledger, method):
    volume, price = claimed(ledger, "volume", 10), claimed(ledger, "price", 3)
    by_volume = ledger.formula("v", "v", "{a} × {b}", {"a": volume, "b": price}, lambda a, b: a * b, MONEY)
    fixed = ledger.formula("f", "f", "{c}", {"c": claimed(ledger, "start", 100)}, lambda c: c, MONEY)
    assert sorted(found(ledger, method, few_shot=by_volume, rag=fixed)) == [
        ("price", "above", Decimal(10), "rag"),
        ("start", "below", Decimal(30), "rag"),
        ("volume", "above", Decimal("33.333333333333"), "rag"),
    ]


def test_the_first_rival_on_the_way_counts(ledger, method):
    volume = claimed(ledger, "volume", 10)
    steep = ledger.formula("a", "a", "{v} × 4", {"v": volume}, lambda v: v * 4, MONEY)
    middle = ledger.formula("b", "b", "60 + {v}", {"v": volume}, lambda v: v + 60, MONEY)
    flat = ledger.formula("c", "c", "90 + {v} ÷ 10", {"v": volume}, lambda v: v / 10 + 90, MONEY)
    assert found(ledger, method, few_shot=steep, rag=middle, fine_tune_lora=flat) == [
        ("volume", "above", Decimal(20), "rag")
    ]


def test_a_curve_is_followed_to_the_last_digits(ledger, method):
    pace = claimed(ledger, "pace", 10)
    curve = ledger.formula("a", "a", "100 ÷ {p}", {"p": pace}, lambda p: 100 / p, MONEY)
    fixed = ledger.formula("f", "f", "{c}", {"c": claimed(ledger, "start", 30)}, lambda c: c, MONEY)
    assert found(ledger, method, few_shot=curve, rag=fixed) == [
        ("start", "below", Decimal(10), "rag"),
        ("pace", "below", Decimal("3.333333333333"), "rag"),
    ]


def test_a_step_is_found_where_it_is(ledger, method):
    """A second GPU is needed above 100 requests; then the other option is cheaper."""
    volume = claimed(ledger, "volume", 60)
    gpus = ledger.formula("a", "a", "{v}", {"v": volume}, lambda v: ceiling(v / 100) * 50, MONEY)
    fixed = ledger.formula("f", "f", "{c}", {"c": claimed(ledger, "start", 80)}, lambda c: c, MONEY)
    [start, (label, side, at, _)] = found(ledger, method, fine_tune_lora=gpus, few_shot=fixed)
    assert (label, side) == ("volume", "above")
    assert at == pytest.approx(Decimal(100), rel=Decimal("1e-9"))
    assert start == ("start", "below", Decimal(50), "few_shot")


def test_a_formula_without_a_value_somewhere_is_never_the_cheapest_there(ledger, method):
    share = claimed(ledger, "share", 2)
    risky = ledger.formula("a", "a", "1 ÷ ({s} − 3)", {"s": share}, lambda s: 1 / (s - 3) + 50, MONEY)
    fixed = ledger.formula("f", "f", "{c}", {"c": claimed(ledger, "start", 40)}, lambda c: c, MONEY)
    assert all(one[3] in ("few_shot", "rag") for one in found(ledger, method, few_shot=fixed, rag=risky))


def test_where_the_cheapest_has_no_value_any_other_is_cheaper(ledger, method):
    """The cost of the first is 1 ÷ (5 − s): without a value at 5, and dear close to it."""
    share = claimed(ledger, "share", "0.25")
    low = ledger.formula("a", "a", "1 ÷ (5 − {s})", {"s": share}, lambda s: 1 / (5 - s), MONEY)
    high = ledger.formula("b", "b", "{c}", {"c": claimed(ledger, "start", 100)}, lambda c: c, MONEY)
    assert found(ledger, method, few_shot=low, rag=high) == [("share", "above", Decimal("4.99"), "rag")]


def test_options_that_tie_turn_at_the_likely_value_itself(ledger, method):
    volume = claimed(ledger, "volume", 10)
    rising = ledger.formula("a", "a", "{v}", {"v": volume}, lambda v: v * 2, MONEY)
    level = ledger.formula("b", "b", "{c}", {"c": claimed(ledger, "start", 20)}, lambda c: c, MONEY)
    assert found(ledger, method, few_shot=rising, rag=level) == [
        ("volume", "above", Decimal(10), "rag"),
        ("start", "below", Decimal(20), "rag"),
    ]


def test_one_option_is_always_the_cheapest(ledger, method):
    total = ledger.formula("a", "a", "{s}", {"s": claimed(ledger, "share", 2)}, lambda s: s, MONEY)
    assert found(ledger, method, few_shot=total) == []


def test_options_that_would_not_do_take_no_part(ledger, method):
    low = ledger.formula("a", "a", "{s}", {"s": claimed(ledger, "low", 2)}, lambda s: s, MONEY)
    high = ledger.formula("b", "b", "{s}", {"s": claimed(ledger, "high", 3)}, lambda s: s, MONEY)
    both = offers(few_shot=low, rag=high)
    both["rag"].objections = ("test_fell_short",)
    assert thresholds(ledger, both, method.questionnaire) == ()


def test_an_input_at_zero_is_followed_up_within_its_bounds(ledger, method):
    volume = ledger.answer("requests_per_month", "volume", Decimal(0), Measure("requests", per="month"))
    by_volume = ledger.formula("v", "v", "{a}", {"a": volume}, lambda a: a / 1000, MONEY)
    fixed = ledger.formula("f", "f", "{c}", {"c": claimed(ledger, "start", 100)}, lambda c: c, MONEY)
    assert found(ledger, method, few_shot=by_volume, rag=fixed) == [("volume", "above", Decimal(100_000), "rag")]


def test_what_is_held_fixed_is_not_moved(ledger, method):
    months = ledger.answer("horizon_months", "months", Decimal(12), Measure("months"))
    running = ledger.formula("v", "v", "{a}", {"a": months}, lambda a: a * 10, MONEY)
    fixed = ledger.formula("f", "f", "{c}", {"c": claimed(ledger, "start", 200)}, lambda c: c, MONEY)
    both = offers(few_shot=running, rag=fixed)
    free = thresholds(ledger, both, method.questionnaire)
    held = thresholds(ledger, both, method.questionnaire, ("horizon_months",))
    assert [(one.input.label, one.value.likely) for one in free] == [("months", Decimal(20)), ("start", Decimal(120))]
    assert [one.input.label for one in held] == ["start"]


def test_the_first_rival_counts_even_where_a_curve_looks_nearer(ledger, method):
    """Seen from the points of the grid the curve is cheaper first; in truth the straight line is, by 0.16 requests."""
    volume = claimed(ledger, "volume", 10)
    steep = ledger.formula("a", "a", "{v} × 10", {"v": volume}, lambda v: v * 10, MONEY)
    line = ledger.formula("b", "b", "113 − ({v} − 10) × 5 ÷ 2", {"v": volume}, lambda v: 113 - (v - 10) * 5 / 2, MONEY)
    curve = ledger.formula("c", "c", "a curve of {v}", {"v": volume}, lambda v: 150 - (v - 10) ** 9 * 7, MONEY)
    assert found(ledger, method, few_shot=steep, rag=line, prompting=curve) == [
        ("volume", "above", Decimal("11.04"), "rag")
    ]


def test_past_a_jump_the_cheapest_is_named_and_not_any_that_is_cheaper(ledger, method):
    """Above 100 requests two options need a second GPU; the third is the cheapest then, though one of them was near."""
    volume = claimed(ledger, "volume", 60)
    mine = ledger.formula("a", "a", "{v}", {"v": volume}, lambda v: ceiling(v / 100) * 50, MONEY)
    near = ledger.formula("b", "b", "14 + {v}", {"v": volume}, lambda v: 14 + ceiling(v / 100) * 38, MONEY)
    flat = ledger.formula("c", "c", "{c}", {"c": claimed(ledger, "flat", 80)}, lambda c: c, MONEY)
    named = found(ledger, method, fine_tune_lora=mine, hybrid_rag_lora=near, rag=flat)
    [(_, side, value, after)] = [one for one in named if one[0] == "volume"]
    assert (side, after) == ("above", "rag")
    assert value == pytest.approx(Decimal(100), rel=Decimal("1e-9"))


def test_the_answer_to_a_question_is_followed_to_its_bounds_however_far(ledger, method):
    volume = ledger.answer("requests_per_month", "volume", Decimal(10), Measure("requests", per="month"))
    by_volume = ledger.formula("v", "v", "{a}", {"a": volume}, lambda a: a / 1000, MONEY)
    fixed = ledger.formula("f", "f", "{c}", {"c": claimed(ledger, "start", 90_000_000)}, lambda c: c, MONEY)
    assert found(ledger, method, few_shot=by_volume, rag=fixed) == [("volume", "above", Decimal(90_000_000_000), "rag")]
    beyond = ledger.formula("g", "g", "{c}", {"c": claimed(ledger, "dear", 110_000_000)}, lambda c: c, MONEY)
    assert found(ledger, method, few_shot=by_volume, rag=beyond) == []


def test_an_input_is_followed_no_further_than_its_limits(ledger, method):
    steps = ledger.assumption("chain_steps", "steps", Decimal(3), Measure("count"), "n")
    chained = ledger.formula("v", "v", "{a}", {"a": steps}, lambda a: a * 10, MONEY)
    fixed = ledger.formula("f", "f", "{c}", {"c": claimed(ledger, "start", 15)}, lambda c: c, MONEY)
    both = offers(prompt_chaining=chained, rag=fixed)

    def values(limits):
        turned = thresholds(ledger, both, method.questionnaire, limits=limits)
        return [one.value.likely for one in turned if one.input is steps]

    assert values({}) == [Decimal("1.5")]
    assert values({"chain_steps": (Decimal(2), None)}) == []
    assert values({"chain_steps": (Decimal(1), Decimal(3))}) == [Decimal("1.5")]


def answered(result):
    """Question → the values of its thresholds."""
    figures = {figure["id"]: figure for figure in result["figures"]}
    found = {}
    for one in result["thresholds"]:
        found.setdefault(figures[one["figure"]]["params"].get("question"), []).append(one["at"])
    return found


def test_no_threshold_lies_where_the_price_does_not_hold(judge, claim):
    """Above so many tokens of a prompt other prices apply: nothing is said about them."""
    changes = {"few_shot_result": "solves", "tokens_out": 20, "cacheable_share": 0}
    [far] = answered(judge(changes))["tokens_in"]
    assert far > 5000
    for direction in ("input", "cached-input", "output"):
        claim(f"token-price-openai-gpt-6-1-sol-{direction}")["scope"]["up_to_prompt_tokens"] = 5000
    assert "tokens_in" not in answered(judge(changes))


CLIENTS = [
    ("a client with long answers", {"few_shot_result": "solves", "tokens_out": 2000, "requests_per_month": 200_000}),
    ("a client with much volume", {"requests_per_month": 1_500_000, "few_shot_result": "solves"}),
    ("a client who caches nothing", {"cacheable_share": 0, "few_shot_result": "solves", "requests_per_month": 400_000}),
]
WHOLE = {"horizon_months"}


def cheapest(result):
    known = {one["variant"]: one["tco"]["likely"] for one in result["options"] if one["adequate"]}
    return min((one for one in known if known[one] is not None), key=lambda one: known[one])


def at(judge, method, claim, changes, figure, value):
    """The client judged again with one input at a value, wherever that input comes from."""
    origin = figure["origin"]
    if origin["kind"] == "formula":  # a middle that was added: its range is the claim
        raise AssertionError(f"{figure['label']} is no input")
    if origin["kind"] == "answer":
        return judge({**changes, origin["question"]: value})
    if origin["kind"] == "assumption":
        declared = {figure["key"]: {"value": value, "note": "Tried.", "by": "a test"}}
        return judge(changes, choices=read_choices({"assumptions": declared}, method.house))
    stated = claim(figure["params"]["claim"])["value"]
    kept = dict(stated)
    stated.update(low=value, likely=value, high=value, bound=None)
    try:
        return judge(changes)
    finally:
        stated.update(kept)


@pytest.mark.parametrize("changes", [case[1] for case in CLIENTS], ids=[case[0] for case in CLIENTS])
def test_a_hair_to_either_side_another_option_is_the_cheapest(judge, method, claim, changes):
    """Every threshold of an answer, an assumption or a claim, by judging the client again from the start."""
    result = judge(changes)
    figures = {figure["id"]: figure for figure in result["figures"]}
    kinds = set()
    for threshold in result["thresholds"]:
        figure = figures[threshold["figure"]]
        if figure["key"] == "middle":
            figure = figures[figure["origin"]["inputs"][0]]
        value, hair = threshold["at"], 1e-5
        above, below = value * (1 + hair), value * (1 - hair)
        if figure["params"].get("question") in WHOLE:
            above, below = math.floor(value) + 1, math.ceil(value) - 1
        past, short = (above, below) if threshold["side"] == "above" else (below, above)
        assert cheapest(at(judge, method, claim, changes, figure, short)) == threshold["from"], figure["label"]
        assert cheapest(at(judge, method, claim, changes, figure, past)) == threshold["to"], figure["label"]
        kinds.add(figure["origin"]["kind"])
    assert {"answer", "claim"} <= kinds


@pytest.mark.parametrize("changes", [case[1] for case in CLIENTS], ids=[case[0] for case in CLIENTS])
def test_at_a_threshold_both_options_cost_the_same_to_the_last_digits(answers, claims, method, changes):
    ledger, priced = priced_options(answers(**changes), claims, method)
    turned = thresholds(ledger, priced, method.questionnaire)
    assert turned
    for one in turned:
        pair = (priced[one.before].figures["tco"], priced[one.after].figures["tco"])
        before, after = Graph(ledger, pair).exact(ledger.base(one.input).id, one.value.likely, pair)
        assert before == pytest.approx(after, rel=Decimal("1e-11")), one.input.label


def priced_options(answered, claims, method):
    """The ledger of a client and its options with totals."""
    ledger, known = Ledger(), Claims(claims)
    facts = validate(answered, method.questionnaire)
    evidence = Evidence(known, AS_OF, "USD", Selection(method.house.grades))
    inputs = Inputs(facts, method.questionnaire, method.house, evidence, ledger, "USD")
    return ledger, dict(Costing(inputs).offers)
