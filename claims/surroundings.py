"""The words around a printed figure, in the text that a machine read from its source. Data, never HTML."""

import re
from dataclasses import dataclass

WIDTH = 200

# What typesetters vary and a reader takes for the same.
_ALIKE = str.maketrans({"‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"'})
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A figure where it stands: the words before, the figure as the text has it, the words after."""

    before: str
    figure: str
    after: str


def around(text: str, printed: str, width: int = WIDTH) -> Surroundings | None:
    """The first place of a text where a figure stands as printed, with `width` characters to each side.

    Dashes, quotes and white space count as alike and letters as the same in either case; digits and units must match,
    and the figure must not be part of a longer number or word. None where it does not stand there.
    """
    text, wanted = _SPACE.sub(" ", text), _SPACE.sub(" ", printed).strip()
    if not wanted:
        return None
    pattern = re.compile(
        rf"(?<!\w)(?<!\d[.,-]){re.escape(wanted.translate(_ALIKE))}(?![\w%])(?![.,-]\d)", re.IGNORECASE
    )
    found = pattern.search(text.translate(_ALIKE))
    if found is None:
        return None
    begin, end = found.span()
    return Surroundings(
        before=("…" if begin > width else "") + text[max(0, begin - width) : begin],
        figure=text[begin:end],
        after=text[end : end + width] + ("…" if len(text) > end + width else ""),
    )
