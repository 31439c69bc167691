"""The graph behind some totals on arrays of draws, and on decimals with one input moved."""

import tracemalloc
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine.claim import Claim
from assessments.engine.draws import DRAWS, Graph, chunks
from assessments.engine.errors import LedgerError
from assessments.engine.ledger import Ledger, Measure, Pool
from assessments.engine.offer import VARIANTS, Offer
from assessments.engine.uncertainty import study

MONEY = Measure("currency", "USD")


@pytest.fixture
def ledger():
    return Ledger()


def claimed(ledger, slug, low, likely, high):
    ends = (None if end is None else Decimal(str(end)) for end in (low, likely, high))
    return ledger.claim(Claim(slug, 1, "d", "rag", "build-cost", *ends, None, None, "currency", "USD", None))


def total(ledger, name, pattern, function, **inputs):
    return ledger.formula(name, name, pattern, inputs, function, MONEY)


def drawn(ledger, *targets):
    graph = Graph(ledger, targets)
    [chunk] = chunks(graph)
    return [chunk.values[graph.of(target)] for target in targets]


def test_a_total_that_another_total_is_computed_from_keeps_its_values(ledger):
    cost = claimed(ledger, "cost", 10, None, 20)
    twice = total(ledger, "twice", "2 × {a}", lambda a: a * 2, a=cost)
    more = total(ledger, "more", "{t} + 5", lambda t: t + 5, t=twice)
    both = drawn(ledger, twice, more)
    np.testing.assert_array_equal(both[1], both[0] + 5)
    assert (both[0].min() >= 20, both[0].max() <= 40) == (True, True)


def test_a_middle_that_was_added_is_the_same_input_as_its_range(ledger):
    """Both ways lead to one column of draws, so their difference is nothing."""
    cost = claimed(ledger, "cost", 10, None, 20)
    apart = total(ledger, "apart", "{a} − {b}", lambda a, b: a - b, a=cost, b=ledger.middle(cost))
    [values] = drawn(ledger, apart)
    assert (values == 0).all()


def test_a_pool_is_drawn_as_the_mixture_of_its_members(ledger):
    one, three = weighing(ledger, 1), weighing(ledger, 3)
    members = [(ledger.middle(claimed(ledger, "a", 0, None, 1)), one), (claimed(ledger, "b", 9, 9, 9), three)]
    whole = ledger.pooled("whole", "whole", members)
    assert ledger.pool(whole) == Pool(tuple((figure, weight.likely) for figure, weight in members))
    assert (whole.low, whole.likely, whole.high) == (0, Decimal("6.875"), 9)  # (0.5 + 3 × 9) ÷ 4
    [values] = drawn(ledger, total(ledger, "t", "{p}", lambda p: p, p=whole))
    assert (values > 8.99).mean() == pytest.approx(0.75, abs=0.001)
    assert np.median(values[values <= 1]) == pytest.approx(0.5, abs=0.01)


def test_a_pool_stands_among_the_inputs_as_one(ledger):
    ranges = (claimed(ledger, "a", 100, None, 180), claimed(ledger, "b", 120, None, 200))
    whole = ledger.pooled("whole", "whole", [(ledger.middle(one), weighing(ledger, 1)) for one in ranges])
    offers = {"rag": Offer("rag", figures={"tco": total(ledger, "t", "{p}", lambda p: p, p=whole)})}
    assert study(ledger, offers, "rag").inputs == ((whole, "pool"),)
    # An even half each: F(x) = ((x − 100) + (x − 120)) ÷ 160 in the middle, so the median is 150.
    assert float(offers["rag"].figures["p50"].likely) == pytest.approx(150, abs=0.05)
    # Below 120 only the first has any: 0.1 = (x − 100) ÷ 160.
    assert float(offers["rag"].figures["p10"].likely) == pytest.approx(116, abs=0.05)


def weighing(ledger, weight):
    """A weight as an assumption says it."""
    return ledger.assumption(f"weight_{weight}", "weight", Decimal(weight), Measure("ratio"), "A test's.")


@pytest.mark.parametrize("weights", [[], [0], [1, -1]], ids=["none", "zero", "negative"])
def test_a_pool_needs_members_with_weights(ledger, weights):
    figure = claimed(ledger, "a", 1, 2, 3)
    with pytest.raises(LedgerError, match="a weight above zero"):
        ledger.pooled("whole", "whole", [(figure, weighing(ledger, weight)) for weight in weights])
    assert ledger.pool(figure) is None


@pytest.mark.parametrize("ends", [(1, 2, None), (None, 2, 3), (1, None, 3)], ids=["no end", "no start", "no middle"])
def test_only_closed_ranges_with_a_likely_value_are_pooled(ledger, ends):
    with pytest.raises(LedgerError, match="closed ranges with a likely value"):
        ledger.pooled("whole", "whole", [(claimed(ledger, "a", *ends), weighing(ledger, 1))])


