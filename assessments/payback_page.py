"""The payback page: its form, its rows and its picture. Every number on it is a figure of one ledger."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.safestring import SafeString, mark_safe

from assessments import facts
from assessments.engine.ledger import Figure
from assessments.engine.payback import Band, Payback, Terms
from assessments.figure_text import figure_text, number_text
from assessments.result_rows import revision_url
from assessments.typed_numbers import read_number
from claims.svg import Drawing, Palette, scale_over, shorten, text_width

NEVER = "never"
WIDE, NARROW = 760.0, 340.0
PALETTE = Palette()


class TermField(forms.CharField):
    """A number within bounds; left empty it is the default."""

    def __init__(self, low: str, high: str, **kwargs: Any) -> None:
        self.low, self.high = Decimal(low), Decimal(high)
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "is-number", "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> Decimal | None:
        text: str = super().clean(value)
        if not text:
            return None
        expected = f"Enter a number from {number_text(self.low)} to {number_text(self.high)}, or leave it empty."
        try:
            number = read_number(text)
        except ValueError as error:
            raise forms.ValidationError(f"{error} {expected}") from None
        if not self.low <= number <= self.high:
            raise forms.ValidationError(expected)
        return number


class TermsForm(forms.Form):
    """What the reader may set; all of it optional."""

    months = TermField("1", "60", label="Months to pay back in", help_text="12 where it is left empty.")
    input_share = TermField(
        "0", "100", label="Input tokens, per cent of all", help_text="80 where it is left empty, as in the band."
    )
    running = TermField(
        "0", "10000000", label="Running cost a month, US$", help_text="0 where it is left empty, as in the band."
    )
    upfront_low = TermField("0", "100000000", label="Lowest cost at the start, US$")
    upfront_high = TermField("0", "100000000", label="Highest cost at the start, US$")
    ratio_low = TermField("1", "100000", label="Lowest price ratio")
    ratio_high = TermField("1", "100000", label="Highest price ratio")

    def clean(self) -> dict[str, Any]:
        """A range has two ends in their order; one alone is both."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("upfront", "ratio"):
            low, high = cleaned.get(f"{name}_low"), cleaned.get(f"{name}_high")
            if low is not None and high is not None and low > high:
                self.add_error(
                    f"{name}_high", f"Enter a number from {number_text(low)} up: the lowest stands above it."
                )
        return cleaned

    def terms(self) -> Terms:
        """The terms of a valid form."""
        given, default = self.cleaned_data, Terms()
        share = given["input_share"]
        return Terms(
            months=given["months"] if given["months"] is not None else default.months,
            blend=default.blend if share is None else share / 100,
            running=given["running"] if given["running"] is not None else default.running,
            upfront=self._ends("upfront"),
            ratio=self._ends("ratio"),
        )

    def _ends(self, name: str) -> tuple[Decimal, Decimal] | None:
        given = [self.cleaned_data[f"{name}_{end}"] for end in ("low", "high")]
        known = [one for one in given if one is not None]
        return (known[0], known[-1]) if known else None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure comes from: a claim with its page and day, or who assumes it and why."""

    text: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One model: its figures in words and where its two prices come from."""

    model: str
    provider: str
    input: str
    output: str
    price: str
    tokens: str
    formula: str
    origins: tuple[Origin, ...]


@dataclass(frozen=True)
class PaybackPage:
    """What the template shows of a band. `documents`: the claims it rests on by `slug@n`."""

    band: Band
    documents: Mapping[str, Mapping[str, Any]]

    @property
    def published(self) -> str:
        """The published band in words, in millions as every other volume of the page; empty where no claim gives it."""
        return said(self.band.published) if self.band.published else ""

    @property
    def published_origin(self) -> Origin | None:
        """The claim behind it."""
        return self.origin(self.band.published) if self.band.published else None

    @property
    def historical(self) -> Row:
        """The sum that gives the band again."""
        return self.row(self.band.historical)

    @property
    def rows(self) -> list[Row]:
        """The models, dearest first."""
        return [self.row(one) for one in self.band.models]

    @property
    def assumed(self) -> list[tuple[str, str, str]]:
        """What makes the band come out, and what the sum of today takes: label, value and why."""
        return [
            (figure.label[:1].upper() + figure.label[1:], figure_text(figure.as_dict()), figure.origin.note)
            for figure in self.band.ledger
            if figure.origin.kind == "assumption" and figure.key.startswith("band_")
        ]

    @property
    def terms(self) -> list[tuple[str, str, Origin]]:
        """The terms of today's sum: label, value, origin."""
        figures = [
            figure
            for figure in self.band.ledger
            if figure.origin.kind == "assumption" and figure.key.startswith("payback_")
        ]
        named = [("Cost at the start", self.band.upfront), ("Price ratio", self.band.ratio)]
        rest = [
            (one.label[:1].upper() + one.label[1:], one)
            for one in figures
            if one not in (self.band.upfront, self.band.ratio)
        ]
        return [
            (label, figure_text(one.as_dict()), self.origin(one)) for label, one in (*named, *rest) if one is not None
        ]

    def row(self, one: Payback) -> Row:
        """A model in words."""
        return Row(
            model=one.model,
            provider=one.provider,
            input=figure_text(one.input.as_dict(), with_per=False),
            output=figure_text(one.output.as_dict(), with_per=False),
            price=figure_text(one.price.as_dict(), with_per=False),
            tokens=said(one.tokens),
            formula="" if one.tokens is None else one.tokens.origin.reference,
            origins=(self.origin(one.input), self.origin(one.output)),
        )

    def origin(self, figure: Figure) -> Origin:
        """Where a figure comes from; a figure with a middle from where its range does."""
        while figure.origin.kind == "formula":
            figure = self.band.ledger[figure.origin.inputs[0]]
        if figure.origin.kind == "assumption":
            return Origin(figure.origin.reference, "", figure.origin.note)
        document = self.documents[figure.origin.reference]
        day = document.get("checked_on") or document.get("published_on") or ""
        return Origin(figure.origin.reference, revision_url(figure.origin.reference), str(day)[:10])

    @property
    def wide(self) -> SafeString:
        """The picture for a desk."""
        return self._drawn("payback-wide", WIDE)

    @property
    def narrow(self) -> SafeString:
        """The picture for a phone."""
        return self._drawn("payback-narrow", NARROW)

    def _drawn(self, chart_id: str, width: float) -> SafeString:
        return mark_safe(draw(self.band, chart_id=chart_id, width=width))  # noqa: S308 – every text is escaped by svg


