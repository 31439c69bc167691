"""The starter registry by itself: its values, what its claims carry, its conflicts, and that it loads."""

from collections import Counter
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from claims import bodies
from claims.conflicts import relation
from claims.loading import load, registry_person
from claims.models import CertaintyJudgement, Claim
from claims.quantity import QuantityError, parse
from tests import starter
from tests.claims.factories import NOON
from tests.claims.starter_registry import FOUNDING, claims, conflicts, of_kind, published, quantity, records

# Claims that the decision frameworks and the economics name by slug: low, likely, high, bound, unit, currency, per.
KEYSTONES: dict[str, tuple[Any, ...]] = {
    "fine-tuning-examples-gate": (10_000, None, None, "at_least", "examples", None, None),
    "fine-tuning-stability-gate": (12, 12, 12, None, "months", None, None),
    "fine-tuning-latency-gate": (None, None, 100, "at_most", "ms", None, None),
    "fine-tuning-budget-gate": (200_000, None, None, "at_least", "currency", "USD", "project"),
    "fine-tuning-break-even-band": (10_000_000, None, 100_000_000, None, "tokens", None, "month"),
    "few-shot-sufficiency-share": (90, 90, 90, None, "percent", None, None),
    "narrow-task-query-volume": (1_000_000, None, None, "at_least", "requests", None, "day"),
    "fine-tuning-examples-start": (50, 50, 50, None, "examples", None, None),
    "fine-tuning-examples-range": (500, None, 5_000, None, "examples", None, None),
    "fine-tuning-project-cost-range": (5_000, None, 30_000, None, "currency", "USD", "project"),
    "few-shot-build-cost": (500, None, 2_000, None, "currency", "USD", "build"),
    "rag-build-cost-production": (18_000, 28_000, 45_000, None, "currency", "USD", "build"),
    "rag-build-cost-basic": (5_000, None, 15_000, None, "currency", "USD", "build"),
    "prompt-chaining-build-cost": (1_000, None, 5_000, None, "currency", "USD", "build"),
    "rag-maintenance-hours": (5, None, 10, None, "hours", None, "month"),
    "fine-tuning-run-cost-lora-7b": (300, None, 800, None, "currency", "USD", "run"),
    "fine-tuning-run-cost-full-40b": (35_000, None, None, "at_least", "currency", "USD", "run"),
    "fine-tuning-time-to-production": (3, None, 6, None, "months", None, None),
    "rag-time-to-production": (4, None, 8, None, "weeks", None, None),
    "fine-tuning-iterations": (3, None, 5, None, "iterations", None, None),
    "rag-accuracy-tuned": (85, None, 90, None, "percent", None, None),
    "rag-accuracy-naive": (10, None, 40, None, "percent", None, None),
}
KEYSTONE_RULES = (
    "cheapest-first-rule", "change-and-citation-rule", "five-gates-rule", "payback-rule", "no-new-facts-by-fine-tuning",
    "evaluation-before-fine-tuning", "total-cost-comparison-rule", "stale-snapshot-rule", "retraining-on-data-change",
    "bad-candidates-fine-tuning", "good-candidates-fine-tuning", "capability-ceiling", "provider-weights-not-portable",
    "base-model-tied", "rag-quality-prerequisites", "fine-tuning-maintenance-monthly",
    "fine-tuning-drift-monitoring-monthly", "fine-tuning-retraining-quarterly", "combine-rag-and-fine-tuning",
    "small-model-benchmark-first",
)  # fmt: skip

# ---- The values ----


def test_values_are_what_their_metric_allows() -> None:
    metrics = of_kind("metrics")
    for claim in claims().values():
        metric = metrics[claim["metric"]]
        quantity(claim).check_against(
            units=metric["units"],
            ratings=metric["ratings"] or [],
            max_percent=metric["max_percent"],
            allow_negative=bool(metric["allow_negative"]),
        )


# A word beside the figure, which the value type does not read, or which says no more than the bound on the claim.
PRINTED_APART = {
    "alternatives-cost-ratio-aiformaking": "as much",
    "available-examples-aiformaking": "mediocre",
    "case-ecommerce-chatbot-examples": "support tickets",
    "case-instacart-time-saving": "faster",
    "case-law-firm-time-to-obsolescence": "later",
    "case-stripe-cost-saving": "less",
    "case-support-bot-performance": "worse, stored with a minus sign",
    "case-support-bot-running-cost": "more",
    "evaluation-cost-share-thellms": "a ratio in words",
    "fine-tuning-examples-minimum-openai": "named as a minimum in the sentence around it",
    "lora-adapters-per-gpu": "what is counted",
    "lora-study-base-models": "what is counted",
    "lora-study-tasks": "what is counted",
    "qlora-gpu-memory-65b": "single GPU",
    "rag-price-change-2026-q1": "a fall, stored with a minus sign",
}


