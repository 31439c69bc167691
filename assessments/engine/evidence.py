"""Which claims apply to this client and why, and which were set aside and why.

An input of the cost model has a role: subjects, metrics, unit and period of the claims that may fill it, the scope of
this client, and the claim the method relies on. Claims that speak on the same quantity are never averaged: one
applies, the others are listed with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assessments.engine.claim import Claim, Claims, Standing
from assessments.engine.conditions import Lack


@dataclass(frozen=True, slots=True)
class Because:
    """A reason, as a code with what it needs to be put into words."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        return {"code": self.code, "params": dict(self.params)}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One claim for one role: applied or set aside, and why."""

    claim: Claim
    role: str
    because: tuple[Because, ...]

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        return {
            "claim": self.claim.reference,
            "role": self.role,
            "because": [reason.as_dict() for reason in self.because],
        }


@dataclass(frozen=True, slots=True)
class Role:
    """What a claim must be to fill an input.

    `named` is the claim the method relies on; `scope` what must not differ where the claim says it; `parts` the metrics
    that an end-to-end figure already includes; `label` its name inside a formula.
    """

    id: str
    subjects: tuple[str, ...]
    metrics: tuple[str, ...]
    unit: str
    per: str | None = None
    named: str | None = None
    scope: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    label: str = ""


GENERAL_ROLES = frozenset({"estimate", "recommendation"})
"""Roles in a claim's scope that speak of projects in general; a gate, a case or a study speaks of something else."""


def read_role(name: str, data: Mapping[str, Any]) -> Role:
    """A role from its YAML. Raises TypeError for a key that is not one."""
    lists = {key: tuple(data[key]) for key in ("subjects", "metrics", "parts") if key in data}
    return Role(name, **{**data, **lists})


class Evidence:
    """Decides, once per role, which claim fills it; keeps all decisions in the order they were asked for."""

    def __init__(self, claims: Claims, as_of: date, currency: str) -> None:
        self.claims = claims
        self.as_of = as_of
        self._currency = currency
        self._decided: dict[str, Claim | Lack] = {}
        self.applied: list[Ruling] = []
        self.set_aside: list[Ruling] = []

    def claim_for(self, role: Role) -> Claim | Lack:
        """The claim that fills the role, or what is lacking."""
        if role.id not in self._decided:
            self._decided[role.id] = self._decide(role)
        return self._decided[role.id]

    def rule(self, claim: Claim, role: str, because: tuple[Because, ...], *, applies: bool) -> None:
        """Record what another part of the engine decided about a claim."""
        (self.applied if applies else self.set_aside).append(Ruling(claim, role, because))

    def note_rules(self, used: Iterable[Claim]) -> None:
        """Record the claims that no input took but a rule, a threshold or a warning names."""
        known = {ruling.claim.reference for ruling in self.applied}
        for claim in used:
            if claim.reference not in known:
                self.rule(claim, "rule", (Because("named_by_rule"), *_contest(claim)), applies=True)

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        return {
            "applied": [ruling.as_dict() for ruling in self.applied],
            "set_aside": [ruling.as_dict() for ruling in self.set_aside],
        }

    def _decide(self, role: Role) -> Claim | Lack:
        eligible: list[Claim] = []
        rejected: list[tuple[Claim, Because]] = []
        for claim in self.claims.about(role.subjects, role.metrics):
            if not claim.numeric or claim.unit != role.unit or claim.state != "published":
                continue
            reason = self._objection(claim, role)
            if reason is None:
                eligible.append(claim)
            else:
                rejected.append((claim, reason))
        chosen = self._choose(role, eligible)
        for claim, reason in rejected:
            self._set_aside(claim, role, reason)
        if chosen is None:
            for claim in eligible:
                self._set_aside(claim, role, Because("several_claims_none_named"))
            return Lack(role.named or role.id, self._why_lacking(rejected))
        self._apply(chosen, role, alone=len(eligible) == 1)
        for claim in eligible:
            if claim is not chosen:
                self._set_aside(claim, role, _relation(claim, chosen))
        if role.parts:
            self._set_aside_parts(role, chosen)
        return chosen

    def _objection(self, claim: Claim, role: Role) -> Because | None:
        """Why this claim cannot fill the role; None where it can."""
        if claim.standing(self.as_of) is Standing.EXPIRED:
            return Because("expired")
        if claim.slug != role.named and claim.scope.get("role", "estimate") not in GENERAL_ROLES:
            return Because("different_role", {"role": claim.scope["role"]})
        if claim.currency is not None and claim.currency != self._currency:
            return Because("other_currency_no_rate", {"currency": claim.currency})
        if claim.per != role.per:
            return Because("different_basis", {"claim": claim.per, "needed": role.per})
        for key, wanted in role.scope.items():
            if key in claim.scope and claim.scope[key] != wanted:
                code = "not_for_method" if key == "method" else "scope_differs"
                return Because(code, {"key": key, "claim": claim.scope[key], "client": wanted})
        return None

    def _choose(self, role: Role, eligible: list[Claim]) -> Claim | None:
        for claim in eligible:
            if claim.slug == role.named:
                return claim
        return eligible[0] if len(eligible) == 1 else None

    def _why_lacking(self, rejected: list[tuple[Claim, Because]]) -> Standing:
        expired = any(reason.code == "expired" for _, reason in rejected)
        return Standing.EXPIRED if expired else Standing.MISSING

    def _apply(self, claim: Claim, role: Role, *, alone: bool) -> None:
        because = [Because("only_claim_for_input") if alone else Because("named_for_input")]
        because += [
            Because("scope_matches", {"key": key, "client": value})
            for key, value in role.scope.items()
            if claim.scope.get(key) == value
        ]
        if claim.likely is not None and claim.low != claim.high:
            because.append(Because("stated_median"))
        self.rule(claim, role.id, (*because, *_contest(claim)), applies=True)

    def _set_aside(self, claim: Claim, role: Role, reason: Because) -> None:
        self.rule(claim, role.id, (reason, *_contest(claim)), applies=False)

    def _set_aside_parts(self, role: Role, whole: Claim) -> None:
        for claim in self.claims.about(role.subjects, role.parts):
            if claim.numeric and claim.standing(self.as_of) is Standing.USABLE:
                self._set_aside(claim, role, Because("superseded_by_end_to_end", {"claim": whole.slug}))


def _contest(claim: Claim) -> tuple[Because, ...]:
    return (Because("contested", {"by": list(claim.contested_by)}),) if claim.contested_by else ()


def _relation(claim: Claim, applied: Claim) -> Because:
    """How a claim that was not needed stands to the one that applies: disjoint, or in agreement with it."""
    below = claim.high is not None and applied.low is not None and claim.high < applied.low
    above = claim.low is not None and applied.high is not None and claim.low > applied.high
    code = "disjoint_not_averaged" if below or above else "agrees_with_applied"
    return Because(code, {"claim": applied.slug})
