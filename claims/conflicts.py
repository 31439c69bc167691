"""How two claims on one subject and metric stand to each other: nested, overlapping or disjoint. No Django here.

`compare` is the whole rule. `comparable` and `lead` make what the registry's index is made of, so that the pairs that
`compare` would call disjoint are found without comparing every pair.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum
from typing import Any

from claims.quantity import Quantity, normalise, saving_as_ratio
from claims.quantity_text import UNSAID_PERS
from claims.rates import Conversion, Rates

SAVINGS = frozenset({"cost-saving"})
"""Metrics on which percent are savings: 70 to 90 % saved is a ratio of 3.3 to 10."""

SHARE_KEYS = ("population", "proposition")
"""Scope keys that say of whom and of what a share is; shares are compared only where both agree."""

PART_KEYS = ("includes", "excludes")
"""Scope keys that list parts of a cost, semicolons between. A list says what its source mentions, so two different ones
do not keep claims apart; they do where one includes what the other excludes."""

LEADING_KEYS = (
    "model", "case", "task", "benchmark", "comparator", "period", "hardware", "provider", "aspect", "from", "role",
    "tier", "method", "model_size", "direction", "condition",
)  # fmt: skip
"""Scope keys by how well they tell claims apart. The first one that a claim has is its lead in the index."""

_SHARE_UNITS = frozenset({"percent", "percentage_points"})
_ROUNDING = Context(prec=15)
_LONGEST = 80


class Relation(StrEnum):
    """How the ranges of two claims lie, after unit, currency, period and ratio are made alike."""

    NESTED = "nested"
    OVERLAPPING = "overlapping"
    DISJOINT = "disjoint"


class Apart(StrEnum):
    """Why two claims are not compared."""

    SCOPE = "scope"
    TIME = "time"
    EXPIRED = "expired"
    WORD = "word"
    SHARE = "share"
    MEASURE = "measure"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Stated:
    """What is compared of a claim: its value, where and from when it holds, and until when (`ends_on`, exclusive)."""

    value: Quantity
    scope: Mapping[str, Any] = field(default_factory=dict)
    ends_on: date | None = None
    savings: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """A value made comparable. `measure` names what the numbers are in; an open end is None."""

    measure: str
    low: Decimal | None
    high: Decimal | None
    currency: str | None = None

    def converted(self, conversion: Conversion) -> Range:
        """The same amount of money in another currency."""
        return replace(
            self,
            measure=f"{conversion.currency}{self.measure.removeprefix(conversion.base)}",
            currency=conversion.currency,
            low=None if self.low is None else _ROUNDING.multiply(self.low, conversion.factor),
            high=None if self.high is None else _ROUNDING.multiply(self.high, conversion.factor),
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two claims made alike, in the order given: either their relation, or why they stay apart."""

    relation: Relation | None
    apart: Apart | None = None
    key: str = ""
    first: Range | None = None
    second: Range | None = None
    conversion: Conversion | None = None


def compare(first: Stated, second: Stated, *, on: date | None = None, rates: Rates | None = None) -> Comparison:
    """The relation of two claims on one subject and metric, or why they are not compared.

    They are not where their scopes or the times for which they hold do not meet, where one has expired by `on`, where a
    value is a word, where shares are of different things, where unit or period differ after `normalise`, and where no
    rate of `rates` leads from one currency to the other. Equal ranges are nested; ranges that touch overlap; an open
    side is infinite.
    """
    key = excluding_key(first.scope, second.scope)
    if key:
        return Comparison(None, Apart.SCOPE, key)
    if on is not None and any(side.ends_on is not None and side.ends_on <= on for side in (first, second)):
        return Comparison(None, Apart.EXPIRED)
    if _ends_before(first, second) or _ends_before(second, first):
        return Comparison(None, Apart.TIME)
    one, other = comparable(first), comparable(second)
    if one is None or other is None:
        return Comparison(None, Apart.WORD)
    conversion = None
    if one.currency and other.currency and one.currency != other.currency:
        target = max(one.currency, other.currency)
        base = min(one.currency, other.currency)
        conversion = (rates or Rates()).between(base, target)
        if conversion is None:
            return Comparison(None, Apart.RATE, first=one, second=other)
        one, other = (side.converted(conversion) if side.currency == base else side for side in (one, other))
    if one.measure != other.measure:
        shares = _is_share(first.value) and first.value.unit == second.value.unit
        return Comparison(None, Apart.SHARE if shares else Apart.MEASURE, first=one, second=other)
    return Comparison(_relation(one, other), first=one, second=other, conversion=conversion)


