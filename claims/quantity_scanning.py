"""Printed text to marks: the numbers, signs, units and words that `quantity_parsing` puts together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel.numbers import get_currency_name, get_currency_symbol

from claims.quantity_language import Kind, Language
from claims.quantity_value import QuantityError, current_currencies

_THIN_GROUPS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:[\u00a0\u2007\u2009\u202f][0-9]{3})+(?![0-9])")
_DASHES = re.compile("[\u2010\u2011\u2012\u2013\u2014\u2015\u2212]")
_NUMERAL = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_SCALE = re.compile(r" ?(k|K|M|B|bn|mn)(?![^\W\d_])")
_SCALES = {"k": "1000", "m": "1000000", "b": "1000000000"}
_CODE = re.compile(r"[A-Z]{3}(?![^\W\d_])")
_WORD = re.compile(r"[^\W\d_]+|\S")
_AMBIGUOUS_SYMBOLS = {"¥": ("JPY", "CNY")}


@dataclass(frozen=True)
class Mark:
    """One piece of the printed text. `value` is a code (unit, per, bound, currency) or a plain numeral."""

    kind: Kind
    value: str
    printed: str


def scan(text: str, language: Language, *, default_currency: str | None) -> list[Mark]:
    """The marks of `text` in order, without fillers. QuantityError for a word or numeral that means nothing here.

    "$" is USD unless `default_currency` is another dollar or peso, in which case it is that.
    """
    return [mark for mark in _marks(_plain(text), language, default_currency) if mark.kind is not Kind.FILLER]


def _plain(text: str) -> str:
    """One kind of space, one kind of dash; the thin spaces that group digits are gone."""
    text = unicodedata.normalize("NFC", text)
    text = _THIN_GROUPS.sub(lambda found: "".join(found[0].split()), text)
    text = _DASHES.sub("-", text).replace("…", "...").replace("’", "'")
    return " ".join(text.split())


def _marks(text: str, language: Language, default_currency: str | None) -> Iterator[Mark]:
    phrases, pattern = _phrases(language)
    at = 0
    while at < len(text):
        if text[at] == " ":
            at += 1
        elif numeral := _NUMERAL.match(text, at):
            yield Mark(Kind.NUMBER, str(_number(numeral[0], language)), numeral[0])
            at = numeral.end()
            # Directly after the numeral only: an M on its own is no million.
            if scale := _SCALE.match(text, at):
                yield Mark(Kind.SCALE, _SCALES[scale[1][0].lower()], scale[0])
                at = scale.end()
        elif symbol := _symbols(language)[1].match(text, at):
            yield Mark(Kind.CURRENCY, _currency(symbol[0], language, default_currency), symbol[0])
            at = symbol.end()
        elif (phrase := pattern.match(text, at)) and (meaning := phrases.get(phrase[0].lower())):
            yield Mark(*meaning, phrase[0])
            at = phrase.end()
        elif (code := _CODE.match(text, at)) and code[0] in current_currencies():
            yield Mark(Kind.CURRENCY, code[0], code[0])
            at = code.end()
        else:
            raise _unknown(text, at)


def _unknown(text: str, at: int) -> QuantityError:
    found = _WORD.match(text, at)
    word = found[0] if found else text[at:]
    if word == "/":
        return QuantityError(
            f"The slash in “{text}” may be a date, a fraction or a rate. Write “3 to 5”, or “per month”.", field="text"
        )
    return QuantityError(
        f"“{word}” in “{text}” is neither a number, a unit nor a currency we know. "
        "Leave out words that are not part of the figure.",
        field="unit",
    )


def _number(printed: str, language: Language) -> Decimal:
    """A numeral by the language's own marks only: "1,5" is not English, and no guess is made what was meant."""
    group, decimal = re.escape(language.group), re.escape(language.decimal)
    if not re.fullmatch(rf"(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)(?:{decimal}[0-9]+)?", printed):
        raise QuantityError(
            f"“{printed}” is not a number as {language.name} writes it. Write for example {language.example}.",
            field="text",
        )
    # Our own texts have no closing zeros; in "1.500" the writer of the other convention may have meant thousands.
    if re.fullmatch(rf"[1-9][0-9]{{0,2}}{decimal}[0-9][0-9]0", printed):
        raise QuantityError(
            f"“{printed}” may be thousands or decimals. Write for example {language.example}.", field="text"
        )
    return Decimal(printed.replace(language.group, "").replace(language.decimal, "."))


def _currency(symbol: str, language: Language, default: str | None) -> str:
    if symbol == "$":
        return default if default in dollars() else "USD"
    if choices := _AMBIGUOUS_SYMBOLS.get(symbol):
        if default not in choices:
            raise QuantityError(f"“{symbol}” may be {' or '.join(choices)}. Write the code.", field="currency")
        return default
    return _symbols(language)[0][symbol]


@cache
def dollars() -> frozenset[str]:
    """Currencies that their own countries print as "$"."""
    names = {code: get_currency_name(code, 1, "en").lower().split() for code in current_currencies()}
    return frozenset(code for code, name in names.items() if {"dollar", "peso"} & set(name))


@cache
def _symbols(language: Language) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Currency symbols as the language prints them, and as English does: "€", "US$", "F CFA"."""
    symbols: dict[str, str] = {}
    for locale in (language.locale, "en_001"):
        for currency in sorted(current_currencies()):
            symbol = get_currency_symbol(currency, locale)
            if symbol != currency:
                symbols.setdefault(" ".join(symbol.split()), currency)
    printed = sorted({*symbols, "$", *_AMBIGUOUS_SYMBOLS}, key=len, reverse=True)
    return symbols, re.compile("|".join(map(re.escape, printed)))


@cache
def _phrases(language: Language) -> tuple[Mapping[str, tuple[Kind, str]], re.Pattern[str]]:
    """Every phrase of the language, and the pattern that finds the longest of them at a place."""
    phrases: dict[str, tuple[Kind, str]] = {"-": (Kind.MINUS, ""), "+": (Kind.PLUS, "")}
    for currency in sorted(current_currencies()):
        phrases[get_currency_name(currency, 2, language.locale).lower()] = (Kind.CURRENCY, currency)
    for kind, words in language.phrases.items():
        phrases |= {word: (kind, meaning) for word, meaning in words.items()}
    phrases |= {word.lower(): (Kind.UNIT, unit) for unit, forms in language.units.items() for word in forms}
    phrases |= {word: (Kind.PER, per) for per, word in language.pers.items()}
    phrases |= {word: (Kind.BOUND, bound.value) for bound, word in language.bounds.items()}
    phrases |= {word: (Kind.WORD_NUMBER, rating) for rating, word in language.word_numbers.items()}
    phrases[language.range_word] = (Kind.RANGE, "")
    phrases[language.median] = (Kind.MEDIAN, "")
    alternatives = (
        re.escape(phrase) + (r"(?![^\W\d_])" if phrase[-1].isalpha() else "")
        for phrase in sorted(phrases, key=len, reverse=True)
    )
    return phrases, re.compile("|".join(alternatives), re.IGNORECASE)
