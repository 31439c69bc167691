"""The child that parses what a stranger sent. Run as `python -m claims.page_reader MEMORY`.

It answers with the text of a page in two parts, content and what stands around it (see `page_regions.py`), or with
the main text alone. It judges nothing, and repeats nothing of the page in an error.
"""

import codecs
import io
import json
import re
from collections.abc import Sequence
from typing import Any

from claims.child import MEBIBYTE, limit_growth, limit_memory, serve

if __name__ == "__main__":
    limit_memory()  # before the libraries that need it are loaded

import lxml.etree
import lxml.html
import pypdf
import trafilatura
from pypdf.errors import PyPdfError

from claims.page_regions import divided, divided_lines, outermost_around, tidy

GROWTH = 64 * MEBIBYTE  # of memory, for one page
MOST_PAGES = 400
MOST_TEXT = 5_000_000  # characters
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-\n(?=[a-z])")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

Answer = tuple[dict[str, Any], bytes]


def read(header: dict[str, Any], bodies: Sequence[bytes]) -> Answer:
    """`header`: `want` (whole or main), `media_type`, `charset`. The answer's body is JSON, or the main text."""
    body = bodies[0]
    try:
        if body.startswith(b"%PDF-") or header["media_type"] == "application/pdf":
            return _pdf(body)
        text = decoded(body, header["charset"])
        if not text.strip():
            return _unreadable("empty")
        if "\0" in text[:10_000]:
            return _unreadable("binary")
        if not _is_html(header["media_type"], text):
            return _whole("text", *divided_lines(text))
        if header["want"] == "main":
            return {}, tidy(_main_text(text)).encode()
        return _whole("html", *divided(parsed(text)))
    except RecursionError:
        return _unreadable("damaged")
    except (lxml.etree.LxmlError, PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError):
        return _unreadable("damaged")


def parsed(text: str) -> lxml.html.HtmlElement:
    """A tree by the parser for HTML, whatever the page says it is: it expands no entities and opens no files."""
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    return lxml.html.document_fromstring(CONTROL.sub(" ", text).encode("utf-8", errors="replace"), parser=parser)


def _main_text(text: str) -> str:
    """What the extraction finds, once everything that stands around the content is cut out."""
    tree = parsed(text)
    for element in outermost_around(tree):
        element.drop_tree()
    return trafilatura.extract(tree, include_comments=False, include_tables=True) or ""


def decoded(body: bytes, charset: str) -> str:
    """Bytes as text: by byte order mark, else as the server says, else as the page says, else by trying."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(encoding, errors="replace")
    named = META_CHARSET.search(body[:4096])
    for encoding in (charset, named[1].decode("ascii", errors="replace") if named else ""):
        if (found := _text_encoding(encoding)) is not None:
            return body.decode(found, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _text_encoding(name: str) -> str | None:
    """The name of an encoding of text that is known; browsers read latin-1 as Windows does."""
    try:
        found = codecs.lookup(name).name if name else ""
        "".encode(found or "?")  # not all codecs are of text
    except (LookupError, ValueError):
        return None
    return {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(found, found)


def _is_html(media_type: str, text: str) -> bool:
    if media_type in ("text/html", "application/xhtml+xml"):
        return True
    if media_type in ("text/plain", "text/csv", "text/markdown", "application/json"):
        return False
    return re.match(r"\s*(<!doctype|<html|<\?xml|<!--|<head|<body)", text[:1000], re.IGNORECASE) is not None


def _pdf(body: bytes) -> Answer:
    reader = pypdf.PdfReader(io.BytesIO(body), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return _unreadable("encrypted")
    if len(reader.pages) > MOST_PAGES:
        return _unreadable("large")
    pages: list[str] = []
    room = MOST_TEXT
    for page in reader.pages:
        pages.append(page.extract_text())
        room -= len(pages[-1])
        if room < 0:
            return _unreadable("large")
    return _whole("pdf", *divided_lines(BROKEN_WORD.sub("", "\n".join(pages))))


def _whole(kind: str, content: str, aside: str) -> Answer:
    if not content and not aside:
        return _unreadable("empty")
    return {}, json.dumps({"kind": kind, "content": content, "aside": aside}).encode()


def _unreadable(reason: str) -> Answer:
    return {"error": "unreadable", "reason": reason}, b""


if __name__ == "__main__":
    limit_growth(GROWTH)
    serve(read)
