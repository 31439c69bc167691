from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine.claim import parse
from assessments.engine.errors import LedgerError
from assessments.engine.intervals import at, spread
from assessments.engine.ledger import Figure, Ledger, Measure, Origin
from assessments.engine.numbers import INFINITY

MONEY = Measure("currency", "USD")
D = Decimal


def figure(low, likely, high, number="F1"):
    ends = [None if end is None else D(end) for end in (low, likely, high)]
    return Figure(number, "key", "label", *ends, MONEY, Origin("assumption", "somebody", "why"))


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def cost(ledger, claim):
    return ledger.claim(parse(claim("fine-tuning-project-cost-range")), "cost of the project")


def test_figures_are_numbered_in_the_order_of_their_making(ledger, claim):
    first = ledger.claim(parse(claim("rag-build-cost-production")))
    second = ledger.answer("n_examples", "examples available", D(1200), Measure("examples"))
    third = ledger.assumption("gpu_hour", "price of one GPU hour", D("5.49"), MONEY, "a listed price")
    assert [figure.id for figure in ledger] == ["F1", "F2", "F3"]
    assert [ledger[figure.id] for figure in (first, second, third)] == [first, second, third]


def test_what_is_asked_for_twice_is_made_once(ledger, claim):
    document = parse(claim("rag-build-cost-production"))
    assert ledger.claim(document) is ledger.claim(document)
    assert ledger.answer("a", "A", D(1), MONEY) is ledger.answer("a", "A", D(1), MONEY)
    assert len(list(ledger)) == 2


def test_a_claim_figure_is_the_claim_as_its_source_gives_it(ledger, claim):
    gate = ledger.claim(parse(claim("fine-tuning-budget-gate")))
    assert gate.as_dict() == {
        "id": "F1",
        "key": "claim",
        "params": {"claim": "fine-tuning-budget-gate"},
        "label": "Gate: budget needed before fine-tuning",
        "low": 200000,
        "likely": None,
        "high": None,
        "bound": "at_least",
        "unit": "currency",
        "currency": "USD",
        "per": "project",
        "origin": {"kind": "claim", "claim": "fine-tuning-budget-gate@1"},
    }


def test_origins_say_where_a_figure_comes_from(ledger):
    answer = ledger.answer("n_examples", "examples available", D(1200), Measure("examples"))
    assumed = ledger.assumption("gpu_hour", "price of one GPU hour", D("5.49"), MONEY, "a listed price", by="A. Person")
    product = ledger.formula("x", "X", "{a} × {b}", {"a": answer, "b": assumed}, lambda a, b: a * b, MONEY)
    assert answer.origin.as_dict() == {"kind": "answer", "question": "n_examples"}
    assert assumed.origin.as_dict() == {"kind": "assumption", "note": "a listed price", "by": "A. Person"}
    assert product.origin.as_dict() == {
        "kind": "formula",
        "formula": "examples available × price of one GPU hour",
        "inputs": ["F1", "F2"],
        "names": ["a", "b"],
        "pattern": "{a} × {b}",
    }


def test_the_middle_of_a_range_is_a_figure_of_its_own(ledger, cost):
    middle = ledger.middle(cost)
    assert (middle.low, middle.likely, middle.high) == (5000, 17500, 30000)
    assert middle.origin.reference == "the middle of the range: cost of the project"
    assert middle.origin.inputs == (cost.id,)
    assert cost.likely is None


def test_a_stated_median_needs_no_middle(ledger, claim):
    rag = ledger.claim(parse(claim("rag-build-cost-production")))
    assert ledger.middle(rag) is rag


@pytest.mark.parametrize("slug", ["fine-tuning-budget-gate", "fine-tuning-latency-gate"])
def test_an_open_range_has_no_middle(ledger, claim, slug):
    gate = ledger.claim(parse(claim(slug)))
    assert ledger.middle(gate) is gate


def test_a_value_some_way_up_a_range(ledger, cost):
    within = ledger.within(cost, D("0.2"), "{range}, mostly at its lower end")
    assert (within.low, within.likely, within.high) == (5000, 10000, 30000)
    assert within.origin.reference == "cost of the project, mostly at its lower end"


def test_a_claim_without_a_number_is_no_figure(ledger, claim):
    with pytest.raises(LedgerError, match="a figure needs a number"):
        ledger.claim(parse(claim("cheapest-first-rule")))


@pytest.mark.parametrize("ends", [(2, 1, 3), (1, 3, 2), (3, None, 1), ("Infinity", None, None), (None, "NaN", None)])
def test_a_range_upside_down_or_without_an_end_is_refused(ends):
    with pytest.raises(LedgerError, match="finite and in order"):
        figure(*ends)


def test_a_formula_takes_only_figures_of_its_own_ledger(ledger, cost):
    stranger = Ledger().answer("a", "A", D(1), MONEY)
    with pytest.raises(LedgerError, match="b is not a figure of this ledger"):
        ledger.formula("x", "X", "{a} + {b}", {"a": cost, "b": stranger}, lambda a, b: a + b, MONEY)


def test_a_formula_that_nothing_is_known_of_makes_no_figure(ledger, cost):
    made = ledger.formula("x", "X", "{a}", {"a": cost}, lambda a: INFINITY, MONEY)
    assert made is None
    assert [one.id for one in ledger] == [cost.id]


