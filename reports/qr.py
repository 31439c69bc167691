"""An address as a QR code: black squares in an SVG, drawn the same by a browser and on paper."""

from html import escape

import segno

MODULE = 0.5  # mm; a phone reads it at arm's length, and an office printer prints it clean
QUIET = 4  # modules of white around the code, as the standard asks


def svg(text: str, *, title: str) -> str:
    """The code for `text` (at most 2331 bytes) as one SVG element; `title` is its alternative text.

    The size follows from the length of the text, since the squares keep theirs. Every seventh part may be lost (level M).
    """
    code = segno.make_qr(text, error="m", boost_error=False)
    rows = [[bool(module) for module in row] for row in code.matrix_iter(border=0)]
    side = len(rows) + 2 * QUIET
    size = f"{side * MODULE:.2f}mm"
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{size}" height="{size}" role="img"'
        f' aria-labelledby="qr-title"><title id="qr-title">{escape(title)}</title>'
        f'<path d="{path}" fill="#000000"/></svg>'
    )


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where black squares stand side by side: the first one's place, and how many."""
    runs: list[tuple[int, int]] = []
    for x, black in enumerate(row):
        if black and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif black:
            runs.append((x, 1))
    return runs