def test_value_is_what_the_source_prints() -> None:
    wrong = {}
    for slug, claim in claims().items():
        value = quantity(claim)
        if value.unit == "rating" or slug in PRINTED_APART:
            continue
        try:
            printed = parse(
                claim["citations"][0]["printed"],
                default_unit=value.unit,
                default_currency=value.currency,
                default_per=value.per,
            )
        except QuantityError as error:
            wrong[slug] = str(error)
            continue
        same = ("low", "high", "bound", "rating", "unit", "currency", "per")
        if [getattr(printed, key) for key in same] != [getattr(value, key) for key in same]:
            wrong[slug] = f"{claim['citations'][0]['printed']} is not {value}"
    assert not wrong


def test_exceptions_are_needed() -> None:
    for slug in PRINTED_APART:
        claim = claims()[slug]
        value = quantity(claim)
        try:
            printed = parse(claim["citations"][0]["printed"], default_unit=value.unit, default_currency=value.currency)
        except QuantityError:
            continue
        assert (printed.low, printed.high) != (value.low, value.high), slug


@pytest.mark.parametrize("slug", KEYSTONES)
def test_keystone(slug: str) -> None:
    claim = published()[slug]
    keys = ("low", "likely", "high", "bound", "unit", "currency", "per")
    assert tuple(claim[f"value.{key}"] for key in keys) == KEYSTONES[slug]


def test_rules_behind_frameworks_and_warnings_are_published() -> None:
    assert set(KEYSTONE_RULES) <= published().keys()
    assert published()["narrow-task-query-volume"]["value.rating"] == "millions"
    assert published()["fine-tuning-budget-gate"]["scope"]["role"] == "gate"
    assert published()["rag-build-cost-production"]["scope"]["tier"] == "production"


def test_totals_that_do_not_follow_say_so() -> None:
    value = {slug: quantity(claim) for slug, claim in published().items()}
    assumed = {slug: claim["assumptions"] for slug, claim in published().items() if claim["assumptions"]}

    monthly = value["fine-tuning-maintenance-monthly"].likely + value["fine-tuning-drift-monitoring-monthly"].likely
    hidden = 12 * monthly + 4 * value["fine-tuning-retraining-quarterly"].likely
    assert hidden == 176_000 < value["fine-tuning-hidden-cost-yearly"].low == 200_000
    assert "does not follow" in assumed["fine-tuning-hidden-cost-yearly"]
    assert "176,000" in assumed["fine-tuning-hidden-cost-yearly"]

    once = [value[f"fine-tuning-{part}-cost-aiformaking"] for part in ("data-preparation", "engineering", "evaluation")]
    month = [value[f"fine-tuning-{part}-cost-aiformaking"] for part in ("compute", "hosting")]
    average = value["fine-tuning-project-cost-average-aiformaking"].likely
    for months, low, high in ((1, "62,000", "195,000"), (Decimal("4.5"), "86,500", "317,500")):
        lowest = sum(q.low for q in once) + months * sum(q.low for q in month)
        highest = sum(q.high for q in once) + months * sum(q.high for q in month)
        assert (f"{lowest:,.0f}", f"{highest:,.0f}") == (low, high)
        assert (lowest + highest) / 2 != average
        assert low in assumed["fine-tuning-project-cost-average-aiformaking"]
        assert high in assumed["fine-tuning-project-cost-average-aiformaking"]
    assert "does not follow" in assumed["fine-tuning-project-cost-average-aiformaking"]

    yearly = 4 * value["fine-tuning-run-cost-full-40b"].low
    assert yearly == value["full-fine-tuning-retraining-cost-yearly"].low
    assert "follows" in assumed["full-fine-tuning-retraining-cost-yearly"]


# ---- What every claim carries ----


def test_shares_carry_population_and_proposition() -> None:
    shares = {"adoption-share", "failure-rate", "share-of-cases", "data-obsolescence", "preference-share"}
    bare = [
        slug
        for slug, claim in claims().items()
        if claim["metric"] in shares and not {"population", "proposition"} <= (claim["scope"] or {}).keys()
    ]
    assert not bare


