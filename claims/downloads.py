"""A list of claims as a file to download: sent as it is written, however long it is."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from claims import file_formats
from claims.records import Record
from claims.sheet_cells import CellTooLong

MOST_IN_MEMORY = 16_000_000
"""Bytes of a workbook that stand in memory; more of it goes to a file that nobody else can open."""


def claims_as_file(records: Iterable[Record], form: str, *, name: str) -> HttpResponse | StreamingHttpResponse:
    """Records of claims as `csv`, `xlsx` or `yaml`."""
    if form == "xlsx":
        return _workbook(records, name)
    lines = {"csv": file_formats.claim_csv_lines, "yaml": file_formats.yaml_lines}[form]
    return _streamed(lines(records), form, name)


def documents_as_file(documents: Iterable[dict[str, Any]], *, name: str) -> StreamingHttpResponse:
    """Documents of claims, one a line, as the API serves them."""
    return _streamed(file_formats.jsonl_lines(documents), "jsonl", name)


def _streamed(lines: Iterator[bytes], form: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=file_formats.MEDIA_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _workbook(records: Iterable[Record], name: str) -> HttpResponse:
    # The response closes the file when it was sent, and with it the file is gone.
    out = tempfile.SpooledTemporaryFile(max_size=MOST_IN_MEMORY)  # noqa: SIM115
    try:
        file_formats.write_xlsx(records, out, kinds=["claims"])  # type: ignore[arg-type]  # it writes and seeks
    except CellTooLong as error:
        out.close()
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{name}.xlsx", content_type=file_formats.MEDIA_TYPES["xlsx"])
