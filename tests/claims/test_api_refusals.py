"""Whatever is sent to the API, what comes back is a problem document, and never a fault of ours."""

import pytest
from django.test import RequestFactory

from config.wsgi_request import Request
from tests.claims.addresses import ADDRESSES, V1, with_parameter

pytestmark = pytest.mark.usefixtures("registry")
PROBLEM = "application/problem+json"
READ = [*ADDRESSES, "claims.csv", "claims.jsonl", "dataset/"]
NONSENSE = [
    "%00=1",
    "q=%00",
    "topic=%ED%A0%80",
    "%ff=%fe",
    "subject=" + "a" * 5000,
    "scope.=1",
    "scope.tier.deep=1",
    "scope.%00=1",
    "scope.tier=%00",
    "as_of=0000-00-00",
    "as_of=9999999999-01-01",
    "since=99999999999999999999999",
    "since=1e3",
    "page_size=-1",
    "cursor=%00",
    "cursor=" + "A" * 900,
    "value_min=1e999",
    "value_min=NaN",
    "metric=build-cost%00",
    "q=" + "x" * 201,
    "page_size=%D9%A5",
    "page_size=%2B5",
    "value_min=%EF%BC%91",
    "value_max=1_000",
    "value_min=1e-999999",
    "as_of=%D9%A2%D9%A0%D9%A2%D9%A5-01-01",
    "updated_after=01/02/2025",
    "updated_after=2025-W01-1",
    "facets=,",
    "facets=subject,,metric",
    "q=%FF",
    "scope.tier=%ED%A0%80",
    "a[]=1",
    "=",
]


@pytest.mark.parametrize("address", READ)
def test_a_query_that_makes_no_sense_is_refused(client, address: str) -> None:
    for query in NONSENSE:
        response = client.get(f"{V1}/{with_parameter(address, query)}")
        assert (response.status_code, response["Content-Type"]) == (400, PROBLEM), query
        assert response["Cache-Control"] == "private, no-store"
        assert response.json()["errors"], query


@pytest.mark.parametrize(
    "address",
    [
        "claims/%00/",
        "claims/a%00b@1/",
        "claims/rag-cost@0/",
        "claims/rag-cost@-1/",
        "claims/rag-cost@1.5/",
        "claims/%ED%A0%80/",
        "claims/..%2F..%2Fetc/",
        "claims/" + "a" * 500 + "/",
        "topics/%F0%9F%92%A9/",
        "claims.json/",
        "lookup/more/",
        "%00/",
    ],
)
def test_an_address_that_makes_no_sense_is_not_found(client, address: str) -> None:
    response = client.get(f"{V1}/{address}")
    assert (response.status_code, response["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize("address", READ)
def test_other_methods_are_told_what_is_right(client, address: str) -> None:
    where = f"{V1}/{address}"
    for method in ("post", "put", "patch", "delete"):
        response = getattr(client, method)(where, "{", content_type="application/json")
        assert (response.status_code, response["Content-Type"]) == (405, PROBLEM)
        assert response["Allow"] == "GET, HEAD, OPTIONS"
    options = client.options(where)
    assert (options.status_code, options["Allow"]) == (200, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("address", READ)
def test_what_nobody_can_give_is_not_acceptable(client, address: str) -> None:
    for accept in ("image/png", "text/html", "application/xml"):
        response = client.get(f"{V1}/{address}", headers={"accept": accept})
        assert (response.status_code, response["Content-Type"]) == (406, PROBLEM), accept


@pytest.mark.parametrize("address", READ)
def test_odd_headers_do_no_harm(client, address: str) -> None:
    odd = {"accept_language": "\x00;q=x, es;q=2,,*" + "a" * 600, "if_none_match": '"', "range": "bytes=0-1"}
    response = client.get(f"{V1}/{address}", headers={name.replace("_", "-"): value for name, value in odd.items()})
    assert response.status_code == 200
    assert response["ETag"]
    assert response["Cache-Control"]
    assert "Accept" in response["Vary"]


def test_a_cursor_that_is_none_is_named_beside_what_else_is_wrong(client) -> None:
    errors = client.get(f"{V1}/claims/?cursor=nonsense&unit=inch").json()["errors"]
    assert [error["parameter"] for error in errors] == ["unit", "cursor"]


@pytest.mark.parametrize("address", READ)
def test_who_has_it_already_is_told_what_is_wrong_all_the_same(client, address: str) -> None:
    tag = client.get(f"{V1}/{address}")["ETag"]
    assert client.get(f"{V1}/{address}", headers={"if-none-match": tag}).status_code == 304
    wrong = client.get(f"{V1}/{with_parameter(address, 'nonsense=1')}", headers={"if-none-match": tag})
    assert (wrong.status_code, [error["parameter"] for error in wrong.json()["errors"]]) == (400, ["nonsense"])


@pytest.mark.parametrize("address", READ)
def test_what_is_not_there_any_more_is_refused_where_it_is_asked_for(client, address: str) -> None:
    if address == "claims/":
        assert client.get(f"{V1}/{address}", headers={"if-match": "*"}).status_code == 200
    response = client.get(f"{V1}/{address}", headers={"if-match": '"another"'})
    assert (response.status_code, response["Content-Type"]) == (412, PROBLEM)


def test_a_request_that_cannot_even_be_read_is_a_problem_under_the_api_and_a_page_elsewhere(client) -> None:
    many = client.get(f"{V1}/claims/?" + "q=a&" * 1001)
    assert (many.status_code, many["Content-Type"]) == (400, PROBLEM)
    assert many.json()["detail"] == "An address takes at most 1000 parameters."
    elsewhere = client.get(f"{V1}/topics/", headers={"host": "evil.example"})
    assert (elsewhere.status_code, elsewhere["Content-Type"]) == (400, PROBLEM)
    assert elsewhere.json()["detail"] == "The header Host names none of the names of this site."
    page = client.get("/topics/", headers={"host": "evil.example"})
    assert (page.status_code, page["Content-Type"].partition(";")[0]) == (400, "text/html")


def test_a_content_type_in_an_unheard_of_encoding_is_no_fault_of_ours() -> None:
    environ = RequestFactory().get(f"{V1}/lookup/").environ | {"CONTENT_TYPE": "application/json; a*=nope''%41"}
    request = Request(environ)
    assert (request.content_type, request.content_params) == ("", {})
