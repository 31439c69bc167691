"""The value of a claim: what was printed, as numbers with a unit. No Django here.

Five shapes, and no other, exist:

=============  ==========================================  =======================
shape          fields                                      bound
=============  ==========================================  =======================
point          low = likely = high                         None or ABOUT
range          low, high; likely only where it is printed  None or ABOUT
lower limit    low                                         AT_LEAST
upper limit    high                                        AT_MOST or UP_TO
rating         rating, unit "rating", no number            None
=============  ==========================================  =======================

A word that stands for a number ("thousands") is a lower limit that keeps the word as its rating: the number is our
reading, the word is the source's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from babel.core import get_global

UNITS = (
    "currency", "percent", "percentage_points", "ratio", "examples", "iterations", "count", "months", "weeks", "days",
    "hours", "minutes", "ms", "tokens", "requests", "gb", "parameters", "gpus", "models", "products", "rating",
)  # fmt: skip
PERS = (
    "project", "build", "run", "request", "month", "quarter", "year", "week", "day", "hour", "million_tokens", "example",
    "prompt", "query",
)  # fmt: skip
SIGNED_UNITS = frozenset({"percent", "percentage_points"})
"""Units in which a figure may be under zero (a fall, a loss of accuracy); a count, a time or a price may not."""

WORD_NUMBERS: Mapping[str, Decimal] = {
    "tens": Decimal(10),
    "hundreds": Decimal(100),
    "thousands": Decimal(1_000),
    "tens_of_thousands": Decimal(10_000),
    "hundreds_of_thousands": Decimal(100_000),
    "millions": Decimal(1_000_000),
    "billions": Decimal(1_000_000_000),
}
"""Words printed for a number, and the least number they can mean."""

MAX_DIGITS = 15
"""Significant digits a figure may have: what a JSON number (a double) carries without loss."""
MAX_DECIMALS = 8
"""Decimals the registry stores."""
LARGEST = Decimal(10) ** MAX_DIGITS
SMALLEST = Decimal(10) ** -30

_RATING_CODE = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")


class Bound(StrEnum):
    """Which side of a figure its source leaves open, or that the source gives it as approximate."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"
    UP_TO = "up_to"


class QuantityError(ValueError):
    """A value that cannot be, with a message for people.

    `field` names the part at fault: low, likely, high, bound, rating, unit, currency, per or text.
    """

    def __init__(self, message: str, *, field: str = "text") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def bound_of(code: str) -> Bound:
    """The bound of a code; QuantityError for a code that is none."""
    try:
        return Bound(code)
    except ValueError:
        raise QuantityError(f"“{code}” is not a bound. Use one of: {', '.join(Bound)}.", field="bound") from None


