"""The guide to the API says what there is, and its examples work as they stand, one after the other."""

import json
import re
import shlex

import pytest
import yaml
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from assessments import api_urls as ours
from assessments.case_pages import CaseListForm
from assessments.models import Token
from reports import api_urls as of_reports
from reports.issue_body import MEMBERS
from tests import factories, starter
from tests.assessments.programs import program

pytestmark = pytest.mark.django_db
DOCS = settings.BASE_DIR / "docs"
V1 = "/api/v1/"


def guide() -> str:
    return (DOCS / "api.md").read_text(encoding="utf-8")


def examples() -> list[list[str]]:
    """The words of each curl in the guide's examples, in their order."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", guide(), re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.startswith("curl")]


def sent(words: list[str], files: dict[str, str]) -> dict:
    """What a curl sends."""
    request = {"method": "GET", "headers": {}, "data": ""}
    rest = iter(words[1:])
    for word in rest:
        match word:
            case "-X":
                request["method"] = next(rest)
            case "-H":
                name, _, value = next(rest).partition(": ")
                request["headers"][name] = value
            case "-d":
                data = next(rest)
                request["data"] = files[data[1:]] if data.startswith("@") else data
            case "-o":
                next(rest)
            case _:
                request["path"] = word.removeprefix("$SITE")
    return request


def test_the_examples_work_as_they_stand(client, time_machine):
    time_machine.move_to(factories.NOON, tick=False)
    starter.fill()
    hers = program()
    answers = yaml.safe_load((DOCS / "examples" / "answers.yaml").read_text(encoding="utf-8"))
    files = {"answers.json": json.dumps({"version": 2, "answers": answers})}
    schema = SchemaGenerator().get_schema(request=None, public=True)
    statuses = []
    for words in examples():
        request = sent(words, files)
        assert request["headers"].pop("Authorization") == "Bearer $TOKEN"
        answer = client.generic(
            request["method"],
            request["path"],
            request["data"],
            content_type=request["headers"].pop("Content-Type", ""),
            headers=hers.headers | request["headers"],
        )
        statuses.append(answer.status_code)
        assert answer.status_code < 400, answer.content
        path = request["path"].replace("A-2026-0001", "{reference}")
        described = schema["paths"][path][request["method"].lower()]["responses"][str(answer.status_code)]["content"]
        if answer["Content-Type"] == "application/json":
            shape = described["application/json"]["schema"]
            validator = Draft202012Validator({**shape, "components": schema["components"]})
            assert list(validator.iter_errors(answer.json())) == []
        else:
            assert (list(described), answer.content[:5]) == (["application/pdf"], b"%PDF-")
    assert statuses == [201, 200, 200, 200, 201, 200]


def test_each_address_parameter_and_scope_is_documented():
    named = set(re.findall(r"`([^`\s]+)`", guide()))
    patterns = [str(one.pattern) for one in (*ours.urlpatterns, *of_reports.urlpatterns)]
    assert {re.sub(r"<\w+:(\w+)>", r"{\1}", pattern) for pattern in patterns} <= named
    assert {*CaseListForm.base_fields, *Token.Scope.values, *MEMBERS} <= named


def test_the_schema_names_every_error_and_how_one_is_recognised():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    always = {"400", "401", "403", "404", "406", "429", "default"}
    also = {
        "assessments_list": {"200", "304"},
        "assessments_create": {"201", "409", "413", "415", "422"},
        "assessments_get": {"200", "304"},
        "assessments_answer": {"200", "409", "412", "413", "415", "422"},
        "assessments_evaluate": {"200", "409", "413", "415"},
        "assessments_issue": {"201", "409", "413", "415", "422", "503"},
        "assessments_report": {"200", "304", "409", "503"},
    }
    found = {
        operation["operationId"]: operation
        for path, item in schema["paths"].items()
        if path.startswith(f"{V1}assessments/")
        for operation in item.values()
    }
    assert {name: set(one["responses"]) - always for name, one in found.items()} == also
    for one in found.values():
        assert always <= set(one["responses"])
        assert one["security"] == [{"token": []}, {"session": []}]
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
