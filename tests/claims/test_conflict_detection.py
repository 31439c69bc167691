"""Conflicts as publishing finds them, and its index against brute force."""

from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims import comparison, operations
from claims.conflicts import Apart, Relation
from claims.models import Act, Claim, Comparable, Conflict, Revision
from claims.rates import Rates
from tests.claims import factories as make
from tests.claims.disagreeing import TIER, acts, amount, pairs, rate, the_conflict
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db


# --- What publishing opens ---------------------------------------------------------------------------------------


def test_publishing_opens_a_conflict_with_what_disagrees(two) -> None:
    one, other = two
    conflict = the_conflict()
    assert (conflict.first_revision, conflict.second_revision) == (one, other)
    assert (conflict.relation, conflict.state, conflict.opened_at) == ("disjoint", "open", NOON)
    assert (conflict.reason, conflict.decided_by, conflict.lapsed_at) == ("", None, None)
    assert acts() == [("open_conflict", "")]
    assert list(Conflict.objects.to_decide()) == [conflict]


@pytest.mark.parametrize(
    ("low", "high", "fields"),
    [
        pytest.param(6_000, 7_000, {}, id="nested"),
        pytest.param(6_000, 30_000, {}, id="overlapping"),
        pytest.param(9_000, 30_000, {}, id="touching"),
        pytest.param(7_000, None, {}, id="an open end"),
        pytest.param(20_000, 30_000, {"scope": {"tier": "basic"}}, id="another scope"),
        pytest.param(20_000, 30_000, {"scope": TIER | {"from": "2027-01-01"}}, id="it begins when the other has ended"),
        pytest.param(20_000, 30_000, {"expires_on": date(2026, 11, 22)}, id="expired on the day"),
        pytest.param(20_000, 30_000, {"per": "month"}, id="another period"),
        pytest.param(20_000, 30_000, {"currency": "GBP"}, id="another currency, without a rate"),
        pytest.param(20_000, 30_000, {"unit": "hours", "currency": ""}, id="another unit"),
    ],
)
def test_what_does_not_disagree_opens_nothing(low, high, fields) -> None:
    make.metric("build-cost", units=["currency", "hours"])
    amount("standing", 5_000, 9_000, expires_on=date(2027, 1, 1))
    amount("new", low, high, **fields)
    assert not Conflict.objects.exists()
    assert Comparable.objects.count() == 2


def test_another_subject_or_metric_is_another_question(two) -> None:
    amount("lora", 100_000, 200_000, subject=make.subject("lora"))
    amount("run", 100_000, 200_000, metric=make.metric("run-cost"))
    assert pairs() == [("low", "high")]


def test_a_scope_that_leaves_a_key_out_meets_both(two) -> None:
    amount("wherever", 100_000, 200_000, scope={})
    amount("basic", 1_000_000, 2_000_000, scope={"tier": "basic"})
    assert pairs() == [("low", "high"), ("low", "wherever"), ("high", "wherever"), ("wherever", "basic")]


def test_parts_of_a_cost_keep_claims_apart_only_where_one_has_what_the_other_lacks() -> None:
    amount("all", 20_000, 30_000, scope={"includes": "staff; GPUs"})
    amount("part", 5_000, 9_000, scope={"includes": "GPUs"})
    amount("less", 1_000, 2_000, scope={"excludes": "Staff"})
    assert pairs() == [("all", "part"), ("part", "less")]


def test_a_saving_disagrees_with_a_ratio_that_it_does_not_reach() -> None:
    savings = {
        "metric": make.metric("cost-saving", units=["percent", "ratio"], max_percent=100),
        "currency": "",
        "per": "",
    }
    amount("share", 70, 90, unit="percent", **savings)
    amount("ratio", 10, 50, unit="ratio", **savings)
    amount("more", 20, 50, unit="ratio", **savings)
    amount("everything", 100, 100, unit="percent", **savings)
    amount("nearly", 99, None, unit="percent", **savings)
    assert pairs() == [("share", "more"), ("share", "nearly"), ("ratio", "nearly"), ("more", "nearly")]
    assert set(Comparable.objects.values_list("claim__slug", "low", "high").filter(claim__slug="nearly")) == {
        ("nearly", 100.0, None)
    }


def test_a_word_is_not_compared_and_has_no_row() -> None:
    word = {
        "metric": make.metric("fit", units=["rating"], ratings=["good", "poor"]),
        "unit": "rating",
        "currency": "",
        "per": "",
    }
    for slug, rating in (("one", "good"), ("two", "poor")):
        make.publish(slug, low=None, likely=None, high=None, rating=rating, **word)
    assert not Conflict.objects.exists()
    assert not Comparable.objects.exists()
    assert list(comparison.rivals(Revision.objects.get(claim__slug="one"), on=NOON.date(), rates=Rates())) == []


def test_a_claim_is_laid_beside_others_whatever_they_are_about(two) -> None:
    other = amount("lora", 8_000, 25_000, subject=make.subject("lora"))
    found = comparison.beside(two[0], [two[1], other], on=NOON.date())
    assert [how.relation for how in found] == [Relation.DISJOINT, Relation.OVERLAPPING]


