"""Asks the site as gunicorn does, header fields and all, and counts the processor time of each answer."""

import io
import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

from tests.hostile.judging import Answer, Judge
from tests.hostile.requests import V1, Request

KEPT_WRONG = 40
KEPT_CURSORS = 400
"""Twice as many as later requests choose from."""


@dataclass(slots=True)
class Found:
    """What a run has seen so far."""

    asked: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_request: str = ""
    wrong: list[str] = field(default_factory=list)

    def note(self, request: Request, answer: Answer, said: list[str]) -> None:
        """Count one."""
        self.asked += 1
        self.statuses[answer.status] += 1
        described = f"{request.method} {request.path}?{request.query} {request.fields} {request.body[:80]!r}"[:1500]
        if answer.seconds > self.slowest:
            self.slowest, self.slowest_request = answer.seconds, described
        self.wrong += [f"{one}: {described}" for one in said]


def environ(request: Request) -> dict[str, Any]:
    """The environment of WSGI that a server makes of a request."""
    made: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)) if request.body else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return made | request.headers


def ask(application: Any, request: Request, clock: Callable[[], float]) -> Answer:
    """The answer of an application of WSGI, read to its end. What it lets through is a fault like any other."""
    begun: list[Any] = []

    def start(status: str, headers: Iterable[tuple[str, str]], *_: Any) -> None:
        begun[:] = [int(status[:3]), dict(headers)]

    before = clock()
    try:
        chunks = application(environ(request), start)
        try:
            body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
    except Exception:  # noqa: BLE001 - whatever it is, the server would answer 500
        begun[:] = [HTTPStatus.INTERNAL_SERVER_ERROR.value, {}]
        body = traceback.format_exc().encode()
    return Answer(begun[0], begun[1], body, clock() - before)


def run(application: Any, requests: Iterable[Request], judge: Judge, clock: Callable[[], float]) -> Found:
    """Ask all of them, one after the other, and learn the cursors that come back."""
    found = Found()
    logging.disable(logging.CRITICAL)  # each refusal is a line in the log
    try:
        for request in requests:
            answer = ask(application, request, clock)
            said = judge.wrong(request, answer)
            found.note(request, answer, said)
            if len(found.wrong) > KEPT_WRONG:
                break
            if answer.status == HTTPStatus.OK and request.name == "api-claim-list" and request.method == "GET":
                learn(judge, request, answer)
    finally:
        logging.disable(logging.NOTSET)
    return found


def learn(judge: Judge, request: Request, answer: Answer) -> None:
    """Keep the cursors of an answer for later requests."""
    pairs = tuple(pair for pair in request.pairs if pair[0] != b"cursor")
    body = answer.json()
    for link in (body.get("next"), body.get("previous")):
        if isinstance(link, str) and link.count(V1) == 1:
            given = dict(parse_qsl(urlsplit(link).query))
            judge.known.issued.append((pairs, given["cursor"].encode()))
    del judge.known.issued[:-KEPT_CURSORS]
