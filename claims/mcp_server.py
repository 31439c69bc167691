"""The registry for language models: a server of the Model Context Protocol whose tools read what the API serves.

A tool asks the API of this very process, through its WSGI application: the same documents by the same code, with the same
refusals in the same words. It adds how each claim is cited. Nothing is written, and nothing leaves the machine.
Needs the package `mcp` (the extra `footing[mcp]`).
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlencode, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from claims.forms import SLUG

V1 = "/api/v1"
NAMED = re.compile(rf"{SLUG.pattern}(@[0-9]{{1,9}})?")
INSTRUCTIONS = """\
Sourced claims about what it costs and takes to adapt language models: prompting, retrieval, fine-tuning.
A claim has a value with its unit, the scope in which it holds, its sources as they print it, a grade, and the day a person
last read it. Cite a claim by what `cites` gives: slug@revision, digest, the day of its last check. Say so where a claim is
contested, overdue or expired. Never average figures of your own: `compare` gives a pooled range where that is allowed, and
says why where it is not. What is not here is unknown, not zero. Call `vocabulary` for the slugs that tools take.
"""
READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Slug = Annotated[str, Field(description="A slug, as `vocabulary` lists them.")]
Parameters = Mapping[str, Any]


class Api:
    """The API of this process, asked as by a client."""

    def __init__(self) -> None:
        self._application = WSGIHandler()

    def get(self, path: str, parameters: Parameters | None = None) -> dict[str, Any]:
        """The JSON at an address under /api/v1/. Raises `ToolError` with what is wrong, in the words of the API."""
        given = {name: value for name, value in (parameters or {}).items() if value is not None}
        site = urlsplit(settings.SITE_URL)
        status: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": f"{V1}/{path}",  # slugs and words of ours: never to be quoted
            "QUERY_STRING": urlencode(given, doseq=True),
            "SERVER_NAME": site.hostname,
            "SERVER_PORT": str(site.port or {"http": 80, "https": 443}[site.scheme]),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": site.netloc,
            "HTTP_ACCEPT": "application/json",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": site.scheme,
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if settings.SECURE_PROXY_SSL_HEADER and site.scheme == "https":
            environ[settings.SECURE_PROXY_SSL_HEADER[0]] = settings.SECURE_PROXY_SSL_HEADER[1]
        answer = self._application(environ, lambda line, _headers, _error=None: status.append(line))
        try:
            content = b"".join(answer)
        finally:
            answer.close()  # gives the connection of this thread back
        body: dict[str, Any] = json.loads(content)
        if not status[0].startswith("200"):
            raise ToolError(_wrong(body))
        return body


def _wrong(problem: Mapping[str, Any]) -> str:
    """A problem document in a few lines."""
    lines = [f"{one.get('parameter', one.get('field', ''))}: {one['message']}" for one in problem.get("errors", ())]
    return "\n".join([problem.get("detail", problem["title"]), *lines])


def _cited(claims: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How each claim is cited, and whether it should be with a word of caution."""
    return [
        {
            "cite": f"{claim['slug']}@{claim['revision']}",
            "digest": claim["digest"],
            "checked_on": claim["checked_on"],
            "freshness": claim["freshness"],
            "state": claim["state"],
            "contested_by": claim["contested_by"],
            "address": f"{settings.SITE_URL}/claims/{claim['slug']}@{claim['revision']}/",
        }
        for claim in claims
    ]


