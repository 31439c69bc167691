"""What a picture shows, as a digest that does not depend on the file that holds it."""

import hashlib

from PIL import Image


def digest_of(picture: Image.Image) -> str:
    """`sha256:` and the hex digest of size and pixels, each as red, green, blue and how solid it is."""
    found = hashlib.sha256(f"{picture.width}x{picture.height} ".encode())
    found.update(picture.convert("RGBA").tobytes())
    return f"sha256:{found.hexdigest()}"
