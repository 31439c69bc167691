"""How two claims on one subject and metric stand to each other: nested, overlapping or disjoint."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from claims.quantity import Quantity, QuantityError, normalise, saving_as_ratio

SHARE_KEYS = ("population", "proposition")
"""Scope keys that say of whom and of what a share is; shares are compared only where both agree."""

_SHARE_UNITS = frozenset({"percent", "percentage_points"})


class Relation(StrEnum):
    """How the ranges of two claims lie, after unit, currency, period and ratio are made alike."""

    NESTED = "nested"
    OVERLAPPING = "overlapping"
    DISJOINT = "disjoint"


def relation(
    a: Quantity,
    b: Quantity,
    scope_a: Mapping[str, Any],
    scope_b: Mapping[str, Any],
    *,
    savings: bool = False,
) -> Relation | None:
    """The relation of two values on one subject and metric; None where they cannot be compared.

    They cannot where a scope key that both carry differs, where shares are of different populations or propositions,
    where a value is a rating, or where unit, currency or period differ after `normalise` (money in two currencies:
    normalise both at a dated rate first). `savings` says that percent on this metric are savings, which are compared
    with ratios as ratios. Equal ranges are nested; ranges that touch overlap; an open side is infinite.
    """
    if "rating" in (a.unit, b.unit) or not scopes_overlap(scope_a, scope_b):
        return None
    if savings and {a.unit, b.unit} == {"percent", "ratio"}:
        try:
            a, b = (saving_as_ratio(q) if q.unit == "percent" else q for q in (a, b))
        except QuantityError:
            return None
    elif a.unit in _SHARE_UNITS and any(scope_a.get(key) != scope_b.get(key) for key in SHARE_KEYS):
        return None
    a, b = normalise(a), normalise(b)
    if (a.unit, a.currency, a.per) != (b.unit, b.currency, b.per):
        return None
    if _starts_after(a, b) or _starts_after(b, a):
        return Relation.DISJOINT
    if _contains(a, b) or _contains(b, a):
        return Relation.NESTED
    return Relation.OVERLAPPING


def scopes_overlap(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether something can lie in both scopes: no key that both carry has two values."""
    return all(a[key] == b[key] for key in a.keys() & b.keys())


def _starts_after(a: Quantity, b: Quantity) -> bool:
    return a.lower is not None and b.upper is not None and a.lower > b.upper


def _contains(outer: Quantity, inner: Quantity) -> bool:
    infinity = Decimal("Infinity")

    def ends(q: Quantity) -> tuple[Decimal, Decimal]:
        return (-infinity if q.lower is None else q.lower), (infinity if q.upper is None else q.upper)

    (outer_low, outer_high), (inner_low, inner_high) = ends(outer), ends(inner)
    return outer_low <= inner_low and inner_high <= outer_high
