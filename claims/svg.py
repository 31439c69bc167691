"""Drawing in SVG: scales, text that knows its width, and a canvas with a title and a description for every picture.

Presentation attributes only, no style sheet inside: the same picture is drawn by a browser, under a strict content
policy, and by WeasyPrint. Nothing here formats a number that is read; texts come in as they are to be printed.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from html import escape

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Number = int | float | Decimal

SANS = "Footing Sans, IBM Plex Sans, Helvetica, Arial, sans-serif"

# Advance widths of Footing Sans 600 in em, by character; what is not listed counts as 0.6. The lighter weights are
# narrower by a few per cent, so that a label measured here never runs out of its room.
WIDTHS = {
    character: width
    for width, characters in (
        (0.12, "\u2009\u202f"),
        (0.24, " \xa0"),
        (0.28, "'ijílI’,.!¡:;"),
        (0.34, "[]()f·{}t|"),
        (0.41, "r-/\\"),
        (0.50, '"?¿szcLvy“”x'),
        (0.56, "Jg*_aekoáéóFT"),
        (0.67, "ABCDPRVXKU#"),
        (0.72, "&GOQHN"),
        (0.84, "Mw→←—…m"),
        (0.95, "@W%"),
    )
    for character in characters
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of a picture. A firm's brand replaces `accent`; rust is for what needs attention and nothing else."""

    ink: str = "#16202a"
    muted: str = "#5b6773"
    hairline: str = "#d7dde3"
    accent: str = "#0b5c6b"
    rust: str = "#b4541a"
    paper: str = "#ffffff"


@dataclass(frozen=True, slots=True)
class Scale:
    """A value's place between two ends, linear or logarithmic. `start` and `stop` are user units of the drawing.

    On a logarithmic scale `low` must be above zero; a value at or below zero stands at the start.
    """

    low: float
    high: float
    start: float
    stop: float
    log: bool = False

    def __post_init__(self) -> None:
        if self.log and self.low <= 0:
            raise ValueError("a logarithmic scale starts above zero")
        if self.high < self.low:
            raise ValueError("the scale's high end is below its low end")

    def __call__(self, value: Number) -> float:
        """Where `value` stands, kept within the ends of the scale."""
        share = self._share(float(value))
        return self.start + min(max(share, 0.0), 1.0) * (self.stop - self.start)

    def _share(self, value: float) -> float:
        if self.high == self.low:
            return 0.5
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        if value <= 0:
            return 0.0
        return math.log(value / self.low) / math.log(self.high / self.low)


def scale_over(values: Iterable[Number | None], *, start: float, stop: float, log: bool = False) -> Scale:
    """A scale from the least to the greatest of `values`; None is passed over, and so is zero where `log`."""
    known = [float(value) for value in values if value is not None]
    if log:
        known = [value for value in known if value > 0]
    if not known:
        return Scale(1.0, 1.0, start, stop, log)
    return Scale(min(known), max(known), start, stop, log)


def text_width(text: str, size: float) -> float:
    """About how wide `text` will be in Footing Sans, in user units; rather too much than too little."""
    return _ems(text) * size


@lru_cache(maxsize=256)
def _ems(text: str) -> float:
    """The width in em. Kept for a while: one drawing measures each of its labels several times."""
    return sum([WIDTHS.get(character, 0.6) for character in text])


def wrap(text: str, *, size: float, width: float, lines: int = 3) -> list[str]:
    """`text` in at most `lines` lines of at most `width`; the last one ends in an ellipsis if words are left over."""
    done: list[str] = []
    words = text.split(" ")
    while words and len(done) < lines:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", size) <= width:
            line = f"{line} {words.pop(0)}"
        done.append(line)
    if words:
        done[-1] = f"{done[-1]}…"
    return done


def shorten(text: str, *, size: float, width: float) -> str:
    """`text` on one line of at most `width`, cut within a word where it must be; an ellipsis says that it was cut."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(f"{kept}…", size) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def spread(wanted: Sequence[float], *, heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Places for labels of `heights` as near to the `wanted` centres as their not touching allows.

    Returns centres in the order of `wanted`, between `top` and `bottom` as far as there is room for all.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places = [0.0] * len(wanted)
    edge = top
    for i in order:
        places[i] = max(wanted[i], edge + heights[i] / 2)
        edge = places[i] + heights[i] / 2
    edge = bottom
    for i in reversed(order):
        places[i] = min(places[i], edge - heights[i] / 2)
        edge = places[i] - heights[i] / 2
    return places


def clean(text: str) -> str:
    """`text` escaped for XML, without the characters that XML does not know."""
    return escape(NOT_XML.sub("", text), quote=True)


def coordinate(value: float) -> str:
    """A length in user units with at most two decimals: places on paper, not figures."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