def said(tokens: Figure | None) -> str:
    """A band in words: millions are written out; where it may never pay, that is said."""
    if tokens is None:
        return NEVER
    low, high = tokens.low, tokens.high
    if low is None or high is None:
        return f"from {_millions(low)}, or {NEVER}" if low is not None else NEVER
    return _millions(low) if low == high else f"{_millions(low)}\N{EN DASH}{_millions(high)}"


def _millions(value: Decimal) -> str:
    size = value / 1_000_000
    places = Decimal("0.01") if size < 100 else Decimal(1)
    return f"{number_text(size.quantize(places))}M"


def draw(band: Band, *, chart_id: str, width: float) -> str:
    """The bars on one logarithmic scale: the published band shaded, its reconstruction, then every model."""
    stacked = width < 500
    left, right = (8.0, width - 8) if stacked else (width * 0.3, width * 0.78)
    rows = [("GPT-4 at its list price", "", band.historical.tokens), *_alike(band.models)]
    values = [end for _, _, one in rows if one for end in (one.low, one.high)]
    if band.published is not None:
        values += [band.published.low, band.published.high]
    scale = scale_over(values, start=left, stop=right, log=True)
    step, top = (40.0, 34.0) if stacked else (24.0, 34.0)
    bottom = top + step * len(rows)
    drawing = Drawing(
        chart_id=chart_id,
        title="Tokens a month that pay back fine-tuning",
        description="Shaded: the published band. Each bar is one model at its price. The table has the figures.",
        width=width,
        palette=PALETTE,
    )
    published = band.published
    if published is not None and published.low is not None and published.high is not None:
        start, stop = scale(published.low), scale(published.high)
        drawing.rectangle(start, top - 8, stop - start, bottom - top + 8, colour=PALETTE.accent, strength=0.14)
        label = "published band"
        half = text_width(label, 11) / 2
        drawing.text(
            min(max((start + stop) / 2, half), width - half),
            14,
            label,
            size=11,
            weight=600,
            colour=PALETTE.accent,
            anchor="middle",
        )
    _grid(drawing, scale.low, scale.high, scale, top, bottom)
    for place, (name, others, tokens) in enumerate(rows):
        y = top + step * place
        bar = y + (27 if stacked else 12)
        colour = PALETTE.accent if place == 0 else PALETTE.ink
        room = (width - text_width(said(tokens), 12.5) if stacked else left) - 12 - text_width(others, 12.5)
        line = shorten(name, size=12.5, width=room) + others
        drawing.text(0, y + 16, line, size=12.5, weight=600 if place == 0 else 400)
        drawing.text(width, y + 16, said(tokens), size=12.5, weight=600, anchor="end")
        if tokens is not None and tokens.low is not None:
            start, stop = scale(tokens.low), scale(tokens.high) if tokens.high is not None else right
            drawing.rectangle(start, bar - 4, max(stop - start, 3), 8, colour=colour)
    drawing.text(left, bottom + 36, "tokens a month, logarithmic scale", size=11, colour=PALETTE.muted)
    return drawing.render(bottom + 44)


def _alike(models: Sequence[Payback]) -> list[tuple[str, str, Figure | None]]:
    """Models that pay back at the same volume in one row: the name of the first, how many others, the volume."""
    groups: dict[str, list[Payback]] = {}
    for one in models:
        groups.setdefault(said(one.tokens), []).append(one)
    return [
        (group[0].model, f" and {len(group) - 1} more" if len(group) > 1 else "", group[0].tokens)
        for group in groups.values()
    ]


def _grid(drawing: Drawing, low: float, high: float, scale: Any, top: float, bottom: float) -> None:
    """A hairline at each power of ten."""
    for power in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1):
        x = scale(10**power)
        drawing.line(x, top - 4, x, bottom, colour=PALETTE.hairline)
        words = f"{10 ** (power - 6):,}M" if power >= 6 else f"{10**power:,}"
        half = text_width(words, 11) / 2
        drawing.text(
            min(max(x, half), drawing.width - half), bottom + 16, words, size=11, colour=PALETTE.muted, anchor="middle"
        )


def page(terms: Terms, *, as_of: date) -> PaybackPage:
    """The page on the evidence of a day."""
    band, documents = facts.payback_band(terms, as_of=as_of)
    return PaybackPage(band, documents)
