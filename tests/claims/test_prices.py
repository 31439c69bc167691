"""Token prices: from the installed package to claims, and from claims to the price of each month."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from genai_prices.data import providers as installed_providers
from genai_prices.types import (
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    Provider,
    StartDateConstraint,
    Tier,
    TieredPrices,
    TimeOfDateConstraint,
)

from claims import price_data
from claims.price_data import PriceDataError, Release, registry, selection
from claims.prices import PROVIDER_ORDER, PriceMissing, monthly_prices, price_models
from claims.quantity import Quantity

RELEASE = Release("9.9.9", date(2026, 11, 10), datetime(2026, 11, 22, tzinfo=UTC))
STARTER = Path(__file__).resolve().parents[2] / "claims" / "starter"


def served(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Claims as the API serves them, as far as prices are concerned."""
    return [
        {
            "slug": row["slug"],
            "metric": {"slug": row["metric"]},
            "scope": row["scope"],
            "value": Quantity.from_json(row["value"]).as_json(),
            "expires_on": row["expires_on"].isoformat() if row["expires_on"] else None,
        }
        for row in rows
    ]


def model(prices: ModelPrice | list[ConditionalPrice], **rest: Any) -> ModelInfo:
    return ModelInfo(id="m-1", match=ClauseEquals("m-1"), prices=prices, **rest)


def rows(prices: ModelPrice | list[ConditionalPrice], **rest: Any) -> list[dict[str, Any]]:
    provider = Provider(id="maker", name="Maker", api_pattern="", models=[model(prices, **rest)])
    return registry(RELEASE, models={"maker": ["m-1"]}, providers=[provider])["claims"]


def price(
    input_price: str | TieredPrices, output_price: str | TieredPrices, cached: str | TieredPrices | None = None
) -> ModelPrice:
    def amount(given: str | TieredPrices | None) -> Decimal | TieredPrices | None:
        return Decimal(given) if isinstance(given, str) else given

    return ModelPrice(input_mtok=amount(input_price), output_mtok=amount(output_price), cache_read_mtok=amount(cached))


def since(day: date, prices: ModelPrice) -> ConditionalPrice:
    return ConditionalPrice(StartDateConstraint(day), prices=prices)


def between(start: int, end: int, prices: ModelPrice) -> ConditionalPrice:
    return ConditionalPrice(TimeOfDateConstraint(time(start, tzinfo=UTC), time(end, tzinfo=UTC)), prices=prices)


ALWAYS = ConditionalPrice(prices=price("1", "4"))


# The selection, against the installed package


@pytest.fixture(scope="module")
def installed() -> list[dict[str, Any]]:
    releases, _ = selection()
    return registry(releases[price_data.installed_version()])["claims"]


def test_selection_prices_current_models_of_ten_providers_or_more(installed) -> None:
    _, models = selection()
    assert len(models) >= 10
    assert set(models) == set(PROVIDER_ORDER)
    assert sum(len(ids) for ids in models.values()) <= 150
    assert {(row["scope"]["provider"], row["scope"]["model"]) for row in installed} == {
        (provider, model_id) for provider, ids in models.items() for model_id in ids
    }


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("gpt-6.1-sol", {"input": Decimal(2), "output": Decimal(10), "cached": Decimal("0.1")}),
        ("openai:gpt-6.1-sol", {"input": Decimal(2), "output": Decimal(10), "cached": Decimal("0.1")}),
        ("gpt-4", {"input": Decimal(30), "output": Decimal(60), "cached": None}),
        ("gpt-4o-mini", {"input": Decimal("0.15"), "output": Decimal("0.6"), "cached": Decimal("0.075")}),
    ],
)
def test_known_list_prices(installed, model_id: str, expected: dict[str, Decimal | None]) -> None:
    assert monthly_prices(served(installed), model_id, start="2026-11", months=1) == [(date(2026, 11, 1), expected)]