@dataclass(frozen=True, slots=True)
class Quantity:
    """One typed value. Percent are stored as 70 for 70 %. Raises QuantityError where the parts contradict each other."""

    low: Decimal | None = None
    likely: Decimal | None = None
    high: Decimal | None = None
    bound: Bound | None = None
    rating: str | None = None
    unit: str = "count"
    currency: str | None = None
    per: str | None = None

    def __post_init__(self) -> None:
        self._check_vocabulary()
        for field in ("low", "likely", "high"):
            number = getattr(self, field)
            if number is not None:
                _check_number(number, field, signed=self.unit in SIGNED_UNITS)
                # 0 and -0 are one figure; keeping the sign would print "-0".
                object.__setattr__(self, field, number or Decimal(0))
        if self.unit == "rating":
            self._check_rating()
        else:
            self._check_shape()
            self._check_order()
            self._check_word()

    def _check_vocabulary(self) -> None:
        if self.unit not in UNITS:
            raise QuantityError(f"“{self.unit}” is not a unit. Use one of: {', '.join(UNITS)}.", field="unit")
        if self.per is not None and self.per not in PERS:
            raise QuantityError(f"A figure cannot be per “{self.per}”. Use one of: {', '.join(PERS)}.", field="per")
        if self.bound is not None and not isinstance(self.bound, Bound):
            raise QuantityError(f"“{self.bound}” is not a bound. Use one of: {', '.join(Bound)}.", field="bound")
        if self.unit == "currency" and self.currency is None:
            raise QuantityError("An amount of money needs its currency, such as USD.", field="currency")
        if self.unit != "currency" and self.currency is not None:
            raise QuantityError(f"Only money has a currency; the unit here is {self.unit}.", field="currency")
        if self.currency is not None and self.currency not in current_currencies():
            raise QuantityError(f"“{self.currency}” is not a currency code of ISO 4217, such as USD.", field="currency")

    def _check_rating(self) -> None:
        if self.rating is None:
            raise QuantityError("A rating needs its grade, such as low or excellent.", field="rating")
        if not _RATING_CODE.fullmatch(self.rating):
            raise QuantityError(
                f"“{self.rating}” is not a grade. Write it in small letters joined by _, such as medium_high.",
                field="rating",
            )
        for field in ("low", "likely", "high", "bound", "per"):
            if getattr(self, field) is not None:
                raise QuantityError("A rating has a grade and nothing else.", field=field)

    def _check_shape(self) -> None:
        has_low, has_likely, has_high = self.low is not None, self.likely is not None, self.high is not None
        if not (has_low or has_likely or has_high):
            raise QuantityError("A figure needs at least one number.", field="low")
        if self.bound is Bound.AT_LEAST:
            wrong = "likely" if has_likely else "high" if has_high else "low" if not has_low else None
            if wrong:
                raise QuantityError("“At least” takes the lower number and no other.", field=wrong)
        elif self.bound in (Bound.AT_MOST, Bound.UP_TO):
            wrong = "likely" if has_likely else "low" if has_low else "high" if not has_high else None
            if wrong:
                raise QuantityError("“At most” and “up to” take the upper number and no other.", field=wrong)
        elif not has_low or not has_high:
            raise QuantityError(
                "One number alone needs a bound (at least, at most, up to); an exact figure has low, likely and high.",
                field="high" if has_low else "low",
            )

    def _check_order(self) -> None:
        if self.low is None or self.high is None:
            return
        if self.low > self.high:
            raise QuantityError(f"The low end {self.low} is above the high end {self.high}.", field="low")
        if self.likely is None:
            if self.low == self.high:
                raise QuantityError("An exact figure has low, likely and high alike.", field="likely")
        elif not self.low <= self.likely <= self.high:
            raise QuantityError(
                f"The likely value {self.likely} lies outside {self.low} to {self.high}.", field="likely"
            )

    def _check_word(self) -> None:
        if self.rating is None:
            return
        if self.rating not in WORD_NUMBERS:
            raise QuantityError(
                f"Beside a number only a word for that number may stand ({', '.join(WORD_NUMBERS)}), "
                f"not the grade “{self.rating}”.",
                field="rating",
            )
        if self.bound is not Bound.AT_LEAST or self.low != WORD_NUMBERS[self.rating]:
            raise QuantityError(
                f"“{self.rating}” is read as at least {WORD_NUMBERS[self.rating]}, and as nothing else.", field="low"
            )

    @property
    def lower(self) -> Decimal | None:
        """The least the figure can be; None is minus infinity (and every rating)."""
        return self.low

    @property
    def upper(self) -> Decimal | None:
        """The most the figure can be; None is infinity (and every rating)."""
        return self.high

    @property
    def is_point(self) -> bool:
        """One number, exact or approximate."""
        return self.low is not None and self.low == self.high

    @property
    def is_numeric(self) -> bool:
        """Whether there is a number to compare; a rating has none."""
        return self.unit != "rating"

    @property
    def is_our_reading(self) -> bool:
        """The source prints a word ("thousands"); the number is ours and must be shown as ours."""
        return self.unit != "rating" and self.rating in WORD_NUMBERS

    @property
    def assumptions(self) -> str:
        """What a reader must be told about how the number was read; empty where the source prints the number."""
        if not self.is_our_reading:
            return ""
        word = str(self.rating).replace("_", " ")
        return f"The source prints the word “{word}”; at least {self.low:,} is our reading."

    def as_json(self) -> dict[str, Any]:
        """The value as the contract serves it, without its text: JSON numbers (whole ones as int), codes, nulls."""
        return {
            "low": _json_number(self.low),
            "likely": _json_number(self.likely),
            "high": _json_number(self.high),
            "bound": self.bound.value if self.bound else None,
            "rating": self.rating,
            "unit": self.unit,
            "currency": self.currency,
            "per": self.per,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Quantity:
        """The inverse of `as_json`; absent keys are null, `text` is passed over, any other key is refused."""
        for key in value:
            if key not in cls.__slots__ and key != "text":
                raise QuantityError(f"A value has no part called “{key}”.", field="text")
        bound = value.get("bound")
        return cls(
            low=_decimal(value.get("low"), "low"),
            likely=_decimal(value.get("likely"), "likely"),
            high=_decimal(value.get("high"), "high"),
            bound=None if bound is None else bound_of(bound),
            rating=_code(value.get("rating"), "rating"),
            unit=_code(value.get("unit"), "unit") or "count",
            currency=_code(value.get("currency"), "currency"),
            per=_code(value.get("per"), "per"),
        )

    def check_against(
        self,
        *,
        max_percent: Decimal | int | None = None,
        allow_negative: bool = False,
        units: Collection[str] = (),
        ratings: Collection[str] = (),
    ) -> None:
        """Raise QuantityError where the metric forbids the value. An empty `units` or `ratings` allows all of them.

        `max_percent` is the most a share can be on this metric (100 for a share of cases); None sets no limit.
        """
        if units and self.unit not in units:
            raise QuantityError(f"This metric is given in {' or '.join(units)}, not in {self.unit}.", field="unit")
        if self.unit == "rating":
            if ratings and self.rating not in ratings:
                raise QuantityError(f"“{self.rating}” is not one of the grades: {', '.join(ratings)}.", field="rating")
            return
        for field in ("low", "likely", "high"):
            number: Decimal | None = getattr(self, field)
            if number is None:
                continue
            if number != round(number, MAX_DECIMALS):
                raise QuantityError(f"“{number}” has more than {MAX_DECIMALS} decimals.", field=field)
            if number < 0 and not allow_negative:
                raise QuantityError("This metric has no figures under zero.", field=field)
            if self.unit == "percent" and max_percent is not None and number > max_percent:
                raise QuantityError(f"This metric cannot be over {max_percent} %.", field=field)


@cache
def current_currencies() -> frozenset[str]:
    """ISO 4217 codes that are legal tender somewhere today, from the CLDR data in babel."""
    return frozenset(
        code
        for uses in get_global("territory_currencies").values()
        for code, _start, end, tender in uses
        if tender and end is None
    )


def _check_number(number: object, field: str, *, signed: bool) -> None:
    if not isinstance(number, Decimal):
        raise QuantityError(f"“{number}” must be a decimal number.", field=field)
    if not number.is_finite():
        raise QuantityError(f"“{number}” is not a number.", field=field)
    if number < 0 and not signed:
        raise QuantityError("Only a percentage or a change in points can be under zero.", field=field)
    too_long = len(number.normalize().as_tuple().digits) > MAX_DIGITS
    if too_long or abs(number) >= LARGEST or 0 < abs(number) < SMALLEST:
        raise QuantityError(f"“{number}” is too long: a figure has at most {MAX_DIGITS} digits.", field=field)


def _json_number(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _decimal(value: object, field: str) -> Decimal | None:
    """A JSON number as a Decimal. A float goes through its shortest text, so that 0.1 stays 0.1."""
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise QuantityError(f"“{value}” must be a number.", field=field)
    return Decimal(str(value))


def _code(value: object, field: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise QuantityError(f"“{value}” must be a word.", field=field)
