"""Requests that show what each address of the API is for: in its OpenAPI document, and sent by a test.

They name what the starter registry holds. `add` is a hook of drf-spectacular: it also says of every answer which headers
it carries, and that whatever else goes wrong is a problem document too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from claims.api_errors import PROBLEM

V1 = "/api/v1/"
CLAIM = "rag-build-cost-production"


@dataclass(frozen=True, slots=True)
class Example:
    """A request: what it asks for in words, its address under /api/v1/, the JSON that it sends, what it accepts."""

    words: str
    address: str
    body: Any = None
    accept: str = ""


EXAMPLES: dict[str, list[Example]] = {
    "root": [Example("Where everything is", "")],
    "claims_list": [
        Example(
            "Fresh claims on the cost of RAG, cheapest first, with their sources",
            "claims/?topic=costs&subject=rag&unit=currency&freshness=fresh&ordering=value",
        ),
        Example("Claims in whose text both words occur", "claims/?q=production%20cost"),
        Example("Claims that another one contests, by metric", "claims/?contested=true&facets=metric&count=true"),
        Example("What the registry said at the end of a day", "claims/?subject=rag&as_of=2026-11-22"),
        Example("Claims about systems for production", "claims/?scope.tier=production"),
    ],
    "claims_get": [Example("The claim as it stands today", f"claims/{CLAIM}/")],
    "revisions_get": [Example("The first revision, to cite and to keep", f"claims/{CLAIM}@1/")],
    "claims_revisions_list": [Example("Its history", f"claims/{CLAIM}/revisions/")],
    "claims_checks_list": [Example("Who looked at it when", f"claims/{CLAIM}/checks/")],
    "claims_csv": [
        Example("The whole registry as a table", "claims.csv"),
        Example("The claims on costs as a table", "claims.csv?topic=costs"),
    ],
    "claims_jsonl": [Example("The whole registry, a claim a line", "claims.jsonl")],
    "compare": [
        Example("What building costs, side by side", "compare/?metric=build-cost"),
        Example(
            "The same for RAG systems for production", "compare/?metric=build-cost&subject=rag&scope.tier=production"
        ),
    ],
    "lookup": [
        Example(
            "What has become of three things that somebody cites",
            "lookup/",
            [f"{CLAIM}@1", "no-such-claim@1", f"sha256:{'0' * 64}"],
        )
    ],
    "changes_list": [
        Example("Everything from the start", "changes/"),
        Example("What came after the second change, ten at a time", "changes/?since=2&page_size=10"),
    ],
    "conflicts_list": [Example("Claims that disagree, and what was decided", "conflicts/")],
    "dataset": [Example("The registry as catalogues of data sets read it", "dataset/")],
    "topics_list": [Example("All slugs of topics", "topics/")],
    "topics_get": [Example("One topic", "topics/costs/")],
    "subjects_list": [Example("All slugs of subjects", "subjects/")],
    "subjects_get": [Example("One subject", "subjects/rag/")],
    "metrics_list": [Example("All slugs of metrics, with their units", "metrics/")],
    "metrics_get": [Example("One metric", "metrics/build-cost/")],
    "sources_list": [Example("All sources, with grade and interest", "sources/")],
    "sources_get": [Example("One source", "sources/devto-rag-vs-fine-tuning/")],
}

# What stands with the claims on the page of the API, though its address begins otherwise.
TAGS = {"root": ["start"], "claims_csv": ["claims"], "claims_jsonl": ["claims"], "dataset": ["claims"]}
SECTIONS = {
    "start": "What there is.",
    "claims": "Found by topic, metric, freshness and more; one of them; all of them as a file.",
    "compare": "Claims on one metric beside each other.",
    "changes": "What was published, retracted and superseded.",
    "lookup": "What has become of what you cite.",
    "conflicts": "Claims that disagree.",
    "topics": "What claims are filed under.",
    "subjects": "What claims are about.",
    "metrics": "What claims measure.",
    "sources": "Where claims are read.",
    "assessments": "Those of your firm, with a token: answered, evaluated, issued.",
}
"""The sections of the page of the API in their order, what needs no key first."""
_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def _header(description: str, *, kind: str = "string", always: bool = True) -> dict[str, Any]:
    """A header of an answer; `always`: it is on each, else on some."""
    return {"description": description, "required": always, "schema": {"type": kind}}


_HEADERS = {
    "ETag": _header("Names this answer. Send it back as `If-None-Match`: 304 without a body where it still holds."),
    "Cache-Control": _header(
        "`immutable` for a revision; else the answer may be kept, but is asked for again each time."
    ),
    "Vary": _header("The request headers on which the answer depends."),
}
_OF_THE_REGISTRY = {"Content-Language": _header("Language of `value.text`.")}
_OF_A_FILE = {
    "Content-Disposition": _header("The name of the file."),
    "Footing-Cursor": _header(
        "Of the whole registry: from there `changes/` tells what came after the file.", always=False
    ),
}
_COUNTED = {
    "RateLimit-Policy": _header("How many requests in how many seconds; not on an answer given again.", always=False),
    "RateLimit": _header("How many are left, for how many seconds; not on an answer given again.", always=False),
}
_RETRY = {"Retry-After": _header("Seconds to wait.", kind="integer")}


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and operation of everything a schema describes."""
    for path, item in schema["paths"].items():
        for operation in item.values():
            yield path, operation


