"""For which characters of a text there is no font here, found without laying out the report.

What every font of ours has needs no asking. Only a text with any other character is given to a press, alone: that one
falls back on the fonts of the machine, so what it misses is what it would miss in the report.
"""

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont

from reports import pool
from reports.pdf import RenderError

UNDRAWN = frozenset("\t\n\r\u2060")  # ends of lines, and the joiner before each mark: no font has to have them


@cache
def shipped() -> frozenset[str]:
    """The characters that every font of ours has, read once for each process."""
    paths = sorted((Path(settings.BASE_DIR) / "static" / "fonts").glob("*.ttf"))
    return frozenset.intersection(*(_characters(path) for path in paths)) | UNDRAWN


def _characters(path: Path) -> frozenset[str]:
    with TTFont(path, lazy=True) as font:
        return frozenset(chr(code) for code in font.getBestCmap())


def missing(texts: Iterable[str]) -> tuple[str, ...]:
    """The characters of these texts for which no font is found, in their order.

    None where the press itself gives up: whoever prints the whole is told why.
    """
    asked = [text for text in dict.fromkeys(texts) if not shipped().issuperset(text)]
    if not asked:
        return ()
    body = "".join(f"<p>{escape(text)}</p>" for text in asked)
    page = f'<!DOCTYPE html><html lang="en"><head><title>Characters</title></head><body>{body}</body></html>'
    try:
        with pool.own().lent() as press:
            return press.render(page).missing
    except RenderError:
        return ()
