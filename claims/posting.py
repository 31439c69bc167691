"""Handing something over to whoever asked for it, through the one door to the outside: judged, counted, and only once."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpcore2

from claims.fetching_errors import FetchError
from claims.fetching_exchange import Rules, configured, connected, exchange, headers_of, judged, request
from claims.fetching_wire import Budget

MOST_OF_ANSWER = 1024  # bytes of what is answered
WORDS_WITHIN = 2.0  # seconds for them, once the status is there


@dataclass(frozen=True, slots=True)
class Posted:
    """What was answered to something handed over: the status, the beginning of the text, seconds to wait if it said any."""

    status: int
    text: str
    retry_after: int | None


def post(url: str, *, body: bytes, headers: Mapping[str, str], rules: Rules | None = None) -> Posted:
    """Hand something over, once, to whoever asked for it: so neither robots.txt nor anybody's turn is asked for.

    Any status is an answer, and a redirect is not followed. Once there is a status it counts, whatever happens to the
    words behind it: at most `MOST_OF_ANSWER` bytes of them are read, and not for long. Raises FetchError where there is
    no answer.
    """
    rules = rules or configured()
    budget = Budget(seconds=rules.seconds, size=rules.size)
    address = judged(url, rules=rules)
    sent = {
        "Host": address.authority,
        "User-Agent": rules.user_agent,
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Length": str(len(body)),
    }
    with connected(budget=budget, rules=rules) as backend:
        asked = request("POST", address, headers=sent | dict(headers), content=body)
        with exchange(address, backend, rules, asked) as response:
            found = headers_of(response)
            budget.until = min(budget.until, time.monotonic() + WORDS_WITHIN)
            return Posted(response.status, _beginning(response), _seconds(found.get("retry-after", "")))


def _beginning(response: httpcore2.Response) -> str:
    """The first words of an answer; as many as came, where it breaks off. Without what no database takes."""
    pieces = bytearray()
    try:
        for piece in response.iter_stream():
            pieces += piece
            if len(pieces) >= MOST_OF_ANSWER:
                break
    except (FetchError, httpcore2.ProtocolError, TimeoutError):
        pass
    return bytes(pieces[:MOST_OF_ANSWER]).decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _seconds(retry_after: str) -> int | None:
    """Seconds of a `Retry-After`; None where it names a date or is not there."""
    return int(retry_after) if re.fullmatch(r"[0-9]{1,9}", retry_after) else None
