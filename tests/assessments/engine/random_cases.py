"""Assessments at random, each from a number: answers within the bounds, claims that are missing or past their hard
stop, declared assumptions, a what-if now and then, another currency now and then. The same number gives the same one.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

from assessments.engine.choices import Choices, read_choices, read_what_if
from assessments.engine.house import Assumption
from assessments.engine.method import shipped
from assessments.engine.questionnaire import UNKNOWN, Question
from tests.assessments.engine.conftest import AS_OF, read

METHOD = shipped()
PRICE = "token-price-openai-gpt-6-1-sol-input"
SECOND = "second"
Document = dict[str, Any]


@dataclass(frozen=True)
class RandomCase:
    answers: Mapping[str, Any]
    claims: list[Document]
    choices: Choices
    currency: str


@cache
def registry() -> list[Document]:
    """The usual claims, and some that a cost model can meet: a model whose prices move, an exchange rate."""
    claims = deepcopy(read("keystone_claims.yaml"))
    like = next(one for one in claims if one["slug"] == PRICE)

    def price(slug: str, direction: str, low: float, high: float | None = None, **scope: Any) -> Document:
        value = {
            **like["value"],
            "low": low,
            "likely": low if high is None else None,
            "high": low if high is None else high,
        }
        about = {"provider": "elsewhere", "model": SECOND, "direction": direction, **scope}
        return {**like, "slug": slug, "value": value, "scope": about}

    rate = {**like["value"], "low": 0.9, "likely": 0.9, "high": 0.9, "unit": "ratio", "currency": None, "per": None}
    return [
        *claims,
        price("second-input", "input", 0.6),
        price("second-output", "output", 2.4),
        price("second-cached", "cached_input", 0.06),
        price("second-input-dearer", "input", 0.6, 1.1, peak_hours_per_day=9, **{"from": "2027-03-01"}),
        price("second-output-cheaper", "output", 1.9, **{"from": "2027-06-01"}),
        {
            **like,
            "slug": "rate",
            "metric": {"slug": "exchange-rate"},
            "value": rate,
            "scope": {"from": "USD", "to": "EUR"},
        },
    ]


def random_case(number: int) -> RandomCase:
    dice = Random(number)
    answers = {question.id: _answer(dice, question) for question in METHOD.questionnaire.questions}
    gone = {one["slug"] for one in registry() if dice.random() < dice.choice((0, 0, 0.05, 0.3))}
    old = {one["slug"] for one in registry() if dice.random() < dice.choice((0, 0, 0.05))}
    kept = {
        "rate",
        PRICE,
        "second-input",
    }  # without a price of its model an answer is refused; without a rate a currency
    claims = [
        {**one, "freshness": "expired", "expires_on": AS_OF.isoformat()} if one["slug"] in old - {"rate"} else one
        for one in registry()
        if one["slug"] not in gone - kept
    ]
    at_provider = dice.random() < 0.2  # of whom nothing is known unless all three prices are
    signed = {
        key: {"value": _assumed(dice, one), "note": f"Measured for {key}.", "by": "ana"}
        for key, one in METHOD.house.assumptions.items()
        if dice.random() < 0.2 or (at_provider and key.startswith("tuned_"))
    }
    supposed = {"price_factor": dice.choice((0.5, 3)), "hourly_rate": 80, "requests_per_month": 5000}
    what_if = {name: moved for name, moved in supposed.items() if dice.random() < 0.3} if number % 10 == 0 else {}
    choices = read_choices({"assumptions": signed}, METHOD.house)
    choices = replace(choices, what_if=read_what_if(what_if, METHOD.house))
    return RandomCase(answers, claims, choices, "EUR" if number % 7 == 0 else "USD")


def _answer(dice: Random, question: Question) -> Any:
    if question.nullable and dice.random() < 0.3:
        return None
    if question.unknown is not None and question.type != "price_model" and dice.random() < 0.1:
        return UNKNOWN
    if question.type == "bool":
        return dice.random() < 0.5
    if question.type == "enum":
        return dice.choice(question.values)
    if question.type == "multi_enum":
        return dice.sample(question.values, dice.randint(0, len(question.values)))
    if question.type == "price_model":
        return dice.choice(("gpt-6.1-sol", SECOND))
    if not question.exact and dice.random() < 0.2:
        low, likely, high = sorted(_number(dice, question) for _ in range(3))
        return {"low": low, "likely": likely, "high": high}
    return _number(dice, question)


def _number(dice: Random, question: Question) -> int | float:
    """Anywhere within the bounds: at an end of them, evenly, or by ratio, where most clients are. Six decimals, as many as
    a result gives."""
    assert question.minimum is not None
    assert question.maximum is not None
    low, high = float(question.minimum), float(question.maximum)
    way = dice.random()
    if way < 0.1:
        found = dice.choice((low, high))
    elif way < 0.3:
        found = dice.uniform(low, high)
    else:
        start = low or high / 1e8
        found = start * (high / start) ** dice.random()
    if question.type == "integer":
        return round(found)
    return min(max(round(float(f"{found:.6g}"), 6), low), high)


def _assumed(dice: Random, one: Assumption) -> int | float:
    low = float(one.minimum)
    high = 1000.0 if one.maximum is None else float(one.maximum)
    return dice.randint(int(low), int(high)) if one.whole else round(dice.uniform(low, high), 3)
