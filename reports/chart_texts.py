"""What is written on a chart: each text with its origin, and round numbers for the axes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reports.case import Case
from reports.chart_parts import Tick
from reports.texts import claim_text, figure_form, mark_text, scale_text

STEPS = (1, 2, 5, 10)
MOST_POWERS, MOST_LONG_POWERS = 4, 2  # more labels than that run into one another
LONG = 7  # digits
POINTS = 5  # how many ticks an axis has, about


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, the texts on it that hold numbers, and the figures it is about."""

    name: str
    title: str
    svg: str
    texts: tuple[tuple[str, Mapping[str, Any]], ...]
    figures: tuple[str, ...]


@dataclass
class Texts:
    """Makes the texts of a chart and remembers where each comes from."""

    case: Case
    kept: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)

    def figure(self, figure_id: str, *, form: str = "likely", bare: bool = False) -> str:
        """A figure's text without its period, as `{% figure %}` would print it."""
        figure, lang = self.case.figures[figure_id], self.case.language
        text = figure_form(figure, form=form, lang=lang, with_per=False, bare=bare)
        self.kept.append((text, {"kind": "figure", "figure": figure_id, "form": form, "per": False, "bare": bare}))
        self.figures.append(figure_id)
        return text

    def mark(self, figure_id: str) -> str:
        """The raised mark of a figure."""
        text = mark_text(self.case, figure_id)[1]
        self.kept.append((text, {"kind": "mark"}))
        return text

    def claim(self, reference: str, path: str) -> str:
        """A text of a claim's document."""
        text = claim_text(self.case.documents[reference], path, self.case.language)
        self.kept.append((text, {"kind": "claim", "claim": reference, "path": path}))
        return text

    def citation(self, reference: str) -> str:
        """The raised mark of a claim; none for one that is not cited."""
        if reference not in self.case.citation_numbers:
            return ""
        text = str(self.case.citation_numbers[reference])
        self.kept.append((text, {"kind": "mark"}))
        return text

    def scale(self, value: Decimal) -> str:
        """A tick of an axis: a round number that is nobody's figure."""
        text = scale_text(value, self.case.language)
        self.kept.append((text, {"kind": "scale", "value": float(value)}))
        return text

    def chart(self, name: str, title: str, svg: str) -> Chart:
        """The finished chart."""
        return Chart(name, title, svg, tuple(self.kept), tuple(dict.fromkeys(self.figures)))


def linear_ticks(texts: Texts, highest: float, *, within: bool = False) -> list[Tick]:
    """Round values from zero to above the highest, or up to it where the axis ends there (`within`)."""
    step = _round_step(highest / POINTS)
    steps = math.floor(highest / float(step)) if within else math.ceil(highest / float(step))
    return [(step * i, texts.scale(step * i)) for i in range(steps + 1)]


def log_ticks(texts: Texts, lowest: float, highest: float) -> list[Tick]:
    """Powers of ten around a range, every second one where there are many."""
    first, last = math.floor(math.log10(lowest)), math.ceil(math.log10(highest))
    step = math.ceil((last - first) / (MOST_LONG_POWERS if last > LONG else MOST_POWERS))
    powers = range(first, last + 1, step)
    return [(value, texts.scale(value)) for value in (Decimal(10) ** power for power in powers)]


def _round_step(size: float) -> Decimal:
    """The next of 1, 2, 5 times a power of ten."""
    power = Decimal(10) ** math.floor(math.log10(size)) if size > 0 else Decimal(1)
    return next(power * step for step in STEPS if float(power) * step >= size * 0.999)
