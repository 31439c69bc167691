"""The tornado: what each uncertain input moves a total or a difference to, one at a time. Text and sizes as in `charts.py`."""

from collections.abc import Sequence

from claims.svg import Drawing, Palette, Scale, scale_over, text_width, wrap
from reports.chart_parts import (
    LABEL,
    LEADING,
    MOST_LINES,
    SMALL,
    STACKED,
    WIDTH,
    Position,
    Swing,
    Tick,
    client_line,
    foot_text,
    notes,
)

BAR = 11.0  # how thick, in user units
RIM = 1.5
WIDEST_LABEL = 0.3  # of the drawing


def tornado(  # noqa: PLR0913 – keyword-only, each a part of the picture
    *,
    chart_id: str,
    title: str,
    description: str,
    rows: Sequence[Swing],
    middle: Position,
    ticks: Sequence[Tick],
    key: tuple[str, str],
    zero: bool = False,
    note: str = "",
    width: float = WIDTH,
    palette: Palette = Palette(),  # noqa: B008 – frozen
) -> str:
    """A bar for each input from the total at its middle to that at either end: hollow for the lower end, full for the upper.

    `middle`: the total with every input at its middle, a line through all bars, and the words at it. `key`: the words
    for the hollow and the full half. `zero`: draw a dashed line where the total is nothing; `note` says what it means
    and is printed under the axis.
    """
    drawing = Drawing(chart_id=chart_id, title=title, description=description, width=width, palette=palette)
    stacked = width < STACKED
    aside = max(text_width(text, LABEL) for row in rows for text in (row.low_text, row.high_text)) + 10
    widest = width if stacked else width * WIDEST_LABEL
    labels = [wrap(row.label, size=LABEL, width=widest - 16, lines=MOST_LINES) for row in rows]
    room = 0.0 if stacked else max(text_width(line + "00", LABEL) for label in labels for line in label) + 8
    ends = [*(end for row in rows for end in (row.low, row.high)), middle.value, *(value for value, _ in ticks)]
    x = scale_over([*ends, 0 if zero else None], start=room + aside, stop=width - aside)

    head = 34.0
    heights = [len(label) * LEADING + (BAR + 17 if stacked else 14) for label in labels]
    bottom = head + sum(heights)
    for value, text in ticks:
        drawing.line(x(value), head, x(value), bottom + 2, colour=palette.hairline)
        foot_text(drawing, text, x(value), bottom + 17)
    client_line(drawing, middle, x, top=head - 6, bottom=bottom + 2)
    if zero:
        drawing.line(x(0), head - 4, x(0), bottom + 2, colour=palette.ink, dash="2 3")
    y = head
    for row, label, height in zip(rows, labels, heights, strict=True):
        if stacked:
            drawing.rectangle(0, y + 2, width, len(label) * LEADING + 3, colour=palette.paper)
        top = y + (12 if stacked else (height - len(label) * LEADING) / 2 + 10.5)
        for i, line in enumerate(label, start=1):
            mark = row.marker if i == len(label) else ""
            drawing.text(0, top + (i - 1) * LEADING, line, weight=500, mark=mark)
        centre = y + len(label) * LEADING + 6 + BAR if stacked else y + height / 2
        _swing(drawing, row, x, centre, middle=middle)
        y += height
    drawing.line(x.start, bottom + 2, x.stop, bottom + 2, colour=palette.ink)
    foot = bottom + 38
    foot += _key(drawing, key, y=foot)
    return drawing.render(foot + notes(drawing, note, x=0, y=foot + 4) - 4)


def _swing(drawing: Drawing, row: Swing, x: Scale, y: float, *, middle: Position) -> None:
    """Both halves of a bar, the longer first, and the values at its outer ends."""
    palette, origin = drawing.palette, x(middle.value)
    halves = sorted([(x(row.low), False), (x(row.high), True)], key=lambda half: -abs(half[0] - origin))
    for end, full in halves:
        left, length = min(end, origin), abs(end - origin)
        drawing.rectangle(left, y - BAR / 2, max(length, RIM), BAR, colour=palette.ink)
        if not full and length > 2 * RIM:
            drawing.rectangle(left + RIM, y - BAR / 2 + RIM, length - 2 * RIM, BAR - 2 * RIM, colour=palette.paper)
    first, second = sorted([(x(row.low), row.low_text), (x(row.high), row.high_text)])
    drawing.text(min(first[0], origin) - 6, y + 4, first[1], anchor="end")
    drawing.text(max(second[0], origin) + 6, y + 4, second[1])


def _key(drawing: Drawing, key: tuple[str, str], *, y: float) -> float:
    """A hollow and a full box with their words, side by side or under one another. Returns the height they take up."""
    palette, x, line = drawing.palette, 0.0, 0
    for words, full in zip(key, (False, True), strict=True):
        if x and x + 18 + text_width(words, SMALL) > drawing.width:
            x, line = 0.0, line + 1
        top = y - 9 + line * LEADING
        drawing.rectangle(x, top, 12, BAR - 1, colour=palette.ink)
        if not full:
            drawing.rectangle(x + RIM, top + RIM, 12 - 2 * RIM, BAR - 1 - 2 * RIM, colour=palette.paper)
        drawing.text(x + 18, y + line * LEADING, words, size=SMALL, colour=palette.muted)
        x += 42 + text_width(words, SMALL)
    return (line + 1) * LEADING + 2
