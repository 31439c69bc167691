"""What was answered before is answered again before Django begins, as long as the registry is the same.

A WSGI application around the site's. Only what `claims/quick.py` marks is kept, and only for requests without a key, from
the second time on that the same is asked for: most questions are asked once. Each time the version of the registry is
asked first (docs/decisions/0050). A repeat is not counted by the throttle: it costs less than counting it would.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from claims import registry_version

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]
Headers = list[tuple[str, str]]

A_DAY = 24 * 60 * 60  # days of the registry are those of UTC
FIRST_DAY = date(1970, 1, 1).toordinal()
MARK = "footing.repeatable"
"""In `environ`: under what the answer may be kept, set by the view that made it."""
PREFIX = "/api/v1/"
MOST = 64 * 1024 * 1024
LARGEST = 1024 * 1024
"""Bytes that a process keeps, and of one body at most."""
LONGEST_KEY = 2048
"""Letters of what an answer depends on; with more it is not kept."""
OF_ONE = 2048
"""Bytes that an answer is counted for beside what it says: thirty short texts and what holds them together."""
MOST_NOTED = 20_000
"""Requests that a process knows again."""
_OF_ONE_REQUEST = frozenset({"ratelimit", "ratelimit-policy", "retry-after", "date"})
_NOT_IN_304 = frozenset({"content-length", "content-type", "content-encoding", "x-content-type-options"})


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, what the registry was when it was made, and the same without a body for who has it already."""

    version: str
    headers: Headers
    unchanged: Headers
    etag: str
    body: bytes
    size: int


class Repeats:
    """Answers of the registry that were asked for before."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.kept: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self.noted: set[int] = set()
        self.size = 0
        self.version = ""
        self.lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """WSGI."""
        if not environ.get("PATH_INFO", "").startswith(PREFIX) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.application(environ, start_response)
        if "HTTP_AUTHORIZATION" in environ or "HTTP_IF_MATCH" in environ:
            return self.application(environ, start_response)
        key = _key(environ)
        found = self.kept.get(key)
        if found is not None:
            version = _version()
            if found.version == version:
                return _again(found, environ, start_response)
            if version:
                with self.lock:
                    self._begin(version)
        elif self._is_new(key):
            return self.application(environ, start_response)
        return self._asked(key, environ, start_response)

    def _is_new(self, key: tuple[str, ...]) -> bool:
        """Whether something is asked for the first time, for all that this process knows. It is noted, unless its key is
        too long to be kept.
        """
        if sum(map(len, key)) > LONGEST_KEY:
            return True
        note = hash(key)
        if note in self.noted:
            return False
        if len(self.noted) >= MOST_NOTED:
            self.noted.clear()
        self.noted.add(note)
        return True

    def _asked(self, key: tuple[str, ...], environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Ask Django, and keep the answer where it may be kept."""
        begun: list[Any] = []

        def start(status: str, headers: Headers, *args: Any) -> Any:
            begun[:] = [status, headers]
            return start_response(status, headers, *args)

        answer = self.application(environ, start)
        version = environ.get(MARK)
        if version is None or environ["REQUEST_METHOD"] != "GET" or not begun or not begun[0].startswith("200"):
            return answer
        try:
            body = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        if len(body) <= LARGEST:
            self._keep(key, _made(key, version, begun[1], body))
        return [body]

    def _keep(self, key: tuple[str, ...], one: Kept) -> None:
        with self.lock:
            self._begin(one.version)
            self._drop(key)
            self.kept[key] = one
            self.size += one.size
            while self.size > MOST:
                self._drop(next(iter(self.kept)))

    def _begin(self, version: str) -> None:
        """Let go of everything where another version was the last one seen: its answers are not given again."""
        if version != self.version:
            self.kept.clear()
            self.size, self.version = 0, version

    def _drop(self, key: tuple[str, ...]) -> None:
        old = self.kept.pop(key, None)
        if old is not None:
            self.size -= old.size


def under(version: str, day: date) -> str:
    """Under what an answer may be kept: the version of the registry and its day, as both were before anything was read."""
    return f"{version} {day.toordinal() - FIRST_DAY}"


def _version() -> str:
    """The same, empty where the database does not answer."""
    try:
        return f"{registry_version.quickly()} {int(time.time()) // A_DAY}"
    except Exception:  # noqa: BLE001 - whatever the driver says: Django is asked then, and finds out
        return ""


def _key(environ: Mapping[str, Any]) -> tuple[str, ...]:
    """All that an answer may depend on."""
    get = environ.get
    return (
        get("PATH_INFO", ""),
        get("QUERY_STRING", ""),
        get("HTTP_HOST", ""),
        get("HTTP_ACCEPT", ""),
        get("HTTP_ACCEPT_LANGUAGE", ""),
        get("wsgi.url_scheme", ""),
        get("HTTP_X_FORWARDED_PROTO", ""),
        get("HTTP_ACCEPT_ENCODING", ""),
        get("SERVER_NAME", ""),
        get("SCRIPT_NAME", ""),
    )


def _made(key: tuple[str, ...], version: str, headers: Headers, body: bytes) -> Kept:
    kept = [(name, value) for name, value in headers if name.lower() not in _OF_ONE_REQUEST]
    if not any(name.lower() == "content-length" for name, _ in kept):
        kept.append(("Content-Length", str(len(body))))
    etag = next((value for name, value in kept if name.lower() == "etag"), "")
    size = OF_ONE + sum(map(len, key)) + sum(len(name) + len(value) for name, value in kept) + len(body)
    return Kept(version, kept, [one for one in kept if one[0].lower() not in _NOT_IN_304], etag, body, size)


def _again(found: Kept, environ: Mapping[str, Any], start_response: Start) -> Iterable[bytes]:
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None and (
        known == "*" or found.etag in [one.strip().removeprefix("W/") for one in known.split(",")]
    ):
        start_response("304 Not Modified", list(found.unchanged))
        return []
    start_response("200 OK", list(found.headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]
