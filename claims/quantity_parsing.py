"""What sources print, read as a `Quantity`. Ambiguous text is refused with what would be right, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from claims.quantity_language import Kind, Language
from claims.quantity_reading import Amount, Reading, read
from claims.quantity_scanning import Mark, scan
from claims.quantity_value import WORD_NUMBERS, Bound, Quantity, QuantityError
from claims.quantity_words import language_of

LONGEST_TEXT = 300

_POPULATION = {
    "en": re.compile(r"(%|percent)\s+of\s.*", re.IGNORECASE),
    "es": re.compile(r"(%|por ciento)\s+de\s.*", re.IGNORECASE),
}


def parse(
    text: str,
    *,
    lang: str = "en",
    default_unit: str | None = None,
    default_currency: str | None = None,
    default_per: str | None = None,
) -> Quantity:
    """The value that `text` prints: money, shares, times and counts, ranges and one-sided figures, in `lang` (en, es).

    The defaults fill in what the text leaves out; what it prints wins. "$" is read as USD, unless
    `default_currency` is another dollar or peso ("CAD", "MXN"), which the document's context must give.
    Numerals follow the marks of `lang`: 1,500.5 in English, 1.500,5 in Spanish. "thousands" becomes at least 1,000
    with the word kept as rating. Where nothing but a grade is printed ("very low"), the unit is "rating"; with
    `default_unit="rating"` any short phrase is a grade. "of projects" after a share is left to the scope.

    Raises QuantityError (its `field` says which part) where the text is ambiguous or says nothing we know.
    """
    language = language_of(lang)
    if not text.strip():
        raise QuantityError("There is no text to read a figure from.", field="text")
    if len(text) > LONGEST_TEXT:
        raise QuantityError(f"Give the figure alone, in at most {LONGEST_TEXT} characters.", field="text")
    grade = _grade(text, language)
    if grade is not None or default_unit == "rating":
        return Quantity(rating=grade or _grade_code(text), unit="rating")
    marks = scan(_without_population(text, language), language, default_currency=default_currency)
    head, tail = _split_at_median(marks)
    reading = read(head, text)
    median = None if tail is None else _median(read(tail, text))
    if not reading.amounts and reading.word is None:
        raise reading.refusal("There is no number in “{}”.")
    if len(reading.pers) > 1:
        raise reading.refusal("“{}” is per two things at once. Enter one.", part="per")
    currency = _currency(reading, median)
    unit = _unit(reading, median, currency) or default_unit or "count"
    low, likely, high, bound = _numbers(reading, median)
    return Quantity(
        low=low,
        likely=likely,
        high=high,
        bound=bound,
        rating=reading.word,
        unit=unit,
        currency=(currency or default_currency) if unit == "currency" else None,
        per=next(iter(reading.pers), default_per),
    )


def _grade(text: str, language: Language) -> str | None:
    """The code of a grade that is known: by its label in the language, or by the code itself."""
    wanted = _grade_code(text)
    by_label = {_grade_code(label): code for code, label in language.ratings.items()}
    return by_label.get(wanted) or (wanted if wanted in language.ratings else None)


def _grade_code(text: str) -> str:
    return "_".join(re.findall(r"[^\W_]+", text.lower()))


def _without_population(text: str, language: Language) -> str:
    """ "60% of projects" → "60%": whom a share is of belongs to the scope. A second number or a rate stays in."""
    found = _POPULATION[language.code].search(text)
    if not found or re.search(r"[0-9/]|\b(?:per|por|al)\b", found[0]):
        return text
    return text[: found.end(1)]


def _split_at_median(marks: Sequence[Mark]) -> tuple[Sequence[Mark], Sequence[Mark] | None]:
    for at, mark in enumerate(marks):
        if mark.kind is Kind.MEDIAN:
            return marks[:at], marks[at + 1 :]
    return marks, None


def _median(reading: Reading) -> Amount:
    if len(reading.amounts) != 1 or reading.pers or not reading.bounds <= {Bound.ABOUT}:
        raise reading.refusal("After “median” one number must stand in “{}”.", part="likely")
    return reading.amounts[0]


def _currency(reading: Reading, median: Amount | None) -> str | None:
    codes = {amount.currency for amount in (*reading.amounts, median) if amount} | {reading.word_currency}
    codes.discard(None)
    if len(codes) > 1:
        raise reading.refusal("“{}” names two currencies. Enter one figure for each.", part="currency")
    if codes and len(reading.amounts) == 2:
        first, second = reading.amounts
        # "$5 to 30" and "5 to 30 €" are ranges of money; in "5 € to 30" and "5 to $30" one end is bare.
        both = first.currency and second.currency
        if not (both or first.prefixed or (second.currency and not second.prefixed)):
            raise reading.refusal(
                "Only one end of the range “{}” is money. Write the currency at both.", part="currency"
            )
    return next(iter(codes), None)


def _unit(reading: Reading, median: Amount | None, currency: str | None) -> str | None:
    units = reading.units | ({median.unit} if median and median.unit else set())
    if len(units) + (currency is not None) > 1:
        raise reading.refusal("“{}” gives two units. Enter one figure for each.", part="unit")
    if len(reading.amounts) == 2 and reading.amounts[0].unit and not reading.amounts[1].unit:
        raise reading.refusal("Only the first end of the range “{}” has a unit. Write it at the end.", part="unit")
    return "currency" if currency else next(iter(units), None)


def _numbers(
    reading: Reading, median: Amount | None
) -> tuple[Decimal | None, Decimal | None, Decimal | None, Bound | None]:
    """Low, likely, high and bound."""
    likely = None if median is None else median.scaled
    bound = _bound(reading)
    if reading.word:
        return WORD_NUMBERS[reading.word], likely, None, Bound.AT_LEAST
    if len(reading.amounts) == 2:
        first, second = _same_scale(reading)
        return first, likely, second, bound
    number = reading.amounts[0].scaled
    if bound is Bound.AT_LEAST:
        return number, likely, None, bound
    if bound in (Bound.AT_MOST, Bound.UP_TO):
        return None, likely, number, bound
    if likely is not None:
        raise reading.refusal("A median needs its range: “{}” has one number beside it.", part="likely")
    return number, number, number, bound


def _bound(reading: Reading) -> Bound | None:
    bounds = set(reading.bounds)
    is_range = len(reading.amounts) == 2
    if reading.between and not is_range:
        raise reading.refusal("“Between” needs two numbers; “{}” has fewer.")
    if reading.opens and not is_range:
        bounds.add(Bound.AT_LEAST)
    if len(bounds) > 1:
        raise reading.refusal("“{}” has two bounds that contradict each other. Keep one.", part="bound")
    bound = next(iter(bounds), None)
    if is_range and bound not in (None, Bound.ABOUT):
        raise reading.refusal("“{}” is a range with a bound. Enter the range, or the bound.", part="bound")
    if reading.word and bound not in (None, Bound.AT_LEAST):
        raise reading.refusal("A word for a number can only be “at least”; “{}” says otherwise.", part="bound")
    return bound


def _same_scale(reading: Reading) -> tuple[Decimal, Decimal]:
    """ "10–100 million" and "$5-30K" scale both ends; where it cannot be told whether they do, it is refused."""
    first, second = reading.amounts
    first_is_bare = first.unit is None and not (first.currency and second.currency)
    if first.scale is None and first_is_bare:
        first.scale = second.scale
    if (first.scale is None) != (second.scale is None):
        raise reading.refusal(
            "It cannot be told in “{}” whether both numbers are thousands or millions. Write both out."
        )
    return first.scaled, second.scaled
