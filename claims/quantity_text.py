"""A value as people read it, in English and Spanish. `quantity_parsing.parse` reads back what is printed here."""

from __future__ import annotations

from decimal import Decimal

from babel import Locale
from babel.numbers import format_decimal, get_currency_name, get_currency_symbol

from claims.quantity_language import Language
from claims.quantity_value import Bound, Quantity
from claims.quantity_words import language_of

NO_BREAK = "\u00a0"

UNSAID_PERS = frozenset({"build", "project"})
"""What a one-off cost is per. Its metric ("build cost") says so already, and the text leaves it out."""


def text(q: Quantity, *, lang: str = "en") -> str:
    """For example "US$18,000–45,000 (median 28,000)", "al menos 10.000 ejemplos", "10–50×".

    Numbers are printed in full, never rounded; amounts of money with a fraction get at least two decimals.
    `lang` is en or es, with or without a region; ValueError for any other.
    """
    language = language_of(lang)
    if q.unit == "rating":
        code = str(q.rating).replace("-", "_")
        label = language.ratings.get(code, code.replace("_", " "))
        return label[:1].upper() + label[1:]
    words = [_in_words(q, language) if q.rating else _in_numbers(q, language)]
    if q.per and q.per not in UNSAID_PERS:
        words.append(language.pers[q.per])
    if q.likely is not None and not q.is_point:
        words.append(f"({language.median} {_number(q.likely, q, language)})")
    return " ".join(words)


def _in_words(q: Quantity, language: Language) -> str:
    """ "thousands of examples": the printed word. That it is read as a number is said by `Quantity.assumptions`."""
    word = language.word_numbers[str(q.rating)]
    if q.unit == "count":
        return word
    if q.currency:
        noun = get_currency_name(q.currency, 2, language.locale)
    elif q.unit == "percent":
        noun = "%"
    elif q.unit == "ratio":
        noun = "×"
    else:
        noun = language.units[q.unit][1]
    return f"{word} {language.of} {noun}"


def _in_numbers(q: Quantity, language: Language) -> str:
    ends = [number for number in ((q.low,) if q.is_point else (q.low, q.high)) if number is not None]
    # "-10–-5" cannot be read; a range that touches negative numbers is joined by the word.
    joint = f" {language.range_word} " if min(ends) < 0 else "–"
    numbers = _with_unit(joint.join(_number(end, q, language) for end in ends), q, language, one=ends == [Decimal(1)])
    return f"{language.bounds[q.bound]} {numbers}" if isinstance(q.bound, Bound) else numbers


def _with_unit(numbers: str, q: Quantity, language: Language, *, one: bool) -> str:
    locale = Locale.parse(language.locale)
    if q.currency:
        symbol = get_currency_symbol(q.currency, language.locale)
        pattern = locale.currency_formats["standard"]
        prefix, suffix = (part.replace("¤", symbol) for part in (pattern.prefix[0], pattern.suffix[0]))
        # CLDR puts a space between a code of letters and the number that follows it.
        return f"{prefix}{NO_BREAK if prefix[-1:].isalpha() else ''}{numbers}{suffix}"
    if q.unit == "percent":
        return f"{numbers}{locale.percent_formats[None].suffix[0]}"
    if q.unit == "ratio":
        return f"{numbers}×"
    if q.unit == "count":
        return numbers
    return f"{numbers} {language.units[q.unit][0 if one else 1]}"


def _number(number: Decimal, q: Quantity, language: Language) -> str:
    """All its digits; where any amount of money in the figure has a fraction, all of them show cents."""
    fractions = any(part is not None and part != part.to_integral_value() for part in (q.low, q.likely, q.high))
    pattern = "#,##0.00" if q.currency and fractions else "#,##0.##"
    return format_decimal(number, format=pattern, locale=language.locale, decimal_quantization=False)
