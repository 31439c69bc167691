"""What a claim must be to fill an input of the cost model, and how its scope is held against the client.

Both are data: roles and the client's scope stand in the house file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.engine.claim import Claim
from assessments.engine.facts import Facts
from assessments.engine.numbers import from_json, to_json
from assessments.engine.rulings import Because


@dataclass(frozen=True, slots=True)
class Role:
    """What a claim must be to fill an input.

    `named` is the claim the method relies on; `scope` what must not differ where the claim says it, `ask` the keys of
    it that a consultant may settle otherwise; `parts` the metrics that an end-to-end figure already includes; `label`
    its name inside a formula.
    """

    id: str
    subjects: tuple[str, ...]
    metrics: tuple[str, ...]
    unit: str
    label: str
    per: str | None = None
    named: str | None = None
    scope: Mapping[str, Any] = field(default_factory=dict)
    ask: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    def settled(self, scope: Mapping[str, str]) -> Role:
        """The role with those of its `ask` keys that somebody settled at the value he gave them."""
        given = {key: scope[key] for key in self.ask if key in scope}
        return replace(self, scope={**self.scope, **given}) if given else self

    def objection(self, claim: Claim) -> Because | None:
        """Why a claim of another scope cannot fill the role; None where nothing in it differs."""
        for key, wanted in self.scope.items():
            if key in claim.scope and claim.scope[key] != wanted:
                code = "not_for_method" if key == "method" else "scope_differs"
                return Because(code, {"key": key, "claim": claim.scope[key], "client": wanted})
        return None


@dataclass(frozen=True, slots=True)
class ScopeKey:
    """A key of a claim's scope that an answer of the client is held against.

    `within` is for numbers: how many times as much or as little as the client's still counts as the same size; None
    where the two must be the same.
    """

    key: str
    fact: str
    within: Decimal | None = None

    def objection(self, claim: Claim, facts: Facts) -> Because | None:
        """Why a claim is not for this client; None where it is, or where one of the two does not say."""
        stated, answer = claim.scope.get(self.key), facts[self.fact]
        if stated is None or answer is None:
            return None
        client = to_json(answer) if isinstance(answer, Decimal) else answer
        if self.within is None or not isinstance(answer, Decimal):
            fits = stated == client
        else:
            low, high = facts.ends.get(self.fact, (answer, answer))
            size = from_json(stated)
            fits = low <= size * self.within and size <= high * self.within
        return None if fits else Because("not_for_client", {"key": self.key, "claim": stated, "client": client})


@dataclass(frozen=True, slots=True)
class ClientScope:
    """One client's scope: which answers a claim is held against."""

    keys: tuple[ScopeKey, ...]
    facts: Facts

    def objection(self, claim: Claim) -> Because | None:
        """The first reason for which a claim is not for this client; None where it is."""
        objections = (key.objection(claim, self.facts) for key in self.keys)
        return next((one for one in objections if one is not None), None)


def not_in_force(claim: Claim, as_of: date) -> Because | None:
    """That a claim holds only from a later day on; None where it holds already."""
    start = claim.scope.get("from")
    if not isinstance(start, str):
        return None
    return Because("not_in_force_yet", {"from": start}) if date.fromisoformat(start) > as_of else None
