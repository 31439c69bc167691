"""The published pay-back band, its reconstruction, and the same sum at today's prices."""

from datetime import date
from decimal import Decimal

import pytest

from assessments.engine.claim import Claims
from assessments.engine.method import shipped
from assessments.engine.payback import Terms, band

AS_OF = date(2026, 11, 22)
INPUT = "token-price-openai-gpt-6-1-sol-input"


@pytest.fixture
def found(claims):
    return lambda **terms: band(Claims(claims), shipped().house, Terms(**terms), as_of=AS_OF)


def ends(figure):
    return float(figure.low), float(figure.high)


def test_the_published_band_comes_out_of_its_declared_assumptions(found):
    result = found()
    assert ends(result.published) == (10_000_000, 100_000_000)
    low, high = ends(result.historical.tokens)
    assert (round(low / 1e6, 2), round(high / 1e6, 2)) == (11.81, 77.16)
    assert float(result.historical.price.likely) == 36


def test_todays_price_gives_the_same_sum_again(found):
    [model] = [one for one in found().models if one.model == "gpt-6.1-sol"]
    assert float(model.price.likely) == 0.8 * 2 + 0.2 * 10
    low, high = ends(model.tokens)
    assert low == pytest.approx(5000 / 12 / (3.6e-6 * (1 - 1 / 50)))
    assert high == pytest.approx(30000 / 12 / (3.6e-6 * (1 - 1 / 10)))


def test_what_the_reader_sets_counts(found):
    terms = {"upfront": (Decimal(6000), Decimal(6000)), "ratio": (Decimal(4), Decimal(4))}
    result = found(months=Decimal(24), blend=Decimal(1), running=Decimal(50), **terms)
    assert ends(result.models[0].tokens) == pytest.approx(((6000 / 24 + 50) / (2e-6 * 0.75),) * 2)


def test_where_nothing_is_saved_it_never_pays(found):
    assert found(ratio=(Decimal(1), Decimal(1))).models[0].tokens is None


def test_where_it_may_never_pay_the_band_is_open(found):
    tokens = found(ratio=(Decimal(1), Decimal(10))).models[0].tokens
    assert tokens is None or tokens.high is None


def test_without_claims_on_start_and_ratio_only_the_reconstruction_stands(found, claims, claim):
    claims.remove(claim("small-model-cost-saving-thellms"))
    result = found()
    assert (result.ratio, result.models) == (None, ())
    assert result.historical.tokens is not None


def test_a_model_without_an_output_price_is_left_out_and_never_free(found, claims):
    claims[:] = [one for one in claims if one["scope"].get("direction") != "output"]
    assert found().models == ()


def test_every_number_has_an_origin(found):
    result = found()
    known = {figure.id for figure in result.ledger}
    for figure in result.ledger:
        assert figure.origin.kind in ("claim", "assumption", "formula")
        assert set(figure.origin.inputs) <= known
