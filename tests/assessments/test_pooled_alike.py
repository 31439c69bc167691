"""The registry pools by the rule of the assessments: two programs, one of which may not import the other."""

from datetime import date
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from assessments.engine import method
from assessments.engine.claim import Claim
from assessments.engine.evidence import GENERAL_ROLES, Selection
from assessments.engine.ledger import Ledger
from assessments.engine.pooling import Pools
from assessments.engine.readings import DESCRIBES, Candidate, readings
from claims import pooling
from claims.pooling import Member
from claims.quantity import Bound, Quantity

TODAY = date(2026, 11, 22)


def test_the_weights_and_words_are_the_same() -> None:
    assert dict(pooling.GRADES) == dict(method.shipped().house.grades)
    assert pooling.DESCRIBES == DESCRIBES
    assert set(pooling.GENERAL_ROLES) == GENERAL_ROLES


def drawn(random: Random, number: int) -> dict[str, Any]:
    """A claim of an amount, closed or open, dated or not, with a scope that now and then contradicts."""
    low, width = random.randint(1, 30), random.randint(0, 25)
    closed = random.random() < 0.8
    likely = Decimal(low) + Decimal(width) / 4 if closed and (not width or random.random() < 0.5) else None
    return {
        "slug": f"claim-{number}",
        "low": Decimal(low),
        "likely": likely,
        "high": Decimal(low + width) if closed else None,
        "certainty": random.choice(list(pooling.GRADES)),
        "freshness": random.choice([Decimal(0), Decimal("0.125"), Decimal("0.7"), Decimal(1)]),
        "scope": random.choice(
            [{}, {"tier": "basic"}, {"tier": "production"}, {"role": "estimate", "from": "2020-01-01"}]
        ),
        "upstreams": frozenset(random.sample(["a", "b", "c", "d"], random.randint(1, 2))),
    }


def by_the_engine(claims: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    grades = method.shipped().house.grades
    made = [
        Claim(
            slug=one["slug"], revision=1, digest="", subject="rag", metric="build-cost", low=one["low"],
            likely=one["likely"], high=one["high"], bound=None, rating=None, unit="currency", currency="USD", per="build",
            scope=one["scope"], certainty=one["certainty"], upstreams=one["upstreams"], freshness_weight=one["freshness"],
        )
        for one in claims
    ]  # fmt: skip
    weigh = Selection(grades).weight
    weights = {claim.slug: weigh(claim) for claim in made}
    found = readings([Candidate(claim, claim.low, claim.high) for claim in made], weights, None)
    pools = Pools(Ledger(), grades, "USD")
    figures = []
    for reading in found:
        if len(reading.pooled) > 1:
            figure = pools.figure(reading, SimpleNamespace(id="role", label="a role"))
            slugs = tuple(one.claim.slug for one in reading.pooled)
            figures.append((slugs, figure.low, round(figure.likely, 9), figure.high))
    return figures


def by_the_registry(claims: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    members = [
        Member(
            slug=one["slug"],
            value=Quantity(
                one["low"],
                one["likely"],
                one["high"],
                bound=None if one["high"] else Bound.AT_LEAST,
                unit="currency",
                currency="USD",
                per="build",
            ),
            certainty=one["certainty"],
            freshness=one["freshness"],
            scope=one["scope"],
            upstreams=one["upstreams"],
        )
        for one in claims
    ]
    found, _ = pooling.pools(members, on=TODAY)
    return [(tuple(one.slug for one in p.weights), p.low, round(p.likely, 9), p.high) for p in found]


@pytest.mark.parametrize("seed", range(40))
def test_both_pool_the_same_claims_to_the_same_range(seed: int) -> None:
    random = Random(seed)
    claims = [drawn(random, number) for number in range(random.randint(2, 9))]
    assert by_the_registry(claims) == by_the_engine(claims)


def test_the_draws_hold_something_to_compare() -> None:
    sizes = []
    for seed in range(40):
        random = Random(seed)
        sizes += [len(one[0]) for one in by_the_engine([drawn(random, n) for n in range(random.randint(2, 9))])]
    assert max(sizes) >= 3
    assert len(sizes) > 30
