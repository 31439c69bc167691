"""The socket: connected to a judged address, and every byte and second on it counted.

`httpcore2` speaks HTTP over a `NetworkBackend`; this one looks a name up itself, judges every number it gets, and
connects to one of those numbers and to nothing else. TLS runs over memory, so that its bytes and its handshake count
like all others.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import httpcore2

from claims.fetching_addresses import is_number, why_refused
from claims.fetching_errors import FetchError, ForbiddenAddress, TooMuch, Unreachable, Unreadable

MOST_ADDRESSES = 4  # of one host are tried


class Resolve(Protocol):
    """Looks a name up: all its numbers, as text. May take `seconds`; raises OSError where there is none."""

    def __call__(self, host: str, *, seconds: float) -> list[str]: ...


class Budget:
    """What one look at a source may use in all: wall seconds from now, and bytes from every server on the way."""

    def __init__(self, *, seconds: float, size: int) -> None:
        self.until = time.monotonic() + seconds
        self.room = size

    def left(self) -> float:
        """Seconds that are left; raises TimeoutError where there are none."""
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


def ask_resolver(host: str, *, seconds: float) -> list[str]:
    """The numbers of a name from the system's resolver, which cannot be interrupted: it is left behind when late."""
    found: list[str] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)))
        except OSError as error:
            failed.append(error)
        except UnicodeError:  # the resolver's own reading of names
            failed.append(OSError("no name"))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    if failed:
        raise failed[0]
    return found


class Backend(httpcore2.NetworkBackend):
    """Connects to a judged number of the host, and to nothing else.

    `loopback` are the (number, port) of this machine that are allowed all the same.
    """

    def __init__(self, *, budget: Budget, head: int, resolve: Resolve, loopback: frozenset[tuple[str, int]]) -> None:
        self.budget = budget
        self.head = head
        self.resolve = resolve
        self.loopback = loopback
        self.wire: Wire | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        numbers = self._judged(host, port)[:MOST_ADDRESSES]
        for place, number in enumerate(numbers):
            try:
                connected = socket.create_connection((number, port), self.budget.left() / (len(numbers) - place))
            except OSError:  # the time is up, or this number does not answer
                continue
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.wire = Wire(connected, budget=self.budget, head=self.head)
            return self.wire
        raise Unreachable("No connection could be made.")

    def _judged(self, host: str, port: int) -> list[str]:
        """The numbers of a host; raises where one of them may not be asked, so that none is chosen by luck."""
        if is_number(host):
            numbers = [host]
        else:
            try:
                numbers = self.resolve(host, seconds=self.budget.left())
            except OSError:
                raise Unreachable("The name could not be looked up.") from None
        if not numbers:
            raise Unreachable("The name has no address.")
        for number in numbers:
            why = why_refused(number)
            if why is not None and (number, port) not in self.loopback:
                raise ForbiddenAddress(f"The host is not on the public network: {why}.")
        return numbers


class Wire(httpcore2.NetworkStream):
    """One connection. Until `open_body` is called it gives no more than `head` bytes, whatever the server sends."""

    def __init__(self, connected: socket.socket, *, budget: Budget, head: int) -> None:
        self._socket = connected
        self._budget = budget
        self._head: int | None = head
        self._tls: ssl.SSLObject | None = None
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.received = 0

    def open_body(self) -> None:
        """The head is read: from here on only the budget limits what comes."""
        self._head = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._tls is None:
            return self._limited(self._receive(self._allowed(max_bytes)))
        session, size = self._tls, self._allowed(max_bytes)
        try:
            return self._limited(self._through(lambda: session.read(size)))
        except ssl.SSLEOFError:  # closed without saying goodbye, as many servers do
            return b""
        except ssl.SSLError:
            raise Unreadable("The encrypted connection broke.") from None

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            if self._tls is None:
                self._send(buffer)
            else:
                session = self._tls
                self._through(lambda: session.write(buffer))
                self._flush()
        except (ssl.SSLError, OSError):
            raise httpcore2.WriteError("The request was not taken.") from None  # there may be an answer all the same

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        self._tls = ssl_context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)
        try:
            self._through(self._tls.do_handshake)
        except ssl.SSLCertVerificationError:
            raise Unreachable("The server's certificate is not valid for this host.") from None
        except ssl.SSLError:
            raise Unreachable("No encrypted connection could be made.") from None
        except FetchError:
            raise Unreachable("No encrypted connection could be made in time.") from None
        finally:
            self.received = 0  # nothing of an answer yet
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._tls if info == "ssl_object" else None

    def _through(self, step: Callable[[], Any]) -> Any:
        """Take a step of TLS, feeding it what comes and sending what it says, until it is done."""
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                self._flush()
                data = self._receive(65536)
                if data:
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
            else:
                self._flush()
                return done

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._send(self._outgoing.read())

    def _send(self, data: bytes) -> None:
        self._socket.settimeout(self._budget.left())
        self._socket.sendall(data)

    def _receive(self, most: int) -> bytes:
        if self._budget.room <= 0:
            raise TooMuch("The answer is larger than we read.")
        try:
            self._socket.settimeout(self._budget.left())
            data = self._socket.recv(min(most, self._budget.room))
        except TimeoutError:
            if self.received:
                raise TooMuch("The answer took longer than we wait.") from None
            raise Unreachable("No answer came in time.") from None
        except OSError:
            if self.received:
                raise Unreadable("The connection broke off in the middle of the answer.") from None
            raise Unreachable("The connection broke off before an answer.") from None
        self._budget.room -= len(data)
        self.received += len(data)
        return data

    def _allowed(self, most: int) -> int:
        """How much may be read now: what is left of the head, while it is being read."""
        if self._head is None:
            return most
        if self._head <= 0:
            raise TooMuch("The head of the answer is larger than we read.")
        return min(most, self._head)

    def _limited(self, data: bytes) -> bytes:
        if self._head is not None:
            self._head -= len(data)
        return data
