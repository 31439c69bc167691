"""Totals that a source states about its own figures: what its parts give, and whether the total follows. No Django.

A part is a figure and how often it counts. The sum or the product of ranges is the range of all sums or products of
values in them; an open end stays open. Nothing is rounded but what a change of unit makes endless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from enum import StrEnum
from functools import reduce

from claims.quantity import Bound, Quantity, QuantityError
from claims.quantity_normalising import DAYS_A_MONTH
from claims.quantity_text import UNSAID_PERS
from claims.quantity_value import MAX_DIGITS

PERIODS_A_YEAR = {"month": Decimal(12), "quarter": Decimal(4), "year": Decimal(1)}
"""Periods that divide a year without a remainder: a figure for one of them is one for another."""
PERIODS = frozenset({"hour", "day", "week", *PERIODS_A_YEAR})
WORK = frozenset({"minutes", "hours"})
MINUTES = {
    "minutes": Decimal(1),
    "hours": Decimal(60),
    "days": Decimal(24 * 60),
    "weeks": Decimal(7 * 24 * 60),
    "months": DAYS_A_MONTH * 24 * 60,
}
COUNTS = frozenset({"count", "percent", "ratio"})
"""Units that only multiply: a percentage is a hundredth of a ratio."""
COUNTED_AS = {
    "months": "month", "weeks": "week", "days": "day", "hours": "hour", "iterations": "run", "examples": "example",
    "requests": "request",
}  # fmt: skip
"""What a count is a number of: three months times a figure per month is a figure for all three."""

_ROUNDING = Context(prec=MAX_DIGITS)
_COMPARED = Context(prec=12)


class Operation(StrEnum):
    """How parts make a total."""

    SUM = "sum"
    PRODUCT = "product"


class Finding(StrEnum):
    """Whether a stated total follows from its parts."""

    FOLLOWS = "follows"
    WITHIN = "within"
    PARTLY = "partly"
    DOES_NOT_FOLLOW = "does_not_follow"
    CANNOT_BE_CHECKED = "cannot_be_checked"


class Relation(StrEnum):
    """Where the stated total lies, seen from what the parts give."""

    EQUAL = "equal"
    INSIDE = "inside"
    CONTAINS = "contains"
    OVERLAPS = "overlaps"
    ABOVE = "above"
    BELOW = "below"


FINDING_OF = {
    Relation.EQUAL: Finding.FOLLOWS,
    Relation.INSIDE: Finding.WITHIN,
    Relation.CONTAINS: Finding.PARTLY,
    Relation.OVERLAPS: Finding.PARTLY,
    Relation.ABOVE: Finding.DOES_NOT_FOLLOW,
    Relation.BELOW: Finding.DOES_NOT_FOLLOW,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A figure of a total, and how often it counts; `name` is what a reason calls it."""

    name: str
    value: Quantity
    times: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking a total.

    `computed`: what the parts give, in the unit, currency and period of the total. `middle`: what their likely values
    give (the middle of a range, where none is printed); None for a point, and where an end is open. `gap`: how far
    the total lies from what the parts give, where they do not meet. `reason`: why it cannot be checked, for people.
    """

    finding: Finding
    relation: Relation | None = None
    computed: Quantity | None = None
    middle: Decimal | None = None
    gap: Decimal | None = None
    reason: str = ""


class NotComputable(ValueError):
    """The parts do not add up to anything; the message says why."""


def check(stated: Quantity, operation: Operation, parts: Sequence[Part]) -> Checked:
    """Compute a total from its parts and compare it with what is stated. Never raises for data."""
    try:
        low, middle, high = total(stated, operation, parts)
        computed = _quantity(stated, low, high)
    except (NotComputable, QuantityError) as error:
        return Checked(Finding.CANNOT_BE_CHECKED, reason=str(error))
    how = relation(stated, computed)
    return Checked(FINDING_OF[how], how, computed, None if computed.is_point else middle, _gap(stated, computed, how))


def total(
    stated: Quantity, operation: Operation, parts: Sequence[Part]
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Lower end, likely value and upper end of the sum or product, as the total is counted. Raises `NotComputable`."""
    if not parts:
        raise NotComputable("It has no parts.")
    for name, value in (("The total", stated), *((part.name, part.value) for part in parts)):
        if not value.is_numeric:
            raise NotComputable(f"{name} is a word, not a figure.")
    ends = [_ends(part.value) for part in parts]
    if operation is Operation.SUM:
        factors = [_factor(part, stated) for part in parts]
        return _each(ends, lambda numbers: sum((n * f for n, f in zip(numbers, factors, strict=True)), Decimal(0)))
    if any(number is not None and number < 0 for three in ends for number in three):
        raise NotComputable("A figure under zero is not multiplied.")
    factor = _product_factor(parts, stated)
    return _each(ends, lambda numbers: reduce(lambda a, b: a * b, numbers, factor))


Ends = tuple[Decimal | None, Decimal | None, Decimal | None]


def _ends(value: Quantity) -> Ends:
    likely = value.likely
    if likely is None and value.low is not None and value.high is not None:
        likely = (value.low + value.high) / 2
    return value.low, likely, value.high


