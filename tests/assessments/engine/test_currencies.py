"""The report in another currency: at a published rate, shown beside the amounts, or not at all."""

import pytest

from assessments.engine import CurrencyError


@pytest.fixture
def rate(claims, claim):
    def add(value, on, slug="rate-usd-eur", **change):
        other = claim("few-shot-sufficiency-share")
        scope = {"from": "USD", "to": "EUR", "on": on}
        ends = {"low": value, "likely": value, "high": value, "unit": "ratio"}
        claims.append(
            {**other, "slug": slug, "metric": {"slug": "exchange-rate"}, "scope": scope,
             "value": {**other["value"], **ends}, **change}
        )  # fmt: skip

    return add


def money(result):
    figures = {figure["id"]: figure for figure in result["figures"]}
    return {
        (option["option"], name): figures[one]
        for option in result["options"]
        for name, one in option["figures"].items()
        if figures[one]["unit"] == "currency"
    }


def test_every_amount_of_the_options_is_at_the_rate(judge, rate):
    rate(0.9, "2026-11-20")
    dollars, euros = judge(), judge(currency="EUR")
    assert euros["currency"] == "EUR"
    before, after = money(dollars), money(euros)
    assert before.keys() == after.keys()
    for key, figure in after.items():
        assert figure["currency"] == "EUR"
        assert figure["key"] == before[key]["key"]
        for end in ("low", "likely", "high"):
            value = before[key][end]
            assert figure[end] == (None if value is None else pytest.approx(value * 0.9, abs=1e-6))


def test_each_month_is_at_the_rate(judge, rate):
    rate(0.9, "2026-11-20")

    def months(result):
        figures = {figure["id"]: figure for figure in result["figures"]}
        return [figures[phase["monthly"]] for option in result["options"] for phase in option["phases"]]

    dollars, euros = months(judge()), months(judge(currency="EUR"))
    assert {figure["currency"] for figure in euros} == {"EUR"}
    for before, after in zip(dollars, euros, strict=True):
        assert (after["label"], after["params"]) == (before["label"], before["params"])
        assert after["low"] == pytest.approx(before["low"] * 0.9, abs=1e-6)


def test_the_break_even_is_the_same_in_any_currency(judge, rate):
    rate(0.9, "2026-11-20")
    results = judge(), judge(currency="EUR")
    figures = [{figure["id"]: figure for figure in result["figures"]} for result in results]
    dollars, euros = ({k: f.get(v) for k, v in r["break_even"].items() if isinstance(v, str)}
                      for f, r in zip(figures, results, strict=True))  # fmt: skip
    assert euros["requests_per_month"]["likely"] == dollars["requests_per_month"]["likely"]
    assert (euros["upfront_delta"]["likely"], euros["upfront_delta"]["currency"]) == (16250 * 0.9, "EUR")
    assert (euros["monthly_delta"]["likely"], euros["monthly_delta"]["currency"]) == (6307.7 * 0.9, "EUR")
    assert [(euros[name]["label"], euros[name]["params"]) for name in ("upfront_delta", "monthly_delta")] == [
        (dollars[name]["label"], dollars[name]["params"]) for name in ("upfront_delta", "monthly_delta")
    ]
    assert results[0]["recommendation"]["option"] == results[1]["recommendation"]["option"]


def test_the_rate_is_cited(judge, rate):
    rate(0.9, "2026-11-20")
    assert "rate-usd-eur@1" in {one["claim"] for one in judge(currency="EUR")["citations"] if one["used"]}
    assert "rate-usd-eur@1" not in {one["claim"] for one in judge()["citations"]}


def test_the_latest_rate_counts(judge, rate):
    rate(0.8, "2026-11-19", slug="rate-b")
    rate(0.9, "2026-11-20", slug="rate-a")
    tco = next(one["tco"]["likely"] for one in judge(currency="EUR")["options"] if one["option"] == "fine_tune_lora")
    assert tco == round(92592.4 * 0.9, 6)


def test_a_rate_with_a_day_counts_before_one_without(judge, rate, claims):
    rate(0.8, None, slug="rate-z")
    del claims[-1]["scope"]["on"]
    rate(0.9, "2026-11-20", slug="rate-a")
    tco = next(one["tco"]["likely"] for one in judge(currency="EUR")["options"] if one["option"] == "fine_tune_lora")
    assert tco == round(92592.4 * 0.9, 6)


def test_a_rate_is_not_used_on_the_day_it_ends(judge, rate):
    rate(0.9, "2026-11-20", expires_on="2026-11-22")
    with pytest.raises(CurrencyError):
        judge(currency="EUR")


def test_an_unknown_break_even_has_nothing_to_convert(judge, rate, claims):
    rate(0.9, "2026-11-20")
    claims[:] = [one for one in claims if one["metric"]["slug"] != "token-price"]
    assert judge(currency="EUR")["break_even"]["upfront_delta"] is None


def test_without_a_published_rate_there_is_no_report_in_that_currency(judge, rate):
    with pytest.raises(CurrencyError, match="no exchange rate from USD to EUR is published"):
        judge(currency="EUR")
    rate(0.9, "2026-11-20", freshness="expired")
    with pytest.raises(CurrencyError):
        judge(currency="EUR")
