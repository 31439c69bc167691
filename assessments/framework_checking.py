"""A framework file checked as a whole: opened in a child, held against questionnaire and registry, its cases run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from assessments import evidence_cache, facts
from assessments.engine.claim import Claims
from assessments.engine.errors import AnswersError
from assessments.engine.framework_cases import Outcome, WorkedCase, not_reached, read_cases, run
from assessments.engine.framework_files import CASES, definition_of, definition_problems, read_definition
from assessments.engine.framework_findings import Findings, Problem
from assessments.engine.framework_text import LARGEST
from assessments.engine.tables import Framework
from assessments.framework_choice import known
from claims.child import MEBIBYTE, Child, ChildError, Limits
from claims.models import Source

LIMITS = Limits(seconds=20, cpu_seconds=10, memory=512 * MEBIBYTE)


@dataclass(frozen=True)
class Checked:
    """What was found of a file. `framework` is None where it cannot be read; `outcomes` are those of its cases."""

    data: Mapping[str, Any]
    problems: tuple[Problem, ...]
    framework: Framework | None = None
    outcomes: tuple[Outcome, ...] = ()


def check(content: bytes, *, as_of: date, firm: str = "", version: str = "") -> Checked:
    """Check a file on the evidence of a day. Nothing is stored; every problem is told that can be found at once."""
    try:
        data = _opened(content)
    except ChildError as error:
        reason = str(error) if error.reason == "refused" else f"the file could not be read: {error}"
        return Checked({}, (Problem("file", "text", reason),))
    return check_data(data, as_of=as_of, firm=firm, version=version)


def check_data(data: Mapping[str, Any], *, as_of: date, firm: str = "", version: str = "") -> Checked:
    """The same of what a file holds."""
    claims = Claims(evidence_cache.of_day(as_of).claims)
    sources = frozenset(Source.objects.values_list("slug", flat=True))
    everything = replace(known(), claims={claim.slug: claim for claim in claims}, sources=sources)
    definition = definition_of(data)
    findings = Findings(definition_problems(definition, everything))
    sound = not findings.problems
    rules, verdicts = _codes(definition)
    cases = _answered(read_cases(data, findings, verdicts=verdicts, rules=rules), data, findings)
    if not sound:
        return Checked(data, tuple(findings.problems))
    framework = read_definition(definition, everything, firm=firm or "the firm", version=version)
    if findings.problems:
        return Checked(data, tuple(findings.problems), framework)
    outcomes = run(framework, cases, questionnaire=known().questionnaire, claims=claims, as_of=as_of)
    for one in outcomes:
        if not one.holds:
            findings.add(one.case.name, "expect", _told(one))
    for rule in not_reached(framework, outcomes):
        findings.add(rule, "cases", "is reached by no case: add one that it decides")
    return Checked(data, tuple(findings.problems), framework, tuple(outcomes))


def _opened(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST:  # not even handed over
        raise ChildError(f"the file is larger than {LARGEST // 1024} KB", reason="refused")
    with Child("assessments.framework_worker", limits=LIMITS) as child:
        data: dict[str, Any] = json.loads(child.ask({}, content)[1])
    return data


def _codes(definition: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Ids of the rules and codes of the verdicts, as far as they can be made out."""
    listed = definition.get("rules")
    rules = [rule for rule in listed if isinstance(rule, dict)] if isinstance(listed, list) else []
    verdicts: list[str] = []
    for given in (rule.get("verdict") for rule in rules):
        entries = given if isinstance(given, list) else [{"code": given}]
        verdicts += [str(entry.get("code")) for entry in entries if isinstance(entry, dict)]
    return [str(rule.get("id")) for rule in rules], verdicts


def _answered(cases: list[WorkedCase], data: Mapping[str, Any], findings: Findings) -> list[WorkedCase]:
    """The cases with all answers, hidden questions at their neutral ones. What is wrong with the base is told once."""
    base = data.get(CASES[0])
    try:
        facts.completed(base if isinstance(base, dict) else {})
    except AnswersError as error:
        if base:
            for question, message in error.errors:
                findings.add(CASES[0], question, message)
        return cases
    answered = []
    for case in cases:
        try:
            answered.append(replace(case, answers=facts.completed(case.answers)))
        except AnswersError as error:
            for question, message in error.errors:
                findings.add(case.name, question, message)
    return answered


def _told(outcome: Outcome) -> str:
    """Expected and found, as `fine_tune (rule a)`."""
    case = outcome.case
    expected = f"{case.verdict} by {case.rule}" if case.rule else case.verdict
    return f"expected {expected}, found {outcome.verdict} by {outcome.rule}"