def test_every_month_agrees_with_the_package_itself(installed) -> None:
    claims = served(installed)
    by_id = {provider.id: provider for provider in installed_providers}
    for provider_id, model_ids in selection()[1].items():
        for model_id in model_ids:
            info = next(m for m in by_id[provider_id].models if m.id == model_id)
            for day, found in monthly_prices(claims, f"{provider_id}:{model_id}", start="2026-11", months=14):
                by_day, by_night = (
                    info.get_prices(datetime(day.year, day.month, day.day, hour, tzinfo=UTC)) for hour in (12, 2)
                )
                assert found["input"] == over_the_day(by_day.input_mtok, by_night.input_mtok)
                assert found["output"] == over_the_day(by_day.output_mtok, by_night.output_mtok)
                assert found["cached"] == over_the_day(by_day.cache_read_mtok, by_night.cache_read_mtok)


def over_the_day(noon: Decimal | TieredPrices | None, night: Decimal | TieredPrices | None) -> Decimal | None:
    """The price of a short prompt; the peak of those that have one is from 1 to 4 and from 6 to 10 o'clock."""
    base, peak = (listed.base if isinstance(listed, TieredPrices) else listed for listed in (noon, night))
    return None if base is None or peak is None else base + (peak - base) * 7 / 24


def test_a_price_that_changes_within_the_horizon_changes_in_its_month(installed) -> None:
    found = monthly_prices(served(installed), "gemini-4-argon", start=date(2026, 11, 22), months=3)
    assert [(day, prices["input"], prices["output"], prices["cached"]) for day, prices in found] == [
        (date(2026, 11, 22), 2, 10, Decimal("0.1")),
        (date(2026, 12, 1), 4, 20, Decimal("0.2")),
        (date(2027, 1, 1), 4, 20, Decimal("0.2")),
    ]


# From the package to claims


def test_claim_says_where_it_comes_from() -> None:
    provider = Provider(
        id="maker",
        name="Maker",
        api_pattern="",
        pricing_urls=["https://maker.example/prices"],
        models=[model(price("2", "10"))],
    )
    found = registry(RELEASE, models={"maker": ["m-1"]}, providers=[provider])
    assert [source["slug"] for source in found["sources"]] == ["genai-prices"]
    assert found["sources"][0]["title"] == "genai-prices 9.9.9: prices of calling language models"
    assert found["sources"][0]["published_on"] == date(2026, 11, 10)
    claim = found["claims"][0]
    assert claim["slug"] == "token-price-maker-m-1-input"
    assert claim["statement"] == "Maker charges US$2 per million tokens for input to m-1."
    assert claim["value"] == {
        "low": 2, "likely": 2, "high": 2, "unit": "currency", "currency": "USD", "per": "million_tokens",
    }  # fmt: skip
    assert claim["scope"] == {"provider": "maker", "model": "m-1", "direction": "input"}
    assert claim["citations"] == [
        {
            "source": "genai-prices",
            "stance": "supports",
            "printed": "$2/input MTok",
            "locator": "genai-prices 9.9.9: maker, m-1, input_mtok",
            "note": "Price page named in the data: https://maker.example/prices",
        }
    ]


def test_unknown_cached_price_is_no_claim() -> None:
    assert [row["scope"]["direction"] for row in rows(price("1", "4"))] == ["input", "output"]
    assert [row["scope"]["direction"] for row in rows(price("1", "4", "0"))] == ["input", "output", "cached_input"]


def test_tier_is_the_longest_prompt_the_price_is_for() -> None:
    tiered = TieredPrices(Decimal(1), [Tier(400_000, Decimal(8)), Tier(200_000, Decimal(2))])
    found = rows(price(tiered, "4"))
    assert [row["scope"].get("up_to_prompt_tokens") for row in found] == [200_000, None]
    assert "up to 200,000 tokens" in found[0]["assumptions"]


