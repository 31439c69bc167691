"""What a file of claims would change, put down as it was read.

A batch keeps it a line a claim: `ImportLine`. Lines of claims that are new or change come first, those of claims that
stand as the file has them last.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from claims.models import ImportBatch, Person
from claims.operations.acts import record
from claims.operations.rules import require, storable
from claims.operations.working_copies import Copy

MOST_REFUSALS = 1_000
"""Refusals that are kept in words; of the others, the number."""

LONGEST_NAME = 200
"""Characters of a file's name that are kept: its end, which says what it is."""

READ = "read claims from a file"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is refused. `row` is where it stands in the file, `part` is the part of the copy, `slug` or `row`."""

    row: int
    slug: str
    part: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What a batch says about one claim; `copy` is None where the claim stands as the file has it.

    `expects` is the edit number the claim had when the file was read, None for a new claim; `digest` is that of the
    row (`ImportedRow`).
    """

    slug: str
    row: int
    digest: str
    expects: int | None
    copy: Copy | None

    def packed(self) -> bytes:
        """The line as it is kept."""
        return orjson.dumps([self.slug, self.row, self.digest, self.expects, self.copy])


def lines_of(batch: ImportBatch) -> list[bytes]:
    """The lines of a batch, packed; `unpacked` reads one."""
    return zlib.decompress(bytes(batch.records)).splitlines()


def unpacked(line: bytes) -> ImportLine:
    """The inverse of `ImportLine.packed`."""
    return ImportLine(*json.loads(line))


@transaction.atomic
def record_import(
    *,
    by: Person,
    at: datetime,
    name: str,
    digest: str,
    lines: Iterable[ImportLine],
    refusals: Sequence[Refusal] = (),
    note: str = "",
    counts: dict[str, Any] | None = None,
) -> ImportBatch:
    """Put down what a file would change. Nothing of the registry changes; a file with a refusal cannot be applied."""
    require(by, "claims.add_importbatch", READ)
    records = zlib.compress(b"\n".join(line.packed() for line in lines), 1)
    name = storable(name)[-LONGEST_NAME:]
    batch = ImportBatch(
        name=name,
        digest=digest,
        state=ImportBatch.State.REFUSED if refusals else ImportBatch.State.PREVIEWED,
        records=records,
        report={
            **(counts or {}),
            "note": note.strip() or f"Imported from {name}.",
            "records": seal(records),
            "refused": len(refusals),
            "refusals": [
                [one.row, *map(storable, (one.slug, one.part, one.message))] for one in refusals[:MOST_REFUSALS]
            ],
        },
        uploaded_by=by,
        uploaded_at=at,
    )
    batch.full_clean(exclude=["applied_by", "applied_at", "undone_by", "undone_at", "records"])
    batch.save()
    record("record_import", by=by, at=at, note=batch.name, batch=batch.pk, digest=digest, refused=len(refusals))
    return batch


def seal(records: bytes) -> str:
    """The digest by which a batch knows its own records."""
    return "sha256:" + hashlib.sha256(records).hexdigest()
