"""Writes the registry as files, a piece at a time: CSV, XLSX, YAML and JSONL. `registry_files` reads them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import openpyxl
import yaml

from claims.records import RECORDS, Record, cell, nest
from claims.sheet_cells import escaped, guarded

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
}
ALL_COLUMNS = tuple(dict.fromkeys(column for kind in RECORDS for column in RECORDS[kind]))


def csv_lines(records: Iterable[Record]) -> Iterator[bytes]:
    """One table; the column `record` says what each row is."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["record", *ALL_COLUMNS])
    writer.writeheader()
    for record in records:
        cells = {column: cell(record.kind, column, value) for column, value in record.cells.items()}
        writer.writerow(
            {"record": record.kind}
            | {column: guarded(value) if isinstance(value, str) else value for column, value in cells.items()}
        )
        yield _taken(out)
    yield _taken(out)


def claim_csv_lines(records: Iterable[Record]) -> Iterator[bytes]:
    """A table of claims alone: a row a claim."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(RECORDS["claims"]))
    writer.writeheader()
    for record in records:
        cells = {column: cell("claims", column, value) for column, value in record.cells.items()}
        writer.writerow(
            {column: guarded(value) if isinstance(value, str) else value for column, value in cells.items()}
        )
        yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # chosen at run time
    """Writes mappings in the order given."""


def yaml_lines(records: Iterable[Record]) -> Iterator[bytes]:
    """One YAML document, a list a kind; records of a kind follow each other."""
    kind = None
    for record in records:
        if record.kind != kind:
            kind = record.kind
            yield f"{kind}:\n".encode()
        yield yaml.dump([nest(record.cells)], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110).encode()
    if kind is None:
        yield b"{}\n"


def jsonl_lines(documents: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """A claim a line, as the API serves it."""
    for body in documents:
        yield json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def write_xlsx(records: Iterable[Record], out: BinaryIO, *, kinds: Iterable[str] = RECORDS) -> None:
    """A workbook with a sheet a kind. Raises `sheet_cells.CellTooLong`."""
    book = openpyxl.Workbook(write_only=True)
    sheets = {}
    for kind in kinds:
        sheets[kind] = book.create_sheet(kind)
        sheets[kind].append(list(RECORDS[kind]))
    try:
        for record in records:
            sheet = sheets[record.kind]
            sheet.append([_sheet_cell(sheet, record, column) for column in RECORDS[record.kind]])
    except Exception:  # whatever it was: what the begun sheets wrote aside has to go
        book.save(io.BytesIO())  # closes them
        raise
    book.save(out)


def _sheet_cell(sheet: Any, record: Record, column: str) -> Any:
    value = record.cells.get(column)
    plain = None if value is None else cell(record.kind, column, value)
    if not isinstance(plain, str):
        return plain
    written = openpyxl.cell.WriteOnlyCell(sheet, escaped(plain))
    # A text stays a text, whatever it begins with, also when somebody edits the cell.
    written.data_type = "s"
    if guarded(plain) != plain:
        written.quotePrefix = True
    return written
