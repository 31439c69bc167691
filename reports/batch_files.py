"""A batch as one ZIP: its PDFs, and an index of all that was asked for, as CSV and to read."""

import csv
import tempfile
from datetime import UTC, datetime
from io import StringIO
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.template.loader import render_to_string

from claims.sheet_cells import guarded
from reports.batch_models import Batch, BatchItem
from reports.branding import naming

COLUMNS = ("file", "reference", "client", "title", "language", "kind", "state", "made_at", "digest", "error")
IN_MEMORY = 16 * 1024 * 1024
"""Bytes of a ZIP above which it is put together on disk."""


def zipped(batch: Batch) -> IO[bytes]:
    """The ZIP of a batch in which nothing is open, read from its start. The same batch gives the same bytes.

    PDFs are taken one at a time. What failed is in the index, with the reason.
    """
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever reads it closes it
    items = list(batch.items.without_bytes())
    names = naming.of_items(batch, items)
    last = max((item.at for item in items if item.at), default=batch.started_at)
    with ZipFile(file, "w") as archive:
        for item, name in zip(items, names, strict=True):
            if item.state == BatchItem.State.DONE:
                archive.writestr(_entry(name, last, ZIP_STORED), content(item))
        archive.writestr(_entry("index.csv", last, ZIP_DEFLATED), index_csv(items, names))
        archive.writestr(_entry("index.html", last, ZIP_DEFLATED), index_html(batch, items, names))
    file.seek(0)
    return file


def content(item: BatchItem) -> bytes:
    """The bytes of an item that is made: those of its issued report, or of its draft."""
    row = BatchItem.objects.filter(pk=item.pk).values_list("report__content" if item.issues else "content", flat=True)
    return bytes(row.get() or b"")


def index_csv(items: list[BatchItem], names: list[str]) -> str:
    """A line for each report that was asked for; a text is never a formula."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for item, name in zip(items, names, strict=True):
        told = item.in_words(name)
        writer.writerow([guarded(str(told[column])) for column in COLUMNS])
    return text.getvalue()


def index_html(batch: Batch, items: list[BatchItem], names: list[str]) -> str:
    """The same as a page that needs nothing beside it."""
    context = {
        "batch": batch,
        "made": [(item, name) for item, name in zip(items, names, strict=True) if name],
        "failed": [item for item in items if item.state == BatchItem.State.FAILED],
    }
    return render_to_string("reports/batch_index.html", context)


def _entry(name: str, at: datetime, method: int) -> ZipInfo:
    entry = ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
    entry.compress_type = method
    entry.external_attr = 0o644 << 16
    return entry
