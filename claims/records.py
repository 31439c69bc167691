"""The registry as records: what a row of a YAML, CSV or XLSX file may hold, column by column.

A record is one topic, source, claim … of a file, with the place it stands in,
so that every refusal can name file, row and column. `RECORDS` is the single
list of columns; reading, writing and the import's messages all follow it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from claims.sheet_cells import Formula

MOST_SHOWN = 200
"""Characters of a wrong value that a refusal repeats."""
MOST_INTEGER_DIGITS = 18

TEXT, NUMBER, INTEGER, FLAG, DAY, WORDS, DATA = "text", "number", "integer", "flag", "day", "words", "data"

VALUE_COLUMNS = {
    "value.low": NUMBER,
    "value.likely": NUMBER,
    "value.high": NUMBER,
    "value.bound": TEXT,
    "value.rating": TEXT,
    "value.unit": TEXT,
    "value.currency": TEXT,
    "value.per": TEXT,
}

RECORDS: dict[str, dict[str, str]] = {
    "families": {"slug": TEXT, "name": TEXT, "half_life_days": INTEGER, "review_days": INTEGER, "hard_stop": TEXT},
    "topics": {"slug": TEXT, "name": TEXT, "parent": TEXT, "description": TEXT},
    "subjects": {"slug": TEXT, "name": TEXT, "description": TEXT},
    "metrics": {
        "slug": TEXT,
        "name": TEXT,
        "family": TEXT,
        "units": WORDS,
        "ratings": WORDS,
        "max_percent": NUMBER,
        "allow_negative": FLAG,
        "description": TEXT,
    },
    "sources": {
        "slug": TEXT,
        "title": TEXT,
        "publisher": TEXT,
        "author": TEXT,
        "url": TEXT,
        "kind": TEXT,
        "language": TEXT,
        "published_on": DAY,
        "updated_on": DAY,
        "accessed_on": DAY,
        "reliability": TEXT,
        "reliability_reason": TEXT,
        "interest": TEXT,
        "method": TEXT,
        "limits": TEXT,
        "attributes_to": WORDS,
        "notes": TEXT,
    },
    "claims": {
        "slug": TEXT,
        "state": TEXT,
        "statement": TEXT,
        "translations.es.statement": TEXT,
        "subject": TEXT,
        "metric": TEXT,
        "topics": WORDS,
        **VALUE_COLUMNS,
        "scope": DATA,
        "assumptions": TEXT,
        "study_type": TEXT,
        "credibility": INTEGER,
        "credibility_reason": TEXT,
        "certainty": TEXT,
        "certainty_reasons": DATA,
        "expires_on": DAY,
        "citations": DATA,
        "checks": DATA,
    },
    "conflicts": {"claims": WORDS, "relation": TEXT, "state": TEXT, "reason": TEXT, "decided_on": DAY},
    "totals": {"claim": TEXT, "operation": TEXT, "parts": DATA, "note": TEXT},
    "judgements": {"subject": TEXT, "metric": TEXT, "scope": DATA, "starts_from": TEXT, "reasons": DATA, "note": TEXT},
}


class ColumnError(ValueError):
    """A cell cannot be read; `column` names it."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file: `cells` maps column names of `RECORDS[kind]` to typed values; absent cells are missing."""

    kind: str
    cells: Mapping[str, Any]
    file: str
    row: int

    def __getitem__(self, column: str) -> Any:
        return self.cells.get(column)


def typed(kind: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Cells of the right types from what a file held, empty ones left out; raises `ColumnError`."""
    cells, refused = read_cells(kind, raw)
    for column, message in refused.items():
        raise ColumnError(column, message)
    return cells


def read_cells(kind: str, raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Cells of the right types from what a file held, empty ones left out; and why a cell cannot be read, by column."""
    columns = RECORDS[kind]
    cells: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for column, value in raw.items():
        if column not in columns:
            refused[column] = f"There is no column {column} for {kind}. Known: {', '.join(columns)}."
            continue
        if value is None or value in ("", [], {}):
            continue
        if isinstance(value, Formula):
            refused[column] = f"The cell holds a formula, {str.__repr__(value[:60])}: put its result there."
            continue
        try:
            cells[column] = _CONVERTERS[columns[column]](value)
        except (ValueError, InvalidOperation, TypeError, RecursionError):
            refused[column] = f"{column} is {_EXPECTED[columns[column]]}, not {_shown(value)}."
    return cells, refused


def _shown(value: Any) -> str:
    """A value as a refusal repeats it: enough to find it."""
    shown = repr(value)
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"


def _text(value: Any) -> str:
    if isinstance(value, bool | dict | list):
        raise TypeError
    return str(value).strip()


def _number(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(str(value).strip())
    if not number.is_finite():
        raise ValueError
    return number


def _integer(value: Any) -> int:
    number = _number(value)
    if number.adjusted() > MOST_INTEGER_DIGITS or number != number.to_integral_value():
        raise ValueError
    return int(number)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return ("false", "true").index(str(value).strip().lower()) == 1


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value).strip())


def _words(value: Any) -> list[str]:
    words = value.split(";") if isinstance(value, str) else value
    if not isinstance(words, list | tuple):
        raise TypeError
    return [_text(word) for word in words if _text(word)]


def _data(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


_CONVERTERS = {
    TEXT: _text,
    NUMBER: _number,
    INTEGER: _integer,
    FLAG: _flag,
    DAY: _day,
    WORDS: _words,
    DATA: _data,
}
_EXPECTED = {
    TEXT: "a text",
    NUMBER: "a number",
    INTEGER: "a whole number",
    FLAG: "true or false",
    DAY: "a date such as 2026-11-22",
    WORDS: "a list (in a cell: words with semicolons between)",
    DATA: "a mapping or list (in a cell: JSON)",
}


def flatten(kind: str, nested: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted columns from a nested record: `value: {low: 1}` becomes `value.low`."""
    dotted = {column.split(".", 1)[0] for column in RECORDS[kind] if "." in column}
    flat: dict[str, Any] = {}

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, Mapping) and prefix.split(".", 1)[0] in dotted:
            for key, inner in value.items():
                walk(f"{prefix}.{key}", inner)
        else:
            flat[prefix] = value

    for key, value in nested.items():
        walk(str(key), value)
    return flat


def nest(cells: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `flatten`, with numbers, dates and lists as YAML writes them."""
    nested: dict[str, Any] = {}
    for column, value in cells.items():
        *path, last = column.split(".")
        place = nested
        for key in path:
            place = place.setdefault(key, {})
        place[last] = plain(value)
    return nested


def plain(value: Any) -> Any:
    """A Decimal as int or float; everything else as it is."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def cell(kind: str, column: str, value: Any) -> Any:
    """A value as it stands in one cell of a sheet: numbers and texts plain, lists and mappings as text."""
    content = RECORDS[kind][column]
    if content == WORDS:
        return "; ".join(value)
    if content == DATA:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_isoformat)
    if isinstance(value, date):
        return value.isoformat()
    return plain(value)


def _isoformat(value: date) -> str:
    return value.isoformat()


def in_order(records: Iterable[Record]) -> list[Record]:
    """Records so that whatever one names comes before it; within a kind in the order of the files."""
    place = {kind: number for number, kind in enumerate(RECORDS)}
    return sorted(records, key=lambda record: place[record.kind])
