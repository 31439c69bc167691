"""How two claims on one subject and metric stand to each other."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.conflicts import Relation, relation, scopes_overlap
from claims.quantity import Quantity, normalise, parse


def related(a: str, b: str, scope_a: dict | None = None, scope_b: dict | None = None, **rest) -> Relation | None:
    return relation(parse(a), parse(b), scope_a or {}, scope_b or {}, **rest)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param("$5,000–$15,000", "$18,000–$45,000", Relation.DISJOINT, id="ranges apart"),
        pytest.param("$5,000–$30,000", "$18,000–$45,000", Relation.OVERLAPPING, id="ranges across each other"),
        pytest.param("$5,000–$30,000", "$10,000", Relation.NESTED, id="a point inside a range"),
        pytest.param("$5,000–$30,000", "$127,000", Relation.DISJOINT, id="a point outside a range"),
        pytest.param("5–10 examples", "5–10 examples", Relation.NESTED, id="equal ranges"),
        pytest.param("5–10 examples", "10–20 examples", Relation.OVERLAPPING, id="ranges that touch"),
        pytest.param("10,000+ examples", "500–5,000 examples", Relation.DISJOINT, id="a range under a lower limit"),
        pytest.param("10,000+ examples", "500–50,000 examples", Relation.OVERLAPPING, id="a range across a limit"),
        pytest.param("10,000+ examples", "100K+ examples", Relation.NESTED, id="two lower limits"),
        pytest.param("over 70%", "fewer than 25%", Relation.DISJOINT, id="limits that leave a gap"),
        pytest.param("over 25%", "fewer than 70%", Relation.OVERLAPPING, id="limits that cross"),
        pytest.param("4–8 weeks", "3–6 months", Relation.DISJOINT, id="weeks and months"),
        pytest.param("1 week", "0.2–0.3 months", Relation.NESTED, id="a week within a share of a month"),
        pytest.param("$20,000/quarter", "$60,000–$90,000 per year", Relation.NESTED, id="a quarter and a year"),
        pytest.param("1 million requests per day", "30M requests per month", Relation.NESTED, id="a day and a month"),
    ],
)
def test_relation_after_units_and_periods_are_alike(a: str, b: str, expected: Relation) -> None:
    assert related(a, b) is expected
    assert related(b, a) is expected


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("$5", "5 weeks", id="different things"),
        pytest.param("$5", "€5", id="two currencies without a rate"),
        pytest.param("$5 per run", "$5 per month", id="different periods"),
        pytest.param("low", "high", id="ratings"),
        pytest.param("low", "5%", id="a rating and a number"),
        pytest.param("70–90%", "3–10x", id="a share and a ratio that is no saving"),
    ],
)
def test_what_cannot_be_compared_has_no_relation(a: str, b: str) -> None:
    assert related(a, b) is None


def test_a_saving_is_compared_with_a_ratio_as_a_ratio() -> None:
    assert related("70–90%", "10–50x", savings=True) is Relation.OVERLAPPING
    assert related("20x", "70–90%", savings=True) is Relation.DISJOINT
    assert related("70–90%", "80%", savings=True) is Relation.NESTED
    assert related("100%", "10–50x", savings=True) is None


def test_scopes_overlap_unless_a_key_of_both_differs() -> None:
    assert related("5", "9", {"tier": "basic"}, {"tier": "production"}) is None
    assert related("5", "9", {"tier": "basic"}, {"tier": "basic", "region": "EU"}) is Relation.DISJOINT
    assert related("5", "9", {"tier": "basic"}, {}) is Relation.DISJOINT
    assert scopes_overlap({}, {"a": 1})


@pytest.mark.parametrize("key", ["population", "proposition"])
def test_shares_are_compared_only_where_population_and_proposition_agree(key: str) -> None:
    assert related("60%", "9%", {key: "projects"}, {key: "projects"}) is Relation.DISJOINT
    assert related("60%", "9%", {key: "projects"}, {key: "teams"}) is None
    assert related("60%", "9%", {key: "projects"}, {}) is None
    assert related("60 weeks", "9 weeks", {key: "projects"}, {}) is Relation.DISJOINT


def test_money_of_two_currencies_is_compared_once_both_are_converted() -> None:
    euros = normalise(parse("€10,000"), to_currency="USD", rate=Decimal("1.1"))
    assert relation(euros, parse("$5,000–$30,000"), {}, {}) is Relation.NESTED


ends = st.integers(0, 20)


@st.composite
def ranges(draw: st.DrawFn) -> Quantity:
    low, high = sorted((draw(ends), draw(ends)))
    return Quantity(Decimal(low), Decimal(low) if low == high else None, Decimal(high))


@given(a=ranges(), b=ranges())
def test_relation_is_that_of_the_numbers_in_both_ranges(a: Quantity, b: Quantity) -> None:
    numbers_a, numbers_b = ({n for n in range(21) if q.low <= n <= q.high} for q in (a, b))
    if not numbers_a & numbers_b:
        expected = Relation.DISJOINT
    elif numbers_a <= numbers_b or numbers_b <= numbers_a:
        expected = Relation.NESTED
    else:
        expected = Relation.OVERLAPPING
    assert relation(a, b, {}, {}) is expected
