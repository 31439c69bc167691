"""One request and its answer, over a connection to a judged address. What may be asked is in `Rules`.

How addresses are judged is in `fetching_addresses.py`, how bytes and seconds are counted in `fetching_wire.py`.
"""

import functools
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpcore2
from django.conf import settings

from claims.fetching_addresses import PORTS, Address, AddressRefused, parse
from claims.fetching_errors import ForbiddenAddress, Unreachable, Unreadable
from claims.fetching_wire import Backend, Budget, Resolve, ask_resolver


def _turns() -> Path:
    return Path(settings.VAR_DIR) / "fetching"


@functools.cache
def _trusted() -> ssl.SSLContext:
    """The authorities that this machine trusts, read once."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Rules:
    """What a look or a delivery may take. `seconds` and `size` (bytes) are for all of it: names, TLS, robots.txt, redirects."""

    seconds: float = 15.0
    size: int = 5_000_000
    head: int = 64 * 1024
    redirects: int = 5
    patience: float = 20.0  # seconds to wait for one's turn at a host; longer than anybody's turn can take
    loopback: frozenset[tuple[str, int]] = frozenset()
    resolve: Resolve = ask_resolver
    tls: ssl.SSLContext = field(default_factory=_trusted)
    turns: Path = field(default_factory=_turns)
    user_agent: str = ""

    @property
    def ports(self) -> frozenset[int]:
        return frozenset(PORTS.values()) | {port for _, port in self.loopback}


def configured() -> Rules:
    """The rules of this installation."""
    return Rules(
        loopback=frozenset(_loopback(pair) for pair in settings.FETCH_LOOPBACK),
        user_agent=f"Footing/{settings.VERSION} (+{settings.SITE_URL})",
    )


def _loopback(pair: str) -> tuple[str, int]:
    number, _, port = pair.rpartition(":")
    return number.strip("[]"), int(port)


def judged(url: str, *, rules: Rules, base: Address | None = None) -> Address:
    """An address as it is asked. Raises ForbiddenAddress for one that never is, with a sentence that says why.

    What a name resolves to is judged when it is asked, each time.
    """
    try:
        return parse(url, base=base, ports=rules.ports)
    except AddressRefused as error:
        raise ForbiddenAddress(str(error)) from None


@contextmanager
def connected(*, budget: Budget, rules: Rules) -> Iterator[Backend]:
    """What connects to a judged number, with each way to fail said in our words."""
    backend = Backend(budget=budget, head=rules.head, resolve=rules.resolve, loopback=rules.loopback)
    try:
        yield backend
    except (httpcore2.ProtocolError, httpcore2.WriteError):
        if backend.wire is None or not backend.wire.received:
            raise Unreachable("The connection broke off before an answer.") from None
        raise Unreadable("The answer breaks the rules of HTTP.") from None
    except TimeoutError:
        raise Unreachable("No answer came in time.") from None


def request(
    method: str, address: Address, *, headers: Mapping[str, str], content: bytes | None = None
) -> httpcore2.Request:
    """A request to a judged address."""
    scheme, host = address.scheme.encode(), address.host.encode()
    url = httpcore2.URL(scheme=scheme, host=host, port=address.port, target=address.target.encode())
    return httpcore2.Request(method, url, headers=list(headers.items()), content=content)


@contextmanager
def exchange(
    address: Address, backend: Backend, rules: Rules, request: httpcore2.Request
) -> Iterator[httpcore2.Response]:
    """Send a request; the answer has its head, and its body is read by whoever takes it."""
    connection = httpcore2.HTTPConnection(
        httpcore2.Origin(address.scheme.encode(), address.host.encode(), address.port),
        ssl_context=rules.tls,
        network_backend=backend,
    )
    try:
        response = connection.handle_request(request)
        assert backend.wire is not None
        backend.wire.open_body()
        yield response
    finally:
        if backend.wire is not None:
            backend.wire.close()


def headers_of(response: httpcore2.Response) -> dict[str, str]:
    """The headers by small name. One that is there twice counts as one with both values, as HTTP says."""
    found: dict[str, str] = {}
    for name, value in response.headers:
        key, text = name.decode("latin-1").lower(), _text(value)
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