class NothingElse(BaseModel):
    """Arguments of which none is passed over: who guesses a name is told so, and is not answered something else."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def known(cls, given: Any) -> Any:
        """Raises ValueError for a name that is not among the arguments."""
        unknown = [name for name in given if name not in cls.model_fields]
        if unknown:
            raise ValueError(f"There is no argument “{unknown[0]}” here. It takes: {', '.join(cls.model_fields)}.")
        return given


def _tool(function: Callable[..., Any]) -> Tool:
    """A function as a tool that takes the arguments it names and no others."""
    made = Tool.from_function(function, annotations=READ_ONLY)
    named = made.fn_metadata.arg_model
    arguments = create_model(named.__name__, __base__=(NothingElse, named))
    made.fn_metadata.arg_model = arguments
    made.parameters = arguments.model_json_schema(by_alias=True)
    return made


def server() -> MCPServer:
    """The server with its tools. Each answer is that of the API with `cites` in front."""
    api = Api()

    def search(  # noqa: PLR0913 - what a tool takes is told by its arguments
        *,
        q: Annotated[
            str | None, Field(description="Words that all occur in statement, subject, metric or sources.")
        ] = None,
        topic: Slug | None = None,
        subject: Slug | None = None,
        metric: Slug | None = None,
        freshness: Literal["fresh", "due", "overdue", "expired"] | None = None,
        as_of: Annotated[str | None, Field(description="The registry at the end of a day, as 2026-11-22.")] = None,
        ordering: Literal["-published_at", "value", "-value", "checked_on", "slug"] | None = None,
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
        cursor: Annotated[str | None, Field(description="`next_cursor` of an answer to the same search.")] = None,
    ) -> dict[str, Any]:
        """Find published claims. All filters must hold; `value` puts the lowest figure first, so name a metric too."""
        filters = {"q": q, "topic": topic, "subject": subject, "metric": metric, "freshness": freshness, "as_of": as_of}
        paging = {"ordering": ordering, "page_size": limit, "cursor": cursor, "count": "true"}
        body = api.get("claims/", filters | paging)
        following = re.search(r"[?&]cursor=([^&]+)", body["next"] or "")
        return {
            "cites": _cited(body["results"]),
            "found": body["count"],
            "next_cursor": unquote(following[1]) if following else None,
            "results": body["results"],
        }

    def get(
        claim: Annotated[
            str, Field(description="A slug for the claim as it stands today, or slug@number for a revision.")
        ],
    ) -> dict[str, Any]:
        """One claim with its value, scope, sources and dates. slug@number never changes."""
        if not NAMED.fullmatch(claim):
            raise ToolError(f"“{claim}” is neither a slug nor slug@number.")
        body = api.get(f"claims/{claim}/")
        return {"cites": _cited([body]), "claim": body}

    def compare(
        metric: Slug,
        subject: Slug | None = None,
        topic: Slug | None = None,
        scope: Annotated[
            dict[str, str] | None, Field(description='What the scope must say, as {"tier": "production"}.')
        ] = None,
        as_of: Annotated[str | None, Field(description="The end of a day, as 2026-11-22.")] = None,
    ) -> dict[str, Any]:
        """The claims on one metric in one unit and currency; a pooled range where they agree, the reason where not."""
        scoped = {f"scope.{key}": value for key, value in (scope or {}).items()}
        given = {"metric": metric, "subject": subject, "topic": topic, "as_of": as_of}
        body = api.get("compare/", given | scoped)
        return {"cites": _cited(_compared(body)), **body}

    def changes(
        since: Annotated[
            int | None, Field(ge=0, description="`cursor` of an earlier answer: only what came after.")
        ] = None,
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
    ) -> dict[str, Any]:
        """What was published, retracted or superseded, in order, from the start or since a cursor."""
        body = api.get("changes/", {"since": since, "page_size": limit})
        cites = [
            {
                "cite": f"{change['slug']}@{change['revision']}",
                "digest": change["digest"],
                "state": change["state"],
                "published_at": change["published_at"],
            }
            for change in body["results"]
        ]
        return {"cites": cites, "cursor": body["cursor"], "more": body["next"] is not None, "results": body["results"]}

    def vocabulary(kind: Literal["topics", "subjects", "metrics", "sources"]) -> dict[str, Any]:
        """The slugs of one kind with what they mean and how many claims there are: what the other tools take."""
        return {"results": api.get(f"{kind}/")["results"]}

    return MCPServer(
        "footing",
        title="Footing",
        instructions=INSTRUCTIONS,
        version=settings.VERSION,
        tools=[_tool(one) for one in (search, get, compare, changes, vocabulary)],
    )


def _compared(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for group in body["groups"]:
        for entry in group["claims"]:
            yield entry["claim"]
