"""A row of a file as the working copy that it asks for (`operations.working_copies`), or what is wrong with it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from claims.loading import REQUIRED
from claims.models import Claim
from claims.operations.working_copies import CITATION, NUMBERS, Copy, canonical_data, number_text
from claims.records import VALUE_COLUMNS, read_cells

# The parts of a copy by the column that holds them.
COLUMN_OF = {
    **{column.removeprefix("value."): column for column in VALUE_COLUMNS},
    "statement_es": "translations.es.statement",
}
_TEXTS = (
    "statement", "subject", "metric", "assumptions", "study_type", "credibility_reason", "certainty",
)  # fmt: skip
_STATES = (Claim.State.DRAFT, Claim.State.REVIEW, Claim.State.PUBLISHED)

Refused = dict[str, str]
"""Why cells are refused, by column."""


def column_of(part: str) -> str:
    """The column of a file that holds a part of a copy."""
    return COLUMN_OF.get(part, part)


def read_row(raw: Mapping[str, Any]) -> tuple[str, Copy | None, list[dict[str, Any]], Refused]:
    """The slug, the copy (None where it cannot be read), the checks the row names, and what is refused by column."""
    cells, refused = read_cells("claims", raw)
    for column in REQUIRED["claims"]:
        if column not in cells and column not in refused:
            refused[column] = "This column is required."
    if cells.get("state", Claim.State.PUBLISHED) not in _STATES:
        refused["state"] = "A file holds claims that are published, review or draft."
    citations = _mappings(cells, "citations", refused)
    checks = _mappings(cells, "checks", refused)
    slug = str(cells.get("slug", ""))
    if refused:
        return slug, None, [], refused
    copy: Copy = {name: cells.get(name, "") for name in _TEXTS}
    copy["statement_es"] = cells.get("translations.es.statement", "")
    for name in ("bound", "rating", "unit", "currency", "per"):
        copy[name] = cells.get(f"value.{name}", "")
    for name in NUMBERS:
        copy[name] = number_text(cells.get(f"value.{name}"))
    copy["scope"] = canonical_data(cells.get("scope", {}))
    copy["credibility"] = cells["credibility"]
    copy["certainty_reasons"] = canonical_data(cells.get("certainty_reasons", []))
    day: date | None = cells.get("expires_on")
    copy["expires_on"] = day.isoformat() if day else None
    copy["topics"] = sorted(set(cells.get("topics", ())))
    copy["citations"] = [_citation(citation) for citation in citations]
    return slug, copy, checks, refused


def _citation(given: Mapping[str, Any]) -> dict[str, Any]:
    texts = {key: str(given.get(key) or "") for key in CITATION}
    return texts | {"stance": texts["stance"] or "supports", "attributed_to": texts["attributed_to"] or None}


_KEYS = {"citations": frozenset(CITATION), "checks": frozenset({"kind", "on", "note", "by"})}


def _mappings(cells: Mapping[str, Any], column: str, refused: Refused) -> list[dict[str, Any]]:
    items = cells.get(column) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        refused.setdefault(column, "Expected a list of mappings.")
        return []
    known = _KEYS[column]
    for number, item in enumerate(items, start=1):
        unknown = item.keys() - known
        if unknown:
            refused.setdefault(column, f"Unknown key {min(unknown)}. Known: {', '.join(sorted(known))}.")
        elif column == "citations" and not ("source" in item and "locator" in item):
            refused.setdefault(column, f"Citation {number} needs a source and a locator.")
    return items
