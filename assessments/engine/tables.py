"""Decision tables: ordered rules kept as data, read once and checked against the questionnaire.

A table has named conditions (`terms`), lists (every entry whose condition holds), choices (the first entry whose
condition holds) and rules (the first whose condition holds gives the verdict). No threshold is written in a table:
it names a claim, and the claim's value is the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assessments.engine.claim import Standing
from assessments.engine.condition_syntax import FactType, Syntax
from assessments.engine.conditions import Case, Combination, Comparison, Condition, Judgement, Lack, Source, merge
from assessments.engine.questionnaire import Questionnaire, Text
from assessments.engine.result import digest

ALWAYS = Combination("all", ())


@dataclass(frozen=True, slots=True)
class Entry:
    """A code and when it applies."""

    code: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: when it applies, the verdict (the first entry that holds), and what is shown beside the verdict."""

    id: str
    when: Condition
    verdict: tuple[Entry, ...]
    show: tuple[str, ...] = ()
    use: str | None = None
    conditions: tuple[Entry, ...] = ()
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a table said: the verdict, the rule that fired, the codes shown beside it, and what each rests on."""

    verdict: str
    fired: str
    sources: tuple[Source, ...]
    lists: Mapping[str, tuple[str, ...]]
    choices: Mapping[str, str | None]
    parts: tuple[tuple[str, tuple[Source, ...]], ...]
    use: str | None = None
    conditions: tuple[tuple[str, tuple[Source, ...]], ...] = ()
    claims: tuple[str, ...] = ()
    lacks: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Ordered rules with their lists and choices."""

    id: str
    rules: tuple[Rule, ...]
    lists: Mapping[str, tuple[Entry, ...]]
    choices: Mapping[str, tuple[Entry, ...]]

    def find(self, case: Case) -> Finding:
        """The first rule that applies. A rule that cannot be judged for want of evidence stops the table there."""
        judged = ((rule, rule.when.judge(case)) for rule in self.rules)
        rule, judgement = next((rule, judgement) for rule, judgement in judged if judgement.value is not False)
        verdict, chosen = first(rule.verdict, case)
        whole = merge(judgement.value, [judgement, chosen])
        if judgement.value is None or verdict is None:
            return Finding(lacking(whole.lacks), rule.id, whole.sources, {}, {}, (), lacks=whole.lacks)
        return self._finding(rule, verdict, whole, case)

    def comparisons(self) -> Iterator[Comparison]:
        """Every comparison that takes part in choosing the verdict, in the order of the rules."""
        for rule in self.rules:
            yield from rule.when.comparisons()
            for entry in rule.verdict:
                yield from entry.when.comparisons()

    def _finding(self, rule: Rule, verdict: str, judgement: Judgement, case: Case) -> Finding:
        lists: dict[str, tuple[str, ...]] = {}
        choices: dict[str, str | None] = {}
        parts: list[tuple[str, tuple[Source, ...]]] = []
        lacks = list(judgement.lacks)
        for name in rule.show:
            if name in self.lists:
                held, lacked = every(self.lists[name], case)
                lists[name] = tuple(code for code, _ in held)
                parts += held
                lacks += lacked
            else:
                choices[name], reason = first(self.choices[name], case)
                parts.append((name, reason.sources))
                lacks += reason.lacks
        conditions, lacked = every(rule.conditions, case)
        return Finding(
            verdict,
            rule.id,
            judgement.sources,
            lists,
            choices,
            tuple(parts),
            rule.use,
            tuple(conditions),
            rule.claims,
            tuple(dict.fromkeys([*lacks, *lacked])),
        )


@dataclass(frozen=True, slots=True)
class Framework:
    """A table that a source argues for. `points_at` says which options each verdict speaks for.

    Of a founding one `version` is the digest, and `firm` is empty. Of a firm's own `version` is a number that counts up.
    """

    id: str
    title: Text
    source: str
    claims: tuple[str, ...]
    reads: tuple[str, ...]
    table: Table
    points_at: Mapping[str, tuple[str, ...]]
    data: Mapping[str, Any]
    digest: str
    version: str
    firm: str = ""


def first(entries: tuple[Entry, ...], case: Case) -> tuple[str | None, Judgement]:
    """The first entry that holds, the last one in any case; None as soon as one cannot be judged."""
    judged: list[Judgement] = []
    for entry in entries[:-1]:
        judgement = entry.when.judge(case)
        judged.append(judgement)
        if judgement.value is not False:
            return (entry.code if judgement.value else None), merge(judgement.value, judged)
    return entries[-1].code, merge(value=True, judged=judged)


