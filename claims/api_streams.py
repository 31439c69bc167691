"""The addresses that give the registry as one file."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar

import orjson
from django.http import HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from claims import chain, claim_table, registry_version
from claims.api import RegistryView
from claims.api_errors import BadParameters
from claims.api_formats import CSVFile, JSONLines
from claims.api_schema import CSV_FILE, JSONL_FILE
from claims.listing import Listing
from claims.quick import ASK_AGAIN, conditional, language

CURSOR = "Footing-Cursor"
"""The header of the whole registry: from there `changes/` tells what came after the file."""


class FileView(RegistryView, ABC):
    """All claims, or those that a filter finds, as one file that is sent while it is read."""

    follows_registry = False
    form: ClassVar[str]

    @abstractmethod
    def lines(self, pieces: Iterable[list[bytes]]) -> Iterator[bytes]:
        """The file, a piece at a time, from the documents of claims as the bytes of JSON."""

    def file(self, request: Request) -> HttpResponseBase:
        """The file, or 304 for who has it already."""
        found = Listing(request.query_params, today=timezone.localdate(), paged=False)
        if found.wrong:
            raise BadParameters(found.wrong)
        lang = language(request._request)  # noqa: SLF001 - Django's own request, which DRF wraps
        etag = _etag(self.form, lang, request.query_params, found.on)
        headers = {"ETag": etag, "Cache-Control": ASK_AGAIN, "Content-Language": lang}
        kind = f"{self.renderer_classes[0].media_type}; charset=utf-8"
        response = conditional(request._request, etag)  # noqa: SLF001 - Django's own request, which DRF wraps
        if response is None:
            headers["Content-Disposition"] = f'attachment; filename="claims-{found.on.isoformat()}.{self.form}"'
            head = chain.last()
            if not request.query_params:
                headers[CURSOR] = str(head)
            sent: Iterable[bytes] = () if request.method == "HEAD" else self.lines(found.walk(head=head, lang=lang))
            response = StreamingHttpResponse(sent, content_type=kind, headers=headers)
        else:
            for name, value in headers.items():
                response[name] = value
        patch_vary_headers(response, ["Accept", "Accept-Language"])
        return response


def _etag(form: str, lang: str, query: QueryDict, on: date) -> str:
    """Weak: two files of one tag say the same, but a check that came in while one was sent may be in it.

    Taken before the first claim is read, so what changes meanwhile is told by the next tag.
    """
    parts = repr((form, lang, sorted(query.lists()), on.isoformat(), registry_version.current()))
    return f'W/"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'


class CSVView(FileView):
    """The table of claims."""

    form = "csv"
    renderer_classes: ClassVar = [CSVFile]

    def lines(self, pieces: Iterable[list[bytes]]) -> Iterator[bytes]:
        """A header, then a claim a row."""
        yield claim_table.header()
        for piece in pieces:
            yield b"".join(claim_table.row(orjson.loads(document)) for document in piece)

    @extend_schema(operation_id="claims_csv", **CSV_FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """Every published claim as a table for a spreadsheet, or those that the filters of the list find."""
        return self.file(request)


class JSONLView(FileView):
    """The claims, one a line."""

    form = "jsonl"
    renderer_classes: ClassVar = [JSONLines]

    def lines(self, pieces: Iterable[list[bytes]]) -> Iterator[bytes]:
        """A line a claim, exactly as the list gives it."""
        for piece in pieces:
            yield b"".join(b"%s\n" % document for document in piece)

    @extend_schema(operation_id="claims_jsonl", **JSONL_FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """Every published claim, one a line as the list gives it, or those that the filters of the list find."""
        return self.file(request)
