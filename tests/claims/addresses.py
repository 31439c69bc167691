"""Every address of the read API, and how a client asks for one."""

from typing import Any

V1 = "/api/v1"
ADDRESSES = [
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
    "schema/",
]


def get(client, address: str, **headers: str) -> Any:
    return client.get(f"{V1}/{address}", headers=headers)
