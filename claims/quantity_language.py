"""What a language must say for figures to be read and printed in it; `quantity_words` says it for each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from claims.quantity_value import Bound


class Kind(Enum):
    """What a piece of printed text is to the parser."""

    NUMBER = auto()
    HALF = auto()
    WORD_NUMBER = auto()
    SCALE = auto()
    CURRENCY = auto()
    UNIT = auto()
    PER = auto()
    BOUND = auto()
    FROM = auto()  # a lower limit before one number, nothing before a range
    BETWEEN = auto()
    AND = auto()
    RANGE = auto()
    MEDIAN = auto()
    MINUS = auto()  # a dash: sign or range, by what stands beside it
    PLUS = auto()
    FILLER = auto()


@dataclass(frozen=True, eq=False)
class Language:
    """One language: its marks, the words we print, and the phrases a source may use (small letters).

    Two languages are the same only if they are one object, so that tables made from a language can be cached by it.
    """

    code: str
    name: str
    locale: str
    decimal: str
    group: str
    example: str
    range_word: str
    median: str
    of: str
    units: Mapping[str, tuple[str, str]]
    """Unit → (one, many). Currency, percent and count have no noun and are absent."""
    pers: Mapping[str, str]
    bounds: Mapping[Bound, str]
    word_numbers: Mapping[str, str]
    ratings: Mapping[str, str]
    phrases: Mapping[Kind, Mapping[str, str]]
    """Kind → phrase → code. The printed words above are added by the scanner."""


def all_of(code: str, phrases: str) -> dict[str, str]:
    """The phrases, joined by |, that all mean `code`."""
    return dict.fromkeys(phrases.split("|"), code)


def periods(nouns: Mapping[str, str], patterns: str) -> dict[str, str]:
    """Every noun in every pattern: "per {}", "/{}", "a {}"."""
    return {
        pattern.format(noun): code
        for code, alternatives in nouns.items()
        for noun in alternatives.split("|")
        for pattern in patterns.split("|")
    }


def numerals(words: str) -> dict[str, str]:
    """Words for one, two, three…, in order."""
    return {word: str(n) for n, word in enumerate(words.split(), start=1)}
