"""What charts are made of: the values they take, and the marks they share (axes, bars, end labels, a client's line)."""

from collections.abc import Sequence
from dataclasses import dataclass

from claims.svg import Drawing, Number, Scale, spread, text_width, wrap

WIDTH = 640.0  # a column of a report or a wide screen
NARROW = 400.0  # a phone
STACKED = 480.0  # below this width a row's words stand over its bar
LABEL, SMALL = 12.0, 11.0  # sizes of text
LEADING = 14.0  # between lines of a label
MOST_LINES = 12  # of words that may not be cut, because a number could be among them
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "1 2")  # told apart in grey; the emphasised line is always solid

Tick = tuple[Number, str]  # where, and the text there


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One option's cost by month. `values`: (month, low, likely, high), None for what is unknown.

    `spread`: from where to where most draws end, set as a bracket at the end of the line.
    """

    label: str
    values: Sequence[tuple[Number, Number | None, Number | None, Number | None]]
    emphasis: bool = False
    label_text: str = ""
    spread: tuple[Number, Number] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One row of a chart of ranges.

    `low_open`: there is no lower bound (the bar points left); `high_open`: no upper one. `marker`: the raised citation
    mark after the label; `note`: a second, quiet line under it; `text`: the value as printed, at the right.
    """

    label: str
    low: Number | None = None
    likely: Number | None = None
    high: Number | None = None
    low_open: bool = False
    high_open: bool = False
    marker: str = ""
    note: str = ""
    text: str = ""
    emphasis: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where the client stands on an axis, and the words at that place."""

    value: Number
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One option's cost against volume: `points` are (volume, cost), at least two."""

    label: str
    points: Sequence[tuple[Number, Number]]
    emphasis: bool = False
    label_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Where two cost lines meet, and the words at that place."""

    volume: Number
    cost: Number
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """One input of a tornado: the total at the input's lower and at its upper end, each with its words."""

    label: str
    low: Number
    high: Number
    low_text: str
    high_text: str
    marker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one framework says: the keys of the columns it points to, those it points to on conditions, those it rejects."""

    framework: str
    chosen: Sequence[str] = ()
    conditional: Sequence[str] = ()
    rejected: Sequence[str] = ()
    marker: str = ""
    note: str = ""


def tick_room(ticks: Sequence[Tick]) -> float:
    """How far from the left the plot starts, so that the texts of a vertical axis fit."""
    return max([text_width(text, SMALL) for _, text in ticks] + [0.0]) + 10


def end_room(ends: Sequence[tuple[str, str]], *, width: float) -> float:
    """Where the plot of a drawing of `width` ends on the right, so that (label, value) at the ends of lines fit."""
    widest = max([min(text_width(text, LABEL), width * 0.24) for end in ends for text in end] + [40.0])
    return width - widest - 14


def labels_height(ends: Sequence[tuple[str, str]], *, room: float) -> float:
    """How high the plot must be for these end labels, broken to fit `room`, to stand over one another."""
    return sum((len(wrap(label, size=LABEL, width=room)) + bool(text)) * LEADING + 3 for label, text in ends)


def dashes(emphasised: Sequence[bool]) -> list[str]:
    """A pattern for each line: solid for the emphasised one, and for the others patterns told apart in grey."""
    plain = 1 if any(emphasised) else 0
    patterns = []
    for emphasis in emphasised:
        patterns.append("" if emphasis else DASHES[plain % len(DASHES)])
        plain += not emphasis
    return patterns


def grid(drawing: Drawing, x: Scale, y: Scale, x_ticks: Sequence[Tick], y_ticks: Sequence[Tick]) -> None:
    """Hairlines across for each tick of the vertical axis, texts at both axes, ink along the foot."""
    palette = drawing.palette
    for value, text in y_ticks:
        drawing.line(x.start, y(value), x.stop, y(value), colour=palette.hairline)
        drawing.text(x.start - 8, y(value) + 3.8, text, size=SMALL, colour=palette.muted, anchor="end")
    drawing.line(x.start, y.start, x.stop, y.start, colour=palette.ink)
    for value, text in x_ticks:
        drawing.line(x(value), y.start, x(value), y.start + 4, colour=palette.ink)
        foot_text(drawing, text, x(value), y.start + 17)


def foot_text(drawing: Drawing, text: str, x: float, y: float) -> None:
    """A tick's words under the axis, centred on `x` as far as the drawing's edges allow."""
    half = text_width(text, SMALL) / 2
    at = min(max(x, half), drawing.width - half)
    drawing.text(at, y, text, size=SMALL, colour=drawing.palette.muted, anchor="middle")


def stroke(drawing: Drawing, points: Sequence[tuple[float, float]], *, emphasis: bool, dash: str) -> None:
    """A line of a chart: heavy and in the accent if emphasised, else fine and in ink, over a halo of paper."""
    palette = drawing.palette
    if emphasis:
        drawing.path(points, colour=palette.paper, width=5)
    drawing.path(
        points, colour=palette.accent if emphasis else palette.ink, width=2.75 if emphasis else 1.25, dash=dash
    )


@dataclass(frozen=True, slots=True)
class End:
    """The end of a line and what is written there."""

    x: float
    y: float
    label: str
    text: str
    emphasis: bool


def end_labels(drawing: Drawing, ends: Sequence[End], *, right: float, top: float, bottom: float) -> None:
    """Name each line at its end; labels that would touch are moved apart and tied to their ends."""
    palette = drawing.palette
    blocks = [wrap(end.label, size=LABEL, width=drawing.width - right - 12) for end in ends]
    heights = [(len(block) + bool(end.text)) * LEADING + 3 for block, end in zip(blocks, ends, strict=True)]
    places = spread([end.y for end in ends], heights=heights, top=top - 8, bottom=bottom + 8)
    for end, block, height, place in zip(ends, blocks, heights, places, strict=True):
        if abs(place - end.y) > 3:
            drawing.path([(end.x + 2, end.y), (right + 9, place)], colour=palette.muted, width=0.6)
        drawing.circle(
            end.x,
            end.y,
            3.2 if end.emphasis else 2.2,
            fill=palette.accent if end.emphasis else palette.ink,
            colour=palette.paper,
            width=1,
        )
        y = place - height / 2 + 12
        for line in block:
            colour = palette.accent if end.emphasis else palette.ink
            drawing.text(right + 12, y, line, weight=600 if end.emphasis else 500, colour=colour)
            y += LEADING
        drawing.text(right + 12, y, end.text, size=SMALL, colour=palette.muted)


def brackets(drawing: Drawing, ends: Sequence[tuple[float, float, bool]], *, right: float) -> None:
    """An upright bar with two caps for each (upper, lower, emphasis) at the right end of a plot, moved aside where two meet."""
    taken: list[tuple[float, float, float]] = []
    for upper, lower, emphasis in ends:
        at = right - 5
        while any(at == x and upper < below + 4 and above - 4 < lower for x, above, below in taken):
            at -= 9
        taken.append((at, upper, lower))
        colour, width = (drawing.palette.accent, 2.25) if emphasis else (drawing.palette.ink, 1.25)
        drawing.path([(at, upper), (at, lower)], colour=drawing.palette.paper, width=width + 2.5)
        for y in (upper, lower):
            drawing.line(at - 3.5, y, at + 3.5, y, colour=colour, width=width)
        drawing.line(at, upper, at, lower, colour=colour, width=width)


def notes(drawing: Drawing, text: str, *, x: float, y: float) -> float:
    """A quiet note under a plot, in as many lines as it needs. Returns the height it takes up."""
    lines = wrap(text, size=SMALL, width=drawing.width - x, lines=MOST_LINES) if text else []
    for i, line in enumerate(lines):
        drawing.text(x, y + i * LEADING, line, size=SMALL, colour=drawing.palette.muted)
    return len(lines) * LEADING


@dataclass(frozen=True, slots=True)
class RangeTexts:
    """The words of one row of ranges, broken into lines."""

    label: list[str]
    note: list[str]
    value: list[str]

    @property
    def height(self) -> float:
        """Height of the taller of the two columns of words, in user units."""
        return max(len(self.label) + len(self.note), len(self.value), 1) * LEADING

    def draw(self, drawing: Drawing, row: Range, top: float) -> None:
        """Label and note at the left, the value at the right, both centred on one another."""
        weight = 600 if row.emphasis else 400
        y = top + (self.height - (len(self.label) + len(self.note)) * LEADING) / 2 + 10.5
        for i, line in enumerate(self.label, start=1):
            drawing.text(0, y, line, weight=weight, mark=row.marker if i == len(self.label) else "")
            y += LEADING
        for line in self.note:
            drawing.text(0, y, line, size=SMALL, colour=drawing.palette.muted)
            y += LEADING
        y = top + (self.height - len(self.value) * LEADING) / 2 + 10.5
        for line in self.value:
            drawing.text(drawing.width, y, line, weight=weight, anchor="end")
            y += LEADING


def range_texts(row: Range, *, room: float, aside: float) -> RangeTexts:
    """The words of `row` broken to fit `room` at the left and `aside` at the right."""
    return RangeTexts(
        label=wrap(row.label, size=LABEL, width=room),
        note=wrap(row.note, size=SMALL, width=room) if row.note else [],
        value=wrap(row.text, size=LABEL, width=aside + 1) if row.text else [],
    )


def range_bar(drawing: Drawing, row: Range, x: Scale, y: float, *, thickness: float) -> None:
    """A range as a bar, an open end as an arrow to the edge, one value as a dot, nothing where nothing is known."""
    palette = drawing.palette
    colour = palette.accent if row.emphasis else palette.muted
    low, high, likely = row.low, row.high, row.likely
    if low is not None and high is not None and low != high:
        drawing.rectangle(x(low), y - thickness / 2, max(x(high) - x(low), 2), thickness, colour=colour)
    elif low is not None and high is None and row.high_open:
        _arrow(drawing, x(low), max(x.stop, x(low)) + thickness * 1.4, y, thickness=thickness, colour=colour)
    elif high is not None and low is None and row.low_open:
        _arrow(drawing, x(high), min(x.start, x(high)) - thickness * 1.4, y, thickness=thickness, colour=colour)
    elif likely is None:
        likely = low if low is not None else high
    if likely is None:
        return
    if low is None or low == high:
        drawing.circle(x(likely), y, thickness * 0.48, fill=colour, colour=palette.paper, width=1)
    else:
        drawing.circle(x(likely), y, thickness * 0.42, fill=palette.paper, colour=colour, width=thickness * 0.2)


def _arrow(drawing: Drawing, bound: float, tip: float, y: float, *, thickness: float, colour: str) -> None:
    """A cap at the known bound and a fine bar that points away from it."""
    way = 1 if tip > bound else -1
    neck = tip - way * thickness * 0.8
    drawing.line(bound, y, neck, y, colour=colour, width=thickness * 0.3)
    drawing.line(bound, y - thickness * 0.6, bound, y + thickness * 0.6, colour=colour, width=thickness * 0.3)
    half = thickness * 0.5
    drawing.area([(tip, y), (neck, y - half), (neck, y + half)], colour=colour)


def client_line(drawing: Drawing, client: Position, x: Scale, *, top: float, bottom: float) -> None:
    """The client's position on a horizontal axis: a line in ink through the plot, its words on top."""
    at = x(client.value)
    ink = drawing.palette.ink
    drawing.line(at, top, at, bottom, colour=ink, width=1.25)
    drawing.area([(at, top + 5), (at - 4, top - 1), (at + 4, top - 1)], colour=ink)
    half = text_width(client.text, LABEL) / 2
    drawing.text(
        min(max(at, half), drawing.width - half), top - 7, client.text, weight=600, colour=ink, anchor="middle"
    )


