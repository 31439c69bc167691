"""Answers that are a range, or "I do not know": what the engine takes them for, and what it refuses."""

from decimal import Decimal

import pytest

from assessments.engine import AnswersError
from assessments.engine.errors import FrameworkError
from assessments.engine.facts import validate

VOLUME = {"low": 1000, "likely": 30000, "high": 1000000}
UNKNOWNS = {
    "requests_per_month": VOLUME,
    "regulated": True,
    "prompt_result": "untested",
    "gaps": ["facts"],
    "needs_private_facts": True,
}


def question(data, name):
    return next(one for one in data["questions"] if one["id"] == name)


@pytest.fixture
def unknowing(tables):
    """The shipped tables, with questions that may be left unknown."""

    def allow(data):
        for name, stands_for in UNKNOWNS.items():
            question(data, name)["unknown"] = stands_for

    return tables("questionnaire.yaml", allow)


@pytest.fixture
def result(judge, unknowing):
    return lambda **changes: judge(changes, method=unknowing, frameworks=unknowing.frameworks)


def test_a_range_is_an_answer_with_ends(result):
    volume = {"low": 10000, "likely": 20000, "high": 60000}
    found = result(requests_per_month=volume)
    origin = {"kind": "answer", "question": "requests_per_month"}
    figure = next(one for one in found["figures"] if one["origin"] == origin)
    assert (figure["low"], figure["likely"], figure["high"]) == (10000, 20000, 60000)
    assert found["answers"]["requests_per_month"] == volume
    drawn = {one["figure"]: one["distribution"] for one in found["uncertainty"]["inputs"]}
    assert drawn[figure["id"]] == "triangular"


def test_an_unknown_number_is_an_assumption_with_wide_ends(result):
    found = result(requests_per_month="unknown")
    figure = next(one for one in found["figures"] if one["key"] == "unknown_requests_per_month")
    assert (figure["low"], figure["likely"], figure["high"]) == (1000, 30000, 1000000)
    assert figure["origin"]["kind"] == "assumption"
    assert figure["id"] in found["assumptions"]
    assert found["answers"]["requests_per_month"] == "unknown"
    drawn = {one["figure"]: one["distribution"] for one in found["uncertainty"]["inputs"]}
    assert drawn[figure["id"]] == "log_uniform"


def test_an_unknown_number_widens_what_rests_on_it(result):
    def width(answer):
        few_shot = {one["variant"]: one for one in result(requests_per_month=answer)["options"]}["few_shot"]
        return few_shot["tco"]["p90"] - few_shot["tco"]["p10"]

    assert width("unknown") > 10 * width(30000)


def test_an_unknown_choice_takes_what_stands_for_it(answers, unknowing):
    facts = validate(answers(regulated="unknown", prompt_result="unknown", gaps="unknown"), unknowing.questionnaire)
    assert (facts["regulated"], facts["prompt_result"], facts["gaps"]) == (True, "untested", frozenset({"facts"}))
    assert sorted(facts.unknown) == ["gaps", "prompt_result", "regulated"]


def test_what_stands_for_an_unknown_answer_decides_what_is_asked(unknowing):
    questionnaire = unknowing.questionnaire
    change = questionnaire.by_id["knowledge_change"]
    assert questionnaire.shown(change, {"needs_private_facts": "unknown"})
    assert not questionnaire.shown(change, {"needs_private_facts": False})


REFUSED = [
    ("a number everything rests on", "horizon_months", "unknown", "cannot be left unknown: everything else rests on it"),
    ("a choice everything rests on", "deployment", "unknown", "cannot be left unknown: everything else rests on it"),
    ("a range of months", "horizon_months", {"low": 6, "likely": 12, "high": 24}, "takes one number, not a range"),
    ("a range without its middle", "tokens_in", {"low": 1, "high": 2}, "as a range needs likely"),
    ("a range with a fourth part", "tokens_in", {"low": 1, "likely": 1, "high": 2, "mean": 1}, "takes low, likely and high, not mean"),
    ("a range upside down", "tokens_in", {"low": 5, "likely": 4, "high": 6}, "must have low, likely and high in this order"),
    ("an end out of bounds", "tokens_in", {"low": 0, "likely": 4, "high": 6}, "must be from 1 to 1000000, not 0"),
    ("an end that is no number", "tokens_in", {"low": "1", "likely": 4, "high": 6}, "must be a number, not '1'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "answer", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_refused_with_what_would_be_right(answers, method, name, answer, message):
    with pytest.raises(AnswersError) as error:
        validate(answers(**{name: answer}), method.questionnaire)
    assert error.value.errors == [(name, message)]


def test_what_stands_for_an_unknown_number_must_be_within_the_bounds(tables):
    def out(data):
        question(data, "tokens_in")["unknown"] = {"low": 0, "likely": 5, "high": 9}

    with pytest.raises(FrameworkError, match="tokens_in: unknown: low, likely and high must be in order"):
        tables("questionnaire.yaml", out)


CONDITIONS = [
    ("the middle of a range", "tokens_in", {"low": 1, "likely": 100, "high": 200}, True),
    ("a middle below it", "tokens_in", {"low": 1, "likely": 99, "high": 200}, False),
    ("the middle of what is not known", "requests_per_month", "unknown", True),
]


@pytest.mark.parametrize(
    ("name", "answer", "shown"), [case[1:] for case in CONDITIONS], ids=[case[0] for case in CONDITIONS]
)
def test_a_condition_reads(tables, name, answer, shown):
    def asked(data):
        question(data, "requests_per_month")["unknown"] = VOLUME
        question(data, "tokens_out")["shown_when"] = {"fact": name, "op": "ge", "value": 100}
        question(data, "tokens_out")["when_hidden"] = 1

    questionnaire = tables("questionnaire.yaml", asked).questionnaire
    assert questionnaire.shown(questionnaire.by_id["tokens_out"], {name: answer}) is shown


def test_moving_a_fact_leaves_the_rest(answers, method):
    facts = validate(answers(), method.questionnaire)
    assert facts.moved("tokens_in", Decimal(5))["tokens_in"] == Decimal(5)
    assert facts["tokens_in"] == Decimal(800)
