"""What a picture shows, as a digest that does not depend on the file that holds it."""

import hashlib
from typing import Protocol


class Picture(Protocol):
    """A picture as Pillow has it."""

    width: int
    height: int

    def convert(self, mode: str) -> "Picture":
        """The same in another mode."""

    def tobytes(self) -> bytes:
        """Its pixels."""


def digest_of(picture: Picture) -> str:
    """`sha256:` and the hex digest of size and pixels, each as red, green, blue and how solid it is."""
    found = hashlib.sha256(f"{picture.width}x{picture.height} ".encode())
    found.update(picture.convert("RGBA").tobytes())
    return f"sha256:{found.hexdigest()}"
