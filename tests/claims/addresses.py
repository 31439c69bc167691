"""Every address of the read API, and how a client asks for one."""

from http import HTTPStatus
from typing import Any

V1 = "/api/v1"
ADDRESSES = [
    "",
    "claims/",
    "claims/rag-cost/",
    "claims/rag-cost@1/",
    "claims/rag-cost/revisions/",
    "claims/rag-cost/checks/",
    "topics/",
    "topics/costs/",
    "subjects/",
    "subjects/rag/",
    "metrics/",
    "metrics/build-cost/",
    "sources/",
    "sources/a-blog/",
    "conflicts/",
    "changes/",
    "compare/?metric=build-cost",
    "schema/",
]
NOT_READ_AS_JSON = {
    "api-claims-csv",
    "api-claims-jsonl",
    "api-dataset",
    "api-docs",
    "api-guide",
    "api-lookup",
    "api-recipes",
}
"""Names of the addresses that have tests of their own."""


def get(client, address: str, **headers: str) -> Any:
    """The answer. A length that it announces is its own: a real server sends no more than that."""
    answer = client.get(f"{V1}/{address}", headers=headers)
    if answer.status_code != HTTPStatus.NOT_MODIFIED and "Content-Length" in answer:
        assert int(answer["Content-Length"]) == len(answer.content)
    return answer


def with_parameter(address: str, parameter: str) -> str:
    """An address with one more query parameter."""
    return f"{address}{'&' if '?' in address else '?'}{parameter}"
