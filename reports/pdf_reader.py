"""The child that opens a PDF somebody sent. Run as `python -m reports.pdf_reader MEMORY`.

It answers with the text of each page run by run (a run is what was drawn in one go: a number never spans two, and
a raised mark is a run of its own), the attached manifest, and what else could carry a number: other attached files by
name and digest, annotations other than links, pictures (by what they show), forms. A signature that shows nothing on the
page carries none and is not named. It judges nothing.
"""

import hashlib
import io
from collections.abc import Sequence
from typing import Any

from claims.child import limit_memory, serve

if __name__ == "__main__":
    limit_memory()

import pypdf
from pypdf.errors import PyPdfError

from reports.branding.pixels import digest_of

MOST_PAGES = 400
MOST_PICTURE = 600 * 240  # pixels of a picture that is looked at: a logo is no larger (branding/logos.py)
MOST_ATTACHED = 32 * 1024 * 1024


def read(header: dict[str, Any], bodies: Sequence[bytes]) -> tuple[dict[str, Any], bytes]:
    """`header["attachment"]` names the wanted attachment; its bytes are the answer's body (empty: not there).

    `header["password"]` opens a file that has one.
    """
    content = bodies[0]
    if not content.startswith(b"%PDF-"):
        return _unreadable("this is not a PDF")
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not header["password"]:
            return _unreadable("the file is encrypted", "encrypted")
        if reader.is_encrypted and not reader.decrypt(header["password"]):
            return _unreadable("the password does not open it", "encrypted")
        if len(reader.pages) > MOST_PAGES:
            return _unreadable(f"the file has more than {MOST_PAGES} pages")
        attached = list(reader.attachments.get(header["attachment"], ()))
        seen: dict[int, str] = {}
        pages = [_page(page, seen) for page in reader.pages]
        anchors = {
            name: reader.get_destination_page_number(target) for name, target in reader.named_destinations.items()
        }
        digests = sorted([name, _digest(one)] for name, found in reader.attachments.items() for one in found)
        forms = _has_forms(reader.trailer["/Root"])
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        return _unreadable(f"the file is damaged ({type(error).__name__}: {str(error)[:200]})")
    if len(attached) > 1:
        return _unreadable(f"{header['attachment']} is attached more than once")
    body = attached[0] if attached else b""
    if len(body) > MOST_ATTACHED:
        return _unreadable(f"{header['attachment']} is larger than {MOST_ATTACHED} bytes")
    return {"pages": pages, "attachments": digests, "anchors": anchors, "forms": forms}, body


def _page(page: pypdf.PageObject, seen: dict[int, str]) -> dict[str, Any]:
    runs: list[str] = []

    def visit(text: str, *_: object) -> None:
        if text.strip():
            runs.append(text)

    page.extract_text(visitor_text=visit)
    every = [one.get_object() for one in page.get("/Annots", ())]
    annotations = [str(one.get("/Subtype", "?")) for one in every if not _is_bare_signature(one)]
    return {
        "runs": runs,
        "annotations": sorted({kind for kind in annotations if kind != "/Link"}),
        "pictures": [_picture(page, name, seen) for name in page.images.keys()],  # noqa: SIM118 – a list with keys
    }


def _picture(page: pypdf.PageObject, name: str | list[str], seen: dict[int, str]) -> str:
    """The digest of what a picture shows; empty for one that is not drawn as a logo is. `seen`: by object of the file."""
    pictures = page["/Resources"].get("/XObject", {})
    if not isinstance(name, str) or name not in pictures:
        return ""
    found = pictures[name]  # or a drawing with a picture in it, which has no size of its own
    if not 0 < found.get("/Width", 0) * found.get("/Height", 0) <= MOST_PICTURE:
        return ""
    number = pictures.raw_get(name).idnum
    if number not in seen:
        shown = page.images[name].image
        seen[number] = digest_of(shown) if shown is not None else ""
    return seen[number]


def _has_forms(root: Any) -> bool:
    """Whether there is a form with anything but signatures that show nothing."""
    if "/AcroForm" not in root:
        return False
    form = root["/AcroForm"]
    fields = [one.get_object() for one in form.get("/Fields", ())]
    return not fields or "/XFA" in form or not all(_is_bare_signature(one) for one in fields)


def _is_bare_signature(field: Any) -> bool:
    """A field with a signature that takes no room and draws nothing."""
    if (field.get("/FT"), field.get("/Subtype")) != ("/Sig", "/Widget") or "/AP" in field or "/Kids" in field:
        return False
    left, low, right, high = field.get("/Rect", (0, 0, 1, 1))
    return bool(left == right and low == high)


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _unreadable(why: str, reason: str = "unreadable") -> tuple[dict[str, Any], bytes]:
    return {"error": why, "reason": reason}, b""


if __name__ == "__main__":
    serve(read)
