"""The worked cases of a firm's framework: what they may say, and what comes out."""

import pytest

from assessments.engine import AnswersError
from assessments.engine.claim import Claims
from assessments.engine.framework_cases import MOST_CASES, not_reached, read_cases, run
from assessments.engine.framework_files import definition_of, read_definition
from assessments.engine.framework_findings import Findings
from assessments.engine.method import shipped
from tests.assessments.engine.conftest import AS_OF, read
from tests.assessments.engine.own_framework import example, known

RULES = ["a_prompt_is_enough", "nobody_to_call", "too_much_in_the_way", "nothing_in_the_way"]
VERDICTS = ["keep_it_small", "own_it", "leave_models_alone", "tune_and_test"]


def told(**parts):
    findings = Findings()
    read_cases({**example(), **parts}, findings, verdicts=VERDICTS, rules=RULES)
    return [str(problem) for problem in findings.problems]


def outcomes(data, claims=None):
    cases = read_cases(data, Findings(), verdicts=VERDICTS, rules=RULES)
    framework = read_definition(definition_of(data), known(), firm="Northwind", version="1")
    found = run(
        framework,
        cases,
        questionnaire=shipped().questionnaire,
        claims=Claims(read("keystone_claims.yaml") if claims is None else claims),
        as_of=AS_OF,
    )
    return framework, found


def test_the_cases_of_the_example_come_out_and_reach_every_rule():
    framework, found = outcomes(example())
    assert [one.holds for one in found] == [True] * 6
    assert [one.rule for one in found] == [
        "a_prompt_is_enough",
        "nobody_to_call",
        "nobody_to_call",
        "too_much_in_the_way",
        "too_much_in_the_way",
        "nothing_in_the_way",
    ]
    assert not_reached(framework, found) == []


def test_a_case_that_comes_out_otherwise_says_what_was_found():
    data = example()
    data["cases"][0] |= {"expect": "own_it"}
    data["cases"][1] |= {"fired": "nothing_in_the_way"}
    _, found = outcomes(data)
    assert [(one.holds, one.verdict, one.rule) for one in found[:2]] == [
        (False, "keep_it_small", "a_prompt_is_enough"),
        (False, "own_it", "nobody_to_call"),
    ]


def test_a_rule_that_no_case_reaches_is_named():
    data = example()
    del data["cases"][1:3]
    framework, found = outcomes(data)
    assert not_reached(framework, found) == ["nobody_to_call"]


def test_a_rule_that_stops_for_want_of_evidence_is_not_reached():
    framework, found = outcomes(example(), claims=[])
    assert {one.verdict for one in found[1:]} == {"evidence_missing"}
    assert not_reached(framework, found) == RULES[1:]


def test_answers_that_are_not_complete_are_refused():
    data = example()
    del data["base_answers"]["gaps"]
    with pytest.raises(AnswersError):
        outcomes(data)


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"base_answers": None}, "file: base_answers: is missing: all answers of one client, which the cases change"),
        ({"base_answers": [1]}, "file: base_answers: needs a mapping, not [1]"),
        ({"cases": []}, "file: cases: there is none: each rule needs one that reaches it"),
        ({"cases": "x"}, "file: cases: needs a list, not 'x'"),
        ({"cases": [{}] * (MOST_CASES + 1)}, "file: cases: has 201 entries; 200 are allowed"),
        ({"cases": [5]}, "case 1: cases: needs a mapping, not 5"),
        ({"cases": [{"expect": "own_it"}]}, "case 1: name: is missing"),
        ({"cases": [{"name": "A", "expect": "own_it"}] * 2}, "case 2: name: stands twice"),
        ({"cases": [{"name": "A"}]}, "case 1: expect: is missing"),
        ({"cases": [{"name": "A", "expect": ["x"]}]}, "case 1: expect: ['x'] is not a verdict of this file"),
        ({"cases": [{"name": "A", "expect": "own_it", "fired": "x"}]}, "case 1: fired: 'x' is not a rule of this file"),
        ({"cases": [{"name": "A", "expect": "own_it", "answers": 5}]}, "case 1: answers: needs a mapping, not 5"),
        ({"cases": [{"name": "A", "expect": "own_it", "given": 5}]}, "case 1: 'given': is not a key here"),
    ],
)
def test_what_is_wrong_with_a_case_is_told_with_its_number(parts, problem):
    assert problem in told(**parts)
