"""Claims as rows of a flat table for a spreadsheet: a claim a row, what people read first in front."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings

from claims.sheet_cells import guarded

Document = Mapping[str, Any]


def _from_value(key: str) -> Callable[[Document], Any]:
    return lambda document: document["value"][key]


def _as_it_is(key: str) -> Callable[[Document], Any]:
    return lambda document: document[key]


def _joined(values: Iterable[str | None]) -> str:
    return "; ".join(dict.fromkeys(value for value in values if value))


def _of_sources(key: str) -> Callable[[Document], str]:
    return lambda document: _joined(citation["source"][key] for citation in document["citations"])


COLUMNS: Mapping[str, Callable[[Document], Any]] = {
    "slug": _as_it_is("slug"),
    "revision": _as_it_is("revision"),
    "statement": _as_it_is("statement"),
    "subject": lambda document: document["subject"]["slug"],
    "metric": lambda document: document["metric"]["slug"],
    "value": _from_value("text"),
    **{key: _from_value(key) for key in ("low", "likely", "high", "bound", "rating", "unit", "currency", "per")},
    "scope": lambda document: json.dumps(document["scope"], ensure_ascii=False) if document["scope"] else "",
    "assumptions": _as_it_is("assumptions"),
    "sources": lambda document: _joined(
        f"{one['source']['publisher']}: {one['source']['title']}" for one in document["citations"]
    ),
    "source_urls": _of_sources("url"),
    "source_reliability": _of_sources("reliability"),
    "printed": lambda document: _joined(citation["printed"] for citation in document["citations"]),
    **{key: _as_it_is(key) for key in ("study_type", "credibility", "certainty", "independent_sources")},
    "contested_by": lambda document: _joined(document["contested_by"]),
    **{key: _as_it_is(key) for key in ("state", "freshness", "checked_on", "check_due_on", "expires_on")},
    "topics": lambda document: _joined(document["topics"]),
    "published_at": _as_it_is("published_at"),
    "url": lambda document: f"{settings.SITE_URL}{document['url']}",
    "digest": _as_it_is("digest"),
}
"""Column → what it holds of a claim as the API serves it. Several values of one column have "; " between them."""


def header() -> bytes:
    """The first line."""
    return _line(COLUMNS)


def row(document: Document) -> bytes:
    """The line of a claim. A text is never a formula (`claims/sheet_cells.py`); what is null is empty."""
    return _line(column(document) for column in COLUMNS.values())


def _line(cells: Iterable[Any]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue().encode()
