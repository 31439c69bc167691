"""A body of evidence as a picture: one row a claim, grouped by scope, on one scale (a forest plot without a pooled row).

A range is a bar, thicker the more recently it was read; what its source prints as likely is a tick across it; a single
figure is a square; an open end is an arrow to the edge. A contested figure is hollow, and its row says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from claims.bodies import Entry, Plot
from claims.scale import Scale as Measure
from claims.svg import Drawing, Palette, text_width, wrap
from claims.templatetags.registry import scope_words

WIDE, NARROW = 760.0, 340.0
TEXT, SMALL, LEADING = 12.5, 11.0, 15.0
PALETTE = Palette()
ARROW = 30.0  # what an open end needs beyond the scale
THINNEST, THICKEST = 3.0, 11.0


@dataclass(frozen=True, slots=True)
class Room:
    """Where things stand: words at the left of the plot, the figure at its right; on a phone both above it."""

    width: float
    left: float
    right: float
    stacked: bool


def rooms(width: float) -> Room:
    """The room of a drawing of this width."""
    if width < 500:
        return Room(width=width, left=ARROW, right=width - ARROW, stacked=True)
    return Room(width=width, left=width * 0.31, right=width * 0.75, stacked=False)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one row, broken into lines."""

    name: Sequence[str]
    note: Sequence[str]
    figure: Sequence[str]

    @property
    def height(self) -> float:
        """As high as the higher of both columns."""
        return max(len(self.name) + len(self.note), len(self.figure)) * LEADING


def draw(plot: Plot, *, chart_id: str, title: str, description: str, width: float) -> str:
    """The plot as `<svg>`; its texts are escaped."""
    drawing = Drawing(chart_id=chart_id, title=title, description=description, width=width, palette=PALETTE)
    room = rooms(width)
    below: list[tuple[Entry, float]] = []
    y = 6.0
    for group in plot.groups:
        if group.scope or len(plot.groups) > 1:
            y = _heading(drawing, _scope(group.scope), y)
        for entry in group.entries:
            words = _words(entry, room)
            middle = _place_words(drawing, words, room, y)
            below.append((entry, middle))
            y += words.height + (34 if room.stacked else 14)
    bottom = y + 2
    marks = drawing.marks
    drawing.marks = []
    _grid(drawing, plot.scale, room, top=20, bottom=bottom)
    drawing.marks += marks  # words and bars lie over the grid
    for entry, middle in below:
        _mark(drawing, entry, plot.scale, room, middle)
    note = f"{plot.counted_in}, logarithmic scale" if plot.scale.logarithmic else plot.counted_in
    drawing.text(room.left, bottom + 34, note, size=SMALL, colour=PALETTE.muted)
    return drawing.render(bottom + 42)


def _scope(scope: object) -> str:
    pairs = scope_words(scope) if isinstance(scope, dict) else []
    return "; ".join(f"{name.lower()} {value}" if name != "Role" else value for name, value in pairs)


def _heading(drawing: Drawing, words: str, y: float) -> float:
    said = words[:1].upper() + words[1:] if words else "Others"
    drawing.text(0, y + 14, said, size=TEXT, weight=600)
    drawing.line(0, y + 21, drawing.width, y + 21, colour=PALETTE.ink, width=0.75)
    return y + 30


def _words(entry: Entry, room: Room) -> Words:
    grade = f"{entry.source['reliability']}{entry.document['credibility']}, {entry.document['freshness']}"
    state = ", contested" if entry.is_contested else ""
    holds = _scope(entry.rest_of_scope)
    figure = entry.compared_text or entry.document["value"]["text"]
    name_width = room.width * 0.62 if room.stacked else room.left - ARROW - 8
    figure_width = room.width * 0.36 if room.stacked else room.width - room.right - ARROW - 8
    return Words(
        name=wrap(entry.source["publisher"], size=TEXT, width=name_width, lines=2),
        note=[
            *wrap(f"{grade}{state}", size=SMALL, width=name_width, lines=2),
            *(wrap(holds, size=SMALL, width=name_width, lines=1) if holds else []),
        ],
        figure=wrap(figure, size=TEXT, width=figure_width, lines=3),
    )


