"""Reads and writes the registry as files: YAML, CSV, XLSX and JSONL."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import openpyxl
import yaml

from claims.records import RECORDS, ColumnError, Record, cell, flatten, nest, typed

MAX_BYTES = 50_000_000


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
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise FileError(str(path), None, None, "Expected a file named .yaml, .yml, .csv or .xlsx.")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileError(str(path), None, None, f"Larger than {MAX_BYTES // 1_000_000} MB.")
        rows, published_at = reader(path)
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
Rows = list[tuple[str, int, dict[str, Any]]]


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


def _read_yaml(path: Path) -> tuple[Rows, datetime | None]:
    try:
        # The loader is a SafeLoader: it builds plain data and nothing else.
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LineLoader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FileError(path.name, None, None, f"Not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise FileError(path.name, None, None, f"Expected a mapping with some of: {', '.join(RECORDS)}.")
    published_at = content.get("published_at")
    rows: Rows = []
    for kind, items in content.items():
        if kind in ("__line__", "published_at"):
            continue
        if kind not in RECORDS or not isinstance(items, list):
            raise FileError(path.name, None, kind, f"Expected a list under one of: {', '.join(RECORDS)}.")
        for item in items:
            if not isinstance(item, dict):
                raise FileError(path.name, None, kind, f"Expected a mapping, not {item!r}.")
            rows.append((kind, item["__line__"], flatten(kind, _without_lines(item))))
    if published_at is not None and (not isinstance(published_at, datetime) or published_at.tzinfo is None):
        raise FileError(path.name, None, "published_at", "Expected a moment with its zone: 2026-11-22T00:00:00Z.")
    return rows, published_at


def _read_csv(path: Path) -> tuple[Rows, None]:
    try:
        lines = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(path.name, None, None, "Not UTF-8: save the file as CSV UTF-8.") from error
    return _rows_of_table(path, None, csv.reader(io.StringIO(lines, newline=""))), None


def _read_xlsx(path: Path) -> tuple[Rows, None]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (
        openpyxl.utils.exceptions.InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        EOFError,
    ) as error:
        raise FileError(path.name, None, None, "Not a readable XLSX workbook.") from error
    rows: Rows = []
    for sheet in book.worksheets:
        if sheet.title not in RECORDS:
            raise FileError(path.name, None, None, f"Sheet {sheet.title}: expected one of {', '.join(RECORDS)}.")
        rows += _rows_of_table(path, sheet.title, sheet.iter_rows(values_only=True))
    book.close()
    return rows, None


def _rows_of_table(path: Path, kind: str | None, table: Iterable[Iterable[Any]]) -> Rows:
    """Rows of a sheet whose first row names the columns; without a `kind`, a column `record` gives it (else: claims)."""
    rows: Rows = []
    header: list[str] | None = None
    for number, values in enumerate(table, start=1):
        row = list(values)
        if header is None:
            header = [str(value or "").strip() for value in row]
            continue
        filled = {column: value for column, value in zip(header, row, strict=False) if value not in (None, "")}
        if len(row) > len(header) and any(row[len(header) :]):
            raise FileError(path.name, number, None, f"{len(row)} cells, but only {len(header)} columns have a name.")
        if not filled:
            continue
        record = kind or str(filled.pop("record", "claims"))
        if record not in RECORDS:
            raise FileError(path.name, number, "record", f"Expected one of {', '.join(RECORDS)}, not {record!r}.")
        rows.append((record, number, filled))
    if header is None:
        raise FileError(path.name, None, None, "The file is empty: its first row names the columns.")
    return rows


_READERS = {".yaml": _read_yaml, ".yml": _read_yaml, ".csv": _read_csv, ".xlsx": _read_xlsx}


class _Dumper(yaml.SafeDumper):
    """Writes mappings in the order given and indents lists."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def write_yaml(records: Iterable[Record], out: BinaryIO) -> None:
    """One YAML document, a list a kind."""
    content: dict[str, list[Any]] = {}
    for record in records:
        content.setdefault(record.kind, []).append(nest(record.cells))
    out.write(yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110).encode())


def write_csv(records: Iterable[Record], out: BinaryIO) -> None:
    """One table; the column `record` says what each row is."""
    columns = list(dict.fromkeys(column for kind in RECORDS for column in RECORDS[kind]))
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, ["record", *columns])
    writer.writeheader()
    for record in records:
        cells = {column: cell(record.kind, column, value) for column, value in record.cells.items()}
        writer.writerow({"record": record.kind, **cells})
    out.write(stream.getvalue().encode())


def write_xlsx(records: Iterable[Record], out: BinaryIO) -> None:
    """A workbook with a sheet a kind."""
    book = openpyxl.Workbook(write_only=True)
    sheets = {}
    for kind, columns in RECORDS.items():
        sheets[kind] = book.create_sheet(kind)
        sheets[kind].append(list(columns))
    for record in records:
        row = []
        for column in RECORDS[record.kind]:
            value = record.cells.get(column)
            written = openpyxl.cell.WriteOnlyCell(
                sheets[record.kind], None if value is None else cell(record.kind, column, value)
            )
            if isinstance(written.value, str):
                # A text stays a text, whatever it begins with: a sheet must not run what a source printed.
                written.data_type = "s"
            row.append(written)
        sheets[record.kind].append(row)
    book.save(out)


def write_jsonl(documents: Iterable[dict[str, Any]], out: BinaryIO) -> None:
    """A claim a line, as the API serves it."""
    out.writelines(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for body in documents)
