"""Each example request of the schema is sent, and each answer, right or wrong, is what the schema says it is."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework.throttling import AnonRateThrottle

from claims import operations
from claims.api_examples import CLAIM, EXAMPLES, Example
from claims.api_examples import operations as described
from tests.claims import factories as make
from tests.claims.addresses import V1
from tests.claims.factories import NOON
from tests.claims.shelf import on

pytestmark = pytest.mark.usefixtures("registry")
EVERY = [(operation, example) for operation, examples in EXAMPLES.items() for example in examples]
FIRST = [(operation, examples[0]) for operation, examples in EXAMPLES.items()]


@pytest.fixture(autouse=True)
def named_in_examples(registry) -> None:
    """What the examples name of the starter registry and the small one does not have."""
    source = make.source("devto-rag-vs-fine-tuning")
    claim = make.publish(CLAIM, at=on(11, 1), citations=[make.citation(source=source)]).claim
    operations.check(by=make.editor(), at=NOON, claim=claim, kind="read_in_context")


@lru_cache
def schema() -> dict[str, Any]:
    """The schema as it is served, in which no object has a key that is not named: what is served is to be described."""
    found: dict[str, Any] = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))
    for part in found["components"]["schemas"].values():
        if part.get("type") == "object" and "properties" in part:
            part.setdefault("additionalProperties", False)
    return found


def operation_of(name: str) -> dict[str, Any]:
    [found] = [operation for _, operation in described(schema()) if operation["operationId"] == name]
    return found


def send(client: Client, example: Example, *, address: str | None = None, **headers: str) -> Any:
    asked = f"{V1}/{example.address if address is None else address}"
    if example.body is None:
        return client.get(asked, headers=headers)
    return client.post(asked, json.dumps(example.body), content_type="application/json", headers=headers)


def errors(shape: dict[str, Any], value: Any) -> list[str]:
    validator = Draft202012Validator({**shape, "components": schema()["components"]}, format_checker=FormatChecker())
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(value)]


def is_described(operation: dict[str, Any], response: Any) -> None:
    """Fail unless the schema has this status, this media type, this body and these headers."""
    answer = operation["responses"][str(response.status_code)]
    for name, header in answer["headers"].items():
        assert name in response or not header["required"], name
    if response.status_code == 304:
        assert response.content == b""
        return
    media_type = response["Content-Type"].partition(";")[0]
    shape = answer["content"][media_type]["schema"]
    if media_type.endswith("json"):
        body = response.json()
        assert errors(shape, body) == []
        assert not shape.get("$ref") or errors(shape, {}) != []


@pytest.mark.parametrize(("name", "example"), EVERY, ids=lambda value: getattr(value, "address", None))
def test_each_example_finds_something_and_is_answered_as_described(client, name: str, example: Example) -> None:
    response = send(client, example)
    assert response.status_code == 200, response.content
    is_described(operation_of(name), response)
    content = response.getvalue()
    assert len(content) > 50
    assert b'"results":[]' not in content
    assert b'"groups":[]' not in content


@pytest.mark.parametrize(("name", "example"), FIRST, ids=lambda value: getattr(value, "address", None))
def test_what_goes_wrong_is_answered_as_described(
    client, monkeypatch: pytest.MonkeyPatch, settings, name: str, example: Example
) -> None:
    operation = operation_of(name)
    response = send(client, example)
    if "304" in operation["responses"]:
        again = send(client, example, if_none_match=response["ETag"])
        assert again.status_code == 304
        is_described(operation, again)
    seen = {}
    separator = "&" if "?" in example.address else "?"
    seen[400] = send(client, example, address=f"{example.address}{separator}colour=red")
    seen[406] = send(client, example, accept="image/png")
    if "412" in operation["responses"]:
        seen[412] = send(client, example, if_match='"what was here before"')
    if "404" in operation["responses"]:
        [part] = re.findall(r"/([^/@]+)", f"/{example.address}")[1:2]
        seen[404] = send(client, example, address=example.address.replace(part, "no-such-thing", 1))
    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": "1/min"})
    settings.API_RATE = (1, 60)
    cache.clear()
    seen[429] = [send(client, example) for _ in range(2)][-1]
    for status, answer in seen.items():
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        is_described(operation, answer)


def test_every_address_that_is_read_can_refuse_what_is_not_there_any_more() -> None:
    assert {name for name in EXAMPLES if "412" not in operation_of(name)["responses"]} == {"lookup"}


def test_linked_data_is_described_where_it_is_given(client) -> None:
    linked = "application/ld+json"
    found = {name for name, one in FIRST if send(client, one, accept=f"{linked}, */*;q=0.1")["Content-Type"] == linked}
    assert found == {name for name, _ in FIRST if linked in operation_of(name)["responses"]["200"]["content"]}
    assert found == {"claims_list", "claims_get", "revisions_get", "dataset"}
    for name, example in FIRST:
        if name in found:
            is_described(operation_of(name), send(client, example, accept=linked))


def test_a_list_that_has_ended_is_answered_as_described(client) -> None:
    begun = client.get(f"{V1}/claims/?ordering=checked_on&page_size=1").json()["next"]
    claim = make.Claim.objects.get(slug="rag-cost")
    operations.check(by=make.editor(), at=NOON, claim=claim, kind="read_in_context")
    ended = client.get(begun)
    assert ended.status_code == 410
    is_described(operation_of("claims_list"), ended)


def test_every_operation_that_is_open_to_all_has_an_example() -> None:
    open_to_all = {operation["operationId"] for _, operation in described(schema()) if operation["security"] == [{}]}
    assert open_to_all == set(EXAMPLES)
    for name in EXAMPLES:
        operation = operation_of(name)
        assert [one["url"] for one in operation["x-examples"]] == [f"{V1}/{one.address}" for one in EXAMPLES[name]]
        assert operation["summary"]
        assert operation["description"].startswith(operation["summary"])
        assert {"400", "406", "429", "default"} <= operation["responses"].keys()


def test_a_line_of_the_file_is_a_claim_of_the_schema(client) -> None:
    for line in client.get(f"{V1}/claims.jsonl").getvalue().splitlines():
        assert errors({"$ref": "#/components/schemas/Claim"}, json.loads(line)) == []


def test_each_kind_of_finding_is_as_described(client) -> None:
    make.change(make.Claim.objects.get(slug="rule").current_revision, at=on(11, 2), assumptions="Now it has some.")
    asked = Example("", "lookup/", ["rag-cost@2", "rule@1", "withdrawn@1", "rule@9", "nothing@1"])
    response = send(client, asked)
    is_described(operation_of("lookup"), response)
    assert [one["finding"] for one in response.json()["results"]] == [
        "current", "changed", "retracted", "unknown", "unknown",
    ]  # fmt: skip


def starter_slugs() -> Iterator[str]:
    for path in Path(project.BASE_DIR, "claims", "starter").glob("*.yaml"):
        yield from re.findall(r"\bslug: ([\w-]+)", path.read_text(encoding="utf-8"))


def test_the_examples_name_what_the_starter_registry_has() -> None:
    known = set(starter_slugs())
    for example in (one for examples in EXAMPLES.values() for one in examples):
        named = re.findall(r"(?:topic|subject|metric|source)s?(?:=|/)([a-z-]+)", example.address)
        assert set(named) <= known
        assert CLAIM in known


def test_a_fault_of_ours_is_a_problem_document_without_a_word_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("claims.catalogue.conflicts", broken)
    client = Client(raise_request_exception=False)
    response = client.get(f"{V1}/conflicts/?")
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert b"secret" not in response.content
    operation = operation_of("conflicts_list")
    shape = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
    assert errors(shape, response.json()) == []
