"""Typed texts that cannot stand in a report, whatever font there is.

Half of a surrogate pair and NUL cannot be written; control characters and noncharacters are no text. Those that turn
or isolate the direction of what follows them are text, but can make a number read other than it is recorded: letters
of languages written from right to left need none of them. A word without end takes time that grows with its square.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST_NAME, LONGEST_WORD, LONGEST_TEXT = 300, 2000, 5000  # characters
NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # cannot be written, or is no text
    "\u202a-\u202e\u2066-\u2069]"  # turns what follows
)


def texts_of(part: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Each text below `part` with where it stands, as the keys that lead there with points between them."""
    if isinstance(part, str):
        yield where, part
    elif isinstance(part, Mapping):
        for key, one in part.items():
            yield from texts_of(one, f"{where}.{key}" if where else str(key))
    elif isinstance(part, list | tuple):
        for place, one in enumerate(part):
            yield from texts_of(one, f"{where}.{place}")


def unprintable(part: Any, where: str = "", *, longest: int = LONGEST_TEXT) -> Iterator[tuple[str, str]]:
    """Where each text below `part` stands that cannot be printed, and what is wrong with it, as the rest of a sentence."""
    for place, text in texts_of(part, where):
        if fault := _fault(text, longest):
            yield place, fault


def _fault(text: str, longest: int) -> str:
    if len(text) > longest:
        return f"has {len(text):,} characters; a report prints at most {longest:,} there. Shorten it."
    if found := NO_TEXT.search(text):
        code = f"U+{ord(found[0]):04X}"
        return f"has a character ({code}) that is no printable text or turns the direction of reading. Take it out."
    if len(text) > LONGEST_WORD and max(map(len, text.split()), default=0) > LONGEST_WORD:
        return f"has a word of more than {LONGEST_WORD:,} characters. Put blanks into it."
    return ""