def test_every_claim_is_graded_with_reasons_and_speaks_spanish() -> None:
    for slug, claim in claims().items():
        assert claim["statement"] != claim["translations.es.statement"], slug
        assert claim["translations.es.statement"].endswith("."), slug
        assert claim["credibility_reason"], slug
        if claim["certainty"] in ("low", "very_low"):
            assert claim["certainty_reasons"] or claim["state"] == "review", slug
        assert claim["topics"], slug


def test_what_was_not_read_is_not_published() -> None:
    for slug, claim in claims().items():
        readings = [check["kind"] for check in claim["checks"] or []]
        if claim["state"] == "review":
            assert not readings, slug
        else:
            assert readings == ["read_in_context"], slug
    assert claims()["openai-fine-tuning-end"]["state"] == "review"
    unlocated = {slug for slug, source in of_kind("sources").items() if source["kind"] == "unlocated"}
    assert not [slug for slug, claim in claims().items() for c in claim["citations"] if c["source"] in unlocated]


def test_one_assertion_of_one_document_is_one_claim() -> None:
    seen = Counter(
        (*(claim[key] for key in ("subject", "metric", "statement")), str(claim["scope"]))
        for claim in claims().values()
    )
    assert max(seen.values()) == 1


def test_interest_is_declared_where_a_publisher_sells() -> None:
    sources = of_kind("sources")
    assert {slug: bool(sources[slug]["interest"]) for slug in FOUNDING} == {
        "pairprogramming-fine-tuning": True,
        "devto-rag-vs-fine-tuning": True,
        "aiformaking-fine-tuning-cost": False,
        "thellms-fine-tuning-economics": False,
    }
    assert [sources[slug]["reliability"] for slug in FOUNDING] == ["C", "D", "E", "C"]
    assert all("No primary data for any cost" in sources[slug]["notes"] for slug in FOUNDING)


def test_vocabulary_is_used() -> None:
    topics = of_kind("topics")
    used = {topic for claim in claims().values() for topic in claim["topics"]}
    used |= {topics[slug]["parent"] for slug in used if topics[slug]["parent"]}
    assert topics.keys() == used
    assert 20 <= len(topics) <= 30
    # Token prices and exchange rates come from packages, not from these files.
    assert of_kind("subjects").keys() == {claim["subject"] for claim in claims().values()} | {"currencies"}
    metrics = {claim["metric"] for claim in claims().values()}
    assert of_kind("metrics").keys() == metrics | {"token-price", "exchange-rate"}


# ---- Conflicts ----


def test_recorded_conflicts_are_what_the_values_say() -> None:
    for conflict in conflicts():
        first, second = (published()[slug] for slug in conflict["claims"])
        assert (first["subject"], first["metric"]) == (second["subject"], second["metric"])
        if first["value.currency"] == second["value.currency"]:
            savings = first["metric"] == "cost-saving"
            assert relation(quantity(first), quantity(second), {}, {}, savings=savings) == conflict["relation"]


def test_no_disjoint_pair_is_left_out() -> None:
    recorded = {frozenset(conflict["claims"]) for conflict in conflicts()}
    disjoint = {
        frozenset((first["slug"], second["slug"]))
        for first, second in combinations(published().values(), 2)
        if (first["subject"], first["metric"]) == (second["subject"], second["metric"])
        and relation(
            quantity(first),
            quantity(second),
            first["scope"] or {},
            second["scope"] or {},
            savings=first["metric"] == "cost-saving",
        )
        == "disjoint"
    }
    assert disjoint <= recorded


# ---- Loading ----


@pytest.mark.slow
@pytest.mark.django_db
def test_loading_twice_changes_nothing() -> None:
    people = {
        "author": registry_person("starter-author", group="editor"),
        "approver": registry_person("starter-approver", group="reviewer"),
    }
    first = load(records(), **people, at=NOON)
    assert first.refused == []
    assert Claim.objects.filter(state="published").count() == len(published())
    assert Claim.objects.filter(state="review").count() == len(claims()) - len(published())
    second = load(records(), **people, at=NOON)
    assert (second.added, second.changed, second.refused) == ([], [], [])
    assert set(second.unchanged) >= claims().keys()


@pytest.mark.django_db
def test_the_starter_registry_trusts_no_body_more_than_its_best_claim() -> None:
    starter.load()
    ladder = [code for code, _ in Claim.Certainty.choices]
    judged = list(CertaintyJudgement.objects.select_related("subject", "metric"))
    assert len(judged) == 16
    for judgement in judged:
        found = bodies.body(judgement.subject, judgement.metric, on=NOON.date())
        own = [e.document["certainty"] for e in found.entries if bodies.holds(e.document["scope"], judgement.scope)]
        assert ladder.index(judgement.certainty) >= min(ladder.index(one) for one in own), judgement
