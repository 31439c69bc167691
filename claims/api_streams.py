"""The addresses that give the registry as one file."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, ClassVar

import orjson
from django.http import HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from claims import claim_table, published, streams
from claims.api import ASK_AGAIN, RegistryView, language
from claims.api_errors import BadParameters
from claims.api_formats import CSVFile, JSONLines
from claims.api_schema import CSV_FILE, JSONL_FILE
from claims.filters import ClaimFilterSet
from claims.forms import wrong_parameters

CURSOR = "Footing-Cursor"
"""The header of the whole registry: from there `changes/` tells what came after the file."""


class FileView(RegistryView):
    """All claims, or those that a filter finds, as one file that is sent while it is read."""

    form: ClassVar[str]

    def lines(self, pieces: Iterable[list[dict[str, Any]]]) -> Iterator[bytes]:
        """The file, a piece at a time."""
        raise NotImplementedError

    def file(self, request: Request) -> HttpResponseBase:
        """The file, or 304 for who has it already."""
        filters = self.filters(request.query_params)
        lang = language(request)
        etag = _etag(self.form, lang, request.query_params, filters.on)
        headers = {"ETag": etag, "Cache-Control": ASK_AGAIN, "Content-Language": lang}
        kind = f"{self.renderer_classes[0].media_type}; charset=utf-8"
        response: HttpResponseBase | None = get_conditional_response(request._request, etag=etag)  # noqa: SLF001 - Django's own request, which DRF wraps
        if response is None:
            headers["Content-Disposition"] = f'attachment; filename="claims-{filters.on.isoformat()}.{self.form}"'
            sent: Iterable[bytes] = ()
            head = None if request.query_params else streams.head()
            if head is not None:
                headers[CURSOR] = str(head)
            if request.method != "HEAD":
                pieces = streams.chosen(filters.qs) if head is None else streams.whole(head)
                sent = self.lines(streams.documents(pieces, on=filters.on, lang=lang))
            response = StreamingHttpResponse(sent, content_type=kind, headers=headers)
        else:
            for name, value in headers.items():
                response[name] = value
        patch_vary_headers(response, ["Accept", "Accept-Language"])
        return response

    def filters(self, query: QueryDict) -> ClaimFilterSet:
        """The filters of the claim list. Raises `BadParameters`, also for what belongs to its pages."""
        filters = ClaimFilterSet(query, today=timezone.localdate())
        if wrong := wrong_parameters(query, [filters.form]):
            raise BadParameters(wrong)
        return filters


def _etag(form: str, lang: str, query: QueryDict, on: date) -> str:
    """Weak: two files of one tag say the same, but a check that came in while one was sent may be in it.

    Taken before the first claim is read, so what changes meanwhile is told by the next tag.
    """
    parts = repr((form, lang, sorted(query.lists()), on.isoformat(), published.version()))
    return f'W/"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'


class CSVView(FileView):
    """The table of claims."""

    form = "csv"
    renderer_classes: ClassVar = [CSVFile]

    def lines(self, pieces: Iterable[list[dict[str, Any]]]) -> Iterator[bytes]:
        """A header, then a claim a row."""
        yield claim_table.header()
        for piece in pieces:
            yield b"".join(map(claim_table.row, piece))

    @extend_schema(operation_id="claims_csv", **CSV_FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """Every published claim as a table for a spreadsheet, or those that the filters of the list find."""
        return self.file(request)


class JSONLView(FileView):
    """The claims, one a line."""

    form = "jsonl"
    renderer_classes: ClassVar = [JSONLines]

    def lines(self, pieces: Iterable[list[dict[str, Any]]]) -> Iterator[bytes]:
        """A line a claim, exactly as the list gives it."""
        for piece in pieces:
            yield b"".join(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE) for document in piece)

    @extend_schema(operation_id="claims_jsonl", **JSONL_FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """Every published claim, one a line as the list gives it, or those that the filters of the list find."""
        return self.file(request)
