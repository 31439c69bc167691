"""A small registry in which each filter, order and state has something to tell apart. Seen on 22 November 2026."""

from datetime import UTC, date, datetime

from claims import operations
from claims.models import Conflict
from tests.claims import factories as make
from tests.claims.factories import NOON

TODAY = date(2026, 11, 22)
NEWEST_FIRST = ["rag-cost", "price", "few-shot-cost", "rule", "lora-examples", "rag-cost-basic"]


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=UTC)


def fill() -> None:
    """Six published claims, a retracted one and a draft."""
    costs = make.topic("costs")
    build_cost = make.topic("build-cost", parent=costs)
    data, deciding = make.topic("data"), make.topic("deciding")
    survey = make.source(
        "survey", title="A survey", publisher="Institute", reliability="A", published_on=date(2026, 5, 1)
    )
    old = make.source("old-page", publisher="Old page", reliability="E", published_on=date(2024, 1, 1))
    undated = make.source("undated", publisher="Nobody", reliability="F", published_on=None)
    examples = make.metric(
        "training-examples", units=["examples"], family=make.family("examples", half_life_days=730, review_days=365)
    )
    rules = make.metric(
        "decision-rule",
        units=["rating"],
        ratings=["cheapest_first"],
        family=make.family("principle", half_life_days=1825, review_days=365),
    )
    prices = make.metric("token-price", family=make.family("token-price", half_life_days=45, review_days=14))

    first = make.publish(
        "rag-cost",
        at=on(7, 1),
        topics=[build_cost],
        scope={"tier": "production", "months": 3, "measured": False},
        statement="A RAG system for production costs this much.",
    )
    make.publish(
        "rag-cost-basic",
        at=on(7, 2),
        topics=[costs],
        low=5000,
        likely=None,
        high=15000,
        scope={"tier": "basic"},
        credibility=4,
        certainty="very_low",
        statement="A basic RAG system costs this much.",
    )
    lora = make.publish(
        "lora-examples",
        at=on(7, 3),
        topics=[data],
        subject=make.subject("lora"),
        metric=examples,
        low=500,
        likely=None,
        high=None,
        bound="at_least",
        unit="examples",
        currency="",
        per="",
        scope={"method": "lora"},
        credibility=2,
        certainty="moderate",
        citations=[make.citation(source=survey, printed="500+")],
        statement="LoRA needs this many examples; 100% of them checked.",
    )
    make.publish(
        "rule",
        at=on(7, 4),
        topics=[deciding],
        metric=rules,
        low=None,
        likely=None,
        high=None,
        rating="cheapest_first",
        unit="rating",
        currency="",
        per="",
        scope={},
        credibility=6,
        certainty="very_low",
        citations=[make.citation(source=undated, printed="")],
        statement="Try the cheapest approach first.",
    )
    make.publish(
        "few-shot-cost",
        at=on(7, 5),
        topics=[costs],
        subject=make.subject("few-shot"),
        low=None,
        likely=None,
        high=2000,
        bound="up_to",
        currency="EUR",
        scope={},
        citations=[make.citation(source=old, printed="up to 2,000")],
        statement="A few-shot prompt costs up to this much.",
    )
    make.publish(
        "price",
        at=on(7, 6),
        topics=[costs],
        subject=make.subject("base-model"),
        metric=prices,
        low="0.15",
        likely="0.15",
        high="0.15",
        per="million_tokens",
        scope={},
        expires_on=date(2026, 11, 1),
        citations=[make.citation(source=survey, printed="$0.15"), make.citation(printed="15 cents")],
        statement="A million tokens cost this much.",
    )
    withdrawn = make.publish("withdrawn", at=on(7, 7), topics=[costs], statement="This was wrong.")
    operations.retract(by=make.manager(), at=on(7, 8), claim=withdrawn.claim, reason="The source took it back.")
    make.draft("unfinished", at=on(7, 9), statement="Nobody has approved this.")
    make.change(first, at=on(10, 1), low=20000, change_note="The source was corrected.")
    conflict = operations.record_conflict(
        by=make.editor(),
        at=on(8, 1),
        claims=(first.claim, make.Claim.objects.get(slug="rag-cost-basic")),
        relation=Conflict.Relation.DISJOINT,
    )
    operations.settle_conflict(
        by=make.reviewer(), at=on(9, 1), conflict=conflict, state="contested", reason="Nobody says whose systems."
    )
    operations.check(by=make.editor(), at=NOON, claim=first.claim, kind="read_in_context", on=date(2026, 11, 20))
    operations.check(by=None, at=NOON, claim=first.claim, kind="link_answers", on=date(2026, 11, 21))
    operations.check(by=make.editor(), at=NOON, claim=lora.claim, kind="read_in_context", on=date(2025, 12, 1))