def relation(
    a: Quantity,
    b: Quantity,
    scope_a: Mapping[str, Any],
    scope_b: Mapping[str, Any],
    *,
    savings: bool = False,
    rates: Rates | None = None,
) -> Relation | None:
    """The relation of two values on one subject and metric; None where they cannot be compared."""
    return compare(Stated(a, scope_a, savings=savings), Stated(b, scope_b, savings=savings), rates=rates).relation


def comparable(stated: Stated) -> Range | None:
    """A value as a range in the measure in which values of its kind are compared.

    None for a word, and for a saving that has no ratio: all is saved, or nothing is bought for it.
    """
    q = stated.value
    if not q.is_numeric:
        return None
    if stated.savings and q.unit == "percent":
        return _saved(q)
    q = normalise(q)
    per = None if q.per in UNSAID_PERS else q.per
    measure = f"{q.currency or q.unit}{f' per {per}' if per else ''}"
    shared = [stated.scope.get(key) for key in SHARE_KEYS] if _is_share(q) else []
    if any(part is not None for part in shared):
        measure += f" of {hashlib.sha256(repr(shared).encode()).hexdigest()[:16]}"
    return Range(measure, q.lower, q.upper, q.currency)


def _saved(q: Quantity) -> Range | None:
    """A saving as a ratio; where everything may be saved, the ratio has no upper end."""
    if q.low is not None and q.low >= 100:
        return None
    ends: list[Decimal | None] = []
    for end in (q.low, q.high):
        if end is None or end >= 100:
            ends.append(None)
        else:
            ends.append(saving_as_ratio(Quantity(end, end, end, unit="percent")).low)
    per = f" per {q.per}" if q.per else ""
    return Range(f"ratio{per}", ends[0], ends[1])


def _is_share(q: Quantity) -> bool:
    return q.unit in _SHARE_UNITS


def scopes_overlap(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether something can lie in both scopes."""
    return not excluding_key(a, b)


def excluding_key(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    """The key by which two scopes exclude each other: both carry it and differ, or one includes what the other excludes.

    Empty where something can lie in both; a key that one of them leaves out is taken as "any".
    """
    for key in sorted(a.keys() & b.keys()):
        if key not in PART_KEYS and a[key] != b[key]:
            return key
    for one, other in ((a, b), (b, a)):
        if _parts(one, "includes") & _parts(other, "excludes"):
            return "includes"
    return ""


def _parts(scope: Mapping[str, Any], key: str) -> set[str]:
    return {part.strip().casefold() for part in str(scope.get(key, "")).split(";") if part.strip()}


def lead(scope: Mapping[str, Any]) -> tuple[str, str]:
    """The lead of a scope in the index: the leading key that it has, and key and value as one text; empty without."""
    for key in LEADING_KEYS:
        if key in scope:
            return key, _keyed(key, scope[key])
    return "", ""


def leads_beside(scope: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The leads of all scopes that may overlap with this one: those to be met exactly, and keys with whatever value."""
    exactly = [_keyed(key, scope[key]) for key in LEADING_KEYS if key in scope]
    return ["", *exactly], [key for key in LEADING_KEYS if key not in scope]


def _keyed(key: str, value: Any) -> str:
    """Equal values give equal texts; of two long ones their digests stand in."""
    said = value if isinstance(value, str) else f"{Decimal(value).normalize():f}"
    whole = f"{key}={said}"
    return whole if len(whole) <= _LONGEST else f"{key}={hashlib.sha256(said.encode()).hexdigest()}"


def _ends_before(a: Stated, b: Stated) -> bool:
    """Whether one has ended by the day from which the other holds."""
    start = _day(b.scope.get("from"))
    return a.ends_on is not None and start is not None and a.ends_on <= start


def _day(value: object) -> date | None:
    """A scope's `from` as a day; on an exchange rate it is a currency."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _relation(a: Range, b: Range) -> Relation:
    if _starts_after(a, b) or _starts_after(b, a):
        return Relation.DISJOINT
    if _contains(a, b) or _contains(b, a):
        return Relation.NESTED
    return Relation.OVERLAPPING


def _starts_after(a: Range, b: Range) -> bool:
    return a.low is not None and b.high is not None and a.low > b.high


def _contains(outer: Range, inner: Range) -> bool:
    infinity = Decimal("Infinity")

    def ends(range_: Range) -> tuple[Decimal, Decimal]:
        return (-infinity if range_.low is None else range_.low), (infinity if range_.high is None else range_.high)

    (outer_low, outer_high), (inner_low, inner_high) = ends(outer), ends(inner)
    return outer_low <= inner_low and inner_high <= outer_high
