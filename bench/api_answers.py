"""Whoever answers the questions: our API and the stock peer through the whole of Django, and the raw drivers.

An answer is its bytes. Peers that answer differently are not timed: `agree` says who does.
"""

import io
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import quote

import orjson
from django.http import QueryDict
from django.utils import timezone

from bench import stock_drf
from bench.api_questions import Question
from claims.listing import Listing
from claims.models import Revision
from claims.pagination import NEWEST_FIRST, Cursor

Answer = Callable[[Question], bytes]
REQUESTS_AN_ADDRESS = 100
"""Within what the throttle lets one address ask for in a minute."""


class Refused(Exception):
    """An answer that is none: its status and what was said."""


class Handler:
    """The WSGI application of the process, asked as a server asks it, from ever new addresses."""

    def __init__(self) -> None:
        from config.wsgi import application  # noqa: PLC0415 - reads the settings

        self.application: Any = application
        self._asked = count()
        self._environs: dict[str, dict[str, Any]] = {}

    def repeats(self, paths: list[str]) -> tuple[Callable[[], set[str]], Callable[[], set[str]]]:
        """Two ways to ask for all of these again and again: plainly, and with the tags of the answers. Each gives the
        statuses that come back.
        """
        environs = [self._environ(path) for path in paths]
        for environ in environs:
            self._answer(environ)  # the second time it is kept
        tags = [self._answer(environ)[1]["ETag"] for environ in environs]
        tagged = [environ | {"HTTP_IF_NONE_MATCH": tag} for environ, tag in zip(environs, tags, strict=True)]
        return self._asking(environs), self._asking(tagged)

    def _asking(self, environs: list[dict[str, Any]]) -> Callable[[], set[str]]:
        said: list[str] = []

        def start_response(status: str, _headers: Any) -> None:
            said.append(status)

        def ask() -> set[str]:
            said.clear()
            for environ in environs:
                b"".join(self.application(environ, start_response))
            return set(said)

        return ask

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer."""
        return self._answer(self._environ(path))

    def _answer(self, environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        said: list[Any] = []

        def start_response(*given: Any) -> Callable[[bytes], object]:
            said[:] = given
            return lambda _: None

        response = self.application(environ, start_response)
        try:
            body = b"".join(response)
        finally:
            if close := getattr(response, "close", None):
                close()
        return int(said[0][:3]), dict(said[1]), body

    def _environ(self, path: str) -> dict[str, Any]:
        """What a server says of a request. Made once for a path: a server's work is not what is measured."""
        if path not in self._environs:
            place, _, query = path.partition("?")
            self._environs[path] = {
                "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": place, "QUERY_STRING": query,
                "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
                "HTTP_HOST": "127.0.0.1:8000", "HTTP_ACCEPT": "application/json", "wsgi.version": (1, 0),
                "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
                "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
            }  # fmt: skip
        asked = next(self._asked)
        turn = asked // REQUESTS_AN_ADDRESS
        return self._environs[path] | {
            "REMOTE_ADDR": f"10.{turn >> 16 & 255}.{turn >> 8 & 255}.{turn & 255}",
            # What was answered before is kept for each coding that a client takes: so nothing is a repeat.
            "HTTP_ACCEPT_ENCODING": f"identity, x-{asked}",
        }

    def whole(self, path: str) -> bytes:
        """The body of an answer that is one; `Refused` where it is none."""
        status, _, body = self.get(path)
        if status != 200:
            raise Refused(f"{path}: {status} {body[:500]!r}")
        return body

    def ours(self, question: Question) -> bytes:
        """Our API."""
        return self.whole(ours_at(question))

    def stock(self, question: Question) -> bytes:
        """The peer."""
        return self.whole(stock_at(question))


@cache
def ours_at(question: Question) -> str:
    """The address of our API that answers a question: made once, as whoever asks has it from the page before."""
    if question.below is None:
        return question.path
    query = QueryDict(mutable=True)
    query.update(question.parameters)
    listing = Listing(query, today=timezone.localdate())
    head = Revision.objects.order_by("-sequence").values_list("sequence", flat=True)[0]
    below = question.below
    cursor = Cursor(NEWEST_FIRST, listing.checksum, False, below, below, head, timezone.localdate(), 0)
    return f"{question.path}&cursor={quote(cursor.encode())}"


@cache
def stock_at(question: Question) -> str:
    """The address of the peer that answers a question."""
    return stock_drf.address(question)


def slugs(body: bytes) -> list[str]:
    """The claims of an answer in order."""
    answer = orjson.loads(body)
    return [claim["slug"] for claim in answer.get("results", [answer])]


def disagreeing(asked: list[Question], peers: dict[str, Answer], measure: str) -> Iterator[str]:
    """A sentence for each answer that differs from that of `measure`: other claims, another order, other counts."""
    for question in asked:
        body = peers[measure](question)
        expected, counted = slugs(body), orjson.loads(body).get("facets")
        if not expected:
            yield f"{question}: nothing is found, so there is nothing to measure."
        for name, answer in peers.items():
            other = answer(question)
            if slugs(other) != expected:
                yield f"{question}: {name} answers {slugs(other)[:5]}…, {measure} {expected[:5]}…"
            if name != "spliced" and orjson.loads(other).get("facets") != counted:
                yield f"{question}: {name} counts {orjson.loads(other).get('facets')}, {measure} {counted}"