# --- Currencies --------------------------------------------------------------------------------------------------


def test_two_currencies_are_compared_at_the_published_rate_which_the_log_names() -> None:
    rate("GBP", "0.75")
    amount("dollars", 12_000, 20_000)
    amount("as-much", 9_000, 9_500, currency="GBP")
    amount("less", 7_000, 8_999, currency="GBP")
    amount("unknown", 1, 2, currency="EUR")
    assert pairs() == [("dollars", "less"), ("as-much", "less")]
    logged = Act.objects.filter(verb="open_conflict").values_list("conflict__first__slug", "detail")
    assert dict(logged) == {"dollars": {"rates": ["usd-gbp-2026-11-20@1"]}, "as-much": {}}


def test_the_latest_rate_of_the_day_or_before_counts_whatever_else_is_published_as_one() -> None:
    rate("GBP", "0.5", on="2026-11-19")
    rate("GBP", "0.75", on="2026-11-20")
    rate("GBP", "0.1", on="2026-11-23")
    rate("GBP", "0.2", on="soon")
    rate("EUR", "0.9", on="2026-11-21", high=None, likely=None, bound="at_least")
    found = comparison.rates(NOON.date())
    conversion = found.between("USD", "GBP")
    assert conversion is not None
    assert (conversion.factor, conversion.on) == (Decimal("0.75"), date(2026, 11, 20))
    assert found.between("USD", "EUR") is None


def test_open_ends_are_compared_across_currencies() -> None:
    rate("GBP", "0.5")
    amount("at-most", None, 1_000)
    amount("at-least", 600, None, currency="GBP")
    amount("less", 400, None, currency="GBP")
    amount("least", None, 500, currency="GBP")
    assert pairs() == [("at-most", "at-least"), ("at-least", "least")]


# --- The index against all pairs -----------------------------------------------------------------------------------

SCOPES = st.fixed_dictionaries(
    {},
    optional={
        "tier": st.sampled_from(["basic", "production"]),
        "model": st.sampled_from(["a", "b", "a" * 90]),
        "period": st.sampled_from(["2025", "2026"]),
        "region": st.sampled_from(["EU", "US"]),
        "from": st.sampled_from(["2026-01-01", "2027-01-01"]),
        "includes": st.sampled_from(["staff", "staff; GPUs"]),
        "excludes": st.just("GPUs"),
    },
)


@st.composite
def values(draw: st.DrawFn) -> dict[str, Any]:
    low, high = sorted((draw(st.integers(1, 12)), draw(st.integers(1, 12))))
    open_end = draw(st.sampled_from(["", "", "", "at_least", "at_most"]))
    return {
        "low": None if open_end == "at_most" else low,
        "likely": low if low == high and not open_end else None,
        "high": None if open_end == "at_least" else high,
        "bound": open_end,
        "currency": draw(st.sampled_from(["USD", "GBP", "EUR"])),
        "per": draw(st.sampled_from(["build", "build", "month", "year"])),
        "scope": draw(SCOPES),
        "expires_on": draw(st.sampled_from([None, None, date(2026, 6, 1), date(2026, 12, 1)])),
    }


def related() -> dict[tuple[str, str], Any]:
    """Every pair of published claims on the question, compared one by one."""
    known = comparison.rates(NOON.date())
    question = {"subject": make.subject(), "metric": make.metric()}
    rows = Revision.objects.filter(claim__current_revision=F("pk"), state="published", **question).order_by("claim")
    return {
        (one.claim.slug, other.claim.slug): comparison.between(one, other, on=NOON.date(), rates=known)
        for one, other in combinations(rows, 2)
    }


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    first=st.lists(values(), min_size=2, max_size=6),
    then=st.lists(st.tuples(st.integers(0, 5), values()), max_size=3),
)
def test_publishing_finds_what_comparing_all_pairs_would_find(first, then) -> None:
    with transaction.atomic():
        rate("GBP", "0.75")
        for number, fields in enumerate(first):
            make.publish(f"claim-{number}", **fields)
        disagree = {pair for pair, how in related().items() if how.relation is Relation.DISJOINT}
        assert set(pairs()) == disagree

        for number, fields in then:
            claim = Claim.objects.get(slug=f"claim-{number % len(first)}")
            assert claim.current_revision is not None
            make.change(claim.current_revision, at=NOON, **fields)
        compared = related()
        disagree = {pair for pair, how in compared.items() if how.relation is Relation.DISJOINT}
        standing = set(pairs())
        assert disagree <= standing
        # What is left beside is what no machine can compare any more; a person has to look.
        assert {compared[pair].apart for pair in standing - disagree} <= {Apart.MEASURE, Apart.RATE}
        assert set(Conflict.objects.standing().values_list("state", flat=True)) <= {"open"}

        found = operations.find_conflicts(at=NOON)
        assert (found.opened, found.reopened, found.lapsed) == ([], [], [])
        transaction.set_rollback(True)
