"""Numbers as people type them: one, a range, or "I do not know"; and the field of the questionnaire that takes them."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assessments.engine.numbers import to_json
from assessments.engine.questionnaire import UNKNOWN, Question
from assessments.figure_text import number_text

ENDS = ("low", "likely", "high")
RANGE_HELP = "Or a range: lowest\N{NO-BREAK SPACE}/ likely\N{NO-BREAK SPACE}/ highest."
SLASH = " / "
OR_UNKNOWN = " or unknown"
MOST_TYPED = 120  # characters: more than any number or range that is right

_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_GROUPED = re.compile(r"[1-9]\d{0,2}([,.' ]\d{3})+")
_GROUPED_WITH_DECIMALS = re.compile(r"(?P<whole>[1-9]\d{0,2}([,' ]\d{3})+)\.(?P<rest>\d+)")
_DECIMAL_COMMA = re.compile(r"\d+,\d+")


def read_number(text: str) -> Decimal:
    """The number somebody typed: `1200`, `1,200`, `1 200`, `1.200.000`, `0.8` or `0,8`.

    Raises `ValueError` with a message for people, also for `30.000`: thirty, or thirty thousand?
    """
    text = text.replace("\N{NO-BREAK SPACE}", " ").strip()
    if _AMBIGUOUS.fullmatch(text):
        whole, thousands = text.split(".")
        raise ValueError(
            f"“{text}” can be read in two ways: write {whole}{thousands} or {Decimal(text).normalize():f}."
        )
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[,.' ]", "", text)
    elif match := _GROUPED_WITH_DECIMALS.fullmatch(text):
        text = f"{re.sub(r'[^0-9]', '', match['whole'])}.{match['rest']}"
    elif _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"“{text}” is not a number.") from None
    if not number.is_finite():
        raise ValueError(f"“{text}” is not a number.")
    return number


_NOT_KNOWN = re.compile(r"unknown|not known|(?:i )?(?:do not|don['’]t) know|\?", re.IGNORECASE)
_SPAN = re.compile(r"(?P<low>[^–/]+?)\s*(?:–|\bto\b|(?<=[\d%])-|\s-\s)\s*(?P<high>[^–/]+?)", re.IGNORECASE)
_LIKELY = re.compile(_SPAN.pattern + r"[,;]?\s+likely\s+(?P<likely>.+)", re.IGNORECASE)


def says_unknown(text: str) -> bool:
    """Whether somebody typed that they do not know: `unknown`, `I do not know`, `?`."""
    return bool(_NOT_KNOWN.fullmatch(text.strip().rstrip(".")))


def parts(text: str) -> tuple[str, ...]:
    """A typed range as its three parts, lowest, likely and highest; what is no range as the one text.

    A range is `80,000 / 100,000 / 130,000`, or `80,000–130,000, likely 100,000` as it is printed. Raises `ValueError`
    for one that leaves out a part: the likely value is the client's to say, not ours.
    """
    if found := _LIKELY.fullmatch(text):
        return found["low"], found["likely"], found["high"]
    pieces = tuple(piece.strip() for piece in text.split("/"))
    if span := _SPAN.fullmatch(text):
        pieces = (span["low"], span["high"])
    if len(pieces) == 2:
        raise ValueError(f"Say the likely value too: {pieces[0]} / likely / {pieces[1]}.")
    if len(pieces) not in (1, 3):
        raise ValueError("A range has three numbers: lowest / likely / highest.")
    return pieces


def range_text(answer: Mapping[str, Any]) -> str:
    """A range as one types it."""
    return SLASH.join(number_text(answer[end]) for end in ENDS)


class NumberInput(forms.TextInput):
    """The text of a number, and the tick "I do not know" that the template puts beside it."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        text = data.get(name)
        if not data.get(tick_name(name)):
            return text
        empty = not str(text or "").strip() or says_unknown(str(text))
        return UNKNOWN if empty else f"{text}{OR_UNKNOWN}"


def tick_name(name: str) -> str:
    """The name of the tick beside the number `name`."""
    return f"{name}-unknown"


class NumberField(forms.CharField):
    """A number of the questionnaire, with its bounds.

    Cleans to an int or float, `{"low", "likely", "high"}` for a range, `unknown`, or None where none is allowed.
    """

    def __init__(self, question: Question, **kwargs: Any) -> None:
        self.question = question
        attributes = {"class": "is-number", "autocomplete": "off"}
        # The keypad of a phone has no slash: where a range may be typed it comes with the script that adds one.
        attributes |= {"inputmode": "decimal"} if question.exact else {"data-range": ""}
        super().__init__(widget=NumberInput(attrs=attributes), **kwargs)

    def expected(self) -> str:
        """What would be right, as a sentence."""
        kind = "a whole number" if self.question.type == "integer" else "a number"
        low, high = self.question.minimum, self.question.maximum
        bounds = "" if low is None or high is None else f" from {number_text(low)} to {number_text(high)}"
        empty = ", or leave it empty" if self.question.nullable else ""
        return f"Enter {kind}{bounds}{empty}."

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if len(text) > MOST_TYPED:
            raise ValidationError(f"That is too long for a number. {self.expected()}")
        if text.endswith(OR_UNKNOWN):
            raise ValidationError("Enter a number, or say that you do not know it: not both.")
        if says_unknown(text):
            if self.question.unknown is None:
                raise ValidationError(f"This cannot be left open. {self.expected()}")
            return UNKNOWN
        try:
            pieces = parts(text)
        except ValueError as error:
            raise ValidationError(f"{error} {self.expected()}") from None
        if len(pieces) == 1:
            return self._number(text)
        if self.question.exact:
            raise ValidationError(f"This takes one number, not a range. {self.expected()}")
        low, likely, high = (self._number(piece) for piece in pieces)
        if not low <= likely <= high:
            raise ValidationError("Write the lowest, the likely and the highest in this order.")
        return likely if low == high else {"low": low, "likely": likely, "high": high}

    def _number(self, text: str) -> Any:
        percent = text.endswith("%") and self.question.unit in ("percent", "fraction")
        try:
            number = read_number(text.removesuffix("%") if percent else text)
        except ValueError as error:
            raise ValidationError(f"{error} {self.expected()}") from None
        if percent and self.question.unit == "fraction":
            number /= 100
        whole = self.question.type != "integer" or number == number.to_integral_value()
        low, high = self.question.minimum, self.question.maximum
        if not whole or (low is not None and number < low) or (high is not None and number > high):
            raise ValidationError(self.expected())
        return to_json(number)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return range_text(value)
        if isinstance(value, str) and says_unknown(value):
            return ""  # the tick beside the field says it
        return number_text(value) if isinstance(value, int | float) else value