def test_dated_price_is_a_claim_of_its_own_and_ends_the_one_before() -> None:
    found = rows([ALWAYS, since(date(2026, 12, 1), price("2", "4"))])
    assert [(row["slug"], row["scope"].get("from"), row["expires_on"]) for row in found] == [
        ("token-price-maker-m-1-input", None, date(2026, 12, 1)),
        ("token-price-maker-m-1-input-from-2026-12-01", "2026-12-01", None),
        ("token-price-maker-m-1-output", None, None),
    ]
    assert found[0]["statement"] == "Maker charges US$1 per million tokens for input to m-1 until 2026-12-01."
    assert found[1]["statement"] == "From 2026-12-01 Maker charges US$2 per million tokens for input to m-1."


def test_price_that_ended_before_the_month_of_the_release_is_no_claim() -> None:
    ended = rows([ALWAYS, since(date(2026, 11, 1), price("2", "5"))])
    assert {row["scope"].get("from") for row in ended} == {"2026-11-01"}
    this_month = rows([ALWAYS, since(date(2026, 11, 2), price("2", "5"))])
    assert {row["scope"].get("from") for row in this_month} == {None, "2026-11-02"}


def test_cached_price_that_begins_later_begins_later() -> None:
    found = rows([ALWAYS, since(date(2026, 12, 1), price("1", "4", "0.1"))])
    assert [row["slug"] for row in found][2:] == ["token-price-maker-m-1-cached-input-from-2026-12-01"]


def test_price_by_the_hour_is_a_range() -> None:
    found = rows([ALWAYS, between(1, 4, price("2", "4")), between(22, 2, price("2", "4"))])
    assert [(row["value"]["low"], row["value"].get("likely"), row["value"]["high"]) for row in found] == [
        (1, None, 2),
        (4, 4, 4),
    ]
    assert found[0]["scope"]["peak_hours_per_day"] == 7
    assert found[0]["citations"][0]["printed"] == "$1/input MTok; $2/input MTok"
    assert "from 01:00 to 04:00 and 22:00 to 02:00 UTC" in found[0]["assumptions"]
    assert found[0]["statement"].endswith("for input to m-1, by the hour of the day.")
    assert "peak_hours_per_day" not in found[1]["scope"]
    half = ConditionalPrice(TimeOfDateConstraint(time(0, 30), time(4, 0)), prices=price("2", "5"))
    assert rows([ALWAYS, half])[0]["scope"]["peak_hours_per_day"] == 3.5


@pytest.mark.parametrize(
    ("prices", "rest", "problem"),
    [
        pytest.param(price("1", "4"), {"deprecated": True}, "deprecated by its provider", id="deprecated"),
        pytest.param(ModelPrice(input_mtok=Decimal(1)), {}, "no price for output tokens", id="no output price"),
        pytest.param(ModelPrice(), {}, "no price for input tokens", id="no price"),
        pytest.param(
            [ALWAYS, between(1, 2, price("2", "5")), between(3, 4, price("3", "6"))],
            {},
            "more than one peak price for input tokens",
            id="two peaks",
        ),
        pytest.param(
            [since(date(2026, 12, 1), price("1", "4")), since(date(2026, 6, 1), price("2", "5"))],
            {},
            "do not follow each other by start date",
            id="dates out of order",
        ),
        pytest.param([ALWAYS, ALWAYS], {}, "do not follow each other by start date", id="two without a date"),
    ],
)
def test_what_claims_cannot_express_stops_the_import(prices, rest: dict[str, Any], problem: str) -> None:
    with pytest.raises(PriceDataError, match=problem):
        rows(prices, **rest)


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(PriceDataError) as error:
        registry(RELEASE, models={"nobody": ["x"], "openai": ["gpt-nought", "gpt-4", "gpt-4"]})
    assert error.value.problems == (
        "nobody x: not in the package.",
        "openai gpt-nought: not in the package.",
        "Two prices share the slug token-price-openai-gpt-4-input.",
        "Two prices share the slug token-price-openai-gpt-4-output.",
    )


# From claims to months


