"""Values side by side: one scale for figures of one unit, and the place of each on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from babel.numbers import format_compact_currency, format_compact_decimal

from claims.quantity import Quantity
from claims.quantity_text import UNSAID_PERS

LOCALE = "en_001"
STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
# More than a decade between the ends: a straight scale would press the small ones together.
DECADE = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high` in one unit, straight or logarithmic."""

    low: Decimal
    high: Decimal
    logarithmic: bool
    unit: str
    currency: str | None

    def bar(self, value: Quantity) -> dict[str, Any] | None:
        """Places from 0 to 100 of a value for `components/value_bar.html`; None for a word."""
        if value.low is None and value.high is None:
            return None
        return {
            "low": self._place(value.low),
            "likely": self._place(value.likely),
            "high": self._place(value.high),
            "low_open": value.low is None,
            "high_open": value.high is None,
        }

    def _place(self, number: Decimal | None) -> float | None:
        return None if number is None else self.place(number)

    def place(self, number: Decimal) -> float:
        """From 0 at the lower end to 100 at the upper one."""
        if self.logarithmic:
            share = (number / self.low).log10() / (self.high / self.low).log10()
        else:
            share = (number - self.low) / (self.high - self.low)
        return round(float(share) * 100, 2)

    @property
    def ends(self) -> tuple[str, str]:
        """Both ends in short: "US$1K", "5%", "100M"."""
        return self._short(self.low), self._short(self.high)

    def ticks(self) -> list[tuple[Decimal, str]]:
        """Where hairlines stand, with their texts: both ends, and the decades or round steps between."""
        if self.logarithmic:
            decade, inside = _round_up_to_decade(self.low), []
            while decade < self.high:
                inside.append(decade)
                decade *= 10
        else:
            step = _round_up((self.high - self.low) / 5)
            inside = [step * n for n in range(int(self.low / step), int(self.high / step) + 1)]
        # What stands too near to an end would run into its text.
        room = [n for n in inside if 10 < self.place(n) < 90]
        return [(number, self._short(number)) for number in (self.low, *room, self.high)]

    def _short(self, number: Decimal) -> str:
        if self.currency:
            return format_compact_currency(number, self.currency, locale=LOCALE, fraction_digits=_places(number))
        short = format_compact_decimal(number, locale=LOCALE, fraction_digits=_places(number))
        return {"percent": f"{short}%", "ratio": f"{short}×"}.get(self.unit, short)


def _places(number: Decimal) -> int:
    """Decimals that an end of a scale needs: none from one up, as many as it has below."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -int(exponent)) if abs(number) < 1 else 0


def measure(value: Quantity) -> tuple[str, str | None, str | None]:
    """What two values must share to stand on one scale: unit, currency, per. What is paid once is paid once."""
    return value.unit, value.currency, None if value.per in UNSAID_PERS else value.per


def common_scale(values: Iterable[Quantity]) -> Scale | None:
    """The scale of all values that are numbers; None where they differ in unit, or there are fewer than two."""
    numeric = [value for value in values if value.low is not None or value.high is not None]
    if len(numeric) < 2 or len({measure(value) for value in numeric}) > 1:
        return None
    numbers = [n for value in numeric for n in (value.low, value.likely, value.high) if n is not None]
    least, most = min(numbers), max(numbers)
    logarithmic = least > 0 and most / least > DECADE
    if logarithmic:
        low, high = _round_down(least), _round_up(most)
    else:
        low = Decimal(0) if least >= 0 else -_round_up(-least)
        high = _round_up(most) if most > 0 else Decimal(0)
    if low == high:
        return None
    return Scale(low=low, high=high, logarithmic=logarithmic, unit=numeric[0].unit, currency=numeric[0].currency)


def _round_up(number: Decimal) -> Decimal:
    """The next number of the series 1, 2, 5, 10 … at or above a positive one."""
    decade = Decimal(10) ** int(number.log10().to_integral_value(ROUND_FLOOR))
    return next(step * decade for step in STEPS if step * decade >= number)


def _round_down(number: Decimal) -> Decimal:
    """The next number of the series 1, 2, 5, 10 … at or below a positive one."""
    decade = Decimal(10) ** int(number.log10().to_integral_value(ROUND_FLOOR))
    return next(step * decade for step in reversed(STEPS) if step * decade <= number)


def _round_up_to_decade(number: Decimal) -> Decimal:
    decade = Decimal(10) ** int(number.log10().to_integral_value(ROUND_FLOOR))
    return decade if decade >= number else decade * 10


def in_words(values: Sequence[Quantity]) -> str:
    """What values of one measure are counted in: "USD per month", "percent", "requests per day"."""
    unit, currency, per = measure(values[0])
    noun = currency or {"rating": "words"}.get(unit, unit.replace("_", " "))
    return f"{noun} per {per.replace('_', ' ')}" if per else noun
