"""What the draws say: percentiles, shares, tornado, the value of knowing. Exact where there is a closed form."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from assessments.engine.claim import Claim
from assessments.engine.draws import DRAWS, Graph, chunks, quantiles, reported
from assessments.engine.ledger import Ledger, Measure
from assessments.engine.offer import Offer
from assessments.engine.uncertainty import study

MONEY = Measure("currency", "USD")
FOLDER = Path(__file__).resolve().parents[2] / "cases"


def claimed(ledger, slug, low, likely, high):
    ends = (None if end is None else Decimal(str(end)) for end in (low, likely, high))
    return ledger.claim(Claim(slug, 1, "d", "rag", "build-cost", *ends, None, None, "currency", "USD", None))


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def two(ledger):
    """A sure option of 55 and one that costs 10 to 100, evenly."""
    unsure = claimed(ledger, "unsure", 10, None, 49)
    twice = ledger.formula("t", "t", "{a} + {a}", {"a": unsure}, lambda a: a + a, MONEY)
    sure = ledger.formula("s", "s", "{a}", {"a": claimed(ledger, "sure", 55, 55, 55)}, lambda a: a, MONEY)
    return {
        "few_shot": Offer("few_shot", figures={"tco": sure}),
        "rag": Offer("rag", figures={"tco": twice}),
    }


def value(offer, name):
    return float(offer.figures[name].likely)


def test_percentiles_are_those_of_the_distribution_within_the_sampling_error(ledger, two):
    found = study(ledger, two, "rag")
    error = float(found.error.likely)
    assert 0 < error < 0.1
    for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
        assert value(two["rag"], name) == pytest.approx(20 + 78 * share, abs=4 * error + 1e-9)
    assert [value(two["few_shot"], name) for name in ("p10", "p50", "p90")] == [55, 55, 55]


def test_the_share_of_the_cheapest_is_the_probability_of_it(ledger, two):
    study(ledger, two, "rag")
    below = 100 * (55 - 20) / 78
    assert value(two["rag"], "p_cheapest") == pytest.approx(below, abs=0.02)
    assert value(two["rag"], "p_cheapest") + value(two["few_shot"], "p_cheapest") == pytest.approx(100, abs=1e-6)
    assert two["rag"].as_dict()["p_cheapest"] == pytest.approx(below / 100, abs=0.0002)


def test_what_knowing_is_worth_has_a_closed_form(ledger, two):
    """The best single option costs 55 (the other 59 on average); knowing saves the integral of 55 − cost below 55."""
    found = study(ledger, two, "rag")
    worth = (55 - 20) ** 2 / (2 * 78)
    assert float(found.evpi.likely) == pytest.approx(worth, rel=0.001)
    [(leading, known)] = found.worth
    assert leading.label == "unsure"
    assert float(known.likely) == pytest.approx(worth, rel=0.01)


def test_the_tornado_moves_one_input_from_p10_to_p90(ledger, two):
    found = study(ledger, two, "rag")
    assert (found.option, found.against) == ("rag", "few_shot")
    assert float(found.moved.likely) == pytest.approx(59 - 55, abs=0.01)
    [bar] = found.bars
    assert float(bar.low.likely) == pytest.approx(20 + 7.8 - 55, abs=0.02)
    assert float(bar.high.likely) == pytest.approx(20 + 70.2 - 55, abs=0.02)


def test_an_option_that_would_not_do_has_percentiles_and_no_share(ledger, two):
    two["rag"].objections = ("test_fell_short",)
    found = study(ledger, two, "rag")
    assert "p50" in two["rag"].figures
    assert "p_cheapest" not in two["rag"].figures
    assert value(two["few_shot"], "p_cheapest") == 100
    assert (found.option, found.against, found.evpi, found.worth) == ("rag", "few_shot", None, ())


def test_without_any_option_that_would_do_the_total_itself_is_moved(ledger, two):
    for offer in two.values():
        offer.objections = ("not_applicable",)
    found = study(ledger, two, "rag")
    assert found.against is None
    assert float(found.moved.likely) == pytest.approx(59, abs=0.01)
    assert found.as_dict()["tornado"]["against"] is None


def test_a_recommendation_that_is_no_option_has_no_tornado(ledger, two):
    found = study(ledger, two, "staged")
    assert (found.option, found.moved, found.bars, found.error) == (None, None, (), None)
    assert found.as_dict()["tornado"] is None


def test_sure_totals_leave_nothing_to_draw(ledger, two):
    del two["rag"]
    found = study(ledger, two, "few_shot")
    assert found.inputs == ()
    assert found.error is None
    assert [value(two["few_shot"], name) for name in ("p10", "p50", "p90", "p_cheapest")] == [55, 55, 55, 100]


def test_without_totals_there_is_no_study(ledger):
    assert study(ledger, {"rag": Offer("rag")}, "rag") is None


def test_an_option_the_client_may_not_choose_is_not_drawn(ledger, two):
    two["rag"].reasons.append("hosted_api_not_allowed")
    study(ledger, two, "few_shot")
    assert "p50" not in two["rag"].figures


def test_an_open_end_without_a_scale_is_left_out_and_says_so(ledger, two):
    unbounded = ledger.formula("u", "u", "{a}", {"a": claimed(ledger, "zero", 0, None, None)}, lambda a: a, MONEY)
    two["prompting"] = Offer("prompting", figures={"tco": unbounded})
    study(ledger, two, "rag")
    assert two["prompting"].notes == ["open_end_without_scale"]
    assert "p50" not in two["prompting"].figures
    assert "p50" in two["rag"].figures


def test_a_one_sided_bound_is_never_drawn_as_a_point(ledger):
    open_ended = ledger.formula("o", "o", "{a}", {"a": claimed(ledger, "open", 100, None, None)}, lambda a: a, MONEY)
    offers = {"rag": Offer("rag", figures={"tco": open_ended})}
    study(ledger, offers, "rag")
    pareto = stats.pareto(2, scale=100)
    found = [value(offers["rag"], name) for name in ("p10", "p50", "p90")]
    np.testing.assert_allclose(found, pareto.ppf([0.1, 0.5, 0.9]), rtol=0.001)


def test_more_draws_agree_and_take_no_more_memory(ledger, two):
    few, many = Offer("rag", figures=dict(two["rag"].figures)), Offer("rag", figures=dict(two["rag"].figures))
    study(ledger, {"rag": few}, "rag", draws=DRAWS)
    study(Ledger(), {}, "rag", draws=4 * DRAWS)
    graph = Graph(ledger, [two["rag"].figures["tco"]])
    sizes = [len(chunk.values[graph.of(two["rag"].figures["tco"])]) for chunk in chunks(graph, 4 * DRAWS)]
    assert sizes == [DRAWS] * 4
    study(ledger, {"rag": many}, "rag", draws=4 * DRAWS)
    for name in ("p10", "p50", "p90"):
        assert value(many, name) == pytest.approx(value(few, name), rel=0.001)


def test_twice_is_the_same_to_the_bit(judge):
    assert judge()["digest"] == judge()["digest"]


SCRIPT = """
import json, sys, yaml
from datetime import date
from assessments.engine import evaluate
from assessments.engine.method import shipped
answers, claims = (yaml.safe_load(open(path)) for path in sys.argv[1:])
print(evaluate(answers, claims, as_of=date(2026, 11, 22), frameworks=shipped().frameworks, reference="A-2026-0001").as_dict()["digest"])
"""


def test_another_process_draws_the_same_to_the_bit(judge):
    paths = [str(FOLDER / name) for name in ("base_answers.yaml", "keystone_claims.yaml")]
    done = subprocess.run([sys.executable, "-c", SCRIPT, *paths], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == judge()["digest"]


def test_the_totals_of_a_client_are_drawn_as_their_formulas_say(judge, claim):
    """Few-shot's total is its build cost, evenly 500 to 2,000, and sure amounts: so are its percentiles."""
    found = {one["variant"]: one for one in judge()["options"]}["few_shot"]
    sure = found["tco"]["likely"] - 1250
    assert found["tco"]["p50"] == pytest.approx(sure + 1250, abs=0.5)
    assert found["tco"]["p10"] == pytest.approx(sure + 650, abs=0.5)
    assert found["tco"]["p90"] == pytest.approx(sure + 1850, abs=0.5)


