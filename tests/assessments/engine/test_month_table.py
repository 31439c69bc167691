"""The table month by month, against the totals of the ledger."""

from decimal import Decimal

import pytest

from assessments import months
from assessments.engine.choices import read_choices
from assessments.engine.method import shipped

INPUT = "token-price-openai-gpt-6-1-sol-input"


def discounted(rate):
    entry = {"value": rate, "note": "Cost of capital.", "by": "ana"}
    return read_choices({"assumptions": {"discount": entry}}, shipped().house)


@pytest.mark.parametrize("rate", [0, 0.01], ids=["money of each month alike", "later money counts less"])
@pytest.mark.parametrize("horizon", [1, 12, 60])
@pytest.mark.parametrize("later", [False, True], ids=["one price", "a price that changes"])
def test_the_last_row_is_the_total_of_the_ledger_to_the_cent(judge, claims, claim, rate, horizon, later):
    if later:
        value = claim(INPUT)["value"] | {"low": 6, "likely": 6, "high": 6}
        scope = claim(INPUT)["scope"] | {"from": "2027-05-01"}
        claims.append(claim(INPUT) | {"slug": "later", "value": value, "scope": scope})
    result = judge({"horizon_months": horizon}, choices=discounted(rate))
    frame = months.table(result)
    assert list(frame.index) == list(range(horizon + 1))
    totals = {one["variant"]: one["tco"]["likely"] for one in result["options"]}
    assert months.columns(result)
    for column in months.columns(result):
        expected = Decimal(str(totals[column.variant])).quantize(Decimal("0.01"))
        assert frame[column.name, "so far"].iloc[-1] == expected, column.variant


def test_each_month_is_at_its_own_price_and_the_start_is_month_0(judge, claims, claim):
    value = claim(INPUT)["value"] | {"low": 6, "likely": 6, "high": 6}
    scope = claim(INPUT)["scope"] | {"from": "2027-05-01"}
    claims.append(claim(INPUT) | {"slug": "later", "value": value, "scope": scope})
    found = months.table(judge())["Few-shot prompting", "month"]
    assert list(found) == [Decimal("1250.00")] + [Decimal("256.80")] * 6 + [Decimal("288.80")] * 6


def test_an_option_without_a_likely_total_has_no_column_and_no_zero(judge):
    names = {column.variant for column in months.columns(judge())}
    assert {"fine_tune_full", "prompt_chaining", "fine_tune_lora_provider"}.isdisjoint(names)


def test_the_file_says_option_kind_and_currency(judge):
    head, *rows = months.as_csv(judge()).splitlines()
    assert head.startswith('Month,"Prompting, month, USD","Prompting, so far, USD"')
    assert len(rows) == 13


def test_an_option_without_a_likely_total_has_no_column_and_is_named(judge):
    result = judge({})
    shown = [column.variant for column in months.columns(result)]
    eligible = [one for one in result["options"] if one["eligible"]]
    unknown = [one["variant"] for one in eligible if one["tco"]["likely"] is None]
    assert len(months.left_out(result)) == len(eligible) - len(shown) == len(unknown) > 0
    assert "prompt chaining" in months.left_out(result)
