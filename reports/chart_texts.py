"""What is written on a chart: each text with its origin, and round numbers for the axes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from reports.answers import answer_text
from reports.case import Case
from reports.chart_parts import NARROW, STACKED, WIDTH, Tick
from reports.texts import claim_text, figure_form, figure_label, framework_text, mark_text, scale_text, sentence_case
from reports.words import words

STEPS = (1, 2, 5, 10)
MOST_POWERS, MOST_LONG_POWERS = 4, 2  # more labels than that run into one another
LONG = 7  # digits
POINTS, NARROW_POINTS = 5, 3  # how many ticks an axis has, about


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, the texts on it that hold numbers, and the figures and claims (`slug@n`) it is about."""

    name: str
    title: str
    svg: str
    texts: tuple[tuple[str, Mapping[str, Any]], ...]
    figures: tuple[str, ...]
    claims: tuple[str, ...] = ()


@dataclass
class Texts:
    """Makes the texts of a chart of some width (in user units) and remembers where each comes from."""

    case: Case
    width: float = WIDTH
    kept: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)

    @property
    def points(self) -> int:
        """About how many ticks an axis of this width has room for."""
        return NARROW_POINTS if self.width < STACKED else POINTS

    def id(self, name: str) -> str:
        """The id of a chart: both widths of one may stand on a page."""
        return f"chart-{name}-narrow" if self.width == NARROW else f"chart-{name}"

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
        self.claims.append(reference)
        return text

    def input(self, figure_id: str) -> str:
        """What an input of the costs is: in few words where a claim fills it, else as it is called everywhere."""
        figure, lang = self.case.figures[figure_id], self.case.language
        role = self.case.roles.get(figure["params"].get("claim", ""))
        if role is None:
            text = figure_label(figure, self.case.documents, lang)
            self.kept.append((text, {"kind": "label", "figure": figure_id}))
            return text
        text = words("role", role, lang)
        self.kept.append((text, {"kind": "word", "group": "role", "code": role}))
        return sentence_case(text)

    def framework(self, framework_id: str) -> str:
        """The title of a framework."""
        text = framework_text(self.case, framework_id, "title", "")
        self.kept.append((text, {"kind": "framework", "framework": framework_id, "part": "title", "code": ""}))
        return text

    def answer(self, question: str) -> str:
        """An answer, as the list of answers prints it."""
        text = answer_text(
            question, self.case.result["answers"][question], self.case.language, self.case.taken_as.get(question)
        )
        self.kept.append((text, {"kind": "answer", "question": question}))
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
        text = _tick(value, self.case.language)
        self.kept.append((text, {"kind": "scale", "value": float(value)}))
        return text

    def chart(self, name: str, title: str, svg: str) -> Chart:
        """The finished chart."""
        figures, claims = dict.fromkeys(self.figures), dict.fromkeys(self.claims)
        return Chart(name, title, svg, tuple(self.kept), tuple(figures), tuple(claims))


@lru_cache(maxsize=256)
def _tick(value: Decimal, lang: str) -> str:
    """The text of a round number. Kept: the same few stand on most axes, and each takes longer to write than to draw."""
    return scale_text(value, lang)


def linear_ticks(texts: Texts, highest: float, *, within: bool = False) -> list[Tick]:
    """Round values from zero to above the highest, or up to it where the axis ends there (`within`)."""
    step = _round_step(highest / texts.points)
    steps = math.floor(highest / float(step)) if within else math.ceil(highest / float(step))
    return [(step * i, texts.scale(step * i)) for i in range(steps + 1)]


def span_ticks(texts: Texts, lowest: float, highest: float) -> list[Tick]:
    """Round values between two ends that are apart and may lie below zero; at least two."""
    size, places = (highest - lowest) / (texts.points - 1), range(0)
    while len(places) < 2:
        step = _round_step(size)
        places = range(math.ceil(lowest / float(step)), math.floor(highest / float(step)) + 1)
        size /= 2
    return [(step * i, texts.scale(step * i)) for i in places]


def log_ticks(texts: Texts, lowest: float, highest: float) -> list[Tick]:
    """Powers of ten around a range, every second one where there are many."""
    first, last = math.floor(math.log10(lowest)), math.ceil(math.log10(highest))
    last = max(last, first + 1)
    step = math.ceil((last - first) / (MOST_LONG_POWERS if last > LONG else MOST_POWERS))
    powers = range(first, last + 1, step)
    return [(value, texts.scale(value)) for value in (Decimal(10) ** power for power in powers)]


def _round_step(size: float) -> Decimal:
    """The next of 1, 2, 5 times a power of ten."""
    power = Decimal(10) ** math.floor(math.log10(size)) if size > 0 else Decimal(1)
    return next(power * step for step in STEPS if float(power) * step >= size * 0.999)