def add(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The OpenAPI document with examples, headers and what else can go wrong."""
    for path, operation in operations(result):
        _headers(operation)
        operation.setdefault("summary", operation.get("description", "").partition(". ")[0].rstrip("."))
        operation["tags"] = TAGS.get(operation["operationId"], operation.get("tags", []))
        examples = EXAMPLES.get(operation["operationId"])
        if examples:
            _examples(path, operation, examples)
    result["tags"] = [{"name": name, "description": told} for name, told in SECTIONS.items()]
    return result


def _headers(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    ours = not operation["operationId"].startswith("assessments")
    for response in responses.values():
        response.setdefault("headers", {}).update(_COUNTED)
    if "304" in responses:
        for status in ("200", "304"):
            responses[status]["headers"].update(_HEADERS)
        if ours:
            responses["200"]["headers"].update(_OF_THE_REGISTRY)
    if operation["operationId"] in ("claims_csv", "claims_jsonl"):
        responses["200"]["headers"].update(_OF_A_FILE)
    if "429" in responses:
        responses["429"]["headers"].update(_RETRY)
    if any(PROBLEM in response.get("content", {}) for response in responses.values()):
        responses.setdefault(
            "default", {"description": "Whatever else went wrong.", "content": {PROBLEM: {"schema": _PROBLEM}}}
        )


def _examples(path: str, operation: dict[str, Any], examples: list[Example]) -> None:
    """The requests in words for people, as an extension for programs, and the parts of the first in their places."""
    lines = [f"- {one.words}: `{_method(one)} {V1}{one.address}`" for one in examples]
    operation["description"] = "\n".join([operation.get("description", ""), "", *lines]).strip()
    operation["x-examples"] = [
        {"summary": one.words, "method": _method(one), "url": f"{V1}{one.address}"}
        | ({"body": one.body} if one.body is not None else {})
        for one in examples
    ]
    first = urlsplit(f"{V1}{examples[0].address}")
    found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/@]+)", path), first.path)
    assert found, f"{first.path} is no address of {path}"
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            said = found[parameter["name"]]
            parameter["example"] = int(said) if parameter["schema"]["type"] == "integer" else unquote(said)
        elif parameter.get("required"):
            [said] = [value for name, _, value in map(_pair, first.query.split("&")) if name == parameter["name"]]
            parameter["example"] = said
    if examples[0].body is not None:
        [content] = operation["requestBody"]["content"].values()
        content["example"] = examples[0].body


def _method(example: Example) -> str:
    return "GET" if example.body is None else "POST"


def _pair(text: str) -> tuple[str, str, str]:
    return text.partition("=")
