"""Whatever is sent to the API, what comes back is a problem document, and never a fault of ours."""

import pytest

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