def test_reported_numbers_have_ten_digits():
    assert reported(1234.56789012345) == Decimal("1234.567890")
    assert reported(0.0) == 0


def test_quantiles_of_one_value_are_that_value():
    assert quantiles(7.0, (0.1, 0.9), 4).tolist() == [7.0, 7.0]


def test_amounts_of_another_currency_are_converted_with_everything_else(judge, claims):
    rate = {
        **next(one for one in claims if one["slug"] == "few-shot-build-cost"),
        "slug": "rate-usd-eur",
        "metric": {"slug": "exchange-rate", "name": "Exchange rate", "family": "price"},
        "scope": {"from": "USD", "to": "EUR", "on": "2026-11-20"},
        "value": {"low": 0.5, "likely": 0.5, "high": 0.5, "bound": None, "rating": None, "unit": "ratio", "currency": None, "per": None, "text": ""},
    }  # fmt: skip
    dollars = judge()
    claims.append(rate)
    euros = judge(currency="EUR")

    def amounts(result):
        figures = {figure["id"]: figure for figure in result["figures"]}
        drawn = result["uncertainty"]
        names = [drawn["tornado"]["of"], drawn["evpi"]["figure"], drawn["sampling_error"]]
        names += [row[end] for row in drawn["tornado"]["rows"] for end in ("low", "high")]
        names += [one["value"] for one in drawn["evpi"]["inputs"]]
        tco = [one["tco"]["p50"] for one in result["options"] if one["tco"]["p50"] is not None]
        return [figures[name]["likely"] for name in names if name] + tco, {
            figures[name]["currency"] for name in names if name
        }

    assert amounts(dollars)[1] == {"USD"}
    assert amounts(euros)[1] == {"EUR"}
    np.testing.assert_allclose(amounts(euros)[0], [one / 2 for one in amounts(dollars)[0]], atol=1e-5)
