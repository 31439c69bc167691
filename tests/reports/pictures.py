"""Pictures for tests: logos that can be taken, and files that must not be."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

PNG = b"\x89PNG\r\n\x1a\n"


def drawn(mode: str = "RGBA", size: tuple[int, int] = (300, 75)) -> Image.Image:
    """A disc and a bar, on nothing where the mode can say so."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    width, height = size
    draw.ellipse((2, 2, min(size) - 3, min(size) - 3), fill="#7a1f5c")
    draw.rectangle((width // 2, height // 2, width - 5, height - 5), fill="#333333")
    if mode == "RGBA":
        return picture
    ground = Image.new("RGBA", size, "white")
    ground.alpha_composite(picture)
    return ground.convert(mode)


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def logo(mode: str = "RGBA", size: tuple[int, int] = (300, 75)) -> bytes:
    return saved(drawn(mode, size))


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_saying(width: int, height: int, body: bytes = b"") -> bytes:
    """A PNG whose head tells this size, whatever there is of it."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return PNG + head + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def moving(form: str) -> bytes:
    frames = [drawn("RGB"), Image.new("RGB", (300, 75), "red")]
    return saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


def with_text(text: str) -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", text)
    return saved(drawn(), pnginfo=told)


def turned() -> bytes:
    """A JPEG that lies on its side and says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a secret of the camera"
    return saved(drawn("RGB"), "JPEG", exif=exif)


def with_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    return saved(drawn("RGB"), icc_profile=profile)


TAKEN: dict[str, Callable[[], bytes]] = {
    "a PNG that can be seen through": logo,
    "a PNG with a palette": lambda: saved(drawn("RGB").quantize(16)),
    "a grey PNG": lambda: logo("L"),
    "a PNG of sixteen bits": lambda: saved(Image.new("I;16", (100, 40), 30000)),
    "a PNG of one bit": lambda: logo("1"),
    "a JPEG": lambda: saved(drawn("RGB"), "JPEG"),
    "a JPEG for print": lambda: saved(drawn("CMYK"), "JPEG"),
    "a JPEG that lies on its side": turned,
    "a WebP": lambda: saved(drawn(), "WEBP"),
    "a WebP without loss": lambda: saved(drawn(), "WEBP", lossless=True),
    "a PNG with a profile that does not fit": with_profile,
    "a PNG with a broken profile": lambda: saved(drawn("RGB"), icc_profile=b"no profile"),
    "a large PNG": lambda: logo(size=(2500, 1500)),
    "a tall PNG": lambda: logo(size=(40, 900)),
    "a PNG with a text in it": lambda: with_text("<script>alert(1)</script>"),
}

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="9" height="9"/></svg>'
NO_PICTURE = "This is not a picture that a logo can be made of. Choose a PNG, JPEG or WebP file"
CUT = "The picture is cut off, or something stands behind it"
BEHIND = "Behind the picture the file holds something else"
DAMAGED = "The picture is damaged and cannot be read"
TOO_LARGE = "a logo has at most 4,000 on a side and 4 million"
ZIP = b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18)

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", NO_PICTURE),
    "a text": (lambda: b"a logo", NO_PICTURE),
    "an SVG": (lambda: SVG, NO_PICTURE),
    "an SVG that asks for a file": (
        lambda: SVG.replace(b"<rect", b'<image href="file:///etc/passwd"/><rect'),
        NO_PICTURE,
    ),
    "a web page": (lambda: b"<!DOCTYPE html><script>alert(1)</script>", NO_PICTURE),
    "a GIF": (lambda: saved(drawn("RGB"), "GIF"), NO_PICTURE),
    "a GIF that moves": (lambda: moving("GIF"), NO_PICTURE),
    "a BMP": (lambda: saved(drawn("RGB"), "BMP"), NO_PICTURE),
    "a TIFF": (lambda: saved(drawn("RGB"), "TIFF"), NO_PICTURE),
    "an ICO": (lambda: saved(drawn("RGB", (64, 64)), "ICO"), NO_PICTURE),
    "a PDF": (lambda: b"%PDF-1.7\n%%EOF", NO_PICTURE),
    "a PostScript program": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage", NO_PICTURE),
    "a program": (lambda: Path("/bin/true").read_bytes()[:4096], NO_PICTURE),
    "an archive": (lambda: ZIP, NO_PICTURE),
    "a PNG that moves": (lambda: moving("PNG"), "The picture moves"),
    "a WebP that moves": (lambda: moving("WEBP"), "The picture moves"),
    "a PNG and an archive": (lambda: logo() + ZIP, BEHIND),
    "a PNG and a page": (lambda: logo() + b"<script>alert(1)</script>", BEHIND),
    "a WebP and an archive": (lambda: saved(drawn(), "WEBP") + ZIP, BEHIND),
    "a JPEG and an archive": (lambda: saved(drawn("RGB"), "JPEG") + ZIP, CUT),
    "half a PNG": (lambda: logo()[:300], CUT),
    "half a JPEG": (lambda: saved(drawn("RGB"), "JPEG")[:900], CUT),
    "half a JPEG that is closed": (lambda: saved(drawn("RGB"), "JPEG")[:300] + b"\xff\xd9", DAMAGED),
    "half a WebP": (lambda: saved(drawn(), "WEBP")[:100], CUT),
    "the beginning of a PNG": (lambda: PNG, CUT),
    "a PNG without pixels": (lambda: png_saying(200, 100), DAMAGED),
    "a PNG with a wrong sum": (lambda: logo().replace(b"IDAT", b"IDAX", 1), DAMAGED),
    "a PNG of no size": (lambda: png_saying(0, 0), DAMAGED),
    "a small file with a huge picture": (lambda: saved(Image.new("1", (30_000, 30_000)), "PNG"), TOO_LARGE),
    "a head that tells of a thousand million pixels": (lambda: png_saying(40_000, 40_000), TOO_LARGE),
    "a picture that is too wide": (lambda: saved(Image.new("1", (4_001, 20))), TOO_LARGE),
    "a picture of five million pixels": (lambda: saved(Image.new("1", (2_500, 2_000))), TOO_LARGE),
    "a dot": (lambda: saved(Image.new("RGB", (1, 1))), "The picture is too small to be seen"),
    "a text that unpacks to much": (
        lambda: (
            PNG
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 20, 20, 8, 2, 0, 0, 0))
            + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000)))
            + chunk(b"IDAT", zlib.compress(bytes(20 * 61)))
            + chunk(b"IEND", b"")
        ),
        DAMAGED,
    ),
    "a file of more than one megabyte": (lambda: logo() + bytes(1024 * 1024), "The file is larger than 1 MB"),
}
