"""Which claims apply to this client and why, and which were set aside and why.

An input of the cost model has a role: subjects, metrics, unit and period of the claims that may fill it, the scope of
this client, and the claim the method relies on. Claims that speak on the same quantity and agree make one reading and
are pooled; claims that are apart make several, of which one is taken and the others are kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from assessments.engine.claim import Claim, Claims, Standing
from assessments.engine.conditions import Lack
from assessments.engine.exchange_rates import latest_rate
from assessments.engine.numbers import CONTEXT, ZERO
from assessments.engine.readings import Candidate, Reading, apart, readings
from assessments.engine.roles import ClientScope, Role, not_in_force
from assessments.engine.rulings import Because, Ruling, contest

GENERAL_ROLES = frozenset({"estimate", "recommendation"})
"""Roles in a claim's scope that speak of projects in general; a gate, a case or a study speaks of something else."""


@dataclass(frozen=True, slots=True)
class Selection:
    """By what claims are selected: the weight of each grade, the client's scope, and what a consultant settled.

    `scope` holds the value of a scope key, `readings` for a role the slug of the claim whose reading counts.
    """

    grades: Mapping[str, Decimal]
    client: ClientScope | None = None
    scope: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)

    def weight(self, claim: Claim) -> Decimal:
        """Grade × freshness; zero for evidence that nothing dates, or of which nobody said how fresh it is."""
        freshness = claim.freshness_weight
        return ZERO if freshness is None else self.grades[claim.certainty] * freshness


@dataclass(frozen=True, slots=True)
class Gap:
    """A role that no claim fills, and those that would but for the reason they were set aside for."""

    role: Role
    lack: Lack
    rejected: tuple[tuple[Claim, Because], ...]


