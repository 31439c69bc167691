"""The values a made-up claim can have, for each metric of the starter registry: worked out once, used a million times."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from claims.conflicts import SAVINGS, Stated, comparable
from claims.models import Metric
from claims.projection import canonical
from claims.quantity import WORD_NUMBERS, Bound, Quantity, text

POINTS = 12
"""The first of a metric's numbers are points, each another one; two of them contradict each other."""
CURRENCIES = ("USD", "USD", "USD", "EUR", "GBP")
PERIODS = ("build", "project", "month", "run", "million_tokens")
_MONEY = (500, 800, 1200, 2000, 3500, 5000, 8000, 12000, 20000, 35000, 50000, 80000)
_SHARES = (5, 8, 12, 20, 25, 33, 40, 55, 60, 70, 85, 95)
_NUMBERS = (1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200)
_RATIOS = (1.1, 1.5, 2, 2.5, 3, 4.5, 6, 8, 10, 12.5, 20, 40)
_NUMBERS_OF = {"currency": _MONEY, "percent": _SHARES, "percentage_points": _SHARES, "ratio": _RATIOS}


@dataclass(frozen=True, slots=True)
class Value:
    """A value with all that is written of it: `json` for the document, `columns` as the tables of claims have them.

    `compared` is measure, low and high of the row by which conflicts are found; None for a word.
    """

    json: orjson.Fragment
    quantity: Quantity
    columns: tuple[Any, ...]
    lower: float | None
    upper: float | None
    printed: str
    compared: tuple[str, float | None, float | None] | None


def values(metric: Metric, number: int) -> list[Value]:
    """What claims on a metric may say: points first, then ranges and limits, then words."""
    unit = metric.units[0]
    made: list[Quantity] = []
    if unit != "rating":
        per = PERIODS[number % len(PERIODS)] if unit == "currency" else None
        made += _numbers(unit, per)
    if "rating" in metric.units:
        made += [Quantity(rating=word, unit="rating") for word in metric.ratings if word not in WORD_NUMBERS]
    return [_value(quantity, metric) for quantity in made]


def _numbers(unit: str, per: str | None) -> list[Quantity]:
    numbers = [Decimal(str(number)) for number in _NUMBERS_OF.get(unit, _NUMBERS)]
    money = unit == "currency"

    def quantity(place: int, **ends: Any) -> Quantity:
        return Quantity(**ends, unit=unit, currency=CURRENCIES[place % len(CURRENCIES)] if money else None, per=per)

    points = [Quantity(low=n, likely=n, high=n, unit=unit, currency="USD" if money else None, per=per) for n in numbers]
    ranges = [
        quantity(place, low=low, high=high, likely=numbers[place + 1] if place % 3 == 0 else None)
        for place, (low, high) in enumerate(zip(numbers, numbers[2:], strict=False))
    ]
    limits = [quantity(place, low=low, bound=Bound.AT_LEAST) for place, low in enumerate(numbers[3:7])]
    limits += [quantity(place, high=high, bound=Bound.AT_MOST) for place, high in enumerate(numbers[5:9])]
    return points + ranges + limits


def _value(quantity: Quantity, metric: Metric) -> Value:
    quantity.check_against(
        units=metric.units,
        ratings=metric.ratings,
        max_percent=metric.max_percent,
        allow_negative=metric.allow_negative,
    )
    body = quantity.as_json()
    said = text(quantity, lang="en")
    found = comparable(Stated(quantity, savings=metric.slug in SAVINGS))
    return Value(
        json=orjson.Fragment(canonical({**body, "text": said})),
        quantity=quantity,
        columns=tuple(body[name] for name in ("low", "likely", "high"))
        + tuple(body[name] or "" for name in ("bound", "rating", "unit", "currency", "per")),
        lower=_number(quantity.lower),
        upper=_number(quantity.upper),
        printed=said,
        compared=None if found is None else (found.measure, _number(found.low), _number(found.high)),
    )


def _number(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
