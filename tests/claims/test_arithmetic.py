"""What the parts of a stated total give, and whether it follows: as a table, and for generated figures."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.arithmetic import Checked, Finding, Operation, Part, Relation, check, relation
from claims.quantity import Bound, Quantity, parse

SUM, PRODUCT = Operation.SUM, Operation.PRODUCT


def parts(*given: str | tuple[str, str]) -> list[Part]:
    """Parts from printed figures; a pair has how often the figure counts."""
    pairs = [one if isinstance(one, tuple) else (one, "1") for one in given]
    return [Part(f"part-{n}", parse(text), Decimal(times)) for n, (text, times) in enumerate(pairs, start=1)]


def found(stated: str, operation: Operation, *given: str | tuple[str, str]) -> Checked:
    return check(parse(stated), operation, parts(*given))


@pytest.mark.parametrize(
    ("stated", "operation", "given", "computed", "how"),
    [
        pytest.param("$96,000 per year", SUM, ["$5,000/month", "$3,000/month"], (96000, 96000), "equal", id="periods"),
        pytest.param("$8,000/month", SUM, ["$96,000 per year"], (8000, 8000), "equal", id="a year in months"),
        pytest.param("$60,000", SUM, [("$5,000/month", "12")], (60000, 60000), "equal", id="months of a whole"),
        pytest.param(
            "$80,000 per year", SUM, [("$20,000/quarter", "4")], (80000, 80000), "equal", id="counted quarters"
        ),
        pytest.param("$200", SUM, [("$50 per run", "4")], (200, 200), "equal", id="runs of a whole"),
        pytest.param("$50", SUM, ["$50 per run"], (50, 50), "equal", id="an event counts once"),
        pytest.param("3 months", SUM, ["1 month", "2 months"], (3, 3), "equal", id="elapsed time"),
        pytest.param("90 minutes", SUM, ["1 hour", "30 minutes"], (90, 90), "equal", id="minutes and hours"),
        pytest.param("$20", SUM, ["$10–30", "$5–10"], (15, 40), "inside", id="a point inside"),
        pytest.param("$15–40", SUM, ["$10–30", "$5–10"], (15, 40), "equal", id="the same range"),
        pytest.param("$10–50", SUM, ["$10–30", "$5–10"], (15, 40), "contains", id="a wider range"),
        pytest.param("$30–50", SUM, ["$10–30", "$5–10"], (15, 40), "overlaps", id="a range across"),
        pytest.param("$40–50", SUM, ["$10–30", "$5–10"], (15, 40), "overlaps", id="a range that touches"),
        pytest.param("$41–50", SUM, ["$10–30", "$5–10"], (15, 40), "above", id="a range above"),
        pytest.param("$14", SUM, ["$10–30", "$5–10"], (15, 40), "below", id="a point below"),
        pytest.param("$200+", SUM, ["$176"], (176, 176), "above", id="a lower limit above"),
        pytest.param("$150+", SUM, ["$176"], (176, 176), "contains", id="a lower limit below"),
        pytest.param("$140+", SUM, [("$35+", "4")], (140, None), "equal", id="lower limits add up"),
        pytest.param("$150", SUM, [("$35+", "4")], (140, None), "inside", id="a point above a lower limit"),
        pytest.param("up to $15", SUM, ["up to $10", "$5"], (None, 15), "equal", id="upper limits add up"),
        pytest.param("-2%", SUM, ["-5%", "3%"], (-2, -2), "equal", id="a fall and a rise"),
        pytest.param("$150–2,500", PRODUCT, ["$50–500 per run", "3–5 iterations"], (150, 2500), "equal", id="runs"),
        pytest.param("$1,270", PRODUCT, ["1%", "$127,000"], (1270, 1270), "equal", id="a share of an amount"),
        pytest.param("$900", PRODUCT, ["3x", "$300"], (900, 900), "equal", id="a multiple of an amount"),
        pytest.param("$60,000", PRODUCT, ["$5,000/month", "12 months"], (60000, 60000), "equal", id="months counted"),
        pytest.param("$120,000", PRODUCT, [("$5,000/month", "2"), "12 months"], (120000, 120000), "equal", id="twice"),
        pytest.param("310 models", PRODUCT, ["10 models", "31"], (310, 310), "equal", id="a count of models"),
        pytest.param("6%", PRODUCT, ["20%", "30%"], (6, 6), "equal", id="a share of a share"),
        pytest.param("6x", PRODUCT, ["2x", "3x"], (6, 6), "equal", id="a multiple of a multiple"),
        pytest.param("$100+", PRODUCT, ["$50+", "2x"], (100, None), "equal", id="an open product"),
        pytest.param("up to $100", PRODUCT, ["up to $50", "2x"], (None, 100), "equal", id="a limited product"),
    ],
)
def test_what_parts_give_and_where_the_total_lies(stated, operation, given, computed, how) -> None:
    checked = found(stated, operation, *given)
    assert checked.reason == ""
    assert checked.computed is not None
    assert (checked.computed.low, checked.computed.high) == computed
    assert checked.relation == how
    value = parse(stated)
    assert (checked.computed.unit, checked.computed.currency, checked.computed.per) == (
        value.unit,
        value.currency,
        value.per,
    )


@pytest.mark.parametrize(
    ("how", "finding"),
    [
        ("$15–40", Finding.FOLLOWS),
        ("$20", Finding.WITHIN),
        ("$10–50", Finding.PARTLY),
        ("$30–50", Finding.PARTLY),
        ("$41", Finding.DOES_NOT_FOLLOW),
        ("$14", Finding.DOES_NOT_FOLLOW),
    ],
)
def test_the_finding_follows_from_where_the_total_lies(how: str, finding: Finding) -> None:
    assert found(how, SUM, "$10–30", "$5–10").finding is finding


@pytest.mark.parametrize(
    ("stated", "operation", "given", "reason"),
    [
        pytest.param("$5", SUM, [], "It has no parts.", id="no parts"),
        pytest.param("low", SUM, ["$5"], "The total is a word, not a figure.", id="a word as total"),
        pytest.param("$5", SUM, ["low"], "part-1 is a word, not a figure.", id="a word as part"),
        pytest.param("$5", SUM, ["€5"], "part-1 is in EUR, the total in USD.", id="another currency"),
        pytest.param("$5", SUM, ["5 weeks"], "part-1 is in weeks, the total in USD.", id="time for money"),
        pytest.param("5 examples", SUM, ["5 iterations"], "part-1 is counted in iterations, the total in examples.", id="units"),
        pytest.param(
            "$127,000", SUM, ["$5,000/month"],
            "part-1 is per month, the total for the whole: say how often the part counts.", id="a month of what",
        ),
        pytest.param(
            "$5 per year", SUM, ["$5"],
            "part-1 is for the whole, the total per year: say how often the part counts.", id="a whole in a year",
        ),
        pytest.param("$6", PRODUCT, ["$2", "$3"], "part-1 and part-2 are amounts both: a product has one amount, and counts or shares of it.", id="money times money"),
        pytest.param("40 hours per month", SUM, ["2 days per month"], "part-1 is counted in days, the total in hours.", id="days are no work"),
        pytest.param("$6", PRODUCT, ["2x", "3x"], "The parts are counts and shares, the total is in USD.", id="counts for money"),
        pytest.param("$5", SUM, ["up to $5", "$5+"], "The parts leave both ends open, so they give no figure.", id="both open"),
        pytest.param("€5", PRODUCT, ["2x", "$3"], "part-2 is in USD, the total in EUR.", id="currency of a product"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_says_why(stated, operation, given, reason) -> None:
    assert found(stated, operation, *given) == Checked(Finding.CANNOT_BE_CHECKED, reason=reason)


def test_a_figure_under_zero_is_not_multiplied() -> None:
    assert found("15%", PRODUCT, "-5%", "3%").reason == "A figure under zero is not multiplied."


def test_a_figure_too_long_to_keep_cannot_be_checked() -> None:
    checked = found("$5", PRODUCT, "$900,000,000,000", "900,000,000")
    assert checked.finding is Finding.CANNOT_BE_CHECKED
    assert "at most 15 digits" in checked.reason


def test_the_middle_takes_what_is_printed_as_likely() -> None:
    assert found("$50", SUM, "$18–45 (median 28)", "$10–20").middle == 43
    assert found("$50", SUM, "$20", "$10").middle is None
    assert found("$50", SUM, "$20+", "$10–20").middle is None


def test_the_gap_is_from_end_to_end() -> None:
    assert found("$41–50", SUM, "$10–30", "$5–10").gap == 1
    assert found("$12–14", SUM, "$10–30", "$5–10").gap == 1
    assert found("$200+", SUM, "$176").gap == 24
    assert found("$20", SUM, "$10–30").gap is None


def test_a_change_of_unit_is_rounded_before_it_is_compared() -> None:
    assert found("1 week", SUM, "7 days").relation is Relation.EQUAL
    assert found("3 weeks", SUM, "1 week", "14 days").relation is Relation.EQUAL


# ---- Generated figures ----

numbers = st.integers(0, 10**6).map(Decimal)
times = st.integers(1, 60).map(Decimal)


@st.composite
def amounts(draw, unit: str = "currency") -> Quantity:
    low, high = sorted(draw(st.tuples(numbers, numbers)))
    shape = draw(st.sampled_from(["range", "at_least", "at_most"]))
    currency = "USD" if unit == "currency" else None
    if shape == "at_least":
        return Quantity(low=low, bound=Bound.AT_LEAST, unit=unit, currency=currency)
    if shape == "at_most":
        return Quantity(high=high, bound=Bound.AT_MOST, unit=unit, currency=currency)
    return Quantity(low=low, likely=low if low == high else None, high=high, unit=unit, currency=currency)


def within(draw: st.DataObject, value: Quantity) -> Decimal:
    low = Decimal(0) if value.low is None else value.low
    return draw.draw(st.integers(int(low), int(low + 10**6 if value.high is None else value.high)).map(Decimal))


def holds(value: Quantity | None, number: Decimal) -> bool:
    assert value is not None
    return (value.low is None or value.low <= number) and (value.high is None or number <= value.high)


STATED = parse("$1")


@given(st.lists(st.tuples(amounts(), times), min_size=1, max_size=6), st.data())
def test_a_sum_holds_every_sum_of_its_points(given, data) -> None:
    made = [Part(str(n), value, often) for n, (value, often) in enumerate(given)]
    checked = check(STATED, SUM, made)
    point = sum((within(data, part.value) * part.times for part in made), Decimal(0))
    if checked.finding is Finding.CANNOT_BE_CHECKED:
        assert any(part.value.low is None for part in made)
        assert any(part.value.high is None for part in made)
    else:
        assert holds(checked.computed, point)


@given(amounts(), st.lists(amounts("count"), max_size=1), st.data())
def test_a_product_holds_every_product_of_its_points(amount, counts, data) -> None:
    made = [Part(str(n), value) for n, value in enumerate([amount, *counts])]
    checked = check(STATED, PRODUCT, made)
    point = Decimal(1)
    for part in made:
        point *= within(data, part.value)
    if checked.finding is not Finding.CANNOT_BE_CHECKED:
        assert holds(checked.computed, point)


@given(st.lists(st.tuples(amounts(), times), min_size=1, max_size=5), st.randoms())
def test_the_order_of_parts_does_not_matter(given, random) -> None:
    made = [Part("p", value, often) for value, often in given]
    mixed = random.sample(made, len(made))
    assert check(STATED, SUM, made) == check(STATED, SUM, mixed)


@given(st.lists(amounts(), min_size=1, max_size=4), amounts())
def test_one_more_part_never_lowers_a_sum(given, more) -> None:
    before = check(STATED, SUM, [Part("p", value) for value in given]).computed
    after = check(STATED, SUM, [Part("p", value) for value in (*given, more)]).computed
    if before and after and before.low is not None and after.low is not None:
        assert after.low >= before.low
    if before and after and before.high is not None and after.high is not None:
        assert after.high >= before.high


@given(amounts(), times)
def test_counting_often_is_adding_often(amount, often) -> None:
    once = check(STATED, SUM, [Part("p", amount)] * int(often))
    assert check(STATED, SUM, [Part("p", amount, often)]).computed == once.computed


@given(amounts(), amounts())
def test_above_is_the_other_side_of_below(a, b) -> None:
    mirrored = {
        Relation.ABOVE: Relation.BELOW,
        Relation.BELOW: Relation.ABOVE,
        Relation.INSIDE: Relation.CONTAINS,
        Relation.CONTAINS: Relation.INSIDE,
    }
    one = relation(a, b)
    assert relation(b, a) is mirrored.get(one, one)
