"""Claims on one metric side by side, as the API gives them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import side_by_side
from tests.claims import factories as make
from tests.claims.addresses import get
from tests.claims.disagreeing import rate
from tests.claims.shelf import on

pytestmark = pytest.mark.usefixtures("registry")


def compared(client, query: str = "metric=build-cost", **headers: str) -> dict[str, Any]:
    response = get(client, f"compare/?{query}", **headers)
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def refused(client, query: str) -> dict[str, str]:
    response = get(client, f"compare/?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    return {error["parameter"]: error["message"] for error in response.json()["errors"]}


def claims_of(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["claim"]["slug"]: one for group in body["groups"] for one in group["claims"]}


def test_each_claim_stands_beside_the_others_as_the_api_serves_it(client) -> None:
    body = compared(client)
    assert (body["metric"]["slug"], body["as_of"], body["count"]) == ("build-cost", "2026-11-22", 3)
    assert [(group["counted_in"], len(group["claims"])) for group in body["groups"]] == [("USD", 2), ("EUR", 1)]
    served = get(client, "claims/rag-cost/").json()
    entry = claims_of(body)["rag-cost"]
    assert entry == {
        "claim": served,
        "compared": served["value"],
        "conversion": None,
        "pooled": False,
        "not_pooled": {
            "code": "scope",
            "other": "rag-cost-basic",
            "key": "tier",
            "message": "Its scope differs from that of rag-cost-basic under the key tier.",
        },
    }


def test_amounts_in_two_currencies_are_made_alike_at_a_published_rate(client) -> None:
    rate("EUR", "0.8")
    body = compared(client)
    assert [group["counted_in"] for group in body["groups"]] == ["USD"]
    entry = claims_of(body)["few-shot-cost"]
    assert (entry["claim"]["value"]["high"], entry["claim"]["value"]["currency"]) == (2000, "EUR")
    assert (entry["compared"]["high"], entry["compared"]["text"]) == (2500, "up to US$2,500")
    assert entry["conversion"] == {
        "from": "EUR",
        "to": "USD",
        "factor": 1.25,
        "on": "2026-11-20",
        "rates": ["usd-eur-2026-11-20@1"],
    }


def test_periods_are_made_alike(client) -> None:
    for slug, per, low in (("monthly", "month", 100), ("yearly", "year", 2400)):
        make.publish(slug, metric=make.metric("hosting-cost"), low=low, likely=None, high=low * 2, per=per, scope={})
    entries = claims_of(compared(client, "metric=hosting-cost"))
    assert (entries["yearly"]["compared"]["low"], entries["yearly"]["compared"]["per"]) == (200, "month")
    assert entries["yearly"]["claim"]["value"]["per"] == "year"


def test_claims_that_agree_have_a_pooled_range(client) -> None:
    other = make.citation(source=make.source("another"))
    make.publish(
        "rag-cost-too", at=on(11, 1), low=30000, likely=None, high=60000, certainty="moderate", citations=[other]
    )
    body = compared(client, "metric=build-cost&subject=rag&scope.tier=production")
    [group] = body["groups"]
    [pool] = group["pools"]
    assert pool["subject"] == "rag"
    value = pool["value"]
    assert (value["low"], value["high"], value["unit"], value["currency"]) == (20000, 60000, "currency", "USD")
    assert value["text"] == "US$20,000–60,000"
    weights = {one["claim"]: one for one in pool["claims"]}
    assert weights.keys() == {"rag-cost@2", "rag-cost-too@1"}
    assert [(one["grade"], one["copies"]) for one in weights.values()] == [(0.75, 1), (0.5, 1)]
    # Each likely value by its share: 28,000, and the middle of 30,000 to 60,000.
    mean = 28000 * weights["rag-cost@2"]["share"] + 45000 * weights["rag-cost-too@1"]["share"]
    assert value["likely"] == pytest.approx(mean, rel=1e-4)
    assert all(one["pooled"] and one["not_pooled"] is None for one in group["claims"])


def test_figures_that_disagree_are_never_averaged(client) -> None:
    make.publish("far-away", at=on(11, 1), low=200000, likely=None, high=300000)
    body = compared(client, "metric=build-cost&subject=rag&scope.tier=production")
    assert body["groups"][0]["pools"] == []
    assert claims_of(body)["far-away"]["not_pooled"] == {
        "code": "disjoint",
        "other": "rag-cost",
        "key": None,
        "message": "Its range does not meet that of rag-cost; figures that disagree are never averaged.",
    }


@pytest.mark.parametrize(
    ("slug", "code"), [("few-shot-cost", "open"), ("lora-examples", "open"), ("rule", "word"), ("price", "expired")]
)
def test_who_is_not_pooled_says_why(client, slug: str, code: str) -> None:
    metric = get(client, f"claims/{slug}/").json()["metric"]["slug"]
    reason = claims_of(compared(client, f"metric={metric}"))[slug]["not_pooled"]
    assert (reason["code"], bool(reason["message"])) == (code, True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("subject=rag", {"rag-cost", "rag-cost-basic"}),
        ("subject=rag&subject=few-shot", {"rag-cost", "rag-cost-basic", "few-shot-cost"}),
        ("topic=build-cost", {"rag-cost"}),
        ("scope.tier=basic", {"rag-cost-basic"}),
        ("as_of=2026-07-01", {"rag-cost"}),
    ],
)
def test_it_can_be_narrowed_down(client, query: str, found: set[str]) -> None:
    assert claims_of(compared(client, f"metric=build-cost&{query}")).keys() == found


def test_a_day_in_the_past_has_the_figures_of_that_day(client) -> None:
    body = compared(client, "metric=build-cost&as_of=2026-07-01")
    assert body["as_of"] == "2026-07-01"
    entry = claims_of(body)["rag-cost"]["claim"]
    assert (entry["revision"], entry["value"]["low"], entry["checked_on"]) == (1, 18000, None)


@pytest.mark.parametrize(
    ("query", "wrong", "message"),
    [
        ("", "metric", "Name one: its slug, as /api/v1/metrics/ lists them."),
        ("metric=nothing", "metric", "There is no metric “nothing”: see /api/v1/metrics/."),
        ("metric=build-cost&metric=token-price", "metric", "It can be given once only."),
        ("metric=", "metric", "It is empty: give it a value, or leave it out."),
        ("metric=build-cost&subject=nothing", "subject", "There is no subject “nothing”: see /api/v1/subjects/."),
        ("metric=build-cost&topic=%00", "topic", "There is no topic “\0”: see /api/v1/topics/."),
        ("metric=build-cost&as_of=2027-01-01", "as_of", "That is in the future: give a day up to 2026-11-22."),
        ("metric=build-cost&scope.tier=", "scope.tier", "It is empty: give it a value, or leave it out."),
        (
            "metric=build-cost&page_size=5",
            "page_size",
            "There is no parameter “page_size” here. It takes: metric, subject, topic, as_of and scope.<key>, as scope.tier.",
        ),
        (
            "metric=build-cost&freshness=fresh",
            "freshness",
            "There is no parameter “freshness” here. It takes: metric, subject, topic, as_of and scope.<key>, as scope.tier.",
        ),
    ],
)
def test_each_wrong_parameter_is_named(client, query: str, wrong: str, message: str) -> None:
    assert refused(client, query) == {wrong: message}


def test_nothing_is_left_out_where_there_is_too_much(client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "MOST", 2)
    message = "More than 2 claims are on it: narrow it down by subject, topic or scope."
    assert refused(client, "metric=build-cost") == {"metric": message}
    assert compared(client, "metric=build-cost&subject=rag")["count"] == 2


def test_the_words_follow_the_language(client) -> None:
    rate("EUR", "0.8")
    entry = claims_of(compared(client, accept_language="es"))["few-shot-cost"]
    assert entry["compared"]["text"] == "hasta 2.500\u00a0US$"


def test_the_number_of_queries_does_not_grow(client) -> None:
    rate("EUR", "0.8")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            compared(client)
        return len(captured)

    before = queries()
    for number in range(4):
        make.publish(f"more-{number}", at=on(11, 1), citations=[make.citation(source=make.source(f"more-{number}"))])
    assert queries() == before
