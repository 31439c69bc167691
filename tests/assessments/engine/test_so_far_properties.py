"""Whatever is answered so far: what is called decided is what the whole questionnaire says in the end."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.engine import evaluate
from assessments.engine.claim import Claims
from assessments.engine.so_far import so_far
from tests.assessments.engine.conftest import AS_OF
from tests.assessments.engine.test_engine_properties import ANSWERS, CLAIMS, METHOD, SLUGS

pytestmark = pytest.mark.slow

TABLES = (*(framework.table for framework in METHOD.frameworks), METHOD.house.table)
QUESTIONS = [question.id for question in METHOD.questionnaire.questions]
TRIED = ("prompt_result", "few_shot_result", "rag_result")

often = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def looked(answers, claims=CLAIMS):
    return so_far(answers, Claims(claims), as_of=AS_OF, questionnaire=METHOD.questionnaire, tables=TABLES)


def final(answers, claims=CLAIMS):
    """Table → (verdict, use, fallback or band) of the whole evaluation."""
    complete = METHOD.questionnaire.complete(answers)
    result = evaluate(complete, claims, as_of=AS_OF, frameworks=METHOD.frameworks).as_dict()
    found = {one["id"]: one for one in result["frameworks"]}
    return found | {"house": {"verdict": result["recommendation"]["option"], **result["recommendation"]}}


def without(claims, gone, how):
    if how == "missing":
        return [one for one in claims if one["slug"] not in gone]
    return [{**one, "freshness": "expired"} if one["slug"] in gone else one for one in claims]


def agrees(partial, complete, claims):
    verdicts = final(complete, claims)
    for name, table in looked(partial, claims).tables.items():
        if table.verdict is None:
            continue
        assert table.verdict == verdicts[name]["verdict"], name
        assert table.fired == verdicts[name]["fired"], name
        if table.use:
            assert table.use == verdicts[name]["use"]
        for choice, code in table.choices.items():
            assert verdicts[name][choice] == code


@often
@given(ANSWERS, st.sets(st.sampled_from(QUESTIONS)))
def test_a_decided_verdict_is_that_of_every_completion(answers, given_so_far):
    agrees({name: answers[name] for name in given_so_far}, answers, CLAIMS)


@often
@given(ANSWERS, st.sets(st.sampled_from(QUESTIONS), max_size=4))
def test_it_is_so_too_where_little_is_open_and_the_simple_ways_fell_short(answers, still_open):
    answers = answers | dict.fromkeys(TRIED, "falls_short") | {"n_examples": 20_000}
    agrees({name: answer for name, answer in answers.items() if name not in still_open}, answers, CLAIMS)


@often
@given(
    ANSWERS,
    st.sets(st.sampled_from(QUESTIONS)),
    st.lists(st.sampled_from(SLUGS), unique=True, max_size=20),
    st.lists(st.sampled_from(SLUGS), unique=True, max_size=20),
)
def test_it_is_so_too_where_evidence_is_missing_or_expired(answers, given_so_far, missing, expired):
    claims = without(without(CLAIMS, missing, "missing"), expired, "expired")
    agrees({name: answers[name] for name in given_so_far}, answers, claims)


@often
@given(ANSWERS, ANSWERS, st.sets(st.sampled_from(QUESTIONS)))
def test_a_settled_question_changes_no_verdict(answers, others, given_so_far):
    found = looked({name: answers[name] for name in given_so_far})
    first = final(answers)
    then = final(answers | {name: others[name] for name in found.settled})
    for name, verdict in first.items():
        assert then[name]["verdict"] == verdict["verdict"]
        assert then[name].get("fallback") == verdict.get("fallback")
        assert then[name].get("conditions") == verdict.get("conditions")


@often
@given(ANSWERS)
def test_with_every_answer_every_framework_is_decided(answers):
    found = looked(answers)
    assert (found.unanswered, found.settled) == ((), ())
    assert [name for name, table in found.tables.items() if table.verdict is None] in ([], ["house"])
