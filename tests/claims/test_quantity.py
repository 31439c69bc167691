"""The value type: what it refuses, how it is read and printed, and how two values are made comparable."""

import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from claims.quantity import (
    WORD_NUMBERS,
    Bound,
    Quantity,
    QuantityError,
    parse,
    text,
)
from claims.quantity_ratings import RATINGS
from claims.quantity_value import MAX_DECIMALS, current_currencies
from tests.claims.quantities import quantities, quantity
from tests.shared_documents import SHARED

CASES = Path(__file__).resolve().parents[1] / "cases"


def cases(name: str) -> list[Any]:
    entries = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return [pytest.param(entry, id=entry["name"]) for entry in entries]


# What is read and printed


@pytest.mark.parametrize("case", cases("quantity_parsed.yaml"))
def test_printed_figure_is_read_and_printed_again(case) -> None:
    read = parse(case["text"], lang=case.get("lang", "en"))
    assert read == Quantity.from_json(case["value"])
    assert text(read) == case["en"]
    assert text(read, lang="es") == case["es"]


@pytest.mark.parametrize("case", cases("quantity_refused.yaml"))
def test_what_cannot_be_read_without_guessing_is_refused(case) -> None:
    with pytest.raises(QuantityError) as refusal:
        parse(case["text"], lang=case.get("lang", "en"))
    assert refusal.value.field == case["field"]
    assert str(refusal.value) == case["says"]


def test_defaults_fill_in_what_is_not_printed() -> None:
    assert parse("500–5,000", default_unit="examples") == quantity(500, None, 5000, unit="examples")
    assert parse("5,000", default_unit="currency", default_currency="EUR", default_per="project") == quantity(
        5000, 5000, 5000, unit="currency", currency="EUR", per="project"
    )
    assert parse("thousands", default_unit="currency", default_currency="GBP") == quantity(
        1000, bound=Bound.AT_LEAST, rating="thousands", unit="currency", currency="GBP"
    )


def test_what_is_printed_wins_over_the_defaults() -> None:
    read = parse("£5 per run", default_unit="examples", default_currency="USD", default_per="month")
    assert read == quantity(5, 5, 5, unit="currency", currency="GBP", per="run")


def test_dollar_sign_is_us_dollars_unless_the_document_uses_another_dollar_or_peso() -> None:
    assert parse("$5").currency == "USD"
    assert parse("$5", default_currency="CAD").currency == "CAD"
    assert parse("$5", default_currency="MXN").currency == "MXN"
    assert parse("$5", default_currency="EUR").currency == "USD"
    assert parse("¥5", default_currency="JPY").currency == "JPY"


def test_any_short_phrase_is_a_grade_where_a_grade_is_expected() -> None:
    assert parse("Priceless", default_unit="rating") == Quantity(rating="priceless", unit="rating")
    assert text(Quantity(rating="compounds-daily", unit="rating")) == "Compounds daily"


def test_population_of_a_share_that_holds_a_number_or_a_rate_is_not_passed_over() -> None:
    for printed in ("60% of 40 projects", "60% of projects per month"):
        with pytest.raises(QuantityError):
            parse(printed)


def test_a_whole_paragraph_is_no_figure() -> None:
    with pytest.raises(QuantityError, match="300 characters"):
        parse("5 " * 200)


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="No wording for the language “fr”"):
        text(quantity(1, 1, 1), lang="fr")
    assert text(quantity(1500, 1500, 1500), lang="es-AR") == "1.500"


def test_contract_example_text() -> None:
    built = quantity(18000, 28000, 45000, unit="currency", currency="USD", per="build")
    assert text(built) == "US$18,000–45,000 (median 28,000)"
    assert text(built, lang="es") == "18.000–45.000\u00a0US$ (mediana 28.000)"


@pytest.mark.parametrize("word", WORD_NUMBERS)
@pytest.mark.parametrize(
    ("unit", "currency"), [("count", None), ("percent", None), ("ratio", None), ("tokens", None), ("currency", "EUR")]
)
def test_words_for_numbers_keep_their_word_in_both_languages(word: str, unit: str, currency: str | None) -> None:
    q = Quantity(low=WORD_NUMBERS[word], bound=Bound.AT_LEAST, rating=word, unit=unit, currency=currency)
    for lang in ("en", "es"):
        assert parse(text(q, lang=lang), lang=lang) == q


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_grade_reads_back(lang: str) -> None:
    for rating in RATINGS:
        q = Quantity(rating=rating, unit="rating")
        assert text(parse(text(q, lang=lang), lang=lang), lang=lang) == text(q, lang=lang)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_currency_reads_back(lang: str) -> None:
    for currency in current_currencies():
        point = quantity(1500, 1500, 1500, unit="currency", currency=currency)
        assert parse(text(point, lang=lang), lang=lang) == point
        word = quantity(1000, bound=Bound.AT_LEAST, rating="thousands", unit="currency", currency=currency)
        assert parse(text(word, lang=lang), lang=lang) == word


