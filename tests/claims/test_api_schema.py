"""What the API says of itself: its OpenAPI document, its page, its guide."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from claims import api_urls
from claims.filters import FILTERS
from claims.listing import PageForm
from tests.claims.addresses import ADDRESSES, V1, get

pytestmark = pytest.mark.usefixtures("registry")


def test_the_schema_is_valid_and_needs_no_warning() -> None:
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    assert schema["openapi"].startswith("3.1")
    assert not GENERATOR_STATS


def test_the_page_has_its_sections_in_the_order_of_who_reads_it(client) -> None:
    schema = get(client, "schema/").json()
    named = [section["name"] for section in schema["tags"]]
    assert named[:3] + named[-1:] == ["start", "claims", "compare", "assessments"]
    assert all(section["description"] for section in schema["tags"])
    operations = [operation for item in schema["paths"].values() for operation in item.values()]
    assert {tag for operation in operations for tag in operation["tags"]} == set(named)
    assert [operation["summary"] for operation in operations if "`" in operation["summary"]] == []  # it is no markdown


@pytest.mark.parametrize("address", [address for address in ADDRESSES if address != "schema/"])
def test_what_is_served_is_what_the_schema_says(client, address: str) -> None:
    schema = get(client, "schema/").json()
    (operation,) = [
        item["get"]
        for path, item in schema["paths"].items()
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/@]+", re.escape(path)), f"{V1}/{address.partition('?')[0]}")
    ]
    shape = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**shape, "components": schema["components"]})
    served = get(client, address).json()
    assert list(validator.iter_errors(served)) == []
    assert list(validator.iter_errors({})) != []


def test_the_schema_names_each_key_of_a_document(client) -> None:
    properties = get(client, "schema/").json()["components"]["schemas"]["Claim"]["properties"]
    assert properties.keys() == get(client, "claims/rag-cost/").json().keys()


def test_the_schema_has_each_parameter_of_the_list(client) -> None:
    described = get(client, "schema/").json()["paths"][f"{V1}/claims/"]["get"]["parameters"]
    names = {row["name"] for row in described if row["in"] == "query"}
    assert names == {*FILTERS, *PageForm.base_fields, "scope.tier"}
    assert all(row["description"] for row in described)


def test_the_guide_names_each_address_and_parameter() -> None:
    guide = Path(settings.BASE_DIR, "docs", "api.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`\s]+)`", guide))
    assert {*FILTERS, *PageForm.base_fields, "since"} <= named | {"since"}
    patterns = {re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)) for pattern in api_urls.urlpatterns}
    assert patterns - {""} <= named


def test_the_page_of_the_api_needs_nothing_from_elsewhere(client) -> None:
    response = client.get(f"{V1}/docs/")
    assert response.status_code == 200
    loaded = re.findall(r'(?:src|href|data-schema)="([^"]+)"', response.content.decode())
    assert f"{V1}/schema/" in loaded
    assert [address for address in loaded if not address.startswith(("/", "#", "http://testserver/"))] == []
