"""The child that decodes an uploaded picture. Run as `python -m reports.branding.logo_worker MEMORY`.

Size and kind are read from the head of the file before a pixel is decoded, and the file must end where the picture
does: what is two files at once is no logo.
"""

import io
import struct
import warnings
from collections.abc import Sequence
from typing import Any

from claims.child import limit_memory, serve

if __name__ == "__main__":
    limit_memory()

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from reports.branding.pixels import digest_of

FORMATS = ("PNG", "JPEG", "WEBP")
PNG, JPEG, RIFF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF"
KINDS = "Choose a PNG, JPEG or WebP file"


class Refused(ValueError):
    """No logo; the message says why."""


def read(header: dict[str, Any], bodies: Sequence[bytes]) -> tuple[dict[str, Any], bytes]:
    """`header`: the longest `side` and the most `pixels` that are decoded, and `width` and `height` that are kept.

    The answer has `width`, `height` and `pixels` (the digest of what is shown); its body is the PNG.
    """
    content = bodies[0]
    try:
        _check_kind(content)
        picture = _decoded(content, header)
    except Refused as error:
        return {"error": str(error), "reason": "refused"}, b""
    picture.thumbnail((header["width"], header["height"]), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return {"width": picture.width, "height": picture.height, "pixels": digest_of(picture)}, out.getvalue()


def _check_kind(content: bytes) -> None:
    """Look at the frame of the file: its first bytes, and whether it ends with the picture."""
    if content.startswith(PNG):
        whole = _png_end(content)
    elif content.startswith(JPEG):
        whole = len(content) if content.endswith(b"\xff\xd9") else -1
    elif content.startswith(RIFF) and content[8:12] == b"WEBP":
        [size] = struct.unpack("<I", content[4:8])
        whole = size + 8 + size % 2
    else:
        raise Refused(f"This is not a picture that a logo can be made of. {KINDS}; SVG and GIF are not taken.")
    if whole > len(content) or whole < 0:
        raise Refused(f"The picture is cut off, or something stands behind it. {KINDS} that is whole.")
    if whole < len(content):
        raise Refused("Behind the picture the file holds something else. Save the logo anew from a drawing program.")


def _png_end(content: bytes) -> int:
    """Where the last chunk of a PNG ends; past its end where it is cut off."""
    at = len(PNG)
    while at + 12 <= len(content):
        [length] = struct.unpack(">I", content[at : at + 4])
        kind = content[at + 4 : at + 8]
        at += 12 + length
        if kind == b"IEND":
            return at
    return len(content) + 1


def _decoded(content: bytes, header: dict[str, Any]) -> Image.Image:
    """The picture in sRGB, upright, without anything but its pixels."""
    Image.MAX_IMAGE_PIXELS = header["pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            _check_size(opened, header)
            opened.load()
            return _plain(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused(_too_large(header)) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, LookupError, struct.error) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(f"The picture is damaged and cannot be read. {KINDS} that opens elsewhere.") from None


def _check_size(opened: Image.Image, header: dict[str, Any]) -> None:
    if max(opened.size) > header["side"] or opened.width * opened.height > header["pixels"]:
        raise Refused(_too_large(header, f"{opened.width:,} × {opened.height:,}"))
    if getattr(opened, "n_frames", 1) > 1 or getattr(opened, "is_animated", False):
        raise Refused(f"The picture moves. {KINDS} with one picture in it.")
    if min(opened.size) < 16:
        raise Refused("The picture is too small to be seen. A logo has at least 16 pixels on each side.")


def _too_large(header: dict[str, Any], size: str = "too many") -> str:
    side, most = header["side"], header["pixels"] // 1_000_000
    return f"The picture has {size} pixels; a logo has at most {side:,} on a side and {most} million. Save it smaller."


def _plain(picture: Image.Image) -> Image.Image:
    """With the colours of its own profile turned into those of sRGB, and a clean slate of metadata."""
    profile = picture.info.get("icc_profile")
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    if picture.mode.startswith(("I", "F")):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    alpha = picture.convert("RGBA").getchannel("A") if see_through else None
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        picture = _in_srgb(picture, profile)
    plain = picture.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        plain.putalpha(alpha)
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    return clean


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    base = picture.convert("RGB") if picture.mode == "RGBA" else picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        found = ImageCms.profileToProfile(base, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):  # a profile that fits nothing: the numbers are taken as sRGB
        return base
    return found or base


if __name__ == "__main__":
    serve(read)
