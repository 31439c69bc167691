"""Reads the registry from files: YAML, CSV and XLSX. `file_formats` writes them."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import yaml

from claims.records import RECORDS, ColumnError, Record, flatten, typed
from claims.sheet_cells import Formula, unescaped, unguarded

MAX_BYTES = 50_000_000
MAX_UNPACKED = 400_000_000
"""Bytes a workbook may hold once it is unpacked."""
MAX_ROWS = 250_000
MAX_COLUMNS = 200
MAX_PARTS = 1_000
"""Files a workbook, which is an archive, may consist of."""


class FileError(ValueError):
    """A file cannot be read at all, or a row of it; the message names file, row and column."""

    def __init__(self, file: str, row: int | None, column: str | None, message: str) -> None:
        place = ", ".join(part for part in (f"row {row}" if row else "", f"column {column}" if column else "") if part)
        super().__init__(f"{file}: {place}: {message}" if place else f"{file}: {message}")


def files_below(paths: Iterable[Path]) -> list[Path]:
    """The files meant by the paths: each file itself, and the readable files of each folder, by name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(child for child in path.iterdir() if child.suffix.lower() in _READERS)
            if not inside:
                raise FileError(str(path), None, None, "No YAML, CSV or XLSX file in this folder.")
            found += inside
        else:
            found.append(path)
    return found


def read(path: Path) -> tuple[list[Record], list[FileError], datetime | None]:
    """Records of one file, what could not be read of it, and the moment it says it was published."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileError(str(path), None, None, f"Larger than {MAX_BYTES // 1_000_000} MB.")
        rows, published_at = rows_of(path.name, path.read_bytes())
    except OSError as error:
        raise FileError(str(path), None, None, error.strerror or "cannot be read") from error
    records, errors = [], []
    for kind, number, raw in rows:
        try:
            records.append(Record(kind=kind, cells=typed(kind, raw), file=path.name, row=number))
        except ColumnError as error:
            errors.append(FileError(path.name, number, error.column, str(error)))
    return records, errors, published_at


# Kind of record, row it stands in, what the file held.
Row = tuple[str, int, dict[str, Any]]


def rows_of(name: str, content: bytes) -> tuple[Iterator[Row], datetime | None]:
    """The rows of a file one by one, as it holds them, and the moment it says it was published. Raises `FileError`."""
    reader = _READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise FileError(name, None, None, "Expected a file named .yaml, .yml, .csv or .xlsx.")
    return reader(name, content)


class _LineLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen at run time
    """YAML's safe loader (in C where libyaml is there), which also remembers the line each mapping begins on.

    Of the words that YAML 1.1 takes for true and false it knows those of YAML 1.2 only: `on` is a day here.
    """

    yaml_implicit_resolvers: ClassVar = {
        letter: [(tag, expression) for tag, expression in resolvers if tag != "tag:yaml.org,2002:bool"]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        keys = [key.value for key, _ in node.value]
        repeated = {key for key in keys if keys.count(key) > 1}
        if repeated:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {min(repeated)} stands here twice", node.start_mark
            )
        mapping["__line__"] = node.start_mark.line + 1
        return mapping


_LineLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def _without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_lines(inner) for key, inner in value.items() if key != "__line__"}
    return [_without_lines(inner) for inner in value] if isinstance(value, list) else value


def _read_yaml(name: str, content: bytes) -> tuple[Iterator[Row], datetime | None]:
    try:
        # The loader is a SafeLoader: it builds plain data and nothing else.
        tables = yaml.load(content.decode(), Loader=_LineLoader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise FileError(name, None, None, f"Not valid YAML: {error}") from error
    if not isinstance(tables, dict):
        raise FileError(name, None, None, f"Expected a mapping with some of: {', '.join(RECORDS)}.")
    published_at = tables.get("published_at")
    if published_at is not None and (not isinstance(published_at, datetime) or published_at.tzinfo is None):
        raise FileError(name, None, "published_at", "Expected a moment with its zone: 2026-11-22T00:00:00Z.")
    rows: list[Row] = []
    for kind, items in tables.items():
        if kind in ("__line__", "published_at"):
            continue
        if kind not in RECORDS or not isinstance(items, list):
            raise FileError(name, None, str(kind), f"Expected a list under one of: {', '.join(RECORDS)}.")
        for item in items:
            if not isinstance(item, dict):
                raise FileError(name, None, kind, f"Expected a mapping, not {item!r}.")
            rows.append((kind, item["__line__"], flatten(kind, _without_lines(item))))
    return iter(rows), published_at


def _read_csv(name: str, content: bytes) -> tuple[Iterator[Row], None]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(name, None, None, "Not UTF-8: save the file as CSV UTF-8.") from error
    return _rows_of_table(name, None, _csv_cells(name, text)), None


def _csv_cells(name: str, text: str) -> Iterator[list[str]]:
    # The ends of lines inside a cell belong to its text, so nothing may translate them.
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in lines:
            yield [unguarded(value) if value[:1] == "'" else value for value in row]
    except csv.Error as error:
        raise FileError(name, lines.line_num, None, f"Not a CSV file: {error}.") from error


def _read_xlsx(name: str, content: bytes) -> tuple[Iterator[Row], None]:
    import openpyxl  # noqa: PLC0415 - half a second that only workbooks have to pay

    try:
        unpacked = _unpacked_size(content)
        if unpacked > MAX_UNPACKED:
            raise FileError(name, None, None, f"Unpacks to more than {MAX_UNPACKED // 1_000_000} MB.")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        sheets = list(book.worksheets)
    except FileError:
        raise
    except _UNREADABLE as error:
        raise FileError(name, None, None, "Not a readable XLSX workbook.") from error
    for sheet in sheets:
        if sheet.title not in RECORDS:
            raise FileError(name, None, None, f"Sheet {sheet.title}: expected one of {', '.join(RECORDS)}.")
    return (row for sheet in sheets for row in _rows_of_table(name, sheet.title, _sheet_cells(name, sheet))), None


# What the workbook reader, the archive, the XML parser and its guard raise for what is no workbook.
_UNREADABLE = (
    zipfile.BadZipFile,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    NotImplementedError,  # zipfile: a compression or a version that it does not know
    zlib.error,
)


def _unpacked_size(content: bytes) -> int:
    """Bytes that an archive says it unpacks to; it cannot unpack to more. One of very many parts counts as too large."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    return sum(part.file_size for part in parts) if len(parts) <= MAX_PARTS else MAX_UNPACKED + 1


