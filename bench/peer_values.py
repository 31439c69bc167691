"""How peers print a value, each form once: what they save by it counts for them."""

from functools import cache
from typing import Any

from claims.quantity import Quantity, text


def body(columns: tuple[Any, ...]) -> dict[str, Any]:
    """The `value` of a document from the columns of a claim: low, likely, high, bound, rating, unit, currency, per."""
    low, likely, high, bound, rating, unit, currency, per = columns
    return {
        "low": _number(low), "likely": _number(likely), "high": _number(high), "bound": bound or None,
        "rating": rating or None, "unit": unit, "currency": currency or None, "per": per or None,
        "text": _text(*columns),
    }  # fmt: skip


def _number(column: Any) -> float | None:
    return None if column is None else float(column)


@cache
def _text(low: Any, likely: Any, high: Any, *rest: str) -> str:
    named = dict(zip(("bound", "rating", "unit", "currency", "per"), (part or None for part in rest), strict=True))
    numbers = {"low": _number(low), "likely": _number(likely), "high": _number(high)}
    return text(Quantity.from_json({**numbers, **named}), lang="en")