@given(q=quantities(), lang=st.sampled_from(["en", "es"]))
def test_our_own_text_reads_back(q: Quantity, lang: str) -> None:
    printed = text(q, lang=lang)
    read = parse(printed, lang=lang)
    assert text(read, lang=lang) == printed
    # The only part the text leaves to its metric is what a one-off cost is per.
    assert read.per == (None if q.per in ("build", "project") else q.per)
    assert (read.low, read.high, read.bound, read.rating, read.unit, read.currency) == (
        q.low,
        q.high,
        q.bound,
        q.rating,
        q.unit,
        q.currency,
    )


@given(q=quantities())
def test_json_carries_the_whole_value(q: Quantity) -> None:
    assert Quantity.from_json(q.as_json()) == q
    assert Quantity.from_json({**q.as_json(), "text": text(q)}) == q


@given(printed=st.text(alphabet="0123456789.,-–+<$€%/ Kxabmnopr()", max_size=25))
def test_any_text_is_read_or_refused_but_never_breaks(printed: str) -> None:
    for lang in ("en", "es"):
        try:
            q = parse(printed, lang=lang)
        except QuantityError:
            continue
        assert text(parse(text(q, lang=lang), lang=lang), lang=lang) == text(q, lang=lang)


# What a value refuses


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        pytest.param({"low": 5, "likely": 4, "high": 3}, "low", id="the low end above the high end"),
        pytest.param({"low": 1, "likely": 9, "high": 3}, "likely", id="the likely value outside the range"),
        pytest.param({"low": 3, "high": 3}, "likely", id="a point without its likely value"),
        pytest.param({"low": 3}, "high", id="the lower number alone without a bound"),
        pytest.param({"high": 3}, "low", id="the upper number alone without a bound"),
        pytest.param({"likely": 3}, "low", id="the likely number alone"),
        pytest.param({}, "low", id="no number"),
        pytest.param({"high": 3, "bound": Bound.AT_LEAST}, "high", id="at least with the upper number"),
        pytest.param({"low": 1, "likely": 3, "bound": Bound.AT_LEAST}, "likely", id="at least with a likely value"),
        pytest.param({"low": 3, "bound": Bound.AT_MOST}, "low", id="at most with the lower number"),
        pytest.param({"likely": 1, "high": 3, "bound": Bound.UP_TO}, "likely", id="up to with a likely value"),
        pytest.param({"high": 3, "bound": Bound.ABOUT}, "low", id="about with one end"),
        pytest.param({"low": -1, "likely": -1, "high": -1, "unit": "tokens"}, "low", id="a negative count"),
        pytest.param(
            {"low": -1, "likely": -1, "high": -1, "unit": "currency", "currency": "USD"}, "low", id="negative money"
        ),
        pytest.param({"low": "NaN", "likely": "NaN", "high": "NaN"}, "low", id="not a number"),
        pytest.param({"low": 1, "high": "Infinity"}, "high", id="infinity"),
        pytest.param({"low": "1.2345678901234567", "bound": Bound.AT_LEAST}, "low", id="more digits than JSON carries"),
        pytest.param({"low": 10**15, "bound": Bound.AT_LEAST}, "low", id="more than a number can mean"),
        pytest.param({"low": "1e-31", "bound": Bound.AT_LEAST}, "low", id="less than a number can mean"),
        pytest.param({"low": 1, "high": 2, "unit": "parsecs"}, "unit", id="an unknown unit"),
        pytest.param({"low": 1, "high": 2, "per": "fortnight"}, "per", id="an unknown period"),
        pytest.param({"low": 1, "high": 2, "bound": "perhaps"}, "bound", id="an unknown bound"),
        pytest.param({"low": 1, "high": 2, "unit": "currency"}, "currency", id="money without a currency"),
        pytest.param({"low": 1, "high": 2, "currency": "USD"}, "currency", id="a currency without money"),
        pytest.param(
            {"low": 1, "high": 2, "unit": "currency", "currency": "XYZ"}, "currency", id="an unknown currency"
        ),
        pytest.param({"low": 1, "high": 2, "unit": "currency", "currency": "DEM"}, "currency", id="a bygone currency"),
        pytest.param({"unit": "rating"}, "rating", id="a rating without its grade"),
        pytest.param({"unit": "rating", "rating": "Very Low"}, "rating", id="a grade that is no code"),
        pytest.param({"unit": "rating", "rating": "low", "low": 1}, "low", id="a rating with a number"),
        pytest.param({"unit": "rating", "rating": "low", "per": "month"}, "per", id="a rating per month"),
        pytest.param({"low": 1, "high": 2, "rating": "low"}, "rating", id="a grade beside a number"),
        pytest.param({"low": 1000, "high": 2000, "rating": "thousands"}, "low", id="a word beside a range"),
        pytest.param(
            {"low": 5, "bound": Bound.AT_LEAST, "rating": "thousands"}, "low", id="a word beside another number"
        ),
    ],
)
def test_value_whose_parts_contradict_each_other_is_refused(parts: dict[str, Any], field: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        quantity(**parts)
    assert refusal.value.field == field
    assert refusal.value.message == str(refusal.value)


def test_numbers_are_decimals() -> None:
    with pytest.raises(QuantityError, match="must be a decimal number"):
        Quantity(low=5.5, bound=Bound.AT_LEAST)  # type: ignore[arg-type]  # what the test is about


def test_zero_has_no_sign() -> None:
    assert text(quantity("-0", "-0", "-0", unit="percent")) == "0%"


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"low": True}, "low"),
        ({"low": "5"}, "low"),
        ({"low": math.nan, "bound": "at_least"}, "low"),
        ({"low": 5, "bound": "perhaps"}, "bound"),
        ({"low": 5, "bound": "at_least", "unit": 7}, "unit"),
        ({"lowest": 5}, "text"),
    ],
)
def test_json_that_is_no_value_is_refused(value: dict[str, Any], field: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        Quantity.from_json(value)
    assert refusal.value.field == field


def test_json_numbers_are_whole_where_they_can_be() -> None:
    assert quantity("18000.00", 28000, "45000.5", unit="currency", currency="USD", per="build").as_json() == {
        "low": 18000,
        "likely": 28000,
        "high": 45000.5,
        "bound": None,
        "rating": None,
        "unit": "currency",
        "currency": "USD",
        "per": "build",
    }
    assert type(quantity("18000.00", 18000, 18000).as_json()["low"]) is int
    assert quantity(1000, bound=Bound.AT_LEAST).as_json()["bound"] == "at_least"


def test_word_is_read_as_a_number_of_ours_and_says_so() -> None:
    word = parse("thousands of examples")
    assert word.is_our_reading
    assert word.assumptions == "The source prints the word “thousands”; at least 1,000 is our reading."
    plain = parse("1,000+ examples")
    assert not plain.is_our_reading
    assert plain.assumptions == ""


def test_sides_of_a_value() -> None:
    assert (parse("over 70%").lower, parse("over 70%").upper) == (70, None)
    assert (parse("up to 70%").lower, parse("up to 70%").upper) == (None, 70)
    assert parse("about 70%").is_point
    assert not parse("70-80%").is_point
    assert parse("70%").is_numeric
    assert not parse("low").is_numeric


# What a metric refuses


def test_metric_that_allows_the_value() -> None:
    parse("70–90%").check_against(max_percent=100, units=["percent"])
    parse("140%").check_against()
    parse("-23%").check_against(allow_negative=True)
    parse("low").check_against(units=["rating"], ratings=["low", "high"])
    parse("low").check_against()


@pytest.mark.parametrize(
    ("printed", "rules", "field"),
    [
        ("101%", {"max_percent": 100}, "low"),
        ("up to 101%", {"max_percent": Decimal(100)}, "high"),
        ("-23%", {}, "low"),
        ("5 weeks", {"units": ["percent", "ratio"]}, "unit"),
        ("low", {"ratings": ["high"]}, "rating"),
        ("0.123456789%", {}, "low"),
    ],
)
def test_metric_that_refuses_the_value(printed: str, rules: dict[str, Any], field: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        parse(printed).check_against(**rules)
    assert refusal.value.field == field


def test_value_with_as_many_decimals_as_are_stored_is_accepted() -> None:
    quantity(Decimal(1).scaleb(-MAX_DECIMALS), bound=Bound.AT_LEAST).check_against()


FIGURES = {
    "pairprogramming-fine-tuning": ["$5,000 to $30,000", "500–5,000", "3–5 iterations", "$50 and $500", "80%", "1,000+"],
    "devto-rag-vs-fine-tuning": [
        "$18,000 to $45,000", "Over 70%", "Fewer than 25%", "$300 to $800", "exceeds $35,000 per run", "85% to 90%",
        "10% to 40%", "four to eight weeks", "three to six months", "roughly 60% of projects", "70% to 90%",
        "millions of queries per day", "5 to 10 hours of engineering time per month",
    ],
    "aiformaking-fine-tuning-cost": [
        "$127,000", "4.5 months", "$15,000-50,000", "$5,000-25,000/month", "$200,000+/year", "10,000+", "-23%", "$300K",
        "100K+ examples", "<10K examples", "$20,000/quarter", "under 100ms", "$200K+", "$2M", "$500-2,000", "2 weeks",
    ],
    "thellms-fine-tuning-economics": [
        "10–100 million tokens per month", "£10–£30", "10–50x", "90%", "100M tokens/month", "thousands",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("source", "figure"), [(source, figure) for source in FIGURES for figure in FIGURES[source]])
def test_figures_of_the_founding_documents_are_read(source: str, figure: str) -> None:
    document = (SHARED / "sources" / f"{source}.txt").read_text(encoding="utf-8")
    assert figure in document
    read = parse(f"between {figure}" if " and " in figure else figure)
    assert read.is_numeric
