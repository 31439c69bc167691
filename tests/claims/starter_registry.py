"""The starter registry as tests read it: the records of its files, before anything is loaded."""

from functools import cache
from pathlib import Path
from typing import Any

from claims.quantity import Quantity
from claims.records import Record
from claims.registry_files import files_below, read

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "claims" / "starter"
FOUNDING = (
    "pairprogramming-fine-tuning",
    "devto-rag-vs-fine-tuning",
    "aiformaking-fine-tuning-cost",
    "thellms-fine-tuning-economics",
)
VALUE = ("low", "likely", "high", "bound", "rating", "unit", "currency", "per")


@cache
def records() -> tuple[Record, ...]:
    found: list[Record] = []
    for path in files_below([STARTER]):
        of_file, errors, published_at = read(path)
        assert not errors, errors
        assert published_at is not None, f"{path.name} does not say when it was published"
        found += of_file
    return tuple(found)


def of_kind(kind: str) -> dict[str, Record]:
    return {record["slug"]: record for record in records() if record.kind == kind}


def claims() -> dict[str, Record]:
    return of_kind("claims")


def published() -> dict[str, Record]:
    return {slug: claim for slug, claim in claims().items() if claim["state"] is None}


def conflicts() -> list[Record]:
    return [record for record in records() if record.kind == "conflicts"]


def quantity(claim: Record) -> Quantity:
    return Quantity.from_json({key: claim[f"value.{key}"] for key in VALUE})


def cited(claim: Record, source: str) -> list[dict[str, Any]]:
    return [citation for citation in claim["citations"] if citation["source"] == source]