def test_a_formula_without_a_value_has_none_and_what_follows_neither(ledger):
    share = claimed(ledger, "share", 2, 2, 2)
    inverse = total(ledger, "i", "1 ÷ ({s} − 3)", lambda s: 1 / (s - 3), s=share)
    after = total(ledger, "a", "{i} + 1", lambda i: i + 1, i=inverse)
    graph = Graph(ledger, [after, inverse])
    assert graph.exact(share.id, Decimal(4), (after, inverse)) == [2, 1]
    assert graph.exact(share.id, Decimal(3), (after, inverse)) == [None, None]
    assert graph.exact(share.id, Decimal(2), (after,)) == [0]


def wide(ledger, count):
    """A total of many inputs: more to hold at once than what is kept of it."""
    figure = claimed(ledger, "c0", 1, None, 2)
    for number in range(1, count):
        more = claimed(ledger, f"c{number}", 1, None, 2)
        figure = total(ledger, f"s{number}", "{a} + {b}", lambda a, b: a + b, a=figure, b=more)
    return figure


def peak(draws):
    ledger = Ledger()
    offers = {"rag": Offer("rag", figures={"tco": wide(ledger, 8)})}
    tracemalloc.start()
    try:
        study(ledger, offers, "rag", draws=draws)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_sixteen_times_the_draws_take_no_more_memory():
    peak(2 * DRAWS)  # what is imported and cached on the way
    assert peak(16 * DRAWS) < 1.1 * peak(2 * DRAWS)


def test_draws_of_several_chunks_agree_on_every_answer():
    """Few-shot is the best on average in the one, RAG in another; both ways of counting give the same worth."""
    found = []
    for draws in (DRAWS, 4 * DRAWS):
        ledger = Ledger()
        even, sure = claimed(ledger, "even", 10, None, 20), claimed(ledger, "sure", 15, 15, 15)
        other = claimed(ledger, "other", 1, None, 100)
        offers = {
            "few_shot": Offer("few_shot", figures={"tco": total(ledger, "a", "{a}", lambda a: a, a=even)}),
            "rag": Offer("rag", figures={"tco": total(ledger, "b", "{a}", lambda a: a, a=sure)}),
            "fine_tune_full": Offer(
                "fine_tune_full", figures={"tco": total(ledger, "c", "{a} + 20", lambda a: a + 20, a=other)}
            ),
        }
        one = study(ledger, offers, "rag", draws=draws)
        found.append([float(one.evpi.likely), *(float(worth.likely) for _, worth in one.worth)])
        assert [figure.label for figure, _ in one.worth] == ["even"]
    # Knowing saves 15 − cost wherever the cost is below 15: the mean of that is 1.25.
    np.testing.assert_allclose(found[0], [1.25, 1.25], rtol=1e-3)
    np.testing.assert_allclose(found[1], [1.25, 1.25], rtol=1e-3)


ENDS = st.tuples(st.floats(1, 1000), st.floats(1.01, 30)).map(lambda pair: (pair[0], None, pair[0] * pair[1]))


@given(
    ends=st.lists(ENDS, min_size=2, max_size=5),
    shared=ENDS,
    inadequate=st.sets(st.integers(0, 4)),
    chosen=st.integers(0, 4),
)
def test_what_the_draws_say_hangs_together(ends, shared, inadequate, chosen):
    """Shares of the adequate options add up to one, percentiles rise, and no input is worth more than all of them."""
    ledger = Ledger()
    volume = claimed(ledger, "shared", *shared)
    offers = {}
    for number, one in enumerate(ends):
        start = claimed(ledger, f"start{number}", *one)
        cost = total(ledger, f"t{number}", "{s} + {v} × n", lambda s, v, n=number: s + v * n, s=start, v=volume)
        objections = ("test_fell_short",) if number in inadequate else ()
        offers[VARIANTS[number]] = Offer(VARIANTS[number], figures={"tco": cost}, objections=objections)
    found = study(ledger, offers, VARIANTS[chosen])
    for offer in offers.values():
        low, middle, high = (offer.figures[code].likely for code in ("p10", "p50", "p90"))
        assert low <= middle <= high
        assert ("p_cheapest" in offer.figures) is offer.adequate
    shares = [offer.figures["p_cheapest"].likely for offer in offers.values() if offer.adequate]
    if shares:
        assert float(sum(shares)) == pytest.approx(100, abs=1e-6)
    if found.evpi is not None:
        for _, worth in found.worth:
            assert 0 < worth.likely <= found.evpi.likely * Decimal("1.000001")
    assert (found.evpi is None) is (len(shares) < 2)
    swings = [abs(bar.high.likely - bar.low.likely) for bar in found.bars]
    assert swings == sorted(swings, reverse=True)
    assert len(swings) <= 8
