"""A server that does to whoever asks it all that a server can do (`answers.py`, `pages.py`).

It speaks through bare sockets: what it says need not be HTTP. It remembers the requests it got.
"""

import contextlib
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Self

from tests.hostile import pages, posted
from tests.hostile.answers import good, not_found
from tests.hostile.exchange import BEHAVIOURS, Exchange

PEM = Path(__file__).with_name("self_signed.pem")
assert pages
assert posted  # their behaviours put themselves on the list


class HostileServer:
    """Listens on 127.0.0.1, in the clear on `port` and with TLS on `tls_port`. A context manager."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.closing = threading.Event()
        self.plain = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.secure = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.plain.getsockname()[1]
        self.tls_port = self.secure.getsockname()[1]
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(PEM)

    def __enter__(self) -> Self:
        for listener in (self.plain, self.secure):
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.plain.close()
        self.secure.close()

    def url(self, name: str, *, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}/{name}"

    def _accept(self, listener: socket.socket) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, listener is self.secure), daemon=True).start()

    def _serve(self, connection: socket.socket, encrypted: bool) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            if encrypted:
                with self.context.wrap_socket(connection, server_side=True) as session:
                    self._talk(session)
            else:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            data = connection.recv(65536)
            if not data:
                return
            request += data
        head, _, body = request.partition(b"\r\n\r\n")
        length = next(
            (int(line[16:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length: ")), 0
        )
        while len(body) < length:
            body += connection.recv(65536)
        request = head + b"\r\n\r\n" + body
        text = request.decode("latin-1")
        self.requests.append(text)
        exchange = Exchange(connection, text, self)
        host = next(line[6:] for line in text.split("\r\n") if line.lower().startswith("host: ")).split(":")[0]
        if exchange.path == "/robots.txt":
            name = host.removesuffix(".example").replace("-", "_")
            BEHAVIOURS.get(name if name.startswith("robots_") else "not_found", not_found)(exchange)
        else:
            BEHAVIOURS.get(exchange.path.split("/")[1].split("?")[0], good)(exchange)


if __name__ == "__main__":  # for a process that counts its own memory, and not the server's
    with HostileServer() as running:
        sys.stdout.write(f"{running.port}\n")
        sys.stdout.flush()
        sys.stdin.read()