def _each(ends: Sequence[Ends], combine: Callable[[list[Decimal]], Decimal]) -> Ends:
    """`combine` over the lower ends, the likely values and the upper ends; None where one of the parts has none."""

    def combined(numbers: Iterable[Decimal | None]) -> Decimal | None:
        known = [number for number in numbers if number is not None]
        return _ROUNDING.plus(combine(known)) if len(known) == len(ends) else None

    lows, likelies, highs = zip(*ends, strict=True)
    return combined(lows), combined(likelies), combined(highs)


def _factor(part: Part, stated: Quantity) -> Decimal:
    """What a part of a sum is multiplied by to count in the total's unit and period."""
    value = part.value
    if value.currency != stated.currency:
        raise NotComputable(f"{part.name} is in {_money(value)}, the total in {_money(stated)}.")
    return part.times * _unit_factor(part, stated) * _period_factor(part, stated)


def _money(value: Quantity) -> str:
    return value.currency or value.unit.replace("_", " ")


def _unit_factor(part: Part, stated: Quantity) -> Decimal:
    """Minutes are hours; weeks are months where time elapses, but not where it is work per month or per project."""
    value = part.value
    if value.unit == stated.unit:
        return Decimal(1)
    alike = MINUTES if value.per is None else WORK
    if value.unit not in alike or stated.unit not in alike:
        raise NotComputable(
            f"{part.name} is counted in {value.unit.replace('_', ' ')}, the total in {stated.unit.replace('_', ' ')}."
        )
    return MINUTES[value.unit] / MINUTES[stated.unit]


def _period_factor(part: Part, stated: Quantity) -> Decimal:
    """A year is twelve months; a part that counts several times, or once for an event, counts as often as it says."""
    per, whole = (None if value.per in UNSAID_PERS else value.per for value in (part.value, stated))
    if per == whole or part.times != 1:
        return Decimal(1)
    if per in PERIODS_A_YEAR and whole in PERIODS_A_YEAR:
        return PERIODS_A_YEAR[per] / PERIODS_A_YEAR[whole]
    if per in PERIODS or whole in PERIODS:
        said = "is for the whole" if per is None else f"is per {per.replace('_', ' ')}"
        unlike = "for the whole" if whole is None else f"per {whole.replace('_', ' ')}"
        raise NotComputable(f"{part.name} {said}, the total {unlike}: say how often the part counts.")
    return Decimal(1)


def _product_factor(parts: Sequence[Part], stated: Quantity) -> Decimal:
    """The times of all parts, and the hundredths of their percentages. Refuses a product of two unlike amounts."""
    factor = Decimal(1)
    carriers: list[Part] = []
    counted: set[str | None] = set()
    pers = {part.value.per for part in parts} - {None}
    for part in parts:
        count_of = COUNTED_AS.get(part.value.unit)
        if part.value.unit not in COUNTS and (part.value.per is not None or count_of not in pers):
            carriers.append(part)
            continue
        factor *= part.times / 100 if part.value.unit == "percent" else part.times
        counted.add(count_of)
    if len(carriers) > 1:
        names = " and ".join(part.name for part in carriers)
        raise NotComputable(f"{names} are amounts both: a product has one amount, and counts or shares of it.")
    if not carriers:
        return factor * (100 if stated.unit == "percent" else 1) * _bare(stated)
    [carrier] = carriers
    per = None if carrier.value.per in counted else carrier.value.per
    return factor * _factor(replace(carrier, value=replace(carrier.value, per=per)), stated)


def _bare(stated: Quantity) -> int:
    """1 for a total that is a count or a share; anything else cannot come of counts alone."""
    if stated.unit in COUNTS:
        return 1
    raise NotComputable(f"The parts are counts and shares, the total is in {_money(stated)}.")


def _quantity(stated: Quantity, low: Decimal | None, high: Decimal | None) -> Quantity:
    if low is None and high is None:
        raise NotComputable("The parts leave both ends open, so they give no figure.")
    bound = Bound.AT_MOST if low is None else Bound.AT_LEAST if high is None else None
    return Quantity(
        low=low,
        likely=low if low == high else None,
        high=high,
        bound=bound,
        unit=stated.unit,
        currency=stated.currency,
        per=stated.per,
    )


def relation(stated: Quantity, computed: Quantity) -> Relation:
    """Where `stated` lies, seen from `computed`; both are counted alike, and an open end is infinite."""
    (low, high), (from_, to) = _reach(stated), _reach(computed)
    if low > to:
        return Relation.ABOVE
    if high < from_:
        return Relation.BELOW
    if (low, high) == (from_, to):
        return Relation.EQUAL
    if from_ <= low and high <= to:
        return Relation.INSIDE
    if low <= from_ and to <= high:
        return Relation.CONTAINS
    return Relation.OVERLAPS


def _reach(value: Quantity) -> tuple[Decimal, Decimal]:
    infinity = Decimal("Infinity")
    return (
        -infinity if value.low is None else _COMPARED.plus(value.low),
        infinity if value.high is None else _COMPARED.plus(value.high),
    )


def _gap(stated: Quantity, computed: Quantity, how: Relation) -> Decimal | None:
    lower, upper = (computed, stated) if how is Relation.ABOVE else (stated, computed)
    if how not in (Relation.ABOVE, Relation.BELOW) or upper.low is None or lower.high is None:
        return None
    return upper.low - lower.high
