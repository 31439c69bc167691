"""The worked cases of a framework file: what they say, and what comes out when they are run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments.engine.claim import Claims
from assessments.engine.client_case import ClientCase
from assessments.engine.facts import validate
from assessments.engine.framework_findings import Findings
from assessments.engine.ledger import Ledger
from assessments.engine.questionnaire import Questionnaire
from assessments.engine.tables import Framework

MOST_CASES = 200


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """A client in a sentence, with all answers, the verdict to expect, and the rule where it is said."""

    name: str
    answers: Mapping[str, Any]
    verdict: str
    rule: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case with what came out: the verdict and the rule that fired."""

    case: WorkedCase
    verdict: str
    rule: str

    @property
    def holds(self) -> bool:
        """Whether it came out as expected."""
        return self.verdict == self.case.verdict and self.case.rule in (None, self.rule)


def read_cases(
    data: Mapping[str, Any], findings: Findings, *, verdicts: Collection[str], rules: Collection[str]
) -> list[WorkedCase]:
    """The cases of a file, each on top of `base_answers`; what is wrong with them goes to `findings`."""
    base = findings.mapping(data.get("base_answers"), "file", "base_answers")
    entries = findings.entries(data.get("cases"), "file", "cases", most=MOST_CASES)
    if not base:
        findings.add("file", "base_answers", "is missing: all answers of one client, which the cases change")
    if not entries:
        findings.add("file", "cases", "there is none: each rule needs one that reaches it")
    found: list[WorkedCase] = []
    for number, entry in enumerate(entries, start=1):
        place = f"case {number}"
        case = findings.mapping(entry, place, "cases")
        findings.keys(case, place, needed=("name", "expect"), allowed=("answers", "fired"))
        name = findings.sentence(case["name"], place, "name") if case.get("name") is not None else ""
        if name in [one.name for one in found]:
            findings.add(place, "name", "stands twice")
        if case.get("expect") is not None:
            findings.one_of(case["expect"], verdicts, place, "expect", "a verdict of this file")
        if case.get("fired") is not None:
            findings.one_of(case["fired"], rules, place, "fired", "a rule of this file")
        answers = {**base, **findings.mapping(case.get("answers"), place, "answers")}
        found.append(WorkedCase(name or place, answers, str(case.get("expect")), case.get("fired")))
    return found


def run(
    framework: Framework,
    cases: Sequence[WorkedCase],
    *,
    questionnaire: Questionnaire,
    claims: Claims,
    as_of: date,
) -> list[Outcome]:
    """What each case comes to on the claims of a day. Raises AnswersError for answers that are not complete and valid."""
    outcomes = []
    for case in cases:
        facts = validate(case.answers, questionnaire)
        found = framework.table.find(ClientCase(facts, questionnaire, claims, as_of, Ledger()))
        outcomes.append(Outcome(case, found.verdict, found.fired))
    return outcomes


def not_reached(framework: Framework, outcomes: Sequence[Outcome]) -> list[str]:
    """The rules that decided none of the cases; one that stopped for want of evidence has decided nothing."""
    verdicts = {entry.code for rule in framework.table.rules for entry in rule.verdict}
    reached = {one.rule for one in outcomes if one.verdict in verdicts}
    return [rule.id for rule in framework.table.rules if rule.id not in reached]
