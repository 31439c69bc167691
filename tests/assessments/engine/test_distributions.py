"""How an uncertain figure is distributed: each rule of the method, by its quantiles."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from assessments.engine.claim import Claim
from assessments.engine.distributions import distribution, pooled
from assessments.engine.ledger import Ledger, Measure

MONEY = Measure("currency", "USD")


def claimed(ledger, low, likely, high, *, unit="currency", slug="a"):
    ends = (None if end is None else Decimal(str(end)) for end in (low, likely, high))
    return ledger.claim(Claim(slug, 1, "d", "rag", "build-cost", *ends, None, None, unit, "USD", None))


def spread(low, likely, high, **more):
    ledger = Ledger()
    return distribution(claimed(ledger, low, likely, high, **more))


KINDS = [
    ("a stated middle makes it PERT", (10, 12, 20), {}, "pert"),
    ("ends five times apart without a middle make it log-uniform", (10, None, 50), {}, "log_uniform"),
    ("ends a little closer make it uniform", (10, None, 49.9), {}, "uniform"),
    ("ends around zero are never taken by ratio", (0, None, 50), {}, "uniform"),
    ("hours are uniform however far apart", (1, None, 50), {"unit": "hours"}, "uniform"),
    ("at least is truncated", (10, None, None), {}, "truncated"),
    ("at most is truncated", (None, None, 10), {}, "truncated"),
    ("at most with a middle is truncated", (None, 4, 10), {}, "truncated"),
    ("at least with a middle is truncated", (10, 14, None), {}, "truncated"),
]


@pytest.mark.parametrize(("ends", "more", "kind"), [case[1:] for case in KINDS], ids=[case[0] for case in KINDS])
def test_the_kind_follows_from_what_is_stated(ends, more, kind):
    assert spread(*ends, **more).kind == kind


@pytest.mark.parametrize("ends", [(7, None, 7), (None, 7, None)], ids=["a point", "about, without ends"])
def test_one_value_has_no_distribution(ends):
    assert spread(*ends) is None


@pytest.mark.parametrize("ends", [(0, None, None), (-5, None, None), (None, None, 0)])
def test_a_bound_without_a_scale_is_refused(ends):
    with pytest.raises(ValueError, match="has no scale"):
        spread(*ends)


def test_a_range_of_the_client_is_triangular_and_one_that_stands_for_not_knowing_is_not():
    ledger = Ledger()
    ends = (Decimal(10), Decimal(90))
    answered = ledger.answer("tokens_in", "tokens", Decimal(20), Measure("tokens"), ends=ends)
    assumed = ledger.assumption("unknown_tokens_in", "tokens", Decimal(20), Measure("tokens"), "n", ends=ends)
    shares = np.array([0.25, 0.5, 0.75])
    triangle = stats.triang(c=10 / 80, loc=10, scale=80)
    assert distribution(answered).kind == "triangular"
    np.testing.assert_allclose(distribution(answered).quantile(shares), triangle.ppf(shares), rtol=1e-12)
    assert distribution(assumed).kind == "log_uniform"


def test_quantiles_are_those_of_the_named_distributions():
    shares = np.array([0.0, 0.1, 0.5, 0.9, 0.999])
    pert = stats.beta(1 + 4 * 10 / 27, 1 + 4 * 17 / 27, loc=18, scale=27)  # Vose's PERT on 18, 28, 45
    np.testing.assert_allclose(spread(18, 28, 45).quantile(shares), pert.ppf(shares), rtol=1e-5)
    np.testing.assert_allclose(spread(1, None, 100).quantile(shares), stats.loguniform(1, 100).ppf(shares), rtol=1e-12)
    np.testing.assert_allclose(spread(1, None, 3).quantile(shares), 1 + 2 * shares, rtol=1e-12)
    np.testing.assert_allclose(spread(5, None, None).quantile(shares), stats.pareto(2, scale=5).ppf(shares), rtol=1e-12)
    np.testing.assert_allclose(spread(None, None, 5).quantile(shares), 5 * shares, rtol=1e-12)


def test_a_stated_middle_is_the_median_above_an_open_bound():
    assert spread(10, 14, None).quantile(np.array([0.5]))[0] == pytest.approx(14, rel=1e-12)


def test_a_middle_that_was_added_does_not_count_as_stated():
    ledger = Ledger()
    figure = claimed(ledger, 10, None, 100)
    middle = ledger.middle(figure)
    assert middle is not figure
    assert ledger.base(middle) is figure
    assert distribution(ledger.base(middle)).kind == "log_uniform"


@given(
    low=st.floats(0.01, 1e6),
    width=st.floats(1.001, 50),
    place=st.one_of(st.none(), st.floats(0.01, 0.99)),
    unit=st.sampled_from(["currency", "hours"]),
)
def test_no_draw_leaves_the_range_and_a_higher_share_never_gives_less(low, width, place, unit):
    high = low * width
    likely = None if place is None else low + (high - low) * place
    found = spread(low, likely, high, unit=unit)
    values = found.quantile(np.linspace(0, math.nextafter(1, 0), 257))
    assert (np.diff(values) >= 0).all()
    assert values[0] >= low * (1 - 1e-12)
    assert values[-1] <= high * (1 + 1e-12)


@pytest.mark.parametrize("likely", [0, 1, 20, 50, 99.9, 100])
def test_a_pert_draw_is_off_by_less_than_a_hundred_thousandth_of_its_range_also_in_the_tails(likely):
    halved = 2.0 ** -np.arange(1.0, 40.0)
    shares = np.concatenate([halved, 1 - halved, np.linspace(0, 1, 4999)])
    exact = stats.beta(1 + 4 * likely / 100, 5 - 4 * likely / 100, scale=100).ppf(shares)
    off = abs(spread(0, likely, 100).quantile(shares) - exact)
    assert off[np.minimum(shares, 1 - shares) > 1e-5].max() < 100 * 1e-5
    assert off.max() < 100 * 1e-4


SHARES = np.linspace(0.001, 0.999, 999)


def pool(*members):
    ledger = Ledger()
    return pooled(
        [(claimed(ledger, *ends, slug=f"m{n}"), Decimal(str(weight))) for n, (ends, weight) in enumerate(members)]
    )


def test_a_pool_of_one_is_drawn_like_its_member():
    alone = pool(((10, None, 20), 3))
    assert alone.kind == "pool"
    np.testing.assert_allclose(alone.quantile(SHARES), 10 + 10 * SHARES, rtol=1e-6)


def test_a_pool_is_the_mixture_of_its_members_by_weight():
    """A quarter of it lies evenly between 0 and 10, three quarters between 5 and 10: below 5 it has an eighth."""
    mixed = pool(((0, None, 10), 1), ((5, None, 10), 3))
    below = SHARES < 0.125
    np.testing.assert_allclose(mixed.quantile(SHARES)[below], 40 * SHARES[below], atol=0.01)
    np.testing.assert_allclose(mixed.quantile(SHARES)[~below], 5 + (SHARES[~below] - 0.125) / 0.175, atol=0.01)


def test_a_member_with_one_value_keeps_its_weight_at_that_value():
    drawn = pool(((7, 7, 7), 2), ((0, None, 10), 2)).quantile(np.linspace(0.0005, 0.9995, 1000))
    assert np.isclose(drawn, 7).sum() == pytest.approx(500, abs=2)
    assert (drawn < 6.999).sum() == pytest.approx(350, abs=2)


def test_a_pool_of_single_values_takes_each_as_often_as_it_weighs():
    drawn = pool(((7, 7, 7), 1), ((9, 9, 9), 3), ((7, 7, 7), 1)).quantile(np.linspace(0.0005, 0.9995, 1000))
    assert (np.isclose(drawn, 7).sum(), np.isclose(drawn, 9).sum()) == (400, 600)


def test_the_tail_of_an_open_member_reaches_into_the_pool():
    mixed = pool(((100, None, None), 1), ((100, None, 120), 1))
    pareto = stats.pareto(2, scale=100)
    top = np.array([0.99, 0.999])
    np.testing.assert_allclose(mixed.quantile(top), pareto.ppf(1 - 2 * (1 - top)), rtol=1e-3)


def test_a_pool_with_a_bound_without_a_scale_is_refused():
    with pytest.raises(ValueError, match="has no scale"):
        pool(((0, None, None), 1), ((1, None, 2), 1))


@given(
    members=st.lists(
        st.tuples(st.floats(0.01, 1e4), st.one_of(st.just(1.0), st.floats(1.01, 20)), st.floats(0.01, 10)),
        min_size=1,
        max_size=4,
    ),
)
def test_no_draw_leaves_what_the_members_span_and_as_many_lie_below_as_their_weights_say(members):
    mixed = pool(*(((low, None, low * width), weight) for low, width, weight in members))
    values = mixed.quantile(np.linspace(0, math.nextafter(1, 0), 4097))
    assert (np.diff(values) >= -1e-12 * values[1:]).all()
    assert values[0] >= min(low for low, _, _ in members) * (1 - 1e-9)
    assert values[-1] <= max(low * width for low, width, _ in members) * (1 + 1e-9)
    lows = [low for low, width, _ in members if width == 1]
    if not lows:
        middle = float(np.median(values))
        each = [
            np.searchsorted(spread(low, None, low * width).quantile(np.linspace(0, 1, 9999)), middle) / 9999
            for low, width, _ in members
        ]
        weights = [weight for _, _, weight in members]
        assert np.average(each, weights=weights) == pytest.approx(0.5, abs=0.01)
