"""Which claims are put together, and what range they give: the rule alone, without a database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from claims.pooling import Kept, Member, pools
from claims.quantity import Bound, Quantity

TODAY = date(2026, 11, 22)


def member(slug: str, low: int | None = 10, high: int | None = 20, **changes: Any) -> Member:
    value = {"likely": None, "unit": "currency", "currency": "USD", "per": "build"} | changes.pop("value", {})
    columns = {"certainty": "low", "freshness": Decimal("0.5"), "upstreams": frozenset({slug})}
    return Member(
        slug=slug,
        value=Quantity(
            low=None if low is None else Decimal(low), high=None if high is None else Decimal(high), **value
        ),
        **columns | changes,
    )


def kept(*members: Member) -> dict[str, Kept]:
    return pools(members, on=TODAY)[1]


def test_a_pool_is_the_mean_by_weight_from_the_lowest_end_to_the_highest() -> None:
    [pool], others = pools(
        [
            member("one", 10, 20, certainty="high", freshness=Decimal(1), value={"likely": Decimal(12)}),
            member("two", 15, 45, certainty="low", freshness=Decimal("0.5")),
        ],
        on=TODAY,
    )
    # 1 × 1 and 0.5 × 0.5; the middle of the second is 30.
    assert (pool.low, pool.likely, pool.high) == (10, Decimal("15.6"), 45)
    assert [(one.slug, one.share) for one in pool.weights] == [("one", Decimal("0.8")), ("two", Decimal("0.2"))]
    assert others == {}


def test_copies_of_one_source_share_one_weight() -> None:
    copies = [member(slug, upstreams=frozenset({"upstream"})) for slug in ("copy-a", "copy-b")]
    [pool], _ = pools([member("own", 10, 20), *copies], on=TODAY)
    assert {one.slug: (one.copies, one.share) for one in pool.weights} == {
        "own": (1, Decimal("0.5")),
        "copy-a": (2, Decimal("0.25")),
        "copy-b": (2, Decimal("0.25")),
    }


def test_claims_that_are_apart_are_never_in_one_pool() -> None:
    found, others = pools(
        [
            member("low-a", 10, 20, certainty="moderate"),
            member("low-b", 15, 25),
            member("high-a", 100, 200),
            member("high-b", 150, 300),
            member("between", 22, 120),
        ],
        on=TODAY,
    )
    # `between` meets both, and goes with those that weigh as much and come first by name.
    assert [[one.slug for one in pool.weights] for pool in found] == [["low-a", "low-b"], ["between", "high-a"]]
    assert others == {"high-b": Kept("disjoint", "low-a")}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"low": None, "value": {"bound": Bound.UP_TO}}, Kept("open")),
        ({"high": None, "value": {"bound": Bound.AT_LEAST}}, Kept("open")),
        ({"freshness": Decimal(0)}, Kept("undated")),
        ({"expires_on": TODAY}, Kept("expired")),
        ({"scope": {"from": "2026-11-23"}}, Kept("not_in_force_yet")),
        ({"scope": {"role": "gate"}}, Kept("role")),
        ({"scope": {"tier": "basic"}}, Kept("scope", "one", "tier")),
        ({"low": 21, "high": 30}, Kept("disjoint", "one")),
        ({"value": {"per": "month"}}, Kept("measure", "one")),
        ({"value": {"currency": "EUR"}}, Kept("measure", "one")),
    ],
)
def test_each_claim_that_is_not_pooled_says_why(changes: dict[str, Any], reason: Kept) -> None:
    others = [member(slug, scope={"tier": "production"}, certainty="moderate") for slug in ("one", "two")]
    found, kept = pools([*others, member("odd", **changes)], on=TODAY)
    assert [[one.slug for one in pool.weights] for pool in found] == [["one", "two"]]
    assert kept == {"odd": reason}


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_on": date(2026, 11, 23)},
        {"scope": {"from": "2026-11-22"}},
        {"scope": {"from": "USD"}},
        {"scope": {"role": "recommendation"}},
        {"scope": {"case": "one of them only says so"}},
        {"low": 20, "high": 30},
        {"value": {"per": "project"}},
    ],
)
def test_what_does_not_keep_claims_apart(changes: dict[str, Any]) -> None:
    assert kept(member("one", scope={"role": "estimate"}), member("other", **changes)) == {}


def test_shares_of_whom_is_not_said_alike_are_not_pooled() -> None:
    share = {"unit": "percent", "currency": None, "per": None}
    said = member("said", value=share, scope={"population": "developers"})
    assert kept(said, member("unsaid", value=share))["unsaid"] == Kept("measure", "said")
    assert kept(said, member("alike", value=share, scope=said.scope)) == {}


def test_a_word_and_a_claim_alone_have_no_pool() -> None:
    word = member("word", None, None, value={"unit": "rating", "currency": None, "per": None, "rating": "fast"})
    assert kept(word, member("one")) == {"word": Kept("word"), "one": Kept("others_not_pooled")}
    assert kept(member("one")) == {"one": Kept("alone")}
