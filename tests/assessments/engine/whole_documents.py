"""What the engine says of some clients, whole: made here, kept in `tests/cases/documents`, compared by
`test_whole_documents.py`.

    DATABASE_URL=sqlite://:memory: python -m tests.assessments.engine.whole_documents

writes them anew. Whoever does so reads the difference line by line: nothing in it may be a surprise.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.engine import evaluate
from assessments.engine.changes import changes
from assessments.engine.choices import NONE_MADE, Choices, read_choices, read_what_if
from assessments.engine.claim import Claims
from assessments.engine.disagreements import among, with_disagreements
from assessments.engine.economics import run as economics
from assessments.engine.framework_files import read_definition
from assessments.engine.ledger import Ledger
from assessments.engine.method import shipped
from assessments.engine.payback import Terms, band
from assessments.engine.question_uses import question_uses
from assessments.engine.so_far import so_far
from tests.assessments.engine import own_framework
from tests.assessments.engine.conftest import AS_OF, CASES, read

DOCUMENTS = CASES / "documents"
Json = Any
LATER = date(2029, 1, 1)

ASSUMPTIONS = {
    "hourly_rate": 80,
    "prompt_hours": 3,
    "fine_tuning_hours": 12.5,
    "gpu_hour": 4.25,
    "gpu_hours": 365,
    "retrainings_per_year": 3,
    "retraining_cost": 900,
    "context_tokens": 1500,
    "rag_infrastructure": 240,
    "training_passes": 4,
    "gpu_capacity": 250000,
    "chain_steps": 3,
    "discount": 0.01,
    "tuned_input_price": 0.6,
    "tuned_output_price": 2.4,
    "tuned_training_price": 5,
}


def claims() -> list[dict[str, Any]]:
    return deepcopy(read("keystone_claims.yaml"))


def named(documents: list[dict[str, Any]], slug: str) -> dict[str, Any]:
    return next(one for one in documents if one["slug"] == slug)


def choices(**parts: Any) -> Choices:
    """From part=values, each signed; a what-if as it is."""
    moved = parts.pop("what_if", None)
    data = {
        part: {key: {"value": value, "note": "As measured.", "by": "ana"} for key, value in values.items()}
        for part, values in parts.items()
    }
    made = read_choices(data, shipped().house)
    if moved is None:
        return made
    return Choices(**{**{name: getattr(made, name) for name in made.__dataclass_fields__},
                      "what_if": read_what_if(moved, shipped().house)})  # fmt: skip


def client(number: int) -> dict[str, Any]:
    return dict(read("clients.yaml")[number]["answers"])


def judged(
    answers: dict[str, Any] | None = None,
    documents: list[dict[str, Any]] | None = None,
    made: Choices = NONE_MADE,
    **more: Any,
) -> Any:
    """A result for the base client with some answers changed."""
    given = {"as_of": AS_OF, "frameworks": shipped().frameworks, "reference": "A-2026-0001", **more}
    return evaluate(read("base_answers.yaml") | (answers or {}), documents or claims(), choices=made, **given)


def with_a_rate() -> list[dict[str, Any]]:
    """A rate of dollars in euros, and a build cost that is given in euros beside the one in dollars."""
    documents = claims()
    other = named(documents, "few-shot-sufficiency-share")
    ends = {"low": 0.9, "likely": 0.9, "high": 0.9, "unit": "ratio"}
    documents.append(
        other
        | {"slug": "rate-usd-eur", "metric": {"slug": "exchange-rate"}, "value": other["value"] | ends}
        | {"scope": {"from": "USD", "to": "EUR", "on": "2026-11-20"}}
    )
    return documents


def with_claims_that_agree() -> list[dict[str, Any]]:
    """Three claims on what building a prompt costs: two agree, one of them in euros; a copy counts once with its own."""
    documents = with_a_rate()
    first = named(documents, "prompting-build-cost-advanced")
    first["value"].update(low=1000, likely=2000, high=4000)
    first.update(certainty="moderate", freshness_weight=0.8, scope={})
    for slug, source, currency in (("second", "a", "USD"), ("in-euros", "b", "EUR"), ("a-copy", "a", "USD")):
        value = first["value"] | {"low": 1500, "likely": None, "high": 4500, "currency": currency}
        citations = [{"source": {"slug": source}, "stance": "supports", "attributed_to": None}]
        weight = {"certainty": "low", "freshness_weight": 0.5}
        documents.append(
            first | weight | {"slug": f"prompting-build-cost-{slug}", "value": value, "citations": citations}
        )
    return documents


def with_prices_of_others() -> list[dict[str, Any]]:
    """Beside the prices of the client's model: another provider's, those of other months, an ended one. Some contested."""
    documents = claims()
    asked = named(documents, "token-price-openai-gpt-6-1-sol-input")
    answered = named(documents, "token-price-openai-gpt-6-1-sol-output")
    for slug, other, value, change in (
        ("at-another-provider", asked, 3, {"provider": "azure"}),
        ("from-spring-on", asked, 1.5, {"from": "2027-04-15"}),
        ("from-winter-on", answered, 8, {"from": "2026-12-01"}),
        ("in-another-year", answered, 7, {"from": "2031-01-01"}),
        ("of-peak-hours", asked, 5, {"peak_hours_per_day": 6, "from": "2027-06-01"}),
    ):
        documents.append(
            other
            | {"slug": f"price-{slug}", "value": other["value"] | {"low": value, "likely": value, "high": value}}
            | {"scope": other["scope"] | change}
        )
    documents.append(asked | {"slug": "price-that-ended", "freshness": "expired", "expires_on": "2026-11-01"})
    documents[-2]["value"]["high"] = 9
    asked["contested_by"] = ["price-at-another-provider"]
    named(documents, "rag-build-cost-production")["contested_by"] = ["rag-build-cost-basic", "something-else"]
    return documents


def with_claims_for_others() -> list[dict[str, Any]]:
    """Claims on what building a prompt costs that are not for this client, or not yet; one fits in size to the last."""
    documents = claims()
    first = named(documents, "prompting-build-cost-advanced")
    first["value"].update(low=1000, likely=2000, high=4000)
    for slug, scope in (
        ("another-task", {"task": "code_completion"}),
        ("too-small", {"examples": 999}),
        ("just-large-enough", {"examples": 1000}),
        ("too-large", {"examples": 100_001}),
        ("not-yet", {"from": "2026-11-23"}),
        ("from-today-on", {"from": "2026-11-22"}),
    ):
        documents.append(first | {"slug": f"prompting-build-cost-{slug}", "scope": first["scope"] | scope})
    return documents


def with_other_models() -> list[dict[str, Any]]:
    """The prices of two more models: one dearer, one as dear and sold by two; a claim of another method of training."""
    documents = claims()
    prices = {way: named(documents, f"token-price-openai-gpt-6-1-sol-{way}") for way in ("input", "output")}
    for model, provider, factor in (("dear", "openai", 4), ("alike", "azure", 1), ("alike", "openai", 1)):
        for way, price in prices.items():
            ends = {end: price["value"][end] * factor for end in ("low", "likely", "high")}
            scope = {"provider": provider, "model": model, "direction": way}
            if model == "dear":
                scope["from"] = "2026-01-01"
            documents.append(
                price | {"slug": f"price-{provider}-{model}-{way}", "value": price["value"] | ends, "scope": scope}
            )
    documents.append(
        prices["input"]
        | {
            "slug": "price-openai-dear-input-later",
            "value": prices["input"]["value"] | {"low": 3, "likely": 3, "high": 3},
        }
        | {"scope": {"provider": "openai", "model": "dear", "direction": "input", "from": "2026-12-01"}}
    )
    run = named(documents, "fine-tuning-run-cost-full-40b")
    documents.append(run | {"slug": "run-cost-of-another-method", "scope": run["scope"] | {"method": "lora"}})
    return documents


def without(*slugs: str) -> list[dict[str, Any]]:
    return [one for one in claims() if not one["slug"].startswith(slugs)]


def of_a_firm() -> Any:
    return read_definition(own_framework.definition(), own_framework.known(), firm="Northwind", version="1")


def conflicts() -> list[dict[str, Any]]:
    slugs = [one["slug"] for one in claims()]
    return [
        {"claims": [slugs[-1], slugs[-2]], "state": "open"},
        {"claims": ["fine-tuning-project-cost-range", "rag-build-cost-production"], "state": "open"},
        {"claims": ["nobody-cites-this", "nor-this"], "state": "open"},
        {"claims": ["rag-build-cost-basic", "nobody-cites-this"], "state": "contested"},
    ]


UNKNOWN = dict.fromkeys(("task_narrow", "task_pattern_stable", "domain_stable_12m", "regulated", "knowledge_change", "example_quality", "n_examples", "eval_infra", "cacheable_share", "tokens_in", "requests_per_month"), "unknown")  # fmt: skip

RANGES = {
    "requests_per_month": {"low": 60000, "likely": 100000, "high": 220000},
    "tokens_in": {"low": 700, "likely": 900, "high": 1600},
    "tokens_out": {"low": 100, "likely": 150, "high": 400},
    "n_examples": {"low": 400, "likely": 900, "high": 2600},
    "horizon_months": 36,
}

RESULTS: dict[str, Callable[[], Any]] = {
    "the-base-client": judged,
    "everything-declared-in-euros": lambda: judged(
        {"horizon_months": 36}, with_a_rate(), choices(assumptions=ASSUMPTIONS), currency="EUR"
    ),
    "ranges-and-a-discount": lambda: judged(
        RANGES, made=choices(assumptions={"discount": 0.02, "gpu_capacity": 40000})
    ),
    "half-of-it-unknown": lambda: judged(UNKNOWN),
    "a-travel-site-whose-model-ends": lambda: judged(client(1), made=choices(assumptions=ASSUMPTIONS)),
    "an-army-depot-without-a-line": lambda: judged(client(0)),
    "steps-and-retrieval": lambda: judged(client(13), made=choices(assumptions={"chain_steps": 4})),
    "claims-that-agree": lambda: judged(None, with_claims_that_agree()),
    "both-questions-settled": lambda: judged(
        made=choices(
            scope={"tier": "basic"},
            readings={"fine_tuning_project_cost": "fine-tuning-project-cost-average-aiformaking"},
        )
    ),
    "a-what-if": lambda: judged(
        made=choices(
            what_if={"requests_per_month": 3000000, "horizon_months": 24, "hourly_rate": 60, "price_factor": 0.5}
        )
    ),
    "years-later": lambda: judged(as_of=LATER),
    "with-a-framework-of-a-firm": lambda: judged(frameworks=[*shipped().frameworks, of_a_firm()]),
    "with-conflicts": lambda: with_disagreements(judged(), conflicts()),
    "capacity-and-a-discount": lambda: judged(
        {"requests_per_month": 5_000_000, "tokens_in": 1900, "tokens_out": 150},
        made=choices(assumptions={"gpu_capacity": 2_500_000, "discount": 0.01}),
    ),
    "without-the-cost-of-a-project": lambda: judged(None, without("fine-tuning-project-cost")),
    "without-the-cost-of-a-prompt": lambda: judged(None, without("few-shot-build-cost", "prompt-chaining")),
    "with-claims-for-others": lambda: judged(None, with_claims_for_others()),
    "a-search-engine": lambda: judged(client(3), made=choices(assumptions={"gpu_capacity": 90_000_000})),
    "a-village-notary": lambda: judged(client(4)),
    "with-other-models": lambda: judged(None, with_other_models()),
    "with-prices-of-others": lambda: judged({"horizon_months": 24}, with_prices_of_others()),
}
"""Whole results, by the name of their file."""

COSTS = {
    "months": 12,
    "requests_per_month": 1000000,
    "rate_per_hour": 100,
    "discount_per_month": 0.01,
    "tokens": {
        "system": 600, "examples": 5, "example": 200, "query": 300, "context": 2000, "output": 150, "finetuned_prompt": 400,
        "steps": [{"system": 300, "query": 90, "output": 80}, {"system": 500, "query": 10, "output": 200}],
    },
    "price": {"input": 2, "output": 10, "cached": 0.1},
    "cached": True,
    "upfront": {
        "prompting": 500, "few_shot": 1250, "prompt_chaining": 2000, "rag": 28000, "fine_tune_lora": 17500,
        "fine_tune_full": 60000, "hybrid_rag_lora": 45500,
    },
    "hours_per_month": {"few_shot": 2, "rag": 7.5, "fine_tune_lora": 20, "hybrid_rag_lora": 27.5},
    "infrastructure_per_month": {"rag": 300, "hybrid_rag_lora": 300},
    "gpu": {"per_hour": 5.49, "hours_per_month": 730, "count": 2, "requests_per_month": 300000},
    "retraining": {"per_year": 4, "cost": 1500},
}  # fmt: skip

TERMS = {
    "months": Decimal(24), "blend": Decimal("0.6"), "running": Decimal(50),
    "upfront": (Decimal(6000), Decimal(9000)), "ratio": (Decimal(4), Decimal(8)),
}  # fmt: skip


def plain(value: Any) -> Json:
    """Anything of the engine as JSON; sets in the order of their members."""
    if hasattr(value, "as_dict"):
        return plain(value.as_dict())
    if is_dataclass(value) and not isinstance(value, type):
        return plain({name: getattr(value, name) for name in value.__dataclass_fields__ if not name.startswith("_")})
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(one) for one in value)
    if isinstance(value, list | tuple | Ledger):
        return [plain(one) for one in value]
    if isinstance(value, Decimal | date):
        return str(value)
    assert value is None or isinstance(value, bool | int | float | str), value
    return value


def half_filled(answers: dict[str, Any]) -> Any:
    method = shipped()
    tables = [*(framework.table for framework in method.frameworks), method.house.table]
    return so_far(answers, Claims(claims()), as_of=AS_OF, questionnaire=method.questionnaire, tables=tables)


def first_answers(number: int) -> dict[str, Any]:
    return dict(list(read("base_answers.yaml").items())[:number])


def difference(before: str, after: str) -> Any:
    return changes(RESULTS[before]().as_dict(), RESULTS[after]().as_dict())


OTHERS: dict[str, Callable[[], Any]] = {
    "costs-without-a-client": lambda: economics(COSTS),
    "costs-with-a-tuned-model-by-the-token": lambda: economics(
        {name: part for name, part in COSTS.items() if name not in ("gpu", "retraining")}
        | {"finetuned_price": {"input": 0.8, "output": 3.2, "cached": 0.2}, "months": 36, "cached": False}
    ),
    "conflicts-among-the-claims": lambda: among(claims(), conflicts()),
    "the-pay-back-band": lambda: band(Claims(claims()), shipped().house, Terms(), as_of=AS_OF),
    "the-pay-back-band-as-a-reader-sets-it": lambda: band(
        Claims(claims()), shipped().house, Terms(**TERMS), as_of=AS_OF
    ),
    "the-pay-back-band-of-several-models": lambda: band(
        Claims(with_other_models()), shipped().house, Terms(), as_of=AS_OF
    ),
    "what-is-decided-so-far": lambda: [half_filled(first_answers(number)) for number in (0, 3, 7, 12, 18, 25)],
    "what-a-question-feeds": lambda: question_uses(shipped()),
    "what-changed-over-years": lambda: difference("the-base-client", "years-later"),
    "what-a-settled-question-changed": lambda: difference("the-base-client", "both-questions-settled"),
    "what-a-framework-adds": lambda: difference("the-base-client", "with-a-framework-of-a-firm"),
}
"""What else the engine says, by the name of its file."""

MADE = RESULTS | OTHERS


def document(name: str) -> Json:
    return json.loads(json.dumps(plain(MADE[name]())))


def written(found: Json) -> str:
    """One line for each part, and for each entry of a list or mapping in it: to be read as a difference."""

    def line(value: Json) -> str:
        return json.dumps(value, ensure_ascii=False)

    def part(value: Json) -> str:
        if isinstance(value, list) and value:
            return "[\n  " + ",\n  ".join(line(one) for one in value) + "\n ]"
        if isinstance(value, dict) and value:
            return "{\n  " + ",\n  ".join(f"{line(key)}: {line(one)}" for key, one in value.items()) + "\n }"
        return line(value)

    if isinstance(found, list):
        return "[\n " + ",\n ".join(part(one) for one in found) + "\n]\n"
    return "{\n " + ",\n ".join(f"{line(key)}: {part(one)}" for key, one in found.items()) + "\n}\n"


if __name__ == "__main__":
    for each in MADE:
        (DOCUMENTS / f"{each}.json").write_text(written(document(each)), encoding="utf-8")