def _place_words(drawing: Drawing, words: Words, room: Room, top: float) -> float:
    """Write the words of a row; returns the height at which its bar stands."""
    y = top + 11
    for line in words.name:
        drawing.text(0, y, line, size=TEXT)
        y += LEADING
    for line in words.note:
        drawing.text(0, y, line, size=SMALL, colour=PALETTE.muted)
        y += LEADING
    y = top + 11
    for line in words.figure:
        anchor, x = ("end", room.width) if room.stacked else ("start", room.right + ARROW + 8)
        drawing.text(x, y, line, size=TEXT, weight=600, anchor=anchor)
        y += LEADING
    return top + words.height + 11 if room.stacked else top + LEADING * 0.5 + 2


def _grid(drawing: Drawing, scale: Measure, room: Room, *, top: float, bottom: float) -> None:
    """A hairline and a text for each tick, as far as the texts leave one another room."""
    taken = -100.0
    ticks = scale.ticks()
    end = _x(scale, room, ticks[-1][0]) - text_width(ticks[-1][1], SMALL) / 2
    for number, words in ticks:
        x = _x(scale, room, number)
        half = text_width(words, SMALL) / 2
        last = number == ticks[-1][0]
        if x - half < taken + 8 or (not last and x + half > end - 8):
            continue
        taken = x + half
        drawing.line(x, top if not room.stacked else top + 8, x, bottom, colour=PALETTE.hairline)
        at = min(max(x, half), drawing.width - half)
        drawing.text(at, bottom + 16, words, size=SMALL, colour=PALETTE.muted, anchor="middle")
    drawing.line(room.left, bottom, room.right, bottom, colour=PALETTE.ink)


def _x(scale: Measure, room: Room, number: Decimal) -> float:
    place = scale.place(number)
    return room.left + (room.right - room.left) * min(max(place, 0.0), 100.0) / 100


def _mark(drawing: Drawing, entry: Entry, scale: Measure, room: Room, y: float) -> None:
    value, thickness = entry.value, THINNEST + (THICKEST - THINNEST) * entry.weight
    colour = PALETTE.rust if entry.is_contested else PALETTE.ink
    fill = PALETTE.paper if entry.is_contested else colour
    if value.is_point:
        _box(drawing, _x(scale, room, value.low), y, thickness + 2, thickness + 2, colour=colour, fill=fill)
        return
    if value.low is not None and value.high is not None:
        low, high = _x(scale, room, value.low), _x(scale, room, value.high)
        _box(drawing, (low + high) / 2, y, max(high - low, 2), thickness, colour=colour, fill=fill)
        if value.likely is not None:
            x = _x(scale, room, value.likely)
            drawing.line(x, y - thickness / 2 - 4, x, y + thickness / 2 + 4, colour=PALETTE.paper, width=4)
            drawing.line(x, y - thickness / 2 - 4, x, y + thickness / 2 + 4, colour=colour, width=2)
        return
    bound, edge = (value.low, room.right + ARROW - 4) if value.high is None else (value.high, room.left - ARROW + 4)
    _arrow(drawing, _x(scale, room, bound), edge, y, thickness, colour=colour, fill=fill)


def _box(drawing: Drawing, x: float, y: float, width: float, height: float, *, colour: str, fill: str) -> None:
    """A bar around its middle; hollow where `fill` is the paper."""
    drawing.rectangle(x - width / 2, y - height / 2, width, height, colour=colour)
    if fill != colour and width > 4 and height > 3:
        drawing.rectangle(x - width / 2 + 1.4, y - height / 2 + 1.4, width - 2.8, height - 2.8, colour=fill)


def _arrow(drawing: Drawing, bound: float, tip: float, y: float, thickness: float, *, colour: str, fill: str) -> None:
    """A cap at the known end, a bar that points away from it."""
    way = 1 if tip > bound else -1
    neck = tip - way * 9
    drawing.line(bound, y - thickness / 2 - 3, bound, y + thickness / 2 + 3, colour=colour, width=2)
    _box(drawing, (bound + neck) / 2, y, abs(neck - bound), thickness, colour=colour, fill=fill)
    half = thickness / 2 + 3
    drawing.area([(tip, y), (neck, y - half), (neck, y + half)], colour=colour)