@pytest.mark.parametrize(
    ("a", "b", "function", "expected"),
    [
        ((1, 2, 3), (10, 20, 30), lambda a, b: a + b, (11, 22, 33)),
        ((1, 2, 3), (10, 20, 30), lambda a, b: b - a, (7, 18, 29)),
        ((1, 2, 4), (12, 12, 12), lambda a, b: b / a, (3, 6, 12)),
        ((-2, 1, 3), (-5, 0, 7), lambda a, b: a * b, (-15, 0, 21)),
        ((1, None, 3), (10, 20, 30), lambda a, b: a + b, (11, None, 33)),
        ((1, None, None), (10, 20, 30), lambda a, b: a + b, (11, None, None)),
        ((None, None, 3), (10, 20, 30), lambda a, b: a + b, (None, None, 33)),
        ((1, None, None), (10, 20, 30), lambda a, b: b - a, (None, None, 29)),
        ((1, None, None), (10, None, None), lambda a, b: a - b, (None, None, None)),
        ((0, 1, 2), (12, 12, 12), lambda a, b: b / a, (None, 12, None)),
    ],
)
def test_ranges_go_through_a_function_by_their_corners(a, b, function, expected):
    assert spread(function, {"a": figure(*a), "b": figure(*b)}) == expected


def test_more_than_six_uncertain_inputs_are_refused():
    inputs = {f"x{n}": figure(1, 2, 3) for n in range(7)}
    with pytest.raises(LedgerError, match="more than 6 uncertain inputs"):
        spread(lambda **values: sum(values.values()), inputs)


def test_a_function_at_a_point_without_a_value_has_none():
    assert at(lambda a: a, {"a": None}) is None
    assert at(lambda a: 1 / a, {"a": D(0)}) is None


ENDS = st.lists(st.integers(0, 10**9), min_size=3, max_size=3).map(sorted)
OPEN = st.sampled_from([(0, 1, 2), (0, None, 2), (0, None, None), (None, None, 2), (None, 1, None)])
STEPS = st.lists(st.tuples(st.sampled_from("+-*/"), st.integers(0, 60), st.integers(0, 60)), max_size=12)
FUNCTIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def build(ranges, steps):
    """A ledger of base figures, and formulas each over two figures that were there before."""
    ledger = Ledger()
    made = []
    for number, (ends, shape) in enumerate(ranges):
        values = [None if index is None else D(ends[index]) for index in shape]
        origin = Origin("assumption", "somebody", "why")
        made.append(
            ledger._enter(("base", str(number)), lambda i, v=values, o=origin: Figure(i, "base", "base", *v, MONEY, o))
        )
    for op, left, right in steps:
        inputs = {"a": made[left % len(made)], "b": made[right % len(made)]}
        figure = ledger.formula(op, op, "{a} " + op + " {b}", inputs, FUNCTIONS[op], MONEY)
        if figure is not None:
            made.append(figure)
    return ledger


@given(st.lists(st.tuples(ENDS, OPEN), min_size=1, max_size=5), STEPS)
def test_every_figure_traces_to_its_base_and_keeps_its_order(ranges, steps):
    ledger = build(ranges, steps)
    figures = list(ledger)
    assert [figure.id for figure in figures] == [f"F{n}" for n in range(1, len(figures) + 1)]
    for position, one in enumerate(figures):
        before = {figure.id for figure in figures[:position]}
        assert set(one.origin.inputs) <= before, (
            "a formula stands on what was there before it, so it ends at base figures"
        )
        assert (one.origin.kind == "formula") is bool(one.origin.inputs)
        known = [end for end in (one.low, one.likely, one.high) if end is not None]
        assert known == sorted(known)


def test_what_was_found_stands_on_figures_of_this_ledger():
    ledger, other = build([((1, 2, 3), (0, 1, 2))], []), build([((1, 2, 3), (0, 1, 2))], [])
    figure = ledger["F1"]
    found = ledger.found("p50", "middle", "P50 of {total} over the draws", {"total": figure}, D(2), MONEY)
    assert (found.low, found.likely, found.high) == (2, 2, 2)
    assert found.origin.reference == "P50 of base over the draws"
    assert found.origin.inputs == ("F1",)
    assert ledger.computation(found) is None
    with pytest.raises(LedgerError, match="p50: total is not a figure of this ledger"):
        other.found("p50", "middle", "P50 of {total}", {"total": figure}, D(2), MONEY)


@given(st.lists(st.tuples(ENDS, OPEN), min_size=1, max_size=5), STEPS)
def test_the_same_steps_give_the_same_ledger(ranges, steps):
    assert [f.as_dict() for f in build(ranges, steps)] == [f.as_dict() for f in build(ranges, steps)]


@given(ENDS, ENDS, st.integers(0, 4), st.integers(0, 4))
def test_a_sum_holds_every_sum_within_its_ranges(a, b, part_a, part_b):
    low, _, high = spread(lambda a, b: a + b, {"a": figure(*a), "b": figure(*b)})
    inside = a[0] + (a[2] - a[0]) * D(part_a) / 4 + b[0] + (b[2] - b[0]) * D(part_b) / 4
    assert low <= inside <= high
