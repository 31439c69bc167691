"""How a figure is printed, on screen and on paper alike: one function, in English and Spanish.

A figure is a dictionary of the result document: low, likely, high, bound, unit,
currency, per. What is printed is rounded for reading; the manifest keeps all
six decimals. Units and their words are those of the registry's value type.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_decimal, get_currency_symbol

from claims.quantity import Bound
from claims.quantity_language import Language
from claims.quantity_text import NO_BREAK, UNSAID_PERS
from claims.quantity_words import language_of

EN_DASH = "\N{EN DASH}"
MOST_PLACES = 6

UNKNOWN = {"en": "unknown", "es": "sin datos"}
_LIKELY = {"en": "{}, likely {}", "es": "{}, lo más probable {}"}


def figure_text(figure: Mapping[str, Any], lang: str = "en", *, with_per: bool = True) -> str:
    """The figure as people read it: `US$18,000–45,000, likely US$28,000`, `at least 10,000 examples`, `unknown`.

    Money has no decimals from 100 up, two from 1, and below as many as carry three digits, so that
    the price of one request is legible. `with_per` False leaves out "per month" and its like, for a
    column that says so in its head.
    """
    language = language_of(lang)
    low, likely, high = (_decimal(figure.get(key)) for key in ("low", "likely", "high"))
    if low is None and likely is None and high is None:
        return UNKNOWN[language.code]
    per = figure.get("per") if with_per else None
    tail = f" {language.pers[per]}" if per and per not in UNSAID_PERS else ""

    def span(*ends: Decimal) -> str:
        return _span(ends, figure, language) + tail

    bound = figure.get("bound")
    if low is None and high is None:
        low = high = likely
    if low is None:
        assert high is not None
        word = language.bounds[Bound.UP_TO if bound == Bound.UP_TO else Bound.AT_MOST]
        return f"{word} {span(high)}"
    if high is None:
        return f"{language.bounds[Bound.AT_LEAST]} {span(low)}"
    if low == high:
        return f"{language.bounds[Bound.ABOUT]} {span(low)}" if bound == Bound.ABOUT else span(low)
    if likely is None or likely in (low, high):
        return span(low, high)
    money = figure.get("unit") == "currency"
    bare = _span((likely,), figure, language) if money else _number(likely, figure, language)
    return _LIKELY[language.code].format(span(low, high), bare)


def figure_part(figure: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    """One of a figure's numbers as a figure of its own: `low`, `likely`, `high`, or `range` without the likely value.

    Where the figure does not have it, the figure itself.
    """
    if part == "range" and figure["low"] is not None and figure["high"] is not None:
        return {**figure, "likely": None}
    if part in ("low", "likely", "high") and figure[part] is not None:
        return {**figure, **dict.fromkeys(("low", "likely", "high"), figure[part]), "bound": None}
    return figure


def number_text(value: Decimal | float, lang: str = "en") -> str:
    """One number without a unit, in all its digits: for a form field or a hint."""
    return str(
        format_decimal(
            Decimal(str(value)), format="#,##0.######", locale=language_of(lang).locale, decimal_quantization=False
        )
    )


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _span(ends: tuple[Decimal, ...], figure: Mapping[str, Any], language: Language) -> str:
    unit = figure.get("unit") or "count"
    joint = f" {language.range_word} " if min(ends) < 0 and len(ends) > 1 else EN_DASH
    numbers = joint.join(_number(end, figure, language) for end in ends)
    locale = Locale.parse(language.locale)
    if unit == "currency":
        symbol = get_currency_symbol(figure.get("currency") or "USD", language.locale)
        pattern = locale.currency_formats["standard"]
        prefix, suffix = (part.replace("¤", symbol) for part in (pattern.prefix[0], pattern.suffix[0]))
        sign = "-" if prefix and len(ends) == 1 and ends[0] < 0 else ""
        return f"{sign}{prefix}{NO_BREAK if prefix[-1:].isalpha() else ''}{numbers.removeprefix(sign)}{suffix}"
    if unit == "percent" or (unit == "ratio" and _is_share(figure)):
        return f"{numbers}{locale.percent_formats[None].suffix[0]}"
    if unit == "ratio":
        return f"{numbers}×"
    words = language.units.get(unit)
    return f"{numbers} {words[0 if ends == (1,) else 1]}" if words else numbers


def _is_share(figure: Mapping[str, Any]) -> bool:
    """A ratio within 0 and 1 is a share of a whole and reads as a percentage; others are multiples."""
    return all(figure.get(key) is None or 0 <= figure[key] <= 1 for key in ("low", "likely", "high"))


def _number(value: Decimal, figure: Mapping[str, Any], language: Language) -> str:
    money = figure.get("unit") == "currency"
    if figure.get("unit") == "ratio" and _is_share(figure):
        value *= 100
    places = _places(value, money=money)
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    decimals = "00" + "#" * (places - 2) if money else "#" * places
    pattern = f"#,##0.{decimals}" if places else "#,##0"
    return str(format_decimal(rounded, format=pattern, locale=language.locale))


def _places(value: Decimal, *, money: bool) -> int:
    """How many decimals say enough: none from 100 up, and three digits below 1."""
    size = abs(value)
    if size >= 100 or size == size.to_integral_value():
        return 0
    if size >= 10:
        return 2 if money else 1
    if size >= 1:
        return 2
    return min(MOST_PLACES, max(2, 2 - size.adjusted()))
