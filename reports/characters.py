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


def unprintable(part: Any, where: str = "", *, longest: int = LONGEST_TEXT) -> Iterator[str]:
    """What is wrong with each text below `part`, as a sentence that begins with where it stands."""
    if isinstance(part, str):
        if fault := _fault(part, longest):
            yield f"{where} {fault}"
    elif isinstance(part, Mapping):
        for key, one in part.items():
            yield from unprintable(one, f"{where}.{key}" if where else str(key), longest=longest)
    elif isinstance(part, list | tuple):
        for place, one in enumerate(part):
            yield from unprintable(one, f"{where}.{place}", longest=longest)


def _fault(text: str, longest: int) -> str:
    if len(text) > longest:
        return f"has {len(text):,} characters; a report prints at most {longest:,} there. Shorten it."
    if found := NO_TEXT.search(text):
        code = f"U+{ord(found[0]):04X}"
        return f"has a character ({code}) that is no printable text or turns the direction of reading. Take it out."
    if len(text) > LONGEST_WORD and max(map(len, text.split()), default=0) > LONGEST_WORD:
        return f"has a word of more than {LONGEST_WORD:,} characters. Put blanks into it."
    return ""
