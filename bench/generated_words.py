"""Made-up words, none of which stands inside another, drawn as words are in speech: a few are everywhere, most are rare."""

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"
STATEMENT_WORDS = 5_000
"""How many different words statements are made of; the first is the commonest, the last one is planted (`RARE`)."""
LENGTH = 14
RARE = 20
"""Claims in which the rarest word stands, or a tenth of a small registry."""


def words(count: int, *, seed: int) -> list[str]:
    """Different words of seven letters: none is a part of another one."""
    random = Random(seed)  # noqa: S311 - no secret is made here
    made: dict[str, None] = {}
    while len(made) < count:
        syllables = (random.choice(CONSONANTS) + random.choice(VOWELS) for _ in range(3))
        made["".join(syllables) + random.choice(CONSONANTS)] = None
    return list(made)


def zipf(kinds: int, skew: float) -> NDArray[np.float64]:
    """Shares of so many kinds, the first the largest."""
    weights = np.arange(1, kinds + 1, dtype=np.float64) ** -skew
    share: NDArray[np.float64] = weights / weights.sum()
    return share


def statements(count: int, random: np.random.Generator) -> NDArray[np.int16]:
    """A row of word numbers for each statement; the rarest word is in `RARE` of them, or in a tenth of a few."""
    drawn = random.choice(STATEMENT_WORDS - 1, size=(count, LENGTH), p=zipf(STATEMENT_WORDS - 1, 1.0)).astype(np.int16)
    drawn[random.choice(count, min(RARE, max(1, count // 10)), replace=False), -1] = STATEMENT_WORDS - 1
    return drawn


def sentence(numbers: Sequence[int], vocabulary: Sequence[str]) -> str:
    """The words of these numbers as a sentence."""
    return f"{' '.join(vocabulary[number] for number in numbers).capitalize()}."