def _sheet_cells(name: str, sheet: Any) -> Iterator[list[Any]]:
    """The values of a sheet, row by row: texts as they are, formulas as `Formula`, never computed."""
    try:
        for row in sheet.iter_rows():
            yield [_sheet_value(cell) for cell in row]
    except _UNREADABLE as error:
        raise FileError(name, None, None, f"Sheet {sheet.title} is not readable.") from error


def _sheet_value(cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "f":
        return Formula(getattr(value, "text", None) or value)
    return unescaped(value) if isinstance(value, str) else value


def _rows_of_table(name: str, kind: str | None, table: Iterable[list[Any]]) -> Iterator[Row]:
    """Rows of a sheet whose first row names the columns; without a `kind`, a column `record` gives it (else: claims)."""
    header: list[str] | None = None
    for number, row in enumerate(table, start=1):
        if number > MAX_ROWS or len(row) > MAX_COLUMNS:
            raise FileError(name, number, None, f"More than {MAX_ROWS:,} rows or {MAX_COLUMNS} columns.")
        if header is None:
            header = _header(name, row)
            continue
        filled = {column: value for column, value in zip(header, row, strict=False) if value not in (None, "")}
        if len(row) > len(header) and any(row[len(header) :]):
            raise FileError(name, number, None, f"{len(row)} cells, but only {len(header)} columns have a name.")
        if not filled:
            continue
        record = kind or str(filled.pop("record", "claims"))
        if record not in RECORDS:
            raise FileError(name, number, "record", f"Expected one of {', '.join(RECORDS)}, not {record!r}.")
        yield record, number, filled
    if header is None:
        raise FileError(name, None, None, "The file is empty: its first row names the columns.")


def _header(name: str, row: list[Any]) -> list[str]:
    header = [str(value or "").strip() for value in row]
    for column in header:
        if column and header.count(column) > 1:
            raise FileError(name, 1, column, "This column stands here twice.")
    return header


_READERS = {".yaml": _read_yaml, ".yml": _read_yaml, ".csv": _read_csv, ".xlsx": _read_xlsx}