def claim(provider: str, direction: str, low: float, high: float | None = None, **rest: Any) -> dict[str, Any]:
    high = low if high is None else high
    expires_on = rest.pop("expires_on", None)
    return {
        "slug": f"{provider}-{direction}-{rest.get('from', '')}",
        "metric": {"slug": "token-price"},
        "value": {"low": low, "high": high, "unit": "currency", "currency": "USD", "per": "million_tokens"},
        "scope": {"provider": provider, "model": "m", "direction": direction} | rest,
        "expires_on": expires_on,
    }


def both(provider: str, price_in: float, price_out: float, **rest: Any) -> list[dict[str, Any]]:
    return [claim(provider, "input", price_in, **rest), claim(provider, "output", price_out, **rest)]


def test_months_after_the_first_are_priced_on_their_first_day() -> None:
    claims = both("openai", 1, 2) + both("openai", 3, 4, **{"from": "2026-12-20"})
    found = monthly_prices(claims, "m", start=date(2026, 11, 30), months=3)
    assert [(day, prices["input"]) for day, prices in found] == [
        (date(2026, 11, 30), 1),
        (date(2026, 12, 1), 1),
        (date(2027, 1, 1), 3),
    ]
    assert monthly_prices(claims, "m", start="2026-12-20", months=1)[0][1]["input"] == 3
    assert monthly_prices(claims, "m", start="2026-12", months=0) == []


def test_maker_comes_before_a_host_and_a_known_host_before_any_other() -> None:
    claims = both("zebra", 9, 9) + both("together", 5, 5) + both("groq", 4, 4) + both("aardvark", 8, 8)
    assert monthly_prices(claims, "m", start="2026-11", months=1)[0][1]["input"] == 4
    assert monthly_prices(claims, "together:m", start="2026-11", months=1)[0][1]["input"] == 5
    assert monthly_prices(claims[:2] + claims[6:], "m", start="2026-11", months=1)[0][1]["input"] == 8


def test_models_with_prices_are_listed_once() -> None:
    other = {**claim("openai", "input", 1), "metric": {"slug": "gpu-hour-price"}}
    with pytest.raises(PriceMissing):
        monthly_prices([*both("openai", 1, 2), other], "another", start="2026-11", months=1)
    assert price_models([*both("openai", 1, 2), other]) == ["m"]
    assert price_models([other]) == []


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        pytest.param([], "There is no published price of m.", id="unknown model"),
        pytest.param([claim("openai", "input", 1)], "for 2026-11-01", id="no output price"),
        pytest.param(both("openai", 1, 2, **{"from": "2026-11-02"}), "for 2026-11-01", id="not yet"),
        pytest.param(both("openai", 1, 2, expires_on="2026-11-01"), "for 2026-11-01", id="ended"),
        pytest.param(
            [claim("openai", "input", 1, 2), claim("openai", "output", 2)], "nothing says when", id="a bare range"
        ),
        pytest.param(
            both("openai", 1, 2, up_to_prompt_tokens=1000), "prompts of up to 1,000 tokens", id="a longer prompt"
        ),
    ],
)
def test_missing_price_is_an_error_and_never_a_default(claims: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(PriceMissing, match=message) as missing:
        monthly_prices(claims, "m", start="2026-11", months=1, prompt_tokens=1001)
    assert missing.value.model == "m"


def test_one_sided_price_is_no_price() -> None:
    one_sided = claim("openai", "input", 1)
    one_sided["value"]["high"] = None
    with pytest.raises(PriceMissing, match="one-sided"):
        monthly_prices([one_sided, claim("openai", "output", 2)], "m", start="2026-11", months=1)


def test_price_by_the_hour_counts_for_its_hours() -> None:
    claims = [claim("openai", "input", 1, 3, peak_hours_per_day=6), claim("openai", "output", 2)]
    assert monthly_prices(claims, "m", start="2026-11", months=1)[0][1]["input"] == Decimal("1.5")
