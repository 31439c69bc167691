"""What a printed formula says, computed from its text alone: a reader with a pencil, who knows nothing of the engine.

Reads +, −, ×, ÷, brackets and the few words that the formulas use. A price for a million tokens counts for one token.
"""

import re
from collections.abc import Mapping
from decimal import ROUND_CEILING, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import cache
from typing import Any

PENCIL = Context(prec=34, traps=[InvalidOperation, DivisionByZero, Overflow])
ONE = Decimal(1)
WORTH = re.compile(r"the worth today of \{(\w+)\} at \{(\w+)\}")
SAVED = re.compile(r"the share saved at \{(\w+)\}")
WHOLE = ", whole GPUs"
NOT_BELOW = ", not below zero"
TOKEN = re.compile(r"\s*(?:\{(\w+)\}|(\d+)|([-+−×÷()]))")
SHARES = ("share", "blend")

Values = Mapping[str, Decimal]


def worth(months: Decimal, discount: Decimal) -> Decimal:
    """What one unit a month is worth today, month by month; where a month is cut short, by the formula for the sum."""
    with_interest = ONE + discount
    if months != int(months):
        return (ONE - with_interest**-months) / discount
    return sum((ONE / with_interest**month for month in range(1, int(months) + 1)), Decimal(0))


@cache
def tree(pattern: str) -> Any:
    """The formula as nested tuples. Raises ValueError for words that nobody taught this reader."""
    text = WORTH.sub(r"{worth__\1__\2}", pattern.removesuffix(WHOLE).removesuffix(NOT_BELOW))
    text = SAVED.sub(r"{saved__\1}", text).replace("the months of a year", "12")
    for share in SHARES:
        if f"{{{share}}}" in text:
            text = text.replace("the rest", f"(1 − {{{share}}})")
    tokens, place = [], 0
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None:
            raise ValueError(f"cannot read {pattern!r} from {text[place:]!r}")
        tokens.append((found[1] and ("name", found[1])) or (found[2] and ("number", found[2])) or ("sign", found[3]))
        place = found.end()
    made, rest = _sum(tokens)
    if rest:
        raise ValueError(f"cannot read {pattern!r}: {rest}")
    if pattern.endswith(NOT_BELOW):
        return "not_below", made
    return ("whole", made) if pattern.endswith(WHOLE) else made


def _sum(tokens: list[tuple[str, str]]) -> tuple[Any, list[tuple[str, str]]]:
    made, tokens = _product(tokens)
    while tokens and tokens[0] in (("sign", "+"), ("sign", "−")):
        sign, (other, tokens) = tokens[0][1], _product(tokens[1:])
        made = (sign, made, other)
    return made, tokens


def _product(tokens: list[tuple[str, str]]) -> tuple[Any, list[tuple[str, str]]]:
    made, tokens = _single(tokens)
    while tokens and tokens[0] in (("sign", "×"), ("sign", "÷")):
        sign, (other, tokens) = tokens[0][1], _single(tokens[1:])
        made = (sign, made, other)
    return made, tokens


def _single(tokens: list[tuple[str, str]]) -> tuple[Any, list[tuple[str, str]]]:
    if tokens[0] == ("sign", "("):
        made, rest = _sum(tokens[1:])
        if rest[0] != ("sign", ")"):
            raise ValueError(f"a bracket is not closed: {rest}")
        return made, rest[1:]
    return tokens[0], tokens[1:]


def value(made: Any, values: Values) -> Decimal:
    """What a formula comes to, in the arithmetic of `PENCIL`, which the caller has set."""
    kind, *parts = made
    if kind == "number":
        return Decimal(parts[0])
    if kind == "name":
        word, *names = parts[0].split("__")
        if word == "worth":
            return worth(*(values[name] for name in names))
        return ONE - ONE / values[names[0]] if names else values[word]
    if kind == "not_below":
        return max(Decimal(0), value(parts[0], values))
    if kind == "whole":
        return max(ONE, value(parts[0], values).to_integral_value(ROUND_CEILING))
    left, right = (value(part, values) for part in parts)
    if kind in "+−":
        return left + right if kind == "+" else left - right
    return left * right if kind == "×" else left / right
