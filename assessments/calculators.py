"""Working out a number that people do not have at hand: tokens from words or a sample, requests from users.

The conversion figures are data (`calculators.yaml`). What comes out is text for the field of a question, which the
person may change; nothing that goes in is kept.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assessments.figure_text import number_text
from assessments.typed_numbers import SLASH

FOREIGN = Decimal("0.2")  # share of letters of another script from which the figures do not hold


@dataclass(frozen=True, slots=True)
class Factor:
    """A conversion figure as a range, and whose it is."""

    low: Decimal
    likely: Decimal
    high: Decimal
    note: str

    def times(self, count: Decimal) -> str:
        """A range of whole numbers as one types it, at least 1."""
        ends = (count * factor for factor in (self.low, self.likely, self.high))
        return SLASH.join(number_text(max(end.quantize(Decimal(1), ROUND_HALF_UP), Decimal(1))) for end in ends)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the calculators take for granted. `working_days` are those of a month."""

    token_questions: tuple[str, ...]
    request_questions: tuple[str, ...]
    per_word: Factor
    per_character: Factor
    longest_sample: int
    working_days: Decimal
    working_days_note: str


@cache
def figures() -> Figures:
    """The figures of `calculators.yaml`."""
    data = yaml.safe_load(Path(__file__).with_name("calculators.yaml").read_text(encoding="utf-8"))
    tokens, requests = data["tokens"], data["requests"]
    return Figures(
        tuple(tokens["questions"]),
        tuple(requests["questions"]),
        _factor(tokens["per_word"]),
        _factor(tokens["per_character"]),
        tokens["longest_sample"],
        Decimal(str(requests["working_days"]["value"])),
        requests["working_days"]["note"],
    )


def tokens_of_words(words: Decimal) -> str:
    """Tokens of so many words, as a range."""
    return figures().per_word.times(words)


def tokens_of_sample(sample: str) -> str:
    """Tokens of a text, as a range. Raises `ValueError` for one that is too long or in another script."""
    text = sample.replace("\r\n", "\n").strip()
    if len(text) > figures().longest_sample:
        raise ValueError(f"Paste at most {figures().longest_sample:,} characters: one usual request is enough.")
    letters = [character for character in text if character.isalpha()]
    foreign = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    if foreign > FOREIGN * len(letters):
        raise ValueError("Our figures hold for Latin script only. Count this text with the provider's own counter.")
    return figures().per_character.times(Decimal(len(text)))


def requests_of_users(users: Decimal, each: Decimal, days: Decimal) -> str:
    """Requests a month of so many users, each with so many a day, on so many days."""
    return number_text((users * each * days).quantize(Decimal(1), ROUND_HALF_UP))


def _factor(data: Mapping[str, Any]) -> Factor:
    return Factor(*(Decimal(str(data[end])) for end in ("low", "likely", "high")), note=data["note"])
