"""The numbers in a text: how the recorder of a document and the reader of a finished PDF both see them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

# Digits with the separators that stand inside a number: 1,000 and 1.000,5 are one number, 18,000–45,000 are two,
# gpt-6.1 holds one. No sign: a hyphen before a digit is a range or a name as often as a minus.
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
INVISIBLE = dict.fromkeys(map(ord, "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}"))


def numbers(text: str) -> list[str]:
    """The numbers of a text in their order, as printed. Raised and full-width digits count as digits."""
    return NUMBER.findall(unicodedata.normalize("NFKC", text.translate(INVISIBLE)))


def count(texts: Iterable[str]) -> Counter[str]:
    """How often each number occurs in these texts, each text read on its own."""
    return Counter(number for text in texts for number in numbers(text))
