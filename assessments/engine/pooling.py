"""The figure of a reading: one claim as it stands, or several as their linear opinion pool.

The pool of some opinions is their mixture by weight (Stone, Annals of Mathematical Statistics 32, 1961). Each claim
weighs the weight of its grade × its freshness 2^(−age ÷ half-life), shared among those that lead to one upstream, since
a copy adds nothing. The figure has the weighted mean of the members' likely values, the mean of the mixture where each
member's likely value is its mean, and reaches from the lowest end to the highest; the draws take the mixture itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.engine.claim import Claim
from assessments.engine.ledger import Figure, Ledger, Measure
from assessments.engine.readings import Candidate, Reading
from assessments.engine.roles import Role

RATIO = Measure("ratio")
GRADE_NOTE = (
    "How much evidence of a grade counts in a pool beside evidence graded high. The house set it; nobody measured it."
)


@dataclass(frozen=True)
class Pools:
    """Makes the figures of readings in one ledger. `grades`: certainty → weight, above zero; `currency` of the sums."""

    ledger: Ledger
    grades: Mapping[str, Decimal]
    currency: str

    def figure(self, reading: Reading, role: Role) -> Figure:
        """The figure of a reading that fills a role. An open range stays open."""
        figures = [self._member(candidate, role.label) for candidate in reading.pooled]
        if len(figures) == 1:
            return figures[0]
        weights = [self._weight(one, figure, reading) for one, figure in zip(reading.pooled, figures, strict=True)]
        members = [(self.ledger.middle(one), weight) for one, weight in zip(figures, weights, strict=True)]
        return self.ledger.pooled("pooled", role.label, members, {"role": role.id})

    def _member(self, candidate: Candidate, label: str) -> Figure:
        claim = candidate.claim
        figure = self.ledger.claim(claim, label)
        if candidate.rate is None:
            return figure
        pattern, convert = ("{amount} ÷ {rate}", _divide) if candidate.inverted else ("{amount} × {rate}", _multiply)
        inputs = {"amount": figure, "rate": self.ledger.claim(candidate.rate, "exchange rate")}
        measure = Measure("currency", self.currency, claim.per)
        made = self.ledger.formula(
            "claim_converted", f"{label}, converted", pattern, inputs, convert, measure, {"claim": claim.slug}
        )
        assert made is not None, "a rate has a value, so an amount with a known end keeps one"
        return made

    def _weight(self, candidate: Candidate, figure: Figure, reading: Reading) -> Figure:
        claim = candidate.claim
        assert claim.freshness_weight is not None, "what has no weight is not pooled"
        grade = self.ledger.assumption(
            f"pool_weight_{claim.certainty}",
            f"weight of evidence graded {claim.certainty.replace('_', ' ')}",
            self.grades[claim.certainty],
            RATIO,
            GRADE_NOTE,
        )
        params = {"claim": claim.slug}
        inputs, pattern = {"grade": grade}, "{grade} × {freshness}"
        inputs["freshness"] = self.ledger.found(
            "freshness_weight",
            f"freshness of {claim.slug}",
            "2^(−age ÷ half-life) of {claim}",
            {"claim": figure},
            claim.freshness_weight,
            RATIO,
            params,
        )
        if (copies := _copies(claim, reading)) > 1:
            others = {f"claim{n}": self.ledger.claim(one.claim) for n, one in enumerate(reading.pooled, start=1)}
            inputs["copies"] = self.ledger.found(
                "upstream_copies",
                f"claims in the pool that lead to one source with {claim.slug}",
                "claims with one upstream among " + ", ".join(f"{{{name}}}" for name in others),
                others,
                Decimal(copies),
                Measure("count"),
                params,
            )
            pattern += " ÷ {copies}"
        weight = self.ledger.formula(
            "pool_weight", f"weight of {claim.slug} in the pool", pattern, inputs, _share, RATIO, params
        )
        assert weight is not None, "its parts have values"
        return weight


def _copies(claim: Claim, reading: Reading) -> int:
    """How many of the pooled claims lead to a source that this one leads to, itself among them."""
    return sum(one.claim is claim or bool(one.claim.upstreams & claim.upstreams) for one in reading.pooled)


def _multiply(amount: Decimal, rate: Decimal) -> Decimal:
    return amount * rate


def _divide(amount: Decimal, rate: Decimal) -> Decimal:
    return amount / rate


def _share(grade: Decimal, freshness: Decimal, copies: Decimal | int = 1) -> Decimal:
    return grade * freshness / copies
