"""Claims on one quantity, put together where they agree in scope and kept apart where they do not.

A reading is what one may take the quantity to be: claims whose ranges meet and whose scopes do not contradict each
other. Claims that are apart never stand in one reading, so nothing is ever averaged across them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.engine.claim import Claim
from assessments.engine.numbers import ZERO

DESCRIBES = frozenset({"role", "from", "on"})
"""Keys of a scope that say what kind of statement it is or since when it holds, and not of what."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that may fill an input, its ends in the currency of the sums.

    `rate` is the claim it was converted by and `inverted` whether that is a rate from the currency of the sums.
    """

    claim: Claim
    low: Decimal | None
    high: Decimal | None
    rate: Claim | None = None
    inverted: bool = False

    @property
    def closed(self) -> bool:
        """Whether both ends are stated; a one-sided bound is never pooled."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True, slots=True)
class Reading:
    """Candidates that agree. The first leads: it stands for the reading; `pooled` are those that are counted with."""

    members: tuple[Candidate, ...]
    pooled: tuple[Candidate, ...]

    @property
    def lead(self) -> Candidate:
        """The candidate that stands for the reading."""
        return self.members[0]


def apart(one: Candidate, other: Candidate) -> str | None:
    """Why two candidates are no statement on one thing: a key on which their scopes differ, or `disjoint`; else None."""
    mine, theirs = one.claim.scope, other.claim.scope
    for key in mine:
        if key in theirs and key not in DESCRIBES and mine[key] != theirs[key]:
            return str(key)
    below = one.high is not None and other.low is not None and one.high < other.low
    above = one.low is not None and other.high is not None and one.low > other.high
    return "disjoint" if below or above else None


def readings(candidates: Sequence[Candidate], weights: dict[str, Decimal], first: str | None) -> list[Reading]:
    """The candidates in as many readings as are needed, the leading one first.

    `weights` by slug; `first` is the slug of the claim that leads whatever it weighs. After it a closed range goes
    before an open one, then the heavier, then by slug, so that the order never depends on how claims were read.
    """
    rest = sorted(
        candidates,
        key=lambda one: (one.claim.slug != first, not one.closed, -weights[one.claim.slug], one.claim.slug),
    )
    found: list[Reading] = []
    while rest:
        members: list[Candidate] = [rest[0]]
        others: list[Candidate] = []
        for candidate in rest[1:]:
            agrees = all(apart(candidate, member) is None for member in members)
            (members if agrees else others).append(candidate)
        found.append(Reading(tuple(members), _pooled(members, weights)))
        rest = others
    return found


def _pooled(members: Sequence[Candidate], weights: dict[str, Decimal]) -> tuple[Candidate, ...]:
    """What of a reading is counted with: its lead alone where that is open or weighs nothing, else all closed ranges."""
    lead = members[0]
    if not lead.closed or weights[lead.claim.slug] == ZERO:
        return (lead,)
    return tuple(one for one in members if one.closed and weights[one.claim.slug] > ZERO)
