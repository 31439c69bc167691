"""What holds for any client: tried on answers nobody would think of."""

import json
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.engine import evaluate
from assessments.engine.method import shipped
from assessments.engine.result import canonical, digest
from tests.assessments.engine.conftest import AS_OF, read

pytestmark = pytest.mark.slow

METHOD = shipped()
CLAIMS = read("keystone_claims.yaml")
TUNED = {"fine_tune_lora", "fine_tune_full"}
SLUGS = [document["slug"] for document in CLAIMS]


def strategy(question):
    """Valid answers to one question, edges included."""
    if question.type == "bool":
        return st.booleans()
    if question.type == "enum":
        return st.sampled_from(question.values)
    if question.type == "multi_enum":
        return st.lists(st.sampled_from(question.values), unique=True)
    if question.type == "price_model":
        return st.just("gpt-6.1-sol")
    low, high = float(question.minimum), float(question.maximum)
    numbers = st.integers(int(low) + (low > int(low)), int(high))
    if question.type == "number":
        numbers = st.one_of(numbers, st.floats(low, high, allow_nan=False))
    return st.one_of(numbers, st.none()) if question.nullable else numbers


ANSWERS = st.fixed_dictionaries({question.id: strategy(question) for question in METHOD.questionnaire.questions})


def assess(answers, claims=CLAIMS):
    return evaluate(answers, claims, as_of=AS_OF, frameworks=METHOD.frameworks).as_dict()


quick = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(ANSWERS)
def test_any_client_gets_a_whole_result(answers):
    result = assess(answers)
    options = {option["option"] for option in result["options"]}
    assert result["recommendation"]["option"] in options | {"staged"}
    json.dumps(result, allow_nan=False)
    figures = {figure["id"]: figure for figure in result["figures"]}
    claims = {citation["claim"] for citation in result["citations"]}
    for figure in figures.values():
        origin = figure["origin"]
        assert all(one in figures for one in origin.get("inputs", []))
        assert origin["kind"] != "claim" or origin["claim"] in claims
    for named in _figure_ids(result):
        assert named in figures
    assert all(one["claim"] in claims for part in result["evidence"].values() for one in part)


def _figure_ids(result):
    """Every id of a figure that any part of the result names."""
    for part in [
        *result["frameworks"],
        *result["warnings"],
        *result["questions"],
        *result["recommendation"]["reasons"],
    ]:
        yield from part["figures"]
    for option in result["options"]:
        yield from option["figures"].values()
    for flip in result["recommendation"]["flips"]:
        yield from (flip["figure"], flip["at_figure"])
    yield from result["assumptions"]
    for key, value in result["break_even"].items():
        if isinstance(value, str) and key != "against" and value not in ("never", "immediate"):
            yield value


@quick
@given(ANSWERS)
def test_fine_tuning_is_never_recommended_to_add_facts(answers):
    result = assess(answers)
    option = result["recommendation"]["option"]
    changes = answers["knowledge_change"] != "never"
    facts = answers["needs_private_facts"] and (changes or answers["citation_required"] or answers["regulated"])
    behaviour = {"format_style", "domain_vocabulary", "domain_reasoning", "latency", "cost_at_volume"}
    if option in TUNED | {"hybrid_rag_lora"}:
        assert behaviour & set(answers["gaps"])
    if facts:
        assert option not in TUNED
    if option in TUNED and (answers["needs_private_facts"] or "facts" in answers["gaps"]):
        assert "facts_by_fine_tuning" in {warning["code"] for warning in result["warnings"]}


@quick
@given(ANSWERS)
def test_verdicts_agree_with_their_own_parts(answers):
    found = {verdict["id"]: verdict for verdict in assess(answers)["frameworks"]}
    gates = found["five-gates"]
    assert (gates["verdict"] == "do_not_fine_tune") is bool(gates["failed"])
    assert gates["failed"] == [
        gate for gate in ("examples", "stable", "maximised", "latency", "budget") if gate in gates["failed"]
    ]
    tried = [answers["prompt_result"], answers["few_shot_result"], answers["rag_result"]]
    assert (found["simplest-first"]["verdict"] == "overkill") is ("solves" in tried)
    tokens = answers["requests_per_month"] * (answers["tokens_in"] + answers["tokens_out"])
    assert found["payback"]["monthly_tokens"] == pytest.approx(tokens, rel=1e-9, abs=1e-6)
    if not answers["needs_private_facts"] and not answers["citation_required"]:
        assert found["change-and-citation"]["verdict"] in ("fine_tune", "out_of_scope")


@quick
@given(ANSWERS)
def test_the_same_inputs_give_the_same_bytes(answers):
    first, second = assess(answers), assess(deepcopy(answers), list(reversed(deepcopy(CLAIMS))))
    assert canonical(first) == canonical(second)
    assert first.pop("digest") == digest(first)


@quick
@given(ANSWERS, st.lists(st.sampled_from(SLUGS), unique=True, max_size=8))
def test_an_assessment_stands_on_nothing_but_what_it_cites(answers, expired):
    claims = [
        {**document, "freshness": "expired", "expires_on": AS_OF.isoformat()}
        if document["slug"] in expired
        else document
        for document in CLAIMS
    ]
    result = assess(answers, claims)
    cited = {citation["claim"].rpartition("@")[0] for citation in result["citations"]}
    again = assess(answers, [document for document in claims if document["slug"] in cited])
    assert canonical(again) == canonical(result)


@quick
@given(ANSWERS, st.sampled_from(["small-model", "dpo", "qlora"]))
def test_a_claim_about_something_else_changes_nothing(answers, subject):
    other = next(one for one in CLAIMS if one["slug"] == "rag-maintenance-hours")
    stranger = {**other, "slug": "a-stranger", "subject": {"slug": subject}, "metric": {"slug": "availability"}}
    assert canonical(assess(answers, [stranger, *CLAIMS])) == canonical(assess(answers))


@quick
@given(ANSWERS, st.lists(st.sampled_from(SLUGS), unique=True, max_size=20), st.sampled_from(["missing", "expired"]))
def test_missing_and_expired_evidence_never_breaks_an_assessment(answers, gone, how):
    if how == "missing":
        claims = [one for one in CLAIMS if one["slug"] not in gone]
    else:
        claims = [{**one, "freshness": "expired"} if one["slug"] in gone else one for one in CLAIMS]
    result = assess(answers, claims)
    assert not {f"{slug}@1" for slug in gone} & {one["claim"] for one in result["citations"] if one["used"]}
    for option in result["options"]:
        assert (option["tco"]["low"] is None) is (option["missing"] != [])


@quick
@given(ANSWERS, st.sampled_from(SLUGS), st.sampled_from(["low", "high"]))
def test_a_claim_that_lost_an_end_never_breaks_an_assessment(answers, slug, end):
    claims = deepcopy(CLAIMS)
    value = next(one for one in claims if one["slug"] == slug)["value"]
    kept = {"low": value["low"], "likely": None, "high": value["high"], end: None}
    value.update(kept)
    assess(answers, claims)
