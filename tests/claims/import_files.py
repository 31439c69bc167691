"""Files of claims for tests of imports, and the short way from one to its drafts and back."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

from claims import importing, operations
from claims.models import Claim, ImportBatch, ImportedRow, Person
from claims.operations.working_copies import Copy, standing
from claims.records import RECORDS
from tests.claims import factories as make
from tests.claims.factories import NOON

LATER = NOON + timedelta(hours=1)
LATEST = NOON + timedelta(hours=2)


def make_vocabulary() -> None:
    """What the rows of these tests name."""
    make.subject(), make.metric(), make.topic(), make.source(), make.source("upstream")
    make.metric("share", units=["percent"], max_percent=100)
    make.metric("fit", units=["rating"], ratings=["low", "high"])


def row(slug: str = "rag-build-cost", **changes: Any) -> dict[str, Any]:
    """The cells of a row of a CSV file; `changes` name columns with two underscores for a dot."""
    cells: dict[str, Any] = {
        "slug": slug,
        "statement": "A production system costs this much to build.",
        "subject": "rag",
        "metric": "build-cost",
        "topics": "costs",
        "value.low": "18000",
        "value.likely": "28000",
        "value.high": "45000",
        "value.unit": "currency",
        "value.currency": "USD",
        "value.per": "build",
        "scope": json.dumps({"tier": "production"}),
        "study_type": "practitioner_report",
        "credibility": "3",
        "credibility_reason": "One source, plausible.",
        "certainty": "low",
        "certainty_reasons": json.dumps([{"code": "imprecision", "note": "One source."}]),
        "citations": json.dumps(
            [{"source": "a-blog", "stance": "supports", "printed": "$18,000 to $45,000", "locator": "Costs"}]
        ),
    }
    return cells | {name.replace("__", "."): value for name, value in changes.items()}


def as_csv(*rows: dict[str, Any]) -> bytes:
    """A file of claims."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(RECORDS["claims"]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def preview(*rows: dict[str, Any], by: Person | None = None, **options: Any) -> ImportBatch:
    return importing.preview(by=by or make.editor(), at=NOON, name="claims.csv", content=as_csv(*rows), **options)


def apply(batch: ImportBatch, *, at=LATER, by: Person | None = None) -> ImportBatch:
    return operations.apply_import(by=by or make.editor(), at=at, batch=batch, digest=batch.digest)


def undo(batch: ImportBatch, *, by: Person | None = None, **options: Any):
    return operations.undo_import(by=by or make.editor(), at=LATEST, batch=batch, **options)


def counts(batch: ImportBatch) -> tuple[int, ...]:
    return tuple(batch.report[key] for key in ("new", "changed", "unchanged", "refused"))


def refused(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return [(number, column, message) for number, _, column, message in batch.report["refusals"]]


def copy_of(claim: Claim) -> Copy:
    return standing([claim.pk])[claim.pk]


def everything() -> list[Any]:
    """All that an import may write, but for the log."""
    return [
        sorted(Claim.objects.values_list()),
        sorted(Claim.drafters.through.objects.values_list("claim_id", "person_id")),
        [copy_of(claim) for claim in Claim.objects.order_by("pk")],
        sorted(ImportedRow.objects.values_list()),
    ]