def every(entries: tuple[Entry, ...], case: Case) -> tuple[list[tuple[str, tuple[Source, ...]]], tuple[Lack, ...]]:
    """All entries that hold, with what each rests on, and the evidence that was lacking for the others."""
    judged = [(entry.code, entry.when.judge(case)) for entry in entries]
    held = [(code, judgement.sources) for code, judgement in judged if judgement.value]
    return held, tuple(lack for _, judgement in judged for lack in judgement.lacks)


def lacking(lacks: tuple[Lack, ...]) -> str:
    """The verdict of a rule whose evidence cannot be used: past its hard stop weighs more than not there."""
    expired = any(lack.standing is Standing.EXPIRED for lack in lacks)
    return "evidence_expired" if expired else "evidence_missing"


def read_table(
    data: Mapping[str, Any], file: str, facts: Mapping[str, FactType], figures: frozenset[str] = frozenset()
) -> Table:
    """Read a table from its YAML. Raises FrameworkError naming file, rule and key."""
    syntax = Syntax(file, facts, figures)
    for name, condition in data.get("terms", {}).items():
        syntax.terms[name] = syntax.condition(condition, name)
    lists: dict[str, tuple[Entry, ...]] = {}
    for name, entries in data.get("lists", {}).items():
        lists[name] = read_entries(entries, syntax, name)
        syntax.lists[name] = tuple(entry.when for entry in lists[name])
    choices = {name: _read_choice(entries, syntax, name) for name, entries in data.get("choices", {}).items()}
    rules = tuple(_rule(entry, syntax, {**lists, **choices}) for entry in data["rules"])
    if rules[-1].when != ALWAYS:
        raise syntax.error(rules[-1].id, "when", "the last rule applies to whatever is left and has no condition")
    return Table(str(data.get("id", file)), rules, lists, choices)


def read_entries(data: Any, syntax: Syntax, rule: str) -> tuple[Entry, ...]:
    """Codes with their conditions; a single code stands for one that always applies."""
    if isinstance(data, str):
        return (Entry(data, ALWAYS),)
    return tuple(
        Entry(entry["code"], syntax.condition(entry["when"], rule) if "when" in entry else ALWAYS) for entry in data
    )


def _read_choice(data: Any, syntax: Syntax, rule: str) -> tuple[Entry, ...]:
    """Entries of which the first that holds is taken, so that the last must have no condition."""
    entries = read_entries(data, syntax, rule)
    if not entries or entries[-1].when != ALWAYS:
        raise syntax.error(rule, "when", "the last entry is for whatever is left and has no condition")
    return entries


def load_frameworks(directory: Path, questionnaire: Questionnaire) -> tuple[Framework, ...]:
    """The frameworks of a directory in the order they declare. Raises FrameworkError."""
    frameworks = [_framework(path, questionnaire) for path in sorted(directory.glob("*.yaml"))]
    return tuple(sorted(frameworks, key=lambda framework: int(framework.data["order"])))


def _framework(path: Path, questionnaire: Questionnaire) -> Framework:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    table = read_table(data, path.name, questionnaire.fact_types)
    points_at = {verdict: tuple(options) for verdict, options in data["points_at"].items()}
    syntax = Syntax(path.name, questionnaire.fact_types)
    for rule in table.rules:
        for entry in rule.verdict:
            if entry.code not in points_at:
                raise syntax.error(rule.id, "verdict", f"points_at does not say what {entry.code} speaks for")
    for fact in data["reads"]:
        if fact not in questionnaire.fact_types:
            raise syntax.error("reads", fact, "is not a question or a derived fact")
    return Framework(
        data["id"],
        data["title"],
        data["source"],
        tuple(data["claims"]),
        tuple(data["reads"]),
        table,
        points_at,
        data,
        digest(data),
        digest(data),
    )


def _rule(data: Mapping[str, Any], syntax: Syntax, shown: Mapping[str, Any]) -> Rule:
    name = str(data.get("id"))
    allowed = {"id", "when", "verdict", "show", "use", "conditions", "claims"}
    if unknown := sorted(set(data) - allowed):
        raise syntax.error(name, unknown[0], "not a key of a rule")
    if missing := sorted({"id", "verdict"} - set(data)):
        raise syntax.error(name, missing[0], "is missing")
    for part in data.get("show", ()):
        if part not in shown:
            raise syntax.error(name, "show", f"{part!r} is not a list or a choice of this table")
    return Rule(
        name,
        syntax.condition(data["when"], name) if "when" in data else ALWAYS,
        _read_choice(data["verdict"], syntax, name),
        tuple(data.get("show", ())),
        data.get("use"),
        read_entries(data.get("conditions", ()), syntax, name),
        tuple(data.get("claims", ())),
    )
