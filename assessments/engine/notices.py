"""What stands beside the verdicts: warnings, and answers to the questions nobody asked. Both are data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assessments.engine.claim import Claim
from assessments.engine.client_case import ClientCase
from assessments.engine.condition_syntax import FactType, Syntax
from assessments.engine.conditions import Condition, Source
from assessments.engine.offer import OPTIONS, VARIANTS
from assessments.engine.prices import METRIC as TOKEN_PRICE
from assessments.engine.questionnaire import Questionnaire
from assessments.engine.tables import ALWAYS

RECOMMENDABLE = frozenset({*OPTIONS, "chaining_plus_rag", "staged"})
NO_ANSWER = frozenset({"evidence_missing", "evidence_expired"})
FACTS: Mapping[str, FactType] = {
    "recommended": FactType("enum", RECOMMENDABLE | NO_ANSWER),
    "on_the_table": FactType("multi_enum", RECOMMENDABLE),
}
"""What the recommendation adds to the facts."""

FIGURES = frozenset(
    {f"tco_{option}" for option in (*VARIANTS, "recommended")}
    | {"time_recommended", "changes_per_year", "retraining_by_change_lora", "retraining_by_change_full"}
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A code with its trigger and its evidence. `remedy` and `asked` matter for warnings only."""

    code: str
    when: Condition
    claims: tuple[str, ...]
    figures: tuple[Source, ...]
    remedy: str = ""
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Unasked:
    """One unasked question and its possible answers, in order."""

    id: str
    answers: tuple[Notice, ...]


def load_warnings(path: Path, questionnaire: Questionnaire) -> tuple[Notice, ...]:
    """The warnings in their order. Raises FrameworkError naming file, rule and key."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    syntax = _syntax(path, data, questionnaire)
    return tuple(_notice(entry, syntax, str(entry["code"])) for entry in data["warnings"])


def load_unasked(path: Path, questionnaire: Questionnaire) -> tuple[Unasked, ...]:
    """The unasked questions in their order. Raises FrameworkError naming file, rule and key."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    syntax = _syntax(path, data, questionnaire)
    return tuple(
        Unasked(entry["id"], tuple(_notice(answer, syntax, entry["id"]) for answer in entry["answers"]))
        for entry in data["questions"]
    )


def raised(warnings: tuple[Notice, ...], case: ClientCase) -> Iterator[dict[str, Any]]:
    """The warnings that apply, as in the result document. What cannot be judged for want of evidence is not raised."""
    for warning in warnings:
        if warning.when.judge(case).value:
            yield {
                "code": warning.code,
                "basis": "answers" if warning.asked else "not_asked",
                "figures": case.entered(warning.figures),
                "claims": case.cited(warning.claims),
                "remedy": warning.remedy,
            }


def answered(unasked: tuple[Unasked, ...], case: ClientCase) -> Iterator[dict[str, Any]]:
    """Each unasked question with its answer, as in the result document; "unknown" where no answer has its evidence."""
    for question in unasked:
        yield {"id": question.id, **_answer(question, case), "params": {}}


def review(cited: Sequence[Claim], as_of: date) -> dict[str, Any]:
    """When to look at the decision again: the first day on which evidence behind it is due for a check or ends.

    Token prices are due every few weeks and have a date of their own.
    """
    prices = [claim for claim in cited if claim.metric == TOKEN_PRICE]
    evidence, due_prices = _earliest([claim for claim in cited if claim not in prices]), _earliest(prices)
    dates = {"date": evidence, "prices_date": due_prices}
    known = {name: due for name, due in dates.items() if due is not None}
    if not known:
        return {"id": "review_on", "answer": "unknown", "figures": [], "claims": [], "params": {}}
    overdue = any(day <= as_of for day, _ in known.values())
    return {
        "id": "review_on",
        "answer": "evidence_overdue_now" if overdue else "evidence_due",
        "figures": [],
        "claims": [claim.reference for _, claim in known.values()],
        "params": {name: day.isoformat() for name, (day, _) in known.items()},
    }


def _earliest(claims: Sequence[Claim]) -> tuple[date, Claim] | None:
    """The first day on which one of these is due for a check or ends, with the claim; None without any date."""
    days = [(day, claim) for claim in claims for day in (claim.check_due_on, claim.expires_on) if day is not None]
    return min(days, key=lambda pair: (pair[0], pair[1].slug), default=None)


def _answer(question: Unasked, case: ClientCase) -> dict[str, Any]:
    for answer in question.answers:
        if not answer.when.judge(case).value:
            continue
        figures, claims = case.entered(answer.figures), case.cited(answer.claims)
        if figures or claims or not (answer.figures or answer.claims):
            return {"answer": answer.code, "figures": figures, "claims": claims}
    return {"answer": "unknown", "figures": [], "claims": []}


def _syntax(path: Path, data: Mapping[str, Any], questionnaire: Questionnaire) -> Syntax:
    syntax = Syntax(path.name, {**questionnaire.fact_types, **FACTS}, FIGURES)
    for name, condition in data.get("terms", {}).items():
        syntax.terms[name] = syntax.condition(condition, name)
    return syntax


def _notice(entry: Mapping[str, Any], syntax: Syntax, rule: str) -> Notice:
    allowed = {"code", "when", "claims", "figures", "remedy", "not_asked"}
    if unknown := sorted(set(entry) - allowed):
        raise syntax.error(rule, unknown[0], "not a key here")
    return Notice(
        entry["code"],
        syntax.condition(entry["when"], rule) if "when" in entry else ALWAYS,
        tuple(entry.get("claims", ())),
        tuple(_source(one, syntax, rule) for one in entry.get("figures", ())),
        entry.get("remedy", ""),
        not entry.get("not_asked", False),
    )


def _source(data: Mapping[str, str], syntax: Syntax, rule: str) -> Source:
    [(kind, name)] = data.items()
    if kind == "fact" and name in syntax.facts:
        return Source("fact", name)
    if kind == "figure" and name in syntax.figures:
        return Source("figure", name)
    if kind == "claim":
        return Source("claim", name)
    raise syntax.error(rule, "figures", f"{kind} {name!r} is not a fact, a computed figure or a claim")