class Evidence:
    """Decides, once per role, which claims fill it; keeps all decisions in the order they were asked for.

    `others` holds by role the readings that were not taken, `gaps` the roles that nothing fills.
    """

    def __init__(self, claims: Claims, as_of: date, currency: str, selection: Selection) -> None:
        self.claims = claims
        self.as_of = as_of
        self.selection = selection
        self._currency = currency
        self._decided: dict[str, Reading | Lack] = {}
        self.applied: list[Ruling] = []
        self.set_aside: list[Ruling] = []
        self.roles: dict[str, Role] = {}
        self.others: dict[str, tuple[Reading, ...]] = {}
        self.gaps: list[Gap] = []

    def reading_for(self, role: Role) -> Reading | Lack:
        """The claims that fill the role together, or what is lacking."""
        if role.id not in self._decided:
            self.roles[role.id] = role
            self._decided[role.id] = self._decide(role.settled(self.selection.scope))
        return self._decided[role.id]

    def claim_for(self, role: Role) -> Claim | Lack:
        """The claim that leads the reading which fills the role, or what is lacking."""
        reading = self.reading_for(role)
        return reading if isinstance(reading, Lack) else reading.lead.claim

    def taken(self) -> dict[str, Reading]:
        """The readings that were taken, by role."""
        return {role: found for role, found in self._decided.items() if isinstance(found, Reading)}

    def rule(self, claim: Claim, role: str, because: tuple[Because, ...], *, applies: bool) -> None:
        """Record what another part of the engine decided about a claim."""
        (self.applied if applies else self.set_aside).append(Ruling(claim, role, because))

    def covered(self, role: str) -> tuple[str, ...]:
        """The claims, `slug@n`, on parts that the end-to-end figure in a role includes already."""
        return tuple(
            ruling.claim.reference
            for ruling in self.set_aside
            if ruling.role == role and ruling.because[0].code == "superseded_by_end_to_end"
        )

    def note_rules(self, used: Iterable[Claim]) -> None:
        """Record the claims that no input took but a rule, a threshold or a warning names."""
        known = {ruling.claim.reference for ruling in self.applied}
        for claim in used:
            if claim.reference not in known:
                self.rule(claim, "rule", (Because("named_by_rule"), *contest(claim)), applies=True)

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        return {
            "applied": [ruling.as_dict() for ruling in self.applied],
            "set_aside": [ruling.as_dict() for ruling in self.set_aside],
        }

    def _decide(self, role: Role) -> Reading | Lack:
        eligible: list[Candidate] = []
        rejected: list[tuple[Claim, Because]] = []
        for claim in self.claims.about(role.subjects, role.metrics):
            if not claim.numeric or claim.unit != role.unit or claim.state != "published":
                continue
            found = self._objection(claim, role) or self._in_currency(claim)
            if isinstance(found, Because):
                rejected.append((claim, found))
            else:
                eligible.append(found)
        for claim, reason in rejected:
            self._set_aside(claim, role, reason)
        if not eligible:
            lack = Lack(role.named or role.id, _why_lacking(rejected))
            self.gaps.append(Gap(role, lack, tuple(rejected)))
            return lack
        return self._take(role, eligible)

    def _objection(self, claim: Claim, role: Role) -> Because | None:
        """Why this claim cannot fill the role; None where it can, its currency aside."""
        if claim.standing(self.as_of) is Standing.EXPIRED:
            return Because("expired")
        if claim.slug != role.named and claim.scope.get("role", "estimate") not in GENERAL_ROLES:
            return Because("different_role", {"role": claim.scope["role"]})
        if claim.per != role.per:
            return Because("different_basis", {"claim": claim.per, "needed": role.per})
        client = self.selection.client
        return (
            role.objection(claim)
            or not_in_force(claim, self.as_of)
            or (None if client is None else client.objection(claim))
        )

    def _in_currency(self, claim: Claim) -> Candidate | Because:
        """The claim with its ends in the currency of the sums, at the latest published rate."""
        if claim.currency is None or claim.currency == self._currency:
            return Candidate(claim, claim.low, claim.high)
        rate = latest_rate(self.claims, claim.currency, self._currency, self.as_of)
        inverted = rate is None
        if rate is None:
            rate = latest_rate(self.claims, self._currency, claim.currency, self.as_of)
        if rate is None or rate.likely is None:
            return Because("other_currency_no_rate", {"currency": claim.currency})
        with localcontext(CONTEXT):
            factor = 1 / rate.likely if inverted else rate.likely
            low, high = (None if end is None else end * factor for end in (claim.low, claim.high))
        if all(ruling.claim is not rate for ruling in self.applied):
            self.rule(rate, "exchange_rate", (Because("rate_of_a_claim", {"currency": claim.currency}),), applies=True)
        return Candidate(claim, low, high, rate, inverted)

    def _take(self, role: Role, eligible: Sequence[Candidate]) -> Reading:
        weights = {one.claim.slug: self.selection.weight(one.claim) for one in eligible}
        settled = self.selection.readings.get(role.id)
        first = settled if settled in weights else role.named
        taken, *others = readings(eligible, weights, first)
        self.others[role.id] = tuple(others)
        for candidate in taken.members:
            if candidate in taken.pooled:
                self._apply(candidate, taken, role, eligible)
            else:
                self._set_aside(candidate.claim, role, _not_counted(candidate, taken, weights))
        for reading in others:
            for candidate in reading.members:
                self._set_aside(candidate.claim, role, _apart(candidate, taken))
        if role.parts:
            self._set_aside_parts(role, taken.lead.claim)
        return taken

    def _apply(self, candidate: Candidate, reading: Reading, role: Role, eligible: Sequence[Candidate]) -> None:
        claim = candidate.claim
        because = []
        if candidate is reading.lead:
            because.append(self._why_first(claim, role, alone=len(eligible) == 1))
        if len(reading.pooled) > 1:
            others = [other.claim.slug for other in reading.pooled if other is not candidate]
            because.append(Because("pooled", {"with": others}))
        if candidate.rate is not None:
            because.append(Because("converted", {"currency": claim.currency, "rate": candidate.rate.reference}))
        because += [
            Because("scope_matches", {"key": key, "client": value})
            for key, value in role.scope.items()
            if claim.scope.get(key) == value
        ]
        if claim.likely is not None and claim.low != claim.high:
            because.append(Because("stated_median"))
        self.rule(claim, role.id, (*because, *contest(claim)), applies=True)

    def _why_first(self, claim: Claim, role: Role, *, alone: bool) -> Because:
        if alone:
            return Because("only_claim_for_input")
        if self.selection.readings.get(role.id) == claim.slug:
            return Because("settled_by_consultant")
        return Because("named_for_input") if claim.slug == role.named else Because("weighs_most")

    def _set_aside(self, claim: Claim, role: Role, reason: Because) -> None:
        self.rule(claim, role.id, (reason, *contest(claim)), applies=False)

    def _set_aside_parts(self, role: Role, whole: Claim) -> None:
        for claim in self.claims.about(role.subjects, role.parts):
            if claim.numeric and claim.standing(self.as_of) is Standing.USABLE:
                self._set_aside(claim, role, Because("superseded_by_end_to_end", {"claim": whole.slug}))


def _why_lacking(rejected: Sequence[tuple[Claim, Because]]) -> Standing:
    expired = any(reason.code == "expired" for _, reason in rejected)
    return Standing.EXPIRED if expired else Standing.MISSING


def _not_counted(candidate: Candidate, taken: Reading, weights: Mapping[str, Decimal]) -> Because:
    """Why a claim that agrees with what is taken is not counted with it."""
    lead = taken.lead
    if not candidate.closed and lead.closed:
        return Because("one_sided_not_pooled", {"claim": lead.claim.slug})
    if weights[candidate.claim.slug] == ZERO and weights[lead.claim.slug] > ZERO:
        return Because("undated_not_pooled", {"claim": lead.claim.slug})
    return Because("agrees_with_applied", {"claim": lead.claim.slug})


def _apart(candidate: Candidate, taken: Reading) -> Because:
    """Why a claim is not of the reading that was taken: what it is apart from one of its members by."""
    against = ((member, apart(candidate, member)) for member in taken.members)
    member, key = next((member, key) for member, key in against if key is not None)
    if key == "disjoint":
        return Because("disjoint_not_averaged", {"claim": member.claim.slug})
    scopes = {"claim": candidate.claim.scope[key], "client": member.claim.scope[key]}
    return Because("other_scope_than_applied", {"key": key, **scopes})
