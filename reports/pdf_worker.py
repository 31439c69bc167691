"""The child of `pdf.py`: the one module that imports WeasyPrint. Run as `python -m reports.pdf_worker MEMORY`.

It serves nothing but our own assets to a document, keeps fonts and stylesheets between documents, and mends the
PDF's tags before they are written (see `pdf_finish.py`).
"""

import gc
import logging
import resource
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from claims.child import limit_memory, resident_memory, serve
from reports.pdf_finish import finish, missing_characters

if __name__ == "__main__":
    limit_memory()  # before the libraries that need it are loaded

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.pdf_markup import Markup

STATIC = Path(__file__).resolve().parents[1] / "static"
# A host that cannot exist (RFC 2606): names below it are looked up in ASSETS, never fetched.
BASE = "https://assets.invalid/"
TYPES = {".ttf": "font/ttf", ".css": "text/css", ".svg": "image/svg+xml"}
ASSETS = {
    path.relative_to(STATIC).as_posix(): path
    for pattern in ("fonts/*.ttf", "css/report*.css", "img/report-*.svg")
    for path in STATIC.glob(pattern)
}
# PDF/UA-1 asks for nothing but tags and what `finish` adds; the variant brings the colour profile of PDF/A-3.
OPTIONS: dict[str, Any] = {"pdf_variant": "pdf/a-3a", "presentational_hints": False, "pdf_tags": True}


class AssetFetcher(URLFetcher):
    """Serves our own fonts, stylesheets and drawings by name, and the `pictures` that came with the document.

    Anything else ends the rendering.
    """

    def __init__(self, pictures: Mapping[str, bytes] | None = None) -> None:
        super().__init__(timeout=0, allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self.pictures = pictures or {}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        name = url.removeprefix(BASE) if url.startswith(BASE) else ""
        if name in self.pictures:
            return URLFetcherResponse(url, self.pictures[name], {"Content-Type": "image/png"})
        path = ASSETS.get(name)
        if path is None:
            raise FatalURLFetchingError(f"the document asks for {url[:100]}")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": TYPES[path.suffix]})


class Warnings(logging.Handler):
    """Collects what WeasyPrint logs while it works on one document."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


class Press:
    """Fonts and parsed stylesheets, kept between documents."""

    def __init__(self) -> None:
        self.fonts = FontConfiguration()
        self.sheets: dict[str, weasyprint.CSS] = {}
        self.warnings = Warnings()
        logger = logging.getLogger("weasyprint")
        logger.handlers = [self.warnings]
        logger.propagate = False
        gc.freeze()  # what was loaded stays, and need not be looked through after each document

    def stylesheet(self, name: str) -> weasyprint.CSS:
        if name not in self.sheets:
            fetcher = AssetFetcher()
            self.sheets[name] = weasyprint.CSS(
                string=ASSETS[f"css/{name}"].read_text("utf-8"),
                base_url=f"{BASE}css/{name}",
                font_config=self.fonts,
                url_fetcher=fetcher,
            )
        return self.sheets[name]

    def print(self, header: dict[str, Any], bodies: Sequence[bytes]) -> tuple[dict[str, Any], bytes]:
        """One document: header and bodies as `pdf.Renderer.render` sends them.

        A document is a hundred thousand objects that refer to each other and all live until it is written: looking
        for garbage in between finds none and takes a sixth of the time. It is collected once, at the end.
        """
        gc.disable()
        try:
            return self._print(header, bodies, time.process_time())
        finally:
            gc.enable()

    def _print(self, header: dict[str, Any], bodies: Sequence[bytes], started: float) -> tuple[dict[str, Any], bytes]:
        self.warnings.messages.clear()
        attached = 1 + len(header["attachments"])
        fetcher = AssetFetcher(dict(zip(header["pictures"], bodies[attached:], strict=True)))
        try:
            html = Markup(bodies[0].decode(), base_url=BASE, url_fetcher=fetcher)
            document = html.render(
                font_config=self.fonts,
                stylesheets=[self.stylesheet(name) for name in header["stylesheets"]],
                **OPTIONS,
            )
            pdf = self.write(document, header, bodies[1:attached])
        except FatalURLFetchingError as error:
            return {"error": f"refused: {error}", "reason": "refused"}, b""
        except (ValueError, RecursionError, OSError, AssertionError) as error:
            return {"error": f"{type(error).__name__}: {error}", "reason": "failed"}, b""
        pages, missing = len(document.pages), missing_characters(document)
        del html, document
        gc.collect()
        return {
            "pages": pages,
            "warnings": self.warnings.messages,
            "missing": missing,
            "cpu_seconds": round(time.process_time() - started, 3),
            "peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "resident": resident_memory(),
        }, pdf

    def write(self, document: weasyprint.Document, header: dict[str, Any], contents: Sequence[bytes]) -> bytes:
        """The bytes of a document that was laid out, with its attachments."""
        attachments = [
            weasyprint.Attachment(
                string=content,
                name=one["name"],
                description=one["description"],
                created=datetime.fromisoformat(one["modified"]),
                modified=datetime.fromisoformat(one["modified"]),
                relationship="Data",
                url_fetcher=AssetFetcher(),
            )
            for one, content in zip(header["attachments"], contents, strict=True)
        ]
        pdf: bytes = document.write_pdf(
            finisher=partial(finish, identifier=header["identifier"]),
            attachments=attachments,
            pdf_identifier=header["identifier"].encode() or None,
            **OPTIONS,
        )
        return pdf


if __name__ == "__main__":
    serve(Press().print)
