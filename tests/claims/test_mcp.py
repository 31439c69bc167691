"""The registry for language models, asked by the protocol's own client."""

import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest
import time_machine
from django.conf import settings as project
from django.db import connection
from mcp import Client, StdioServerParameters

from claims.mcp_server import server
from tests.claims import factories as make
from tests.claims import shelf
from tests.claims.addresses import get
from tests.claims.factories import NOON
from tests.claims.shelf import on


@pytest.fixture
def shelf_for_threads(roles) -> Iterator[None]:
    """The small registry where other threads see it, on 22 November 2026."""
    with time_machine.travel(NOON):
        shelf.fill()
        make.publish("agrees", at=on(11, 1), low=30000, likely=None, high=60000, citations=[
            make.citation(source=make.source("another"))])  # fmt: skip
        yield


def talk(conversation: Callable[[Client], Awaitable[None]], to: Any = None) -> None:
    """Hold a conversation with a server: the one in this process, or one that is started.

    In a thread of its own, since a browser that an earlier test drove leaves its event loop running in this one.
    """

    async def hold() -> None:
        async with Client(to or server()) as client:
            await conversation(client)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, hold).result()


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    body: dict[str, Any] = answer.structured_content
    return body


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    text: str = answer.content[0].text
    return text


def test_each_tool_says_what_it_does_and_only_reads() -> None:
    async def conversation(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"search", "get", "compare", "changes", "vocabulary"}
        for tool in tools.values():
            assert tool.description
            assert tool.annotations.read_only_hint
            assert tool.input_schema["additionalProperties"] is False
        assert tools["compare"].input_schema["required"] == ["metric"]

    talk(conversation)


def test_tools_answer_what_the_api_serves_and_how_to_cite_it(client, shelf_for_threads) -> None:
    """One conversation, since a registry that threads see is filled anew for each test."""
    listed = get(client, "claims/?subject=rag&ordering=value&page_size=2").json()
    current, first = get(client, "claims/rag-cost/").json(), get(client, "claims/rag-cost@1/").json()
    compared = get(client, "compare/?metric=build-cost&subject=rag&scope.tier=production").json()
    log = get(client, "changes/?since=8&page_size=1").json()
    words = get(client, "metrics/").json()["results"]

    async def conversation(asked: Client) -> None:
        found = await call(asked, "search", subject="rag", ordering="value", limit=2)
        assert (found["results"], found["found"]) == (listed["results"], 4)
        rest = await call(asked, "search", subject="rag", ordering="value", limit=2, cursor=found["next_cursor"])
        slugs = [claim["slug"] for claim in found["results"] + rest["results"]]
        assert (len(set(slugs)), rest["next_cursor"]) == (4, None)

        one = await call(asked, "get", claim="rag-cost")
        assert one["claim"] == current
        assert one["cites"] == [
            {
                "cite": "rag-cost@2",
                "digest": current["digest"],
                "checked_on": "2026-11-20",
                "freshness": "fresh",
                "state": "published",
                "contested_by": ["rag-cost-basic"],
                "address": "http://127.0.0.1:8000/claims/rag-cost@2/",
            }
        ]
        assert (await call(asked, "get", claim="rag-cost@1"))["claim"] == first

        beside = await call(asked, "compare", metric="build-cost", subject="rag", scope={"tier": "production"})
        assert beside["groups"] == compared["groups"]
        assert {one["cite"] for one in beside["cites"]} == {"rag-cost@2", "agrees@1"}

        news = await call(asked, "changes", since=8, limit=1)
        assert (news["results"], news["cursor"], news["more"]) == (log["results"], 9, True)
        assert news["cites"][0]["cite"] == "rag-cost@2"
        assert (await call(asked, "vocabulary", kind="metrics"))["results"] == words

        # What is wrong is said in the words of the API, and what is not there is not made up.
        assert (await refused(asked, "search", metric="speed")).endswith(
            "Nothing was looked up, because of: metric.\nmetric: There is no metric “speed”: see /api/v1/metrics/."
        )
        assert "There is no published claim “nothing”" in await refused(asked, "get", claim="nothing")
        assert "There is no revision rag-cost@9" in await refused(asked, "get", claim="rag-cost@9")
        for odd in ("rag-cost/revisions", "../topics", "a b", "rag-cost@", "é"):
            assert "is neither a slug nor slug@number" in await refused(asked, "get", claim=odd)
        assert "limit" in await refused(asked, "search", limit=1000)
        takes = "It takes: q, topic, subject, metric, freshness, as_of, ordering, limit, cursor."
        assert f"There is no argument “query” here. {takes}" in await refused(asked, "search", query="rag")
        assert "There is no argument “topics” here." in await refused(
            asked, "vocabulary", kind="metrics", topics="costs"
        )
        assert "cursor: It is not a cursor" in await refused(asked, "search", cursor="x")
        assert (await call(asked, "search", q="nothing like this"))["results"] == []

    talk(conversation)


def test_the_command_speaks_the_protocol_on_its_standard_streams(client, shelf_for_threads) -> None:
    database = connection.settings_dict
    address = (
        f"sqlite:///{database['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{database['USER']}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    )
    first = get(client, "claims/rag-cost@1/").json()
    command = StdioServerParameters(
        command=sys.executable,
        args=["manage.py", "mcp"],
        cwd=Path(project.BASE_DIR),
        env={"PATH": os.environ["PATH"], "DATABASE_URL": address, "FOOTING_VAR": str(project.VAR_DIR)},
    )

    async def conversation(asked: Client) -> None:
        assert (await call(asked, "get", claim="rag-cost@1"))["claim"] == first

    talk(conversation, to=command)
