"""The cited claims as a table: `claims.csv` beside `evidence.json` in the PDF.

A row for each place at which a source states a cited claim, in the order of the annex. The head is the same in every
language. Texts that a spreadsheet would take for a formula are guarded (claims/sheet_cells.py).
"""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from claims.sheet_cells import guarded
from reports.case import Case
from reports.texts import claim_text

NAME = "claims.csv"
VALUE = ("low", "likely", "high", "bound", "rating", "unit", "currency", "per")
GRADES = ("credibility", "certainty")
STANDING = ("freshness", "checked_on", "check_due_on", "expires_on")
SOURCE = ("publisher", "title", "url", "published_on", "reliability", "interest")
COLUMNS = (
    *("n", "claim", "digest", "statement", "subject", "metric", "value", *VALUE, "scope", "assumptions", *GRADES),
    *(*STANDING, "contested_by", "source", *SOURCE, "stance", "printed", "locator"),
)


def encode(case: Case) -> bytes:
    """The file: UTF-8, with a head. The same case gives the same bytes, also when it is read from a manifest."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for cells in _rows(case):
        writer.writerow({column: guarded(one) if isinstance(one, str) else one for column, one in cells.items()})
    return out.getvalue().encode()


def _rows(case: Case) -> Iterator[dict[str, Any]]:
    for reference, n in case.citation_numbers.items():
        claim = case.by_reference[reference]
        document, standing = claim.document, claim.standing
        about = {
            "n": n,
            "claim": reference,
            "digest": document["digest"],
            "statement": claim_text(document, "statement", case.language),
            "subject": document["subject"]["slug"],
            "metric": document["metric"]["slug"],
            "value": claim_text(document, "value", case.language),
            **{key: document["value"][key] for key in VALUE},
            "scope": _pairs(document["scope"]),
            "assumptions": document["assumptions"],
            **{key: document[key] for key in GRADES},
            **{key: standing[key] for key in STANDING},
            "contested_by": " ".join(standing["contested_by"]),
        }
        for citation in document["citations"]:
            source = citation["source"]
            place = {key: citation[key] for key in ("stance", "printed", "locator")}
            yield {**about, "source": source["slug"], **{key: source[key] for key in SOURCE}, **place}


def _pairs(scope: Mapping[str, Any]) -> str:
    return "; ".join(f"{key}: {scope[key]}" for key in sorted(scope))
