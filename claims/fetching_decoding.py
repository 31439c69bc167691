"""What a server packed for the way, unpacked no further than we read."""

import zlib
from collections.abc import Iterator

from claims.fetching_errors import TooMuch, Unreadable

ACCEPTED = "gzip, deflate"
MAGIC = b"\x1f\x8b"
PIECE = 65536  # bytes are unpacked at a time


class Unpacking:
    """A body as it was before `Content-Encoding`, piece by piece and never more than `size` bytes of it.

    One coding of those we asked for: gzip or deflate. Codings packed into each other, and any other, are refused.
    """

    def __init__(self, encoding: str, *, size: int) -> None:
        self.coding = encoding.strip().lower()
        if self.coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise Unreadable("The answer is packed in a way that we did not ask for.")
        self.room = size
        self._stream = self._fresh() if self.packed else None
        self._begun = self._more = False
        self._held = b""

    @property
    def packed(self) -> bool:
        return self.coding not in ("", "identity")

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What is in `data`, in pieces; raises TooMuch where more comes than is wanted, Unreadable where it is damaged."""
        if not self.packed:
            yield self._counted(data)
            return
        assert self._stream is not None
        data = self._held + data
        self._held = b""
        while data or self._more:
            if self._stream.eof and not self._next_member(data):
                return
            piece = self._inflate(data)
            self._more = len(piece) == PIECE and not self._stream.eof  # some of what was taken in may wait inside
            yield self._counted(piece)
            data = self._stream.unconsumed_tail or self._stream.unused_data

    def _next_member(self, data: bytes) -> bool:
        """Begin another member of a gzip file, where one follows. After anything else the rest is padding."""
        if self.coding == "deflate":
            return False
        if data == MAGIC[:1]:
            self._held = data
        if not data.startswith(MAGIC):
            return False
        self._stream = self._fresh()
        return True

    def finish(self) -> None:
        """Say that the body has ended; raises Unreadable where it ends in the middle."""
        if self._stream is not None and self._begun and not self._stream.eof:
            raise Unreadable("The packed answer ends in the middle.")

    def _inflate(self, data: bytes) -> bytes:
        assert self._stream is not None
        try:
            found = self._stream.decompress(data, PIECE)
        except zlib.error:
            if self.coding != "deflate" or self._begun:
                raise Unreadable("The packed answer is damaged.") from None
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)  # some servers leave the zlib frame out
            try:
                found = self._stream.decompress(data, PIECE)
            except zlib.error:
                raise Unreadable("The packed answer is damaged.") from None
        self._begun = True
        return found

    def _fresh(self) -> "zlib._Decompress":
        return zlib.decompressobj(zlib.MAX_WBITS if self.coding == "deflate" else 16 + zlib.MAX_WBITS)

    def _counted(self, data: bytes) -> bytes:
        self.room -= len(data)
        if self.room < 0:
            raise TooMuch("The answer is larger than we read.")
        return data
