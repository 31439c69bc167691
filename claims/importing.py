"""A file of claims read, and laid beside what stands: which claims are new, which change, which rows are refused.

Two ways tell that a row says nothing new. A row whose digest is that of the row the claim was last imported from is not
read at all, as long as nobody edited the claim since. Any other row is read and compared with the working copy, so that
a claim that came another way is known too. Nothing is written but the batch; `operations.apply_import` does the rest.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db.models import F

from claims import bulk_rows
from claims.child import Child, ChildError, Limits
from claims.import_rows import Refused, column_of, read_row
from claims.models import Check, Claim, ImportBatch, ImportedRow, Person
from claims.operations import ImportLine, Refusal, may_change, record_import
from claims.operations.bulk_rules import BulkRules, Vocabulary
from claims.operations.rules import is_storable
from claims.operations.working_copies import Copy, changed_parts, standing
from claims.records import RECORDS

MAX_BYTES = 50_000_000
"""The largest file that is read."""
LIMITS = Limits(seconds=120.0, cpu_seconds=90, memory=2 * 1024 * 1024 * 1024)


class UnreadableFile(ValueError):
    """The file cannot be read as claims; the message says why, and what would be right."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds beyond what is known of it: `rows` are row, digest and cells."""

    rows: list[tuple[int, str, dict[str, Any]]]
    unchanged: int
    others: dict[str, int]
    refusals: list[Refusal]


def read(name: str, content: bytes) -> Reading:
    """Open a file of claims in a child process. Raises `UnreadableFile`."""
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"The file is larger than {MAX_BYTES // 1_000_000} MB: import it in parts.")
    try:
        with Child("claims.import_worker", limits=LIMITS) as child:
            found, rows = child.ask({"name": name}, content, _known_digests())
    except ChildError as error:
        if error.reason == "refused":
            raise UnreadableFile(str(error)) from error
        raise UnreadableFile(f"{name} could not be read: {error}. Import it in parts, or as CSV.") from error
    refusals = [Refusal(row, slug, "slug", f"{slug} stands in this file twice.") for row, slug in found["twice"]]
    refusals += [
        Refusal(row, slug, column, f"The cell holds a formula, {text[:60]}: put its result there.")
        for row, slug, column, text in found["formulas"]
    ]
    return Reading(orjson.loads(rows), found["unchanged"], found["others"], refusals)


_COLUMNS = {column: place for place, column in enumerate(RECORDS["claims"])}


def _place(refusal: Refusal) -> tuple[int, int]:
    """Where a refusal stands in the file: row, then column."""
    return refusal.row, _COLUMNS.get(refusal.part, len(_COLUMNS))


def _known_digests() -> bytes:
    """The digests of the rows that claims were imported from and still stand as, one after the other."""
    known = ImportedRow.objects.filter(edit_number=F("claim__edit_number"))
    return bytes.fromhex("".join(known.values_list("digest", flat=True).iterator()))


def preview(*, by: Person, at: datetime, name: str, content: bytes, note: str = "") -> ImportBatch:
    """Read a file and put down what it would change. Raises `UnreadableFile`, and `OperationRefused` by rights."""
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    return put_down(read(name, content), by=by, at=at, name=name, digest=digest, note=note)


def put_down(reading: Reading, *, by: Person, at: datetime, name: str, digest: str, note: str = "") -> ImportBatch:
    """Lay what was read of a file beside what stands, and keep it as a batch. `digest` is that of the file."""
    comparison = Comparison()
    comparison.lay_beside(reading.rows)
    refusals = sorted([*reading.refusals, *comparison.refusals], key=_place)
    return record_import(
        by=by,
        at=at,
        name=name,
        digest=digest,
        lines=() if refusals else [*comparison.lines, *comparison.standing],
        refusals=refusals,
        note=note,
        counts={
            "new": comparison.new,
            "changed": comparison.changed,
            "unchanged": reading.unchanged + comparison.unchanged,
            "others": reading.others,
        },
    )


