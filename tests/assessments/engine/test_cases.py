"""Every rule of every table, client by client: the worked clients of the domain, and cases kept beside the tables."""

import json

import pytest

from assessments.engine import evaluate
from assessments.engine.method import shipped
from tests.assessments.engine.conftest import AS_OF, CASES, read
from tests.shared_documents import SHARED

WORKED = json.loads((SHARED / "domain" / "cases.json").read_text(encoding="utf-8"))["cases"]
FRAMEWORKS = {framework.id: framework for framework in shipped().frameworks}
FRAMEWORK_CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted((CASES / "frameworks").glob("*.yaml"))
    for case in read(f"frameworks/{path.name}")
]
HOUSE_CASES = [pytest.param(case, id=case["name"]) for case in read("house.yaml")]
CLIENTS = [pytest.param(case, id=case["name"]) for case in read("clients.yaml")]
OBJECTION_CASES = [pytest.param(case, id=case["name"]) for case in read("objections.yaml")]
WARNING_CASES = [pytest.param(case, id=f"{n}: {case['code']}") for n, case in enumerate(read("warnings.yaml"))]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['id']}: {case['name']}") for case in WORKED])
def test_worked_clients_come_out_exactly(case, method, claims):
    result = evaluate(case["answers"], claims, as_of=AS_OF, frameworks=method.frameworks).as_dict()
    found = {verdict["id"]: verdict for verdict in result["frameworks"]}
    expected = case["expected"]
    assert {
        name: {key: found[name].get(key) for key in wanted} for name, wanted in expected["frameworks"].items()
    } == expected["frameworks"]
    assert {key: result["recommendation"][key] for key in expected["recommendation"]} == expected["recommendation"]


@pytest.mark.parametrize(("framework", "case"), FRAMEWORK_CASES)
def test_a_framework_judges_its_case(framework, case, judge):
    verdict = next(one for one in judge(case["answers"])["frameworks"] if one["id"] == framework)
    assert {key: verdict.get(key) for key in case["expect"]} == case["expect"]
    assert verdict["fired"] == case["fired"]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_rule_of_a_framework_fires_in_some_case(framework):
    fired = {case["fired"] for case in read(f"frameworks/{framework}.yaml")}
    assert fired == {rule.id for rule in FRAMEWORKS[framework].table.rules}


@pytest.mark.parametrize("case", HOUSE_CASES)
def test_the_house_recommends_in_its_case(case, judge):
    recommendation = judge(case["answers"])["recommendation"]
    assert {key: recommendation[key] for key in case["expect"]} == case["expect"]
    assert recommendation["fired"] == case["fired"]


def test_every_rule_of_the_house_fires_in_some_case(method):
    assert {case["fired"] for case in read("house.yaml")} == {rule.id for rule in method.house.table.rules}


@pytest.mark.parametrize("case", CLIENTS)
def test_a_whole_client_comes_out_as_the_rules_say(case, method, claims):
    assert case["answers"].keys() == method.questionnaire.by_id.keys()
    result = evaluate(case["answers"], claims, as_of=AS_OF, frameworks=method.frameworks).as_dict()
    found = {verdict["id"]: verdict for verdict in result["frameworks"]} | {"recommendation": result["recommendation"]}
    expected = {name: wanted for name, wanted in case["expect"].items() if name != "not_offered"}
    assert expected.keys() == found.keys()
    assert {name: {key: found[name].get(key) for key in wanted} for name, wanted in expected.items()} == expected
    assert [one["variant"] for one in result["options"] if not one["eligible"]] == case["expect"]["not_offered"]


@pytest.mark.parametrize("case", OBJECTION_CASES)
def test_a_way_to_build_is_objected_to_in_its_case(case, judge):
    options = judge(case["answers"])["options"]
    objections = {one["variant"]: one["inadequate_because"] for one in options if one["inadequate_because"]}
    assert objections == case["expect"]
    assert [one["variant"] for one in options if one["adequate"]] == [
        one["variant"] for one in options if one["variant"] not in objections
    ]


@pytest.mark.parametrize("case", WARNING_CASES)
def test_a_warning_is_raised_where_it_should_be_and_only_there(case, judge):
    assert case["code"] in {warning["code"] for warning in judge(case["raised"])["warnings"]}
    assert case["code"] not in {warning["code"] for warning in judge(case["not_raised"])["warnings"]}


def test_every_warning_has_a_case(method):
    assert {case["code"] for case in read("warnings.yaml")} == {warning.code for warning in method.warnings}