@dataclass(slots=True, kw_only=True)
class Drawing:
    """A picture being drawn. Later marks lie over earlier ones.

    `chart_id` must be unique on the page and look like an HTML id; ValueError otherwise.
    """

    chart_id: str
    title: str
    description: str
    width: float
    palette: Palette = field(default_factory=Palette)
    marks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not IDENTIFIER.match(self.chart_id):
            raise ValueError(f"not an id: {self.chart_id!r}")
        if not self.title.strip():
            raise ValueError("a chart needs a title")

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        colour: str,
        width: float = 1,
        dash: str = "",
        cap: str = "",
    ) -> None:
        """A straight line; `dash` and `cap` as in SVG\'s stroke attributes."""
        extra = (f' stroke-dasharray="{dash}"' if dash else "") + (f' stroke-linecap="{cap}"' if cap else "")
        self.marks.append(
            f'<line x1="{coordinate(x1)}" y1="{coordinate(y1)}" x2="{coordinate(x2)}" y2="{coordinate(y2)}"'
            f' stroke="{clean(colour)}" stroke-width="{coordinate(width)}"{extra}/>'
        )

    def path(self, points: Sequence[tuple[float, float]], *, colour: str, width: float = 1, dash: str = "") -> None:
        """An open line through `points`."""
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        self.marks.append(
            f'<path d="{_way(points)}" fill="none" stroke="{clean(colour)}" stroke-width="{coordinate(width)}"'
            f' stroke-linejoin="round"{extra}/>'
        )

    def area(self, points: Sequence[tuple[float, float]], *, colour: str, strength: float = 1) -> None:
        """A closed area, `strength` its share of full colour."""
        extra = f' fill-opacity="{coordinate(strength)}"' if strength < 1 else ""
        self.marks.append(f'<path d="{_way(points)}Z" fill="{clean(colour)}"{extra}/>')

    def rectangle(self, x: float, y: float, width: float, height: float, *, colour: str, strength: float = 1) -> None:
        """A filled rectangle from its upper left corner; a width below zero counts as zero."""
        extra = f' fill-opacity="{coordinate(strength)}"' if strength < 1 else ""
        self.marks.append(
            f'<rect x="{coordinate(x)}" y="{coordinate(y)}" width="{coordinate(max(width, 0))}"'
            f' height="{coordinate(height)}" fill="{clean(colour)}"{extra}/>'
        )

    def circle(self, x: float, y: float, radius: float, *, fill: str, colour: str, width: float = 1.5) -> None:
        """A disc with a rim of `width`."""
        self.marks.append(
            f'<circle cx="{coordinate(x)}" cy="{coordinate(y)}" r="{coordinate(radius)}" fill="{clean(fill)}"'
            f' stroke="{clean(colour)}" stroke-width="{coordinate(width)}"/>'
        )

    def text(  # noqa: PLR0913 – keyword-only, each an attribute of the element
        self,
        x: float,
        y: float,
        content: str,
        *,
        size: float = 12,
        weight: int = 400,
        colour: str = "",
        anchor: str = "start",
        mark: str = "",
        italic: bool = False,
    ) -> None:
        """A line of text on the baseline `y`; `mark` is a raised citation mark after it. No text, no element."""
        if not content:
            return
        raised = ""
        if mark:
            raised = (
                f'<tspan dx="1" dy="{coordinate(-size * 0.32)}" font-size="{coordinate(size * 0.72)}" font-weight="500"'
                f' fill="{clean(self.palette.accent)}">{clean(mark)}</tspan>'
            )
        extra = ' font-style="italic"' if italic else ""
        self.marks.append(
            f'<text x="{coordinate(x)}" y="{coordinate(y)}" font-family="{SANS}" font-size="{coordinate(size)}"'
            f' font-weight="{weight}" text-anchor="{anchor}"{extra}'
            f' fill="{clean(colour or self.palette.ink)}">{clean(content)}{raised}</text>'
        )

    def render(self, height: float) -> str:
        """The finished picture as an `<svg>` element, all text escaped."""
        box = f"0 0 {coordinate(self.width)} {coordinate(height)}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{coordinate(self.width)}"'
            f' height="{coordinate(height)}" role="img"'
            f' aria-labelledby="{self.chart_id}-title {self.chart_id}-desc">'
            f'<title id="{self.chart_id}-title">{clean(self.title)}</title>'
            f'<desc id="{self.chart_id}-desc">{clean(self.description)}</desc>' + "".join(self.marks) + "</svg>"
        )


def _way(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)