@dataclass(slots=True)
class Comparison:
    """Rows of a file beside the claims that stand."""

    lines: list[ImportLine] = field(default_factory=list)
    standing: list[ImportLine] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def lay_beside(self, rows: Iterable[tuple[int, str, dict[str, Any]]]) -> None:
        """Sort rows into what is new, changes, stands already, and is refused."""
        rules = BulkRules(Vocabulary())
        wanted: list[tuple[int, str, str, Copy, list[dict[str, Any]]]] = []
        for row, digest, raw in rows:
            slug, copy, checks, refused = read_row(raw)
            if copy is None:
                self._refuse(row, slug, refused)
            else:
                wanted.append((row, digest, slug, copy, checks))
        claims = _claims([slug for _, _, slug, _, _ in wanted if is_storable(slug)])
        copies = standing([claim.pk for claim in claims.values()])
        checked = _checks([claims[slug].pk for _, _, slug, _, checks in wanted if checks and slug in claims])
        for row, digest, slug, copy, checks in wanted:
            claim = claims.get(slug)
            problems = _new_checks(checks, checked.get(claim.pk, set()) if claim else set())
            if claim is None:
                self._take(rules, ImportLine(slug, row, digest, None, copy), problems)
            elif not changed_parts(copies[claim.pk], copy):
                self._pass_over(claim, ImportLine(slug, row, digest, claim.edit_number, None), problems)
            else:
                self._take(rules, ImportLine(slug, row, digest, claim.edit_number, copy), problems | _held(claim))

    def _take(self, rules: BulkRules, line: ImportLine, problems: Refused) -> None:
        assert line.copy is not None
        refused = dict(problems)
        for part, messages in rules.refusals(line.slug, line.copy).items():
            refused.setdefault(column_of(part), " ".join(messages))
        if refused:
            self._refuse(line.row, line.slug, refused)
            return
        self.lines.append(line)
        if line.expects is None:
            self.new += 1
        else:
            self.changed += 1

    def _pass_over(self, claim: "Standing", line: ImportLine, problems: Refused) -> None:
        if problems:
            self._refuse(line.row, line.slug, problems)
            return
        self.unchanged += 1
        # A draft that somebody wrote stays theirs, though a file says the same.
        if claim.state == Claim.State.PUBLISHED:
            self.standing.append(line)

    def _refuse(self, row: int, slug: str, refused: Refused) -> None:
        self.refusals += [Refusal(row, slug, column, message) for column, message in refused.items()]


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim that a row names, as it stands."""

    pk: int
    slug: str
    state: str
    edit_number: int
    changed_by: str
    imported_as: int | None


def _claims(slugs: list[str]) -> dict[str, Standing]:
    found = {}
    for chunk in bulk_rows.in_chunks(slugs):
        rows = Claim.objects.filter(slug__in=chunk).values_list(
            "pk", "slug", "state", "edit_number", "changed_by__username", "imported_row__edit_number"
        )
        found |= {row[1]: Standing(*row) for row in rows}
    return found


def _held(claim: Standing) -> Refused:
    """Why an import leaves a claim alone; nothing where it may change it."""
    if may_change(claim.state, claim.edit_number, claim.imported_as):
        return {}
    if claim.state in (Claim.State.DRAFT, Claim.State.REVIEW):
        return {
            "slug": f"{claim.slug} has an unpublished change by {claim.changed_by}: publish it or take it back first."
        }
    return {"slug": f"{claim.slug} is {claim.state}: it is history now. Give the new claim another name."}


def _checks(claims: list[int]) -> dict[int, set[tuple[str, str, str]]]:
    found: dict[int, set[tuple[str, str, str]]] = {}
    for chunk in bulk_rows.in_chunks(claims):
        for pk, kind, on, note in Check.objects.filter(claim__in=chunk).values_list("claim_id", "kind", "on", "note"):
            found.setdefault(pk, set()).add((kind, on.isoformat(), note))
    return found


def _new_checks(checks: list[dict[str, Any]], standing_checks: set[tuple[str, str, str]]) -> Refused:
    """An import brings no checks: those a file names must be recorded already, as in one that was exported."""
    for check in checks:
        if (str(check.get("kind")), str(check.get("on")), str(check.get("note") or "")) not in standing_checks:
            return {"checks": "An import changes claims and adds no checks: record the check at the claim itself."}
    return {}
