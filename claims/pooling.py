"""Which claims on one thing may be put together, and the range they give together. No Django here.

A reading is a set of claims whose ranges meet and whose scopes contradict each other on no key; claims that are apart
never stand in one, so nothing is averaged across a disagreement. A reading is pooled as a linear opinion pool (Stone,
Annals of Mathematical Statistics 32, 1961): each claim weighs the weight of its grade × its freshness
2^(−age ÷ half-life), shared among those that lead to one upstream. The rule is that of the assessments
(docs/decisions/0036-readings-of-the-evidence.md), whose engine imports nothing of the registry: a test holds both alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Any

from claims.conflicts import Stated, comparable
from claims.quantity import Quantity

GRADES: Mapping[str, Decimal] = {
    "high": Decimal(1),
    "moderate": Decimal("0.75"),
    "low": Decimal("0.5"),
    "very_low": Decimal("0.25"),
}
"""Certainty → how much evidence of that grade counts beside evidence graded high. The house's; nobody measured it."""

GENERAL_ROLES = ("estimate", "recommendation")
"""Roles in a scope that speak of projects in general; a claim without a role is an estimate."""

DESCRIBES = frozenset({"role", "from", "on"})
"""Keys of a scope that say what kind of statement it is or since when it holds, and not of what."""

_CONTEXT = Context(prec=34)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Member:
    """A claim that may be pooled: its value as it is compared, and what it weighs.

    `freshness` is 2^(−age ÷ half-life) on the day, 0 for evidence that nothing dates; `upstreams` are the sources to
    which its supporting citations lead.
    """

    slug: str
    value: Quantity
    certainty: str
    freshness: Decimal
    scope: Mapping[str, Any] = field(default_factory=dict)
    upstreams: frozenset[str] = frozenset()
    expires_on: date | None = None

    @property
    def weight(self) -> Decimal:
        """Grade × freshness, before copies share theirs."""
        return GRADES[self.certainty] * self.freshness

    @property
    def closed(self) -> bool:
        """Whether both ends are stated; a one-sided bound is never pooled."""
        return self.value.low is not None and self.value.high is not None

    @property
    def middle(self) -> Decimal:
        """The likely value, else the middle of the range, which must be closed."""
        if self.value.likely is not None:
            return self.value.likely
        assert self.value.low is not None
        assert self.value.high is not None
        return self.value.low + (self.value.high - self.value.low) / 2


@dataclass(frozen=True, slots=True)
class Weight:
    """What a claim weighs in a pool: `grade` × `freshness` ÷ `copies`, and its `share` of the whole, from 0 to 1."""

    slug: str
    grade: Decimal
    freshness: Decimal
    copies: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class Pool:
    """Several claims as one range: the weighted mean of their likely values, from the lowest end to the highest."""

    low: Decimal
    likely: Decimal
    high: Decimal
    weights: tuple[Weight, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a claim stands in no pool: a code, the claim it is apart from, and the key on which their scopes differ."""

    code: str
    other: str = ""
    key: str = ""


def pools(members: Sequence[Member], *, on: date) -> tuple[list[Pool], dict[str, Kept]]:
    """The pools of claims about one thing on a day, and why each of the others stands in none, by slug."""
    kept: dict[str, Kept] = {}
    able: list[Member] = []
    for member in members:
        objection = _objection(member, on)
        if objection:
            kept[member.slug] = Kept(objection)
        else:
            able.append(member)
    found: list[Pool] = []
    sets = readings(able)
    for reading in sets:
        if len(reading) > 1:
            found.append(pool(reading))
        else:
            kept[reading[0].slug] = _why_alone(reading[0], able, members)
    return found, kept


def readings(members: Sequence[Member]) -> list[list[Member]]:
    """The claims in as many sets as are needed so that no two of a set are apart: the heaviest first, ties by slug."""
    rest = sorted(members, key=lambda one: (-one.weight, one.slug))
    found = []
    while rest:
        together: list[Member] = [rest[0]]
        others: list[Member] = []
        for member in rest[1:]:
            agrees = all(apart(member, other) is None for other in together)
            (together if agrees else others).append(member)
        found.append(together)
        rest = others
    return found


def apart(one: Member, other: Member) -> Kept | None:
    """Why two claims are no statement on one thing; None where they may be pooled."""
    for key in one.scope:
        if key in other.scope and key not in DESCRIBES and one.scope[key] != other.scope[key]:
            return Kept("scope", other.slug, key)
    mine, theirs = (comparable(Stated(side.value, side.scope)) for side in (one, other))
    if mine is None or theirs is None or mine.measure != theirs.measure:
        return Kept("measure", other.slug)
    below = mine.high is not None and theirs.low is not None and mine.high < theirs.low
    above = mine.low is not None and theirs.high is not None and mine.low > theirs.high
    return Kept("disjoint", other.slug) if below or above else None


def pool(members: Sequence[Member]) -> Pool:
    """The linear opinion pool of claims with closed ranges and weights above zero."""
    with localcontext(_CONTEXT):
        copies = {one.slug: sum(_same_upstream(one, other) for other in members) for one in members}
        weights = {one.slug: one.weight / copies[one.slug] for one in members}
        whole = sum(weights.values(), _ZERO)
        likely = sum((one.middle * weights[one.slug] for one in members), _ZERO) / whole
        shares = tuple(
            Weight(one.slug, GRADES[one.certainty], one.freshness, copies[one.slug], weights[one.slug] / whole)
            for one in members
        )
    lows = (one.value.low for one in members if one.value.low is not None)
    highs = (one.value.high for one in members if one.value.high is not None)
    return Pool(min(lows), likely, max(highs), shares)


def _same_upstream(one: Member, other: Member) -> bool:
    return one is other or bool(one.upstreams & other.upstreams)


def _objection(member: Member, on: date) -> str:
    """Why a claim is pooled with none at all; empty where it may be."""
    if not member.value.is_numeric:
        return "word"
    if member.expires_on is not None and member.expires_on <= on:
        return "expired"
    if _begins_after(member.scope, on):
        return "not_in_force_yet"
    if member.scope.get("role", GENERAL_ROLES[0]) not in GENERAL_ROLES:
        return "role"
    if not member.closed:
        return "open"
    return "" if member.weight > _ZERO else "undated"


def _begins_after(scope: Mapping[str, Any], on: date) -> bool:
    """Whether it holds only from a later day on; the `from` of an exchange rate is a currency."""
    try:
        return date.fromisoformat(str(scope.get("from"))) > on
    except ValueError:
        return False


def _why_alone(member: Member, able: Sequence[Member], everyone: Sequence[Member]) -> Kept:
    """Why a claim that could be pooled is not: what keeps it from the heaviest of the others, if there is one."""
    others = sorted((one for one in able if one is not member), key=lambda one: (-one.weight, one.slug))
    # One that would fit may stand in another reading already: what keeps it from that reading is a third claim.
    reasons = [reason for reason in (apart(member, other) for other in others) if reason]
    if reasons:
        return reasons[0]
    return Kept("others_not_pooled" if len(everyone) > 1 else "alone")
