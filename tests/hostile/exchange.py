"""One connection to the hostile server, the ways in which it can be answered, and the names of what it does."""

import socket
import struct
import time
import zlib
from collections.abc import Callable
from functools import cache
from threading import Event
from typing import Protocol

MEBIBYTE = 1024 * 1024
PAGE = (
    b"<html><body><main><h1>What a production system costs</h1><p>A production system costs $18,000 to $45,000 to "
    b"build, and the build takes months.</p></main></body></html>"
)
Behaviour = Callable[["Exchange"], None]
BEHAVIOURS: dict[str, Behaviour] = {}


class Listening(Protocol):
    """What an exchange has to know of its server."""

    requests: list[str]
    closing: Event


class Exchange:
    """One connection: what was asked, and ways to answer."""

    def __init__(self, connection: socket.socket, request: str, server: Listening) -> None:
        self.connection = connection
        self.request = request
        self.server = server
        self.path = request.split(" ")[1]

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def answer(
        self, body: bytes = PAGE, *headers: str, status: str = "200 OK", length: int | str | None = None
    ) -> None:
        lines = [f"HTTP/1.1 {status}", *headers]
        if not any(header.lower().startswith("content-type") for header in headers):
            lines.append("Content-Type: text/html; charset=utf-8")
        lines.append(f"Content-Length: {len(body) if length is None else length}")
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def head(self, *headers: str) -> None:
        self.send("\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html", *headers]).encode() + b"\r\n\r\n")

    def redirect(self, location: str, *headers: str) -> None:
        self.answer(b"", f"Location: {location}", *headers, status="302 Found")

    def for_ever(self, data: bytes, *, pause: float = 0.0) -> None:
        while not self.server.closing.is_set():
            self.send(data)
            if pause:
                time.sleep(pause)

    def hold(self) -> None:
        """Say nothing more, and keep the connection."""
        self.server.closing.wait(60)

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def behaviour(function: Behaviour) -> Behaviour:
    BEHAVIOURS[function.__name__] = function
    return function


@cache
def zeros(wbits: int) -> bytes:
    """200 MB of nothing, packed into 200 kB."""
    packer = zlib.compressobj(9, wbits=wbits)
    return b"".join(packer.compress(bytes(MEBIBYTE)) for _ in range(200)) + packer.flush()
