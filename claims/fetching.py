"""The door to the outside, for pages: `fetch` gets one, or says why there is none. `posting.py` hands something over.

What both may do is in `Rules` (`fetching_exchange.py`); how addresses are judged in `fetching_addresses.py`, how bytes
and seconds are counted in `fetching_wire.py`. Nothing is taken from the environment (no proxies, no netrc), nothing is kept between two requests
(no cookies, no connections), and no credentials are ever sent.
"""

import hashlib
import re
from dataclasses import dataclass

import httpcore2
from django.core.cache import cache

from claims import fetching_robots as robots
from claims.fetching_addresses import Address, parse
from claims.fetching_decoding import ACCEPTED, Unpacking
from claims.fetching_errors import (
    FetchError,
    Gone,
    KeptOut,
    Refused,
    TooMuch,
    Unreachable,
    Unreadable,
)
from claims.fetching_exchange import Rules, configured, connected, exchange, headers_of, judged, request
from claims.fetching_turns import turn
from claims.fetching_wire import Budget

HTML = frozenset({"text/html", "application/xhtml+xml"})
PDF = "application/pdf"
READABLE = "text/html, application/xhtml+xml, application/pdf, text/plain;q=0.8, */*;q=0.1"
# What is worth reading on: pages, PDFs, and text of any kind. An answer without a type is looked at.
READ_TYPES = HTML | {PDF, "application/json", "application/xml", "application/octet-stream", ""}
ROBOTS_FOR_SECONDS = 3600
GONE = frozenset({404, 410})
LATER = frozenset({408, 421, 425, 429})  # and 5xx: the server says that it cannot now
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came: data, never HTML of ours. `hops` are the addresses asked, the last one answered."""

    status: int
    final_url: str
    media_type: str
    charset: str
    body: bytes
    hops: tuple[str, ...]
    moved: bool


@dataclass(slots=True)
class _Answer:
    """The head of an answer, and its body where one was wanted."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


def fetch(url: str, *, rules: Rules | None = None) -> Fetched:
    """Get a page. Raises FetchError with the finding, or Busy where somebody else is asking the same host."""
    rules = rules or configured()
    budget = Budget(seconds=rules.seconds, size=rules.size)
    asked = address = judged(url, rules=rules)
    hops: list[str] = []
    while True:
        hops.append(address.url)
        try:
            if not _may_enter(address, budget=budget, rules=rules):
                raise KeptOut("The site asks robots to stay out.")
            answer = _ask(address, budget=budget, rules=rules)
            if answer.status not in REDIRECTS:
                return _page(answer, asked, address, hops)
            address = _next(answer, address, hops, rules)
        except FetchError as error:
            error.final_url = error.final_url or address.url
            raise


def _page(answer: _Answer, asked: Address, address: Address, hops: list[str]) -> Fetched:
    media_type, charset = _media_type(answer)
    return Fetched(
        status=answer.status,
        final_url=address.url,
        media_type=media_type,
        charset=charset,
        body=answer.body,
        hops=tuple(hops),
        moved=not asked.same_place(address),
    )


def _next(answer: _Answer, address: Address, hops: list[str], rules: Rules) -> Address:
    """Where a redirect leads."""
    location = answer.headers.get("location", "")
    if not location:
        raise Unreadable("The answer leads elsewhere and does not say where.", http_status=answer.status)
    following = judged(location, rules=rules, base=address)
    if following.url in hops:
        raise Unreadable("The address leads back to itself.", http_status=answer.status)
    if len(hops) > rules.redirects:
        raise Unreadable(f"The address leads on more than {rules.redirects} times.", http_status=answer.status)
    return following


def _may_enter(address: Address, *, budget: Budget, rules: Rules) -> bool:
    """Whether robots.txt lets us in. One that is not there forbids nothing; one that fails forbids all (RFC 9309)."""
    key = "robots:" + hashlib.sha256(address.origin.encode()).hexdigest()
    text: str | None = cache.get(key)
    if text is None:
        text = _robots_text(address, budget=budget, rules=rules)
        cache.set(key, text, ROBOTS_FOR_SECONDS)
    return robots.allowed(text, address.target)


def _robots_text(address: Address, *, budget: Budget, rules: Rules) -> str:
    at = parse(address.origin + "/robots.txt", ports=rules.ports)
    hops: list[str] = []
    while True:
        hops.append(at.url)
        try:
            answer = _ask(at, budget=budget, rules=rules, most=robots.MOST_READ)
        except (Gone, Refused):
            return ""
        if answer.status not in REDIRECTS:
            return answer.body.decode("utf-8", errors="replace")
        try:
            at = _next(answer, at, hops, rules)
        except Unreadable:
            return ""


def _ask(address: Address, *, budget: Budget, rules: Rules, most: int | None = None) -> _Answer:
    """One request. `most` bytes of the body are enough; None: all of it, if it is of a kind that we read."""
    with turn(address.host, folder=rules.turns, patience=rules.patience) as waited:
        budget.until += waited
        with (
            connected(budget=budget, rules=rules) as backend,
            exchange(address, backend, rules, _asking(address, rules)) as response,
        ):
            answer = _Answer(response.status, headers_of(response))
            if answer.status in REDIRECTS:
                return answer
            _judge_status(answer.status)
            if most is None and not _is_read(_media_type(answer)[0]):
                raise Unreadable("The answer is neither a page nor a PDF nor text.", http_status=answer.status)
            answer.body = _body(response, answer, budget=budget, most=most)
            return answer


def _asking(address: Address, rules: Rules) -> httpcore2.Request:
    headers = {
        "Host": address.authority,
        "User-Agent": rules.user_agent,
        "Accept": READABLE,
        "Accept-Encoding": ACCEPTED,
        "Connection": "close",
    }
    return request("GET", address, headers=headers)


def _judge_status(status: int) -> None:
    if status in (200, 203):
        return
    if status in GONE:
        raise Gone("The server says that there is no such page.", http_status=status)
    if status >= 500 or status in LATER:
        raise Unreachable("The server says that it cannot answer now.", http_status=status)
    if status >= 400:
        raise Refused("The server does not show the page.", http_status=status)
    raise Unreadable("The server answers without a page.", http_status=status)


def _media_type(answer: _Answer) -> tuple[str, str]:
    """The type in small letters, and the charset it names; empty where there is none."""
    kind, *parameters = answer.headers.get("content-type", "").split(";")
    named = dict(one.strip().partition("=")[::2] for one in parameters)
    charset = next((value for name, value in named.items() if name.lower() == "charset"), "")
    return _word(kind), _word(charset.strip("\"' "))


def _word(text: str) -> str:
    """A name as the standards spell them; empty where it is none."""
    found = text.strip().lower()
    return found if re.fullmatch(r"[a-z0-9.+/_:-]{1,100}", found) else ""


def _is_read(media_type: str) -> bool:
    return media_type in READ_TYPES or media_type.startswith("text/")


def _body(response: httpcore2.Response, answer: _Answer, *, budget: Budget, most: int | None) -> bytes:
    """The body, unpacked. With `most`, what comes after that many bytes is left unread."""
    size = budget.room if most is None else most
    declared = answer.headers.get("content-length", "")
    if most is None and declared.isdecimal() and int(declared) > size:
        raise TooMuch("The answer is larger than we read.")
    unpacking = Unpacking(answer.headers.get("content-encoding", ""), size=size)
    pieces = bytearray()
    try:
        for packed in response.iter_stream():
            for piece in unpacking.feed(packed):
                pieces += piece
        unpacking.finish()
    except TooMuch:
        if most is None or not pieces:
            raise
    return bytes(pieces)
