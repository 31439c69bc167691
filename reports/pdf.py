"""HTML to PDF, in a child process with limits.

`Renderer` keeps its child warm for several documents; `render` is for one. The child (`pdf_worker.py`) is the only
place that imports WeasyPrint: this module can be imported where Pango is not installed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from claims.child import Child, ChildError, Limits

STYLESHEETS = ("report.css",)


class RenderError(RuntimeError):
    """A document could not be rendered; the message says why in words for people.

    `reason`: timeout, cpu, memory, refused (it asked for something that is not ours), text (what was
    typed cannot be printed), failed, crashed.
    """

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF. `modified` is a fixed date: the clock would give other bytes each time."""

    name: str
    content: bytes
    description: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class Rendered:
    """The PDF; its number of pages; what WeasyPrint warned of; processor seconds; the child's memory in bytes.

    `peak_memory` is the most it ever held, `resident` what it holds when the document is done. `missing`: the
    characters for which no font was found. With any of them the file names no standard that it keeps.
    """

    pdf: bytes
    pages: int
    warnings: tuple[str, ...]
    cpu_seconds: float
    peak_memory: int
    resident: int
    missing: tuple[str, ...]


class Renderer:
    """A warm child with its fonts and stylesheets loaded. Use as a context manager; one document at a time.

    `documents` counts what the child has made since it was started, `resident` is its memory in bytes after the last.
    """

    def __init__(self, *, limits: Limits | None = None) -> None:
        self._child = Child("reports.pdf_worker", limits=limits or Limits())
        self.documents = self.resident = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin loading, so that the child is warm when the first document comes."""
        self._child.start()

    def close(self) -> None:
        """End the child; the next document starts another."""
        self._child.close()
        self.documents = self.resident = 0

    def forget(self) -> None:
        """In a process that was forked: leave the child to the parent."""
        self._child.forget()

    def render(
        self,
        html: str,
        *,
        stylesheets: Sequence[str] = STYLESHEETS,
        attachments: Sequence[Attachment] = (),
        pictures: Mapping[str, bytes] | None = None,
        identifier: str = "",
    ) -> Rendered:
        """Render one document as tagged PDF, PDF/UA-1 and PDF/A-3a.

        `stylesheets` are names of files in `static/css/`; `pictures`: PNG files by the names with which this document,
        and no other, may ask for them; `identifier` becomes the PDF's file identifier.
        The same arguments give the same bytes. Raises RenderError.
        """
        attachments = sorted(attachments, key=lambda one: one.name)  # a name tree is searched by halves
        header = {
            "stylesheets": list(stylesheets),
            "identifier": identifier,
            "pictures": list(pictures or ()),
            "attachments": [
                {"name": one.name, "description": one.description, "modified": one.modified.isoformat()}
                for one in attachments
            ],
        }
        bodies = [html.encode(), *(one.content for one in attachments), *(pictures or {}).values()]
        try:
            reply, pdf = self._child.ask(header, *bodies)
        except ChildError as error:
            raise RenderError(f"The PDF could not be made: {error}.", reason=error.reason) from error
        self.documents, self.resident = self.documents + 1, reply["resident"]
        return Rendered(
            pdf,
            reply["pages"],
            tuple(reply["warnings"]),
            reply["cpu_seconds"],
            reply["peak_memory"],
            reply["resident"],
            tuple(reply["missing"]),
        )


def render(
    html: str,
    *,
    stylesheets: Sequence[str] = STYLESHEETS,
    attachments: Sequence[Attachment] = (),
    identifier: str = "",
    limits: Limits | None = None,
) -> Rendered:
    """One document with a child of its own: see `Renderer.render`."""
    with Renderer(limits=limits) as renderer:
        return renderer.render(html, stylesheets=stylesheets, attachments=attachments, identifier=identifier)