def crossing_mark(drawing: Drawing, crossing: Crossing, x: Scale, y: Scale, *, avoid: Position | None = None) -> None:
    """A ring where two lines meet, a dotted line down to the axis, and the words beside it, clear of `avoid`'s line.

    Where only the side of that line has room for the words, they stand over it on paper of their own.
    """
    palette = drawing.palette
    at, height = x(crossing.volume), y(crossing.cost)
    drawing.line(at, height, at, y.start, colour=palette.ink, dash="2 3")
    drawing.circle(at, height, 5, fill=palette.paper, colour=palette.ink, width=2)
    wide = text_width(crossing.text, LABEL)
    edge = at - 18 - wide
    taken = avoid is not None and edge < x(avoid.value) < at
    before = edge > x.start and (not taken or at + 11 + wide > x.stop + 8)
    if before and taken:
        drawing.rectangle(at - 14 - wide, height - 21, wide, 16, colour=palette.paper)
    drawing.text(
        at - 11 if before else at + 11,
        height - 9 if before else height + 20,
        crossing.text,
        weight=600,
        anchor="end" if before else "start",
    )


def verdict(drawing: Drawing, opinion: Opinion, key: str, x: float, y: float, *, accent: bool) -> None:
    """A framework's mark in one column: dot, ring, cross, or nothing where it is silent."""
    if key in opinion.chosen:
        verdict_mark(drawing, "chosen", x, y, accent=accent)
    elif key in opinion.conditional:
        verdict_mark(drawing, "conditional", x, y, accent=accent)
    elif key in opinion.rejected:
        verdict_mark(drawing, "rejected", x, y, accent=accent)


def verdict_mark(drawing: Drawing, kind: str, x: float, y: float, *, accent: bool = False) -> None:
    """`kind`: chosen (a full dot), conditional (a ring), rejected (a cross)."""
    palette = drawing.palette
    colour = palette.accent if accent else palette.ink
    if kind == "rejected":
        for slope in (-1, 1):
            drawing.line(x - 4, y - 4 * slope, x + 4, y + 4 * slope, colour=palette.muted, width=1.25)
    else:
        drawing.circle(x, y, 5.5, fill=colour if kind == "chosen" else palette.paper, colour=colour, width=1.75)
