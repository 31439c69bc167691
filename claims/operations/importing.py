"""A file of claims applied: its claims become drafts, in one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from claims import bulk_rows
from claims.models import Claim, ImportBatch, ImportedChange, ImportedRow, Person
from claims.operations.acts import record
from claims.operations.bulk_rules import BulkRules, Vocabulary
from claims.operations.bulk_writing import Life, Writer, drafters_of, record_all, set_drafters
from claims.operations.import_batches import READ, ImportLine, Refusal, lines_of, seal, unpacked
from claims.operations.rules import OperationRefused, require
from claims.operations.working_copies import Copy, changed_parts, standing


class ImportRefused(OperationRefused):
    """Rows that cannot be applied, each with its reason; nothing was written."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(f"Nothing was applied: {len(refusals):,} rows are refused. Read the file again to see them.")
        self.refusals = refusals


@transaction.atomic
def apply_import(*, by: Person, at: datetime, batch: ImportBatch, digest: str) -> ImportBatch:
    """Write what a batch holds as drafts: all of it, or nothing. Readers see nothing of it until each is approved.

    `digest` is that of the file whose preview the person saw. Only who uploaded a file applies it: it is they who
    sign the drafts. Raises `ImportRefused` where a claim was changed since the file was read, or breaks a rule now.
    """
    require(by, "claims.change_importbatch", READ)
    require(by, "claims.add_claim", "draft claims")
    require(by, "claims.change_claim", "change claims")
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != ImportBatch.State.PREVIEWED:
        raise OperationRefused(f"This import is {batch.get_state_display().lower()}: it cannot be applied.")
    if batch.uploaded_by_id != by.pk:
        raise OperationRefused(
            f"Only {batch.uploaded_by.get_username()}, who uploaded this file, can apply it, for they sign its drafts: "
            "upload it yourself."
        )
    if digest != batch.digest or batch.report["records"] != seal(bytes(batch.records)):
        raise OperationRefused("This is not the file whose preview you saw: upload it again.")
    vocabulary = Vocabulary()
    rules = BulkRules(vocabulary)
    new, changed, known = _sorted_lines(batch)
    before = _locked(changed)
    refusals = [*_standing_refusals(new, changed, before), *_rule_refusals(rules, (*new, *changed))]
    if refusals:
        raise ImportRefused(refusals)
    writer, note = Writer(vocabulary), batch.report["note"]
    _add(writer, new, batch=batch, by=by, at=at, note=note)
    _change(writer, changed, before, batch=batch, by=by, at=at, note=note)
    _remember(known)
    batch.state, batch.applied_by, batch.applied_at = ImportBatch.State.APPLIED, by, at
    batch.save(update_fields=["state", "applied_by", "applied_at"])
    record(
        "apply_import",
        by=by,
        at=at,
        note=batch.name,
        batch=batch.pk,
        digest=batch.digest,
        new=len(new),
        changed=len(changed),
    )
    return batch


def _sorted_lines(batch: ImportBatch) -> tuple[list[ImportLine], list[ImportLine], list[ImportLine]]:
    """The lines of new claims, of claims that change, and of those that stand as the file has them."""
    new: list[ImportLine] = []
    changed: list[ImportLine] = []
    known: list[ImportLine] = []
    for line in map(unpacked, lines_of(batch)):
        (known if line.copy is None else new if line.expects is None else changed).append(line)
    return new, changed, known


@dataclass(frozen=True, slots=True)
class Before:
    """A claim as it stood, without its text."""

    pk: int
    life: Life
    row: tuple[str, int] | None

    @property
    def state(self) -> str:
        """The state of the claim."""
        return str(self.life[0])

    @property
    def edit_number(self) -> int:
        """How often it was edited."""
        return int(self.life[1])


LIFE = (
    "state", "edit_number", "changed_by_id", "changed_at", "submitted_by_id", "submitted_at", "change_note",
)  # fmt: skip


def _locked(lines: Sequence[ImportLine]) -> dict[str, Before]:
    """The claims that change, by slug, locked until the transaction ends."""
    found = {}
    for chunk in bulk_rows.in_chunks([line.slug for line in lines]):
        claims = Claim.objects.select_for_update(no_key=True).filter(slug__in=chunk).order_by("pk")
        rows = list(claims.values_list("slug", "pk", *LIFE))
        imported = {
            pk: (digest, number)
            for pk, digest, number in ImportedRow.objects.filter(claim__slug__in=chunk).values_list(
                "claim_id", "digest", "edit_number"
            )
        }
        for slug, pk, *life in rows:
            found[slug] = Before(pk, tuple(life), imported.get(pk))
    return found


def may_change(state: str, edit_number: int, imported_as: int | None) -> bool:
    """Whether an import may change a claim: what is published, or a draft that an import left and nobody touched."""
    return state == Claim.State.PUBLISHED or (state == Claim.State.DRAFT and imported_as == edit_number)


def _standing_refusals(
    new: Sequence[ImportLine], changed: Sequence[ImportLine], before: dict[str, Before]
) -> Iterator[Refusal]:
    for chunk in bulk_rows.in_chunks([line.slug for line in new]):
        taken = set(Claim.objects.filter(slug__in=chunk).values_list("slug", flat=True))
        yield from (
            Refusal(line.row, line.slug, "slug", "Somebody added a claim of this name since the file was read.")
            for line in new
            if line.slug in taken
        )
    for line in changed:
        claim = before.get(line.slug)
        if claim is None or claim.edit_number != line.expects:
            yield Refusal(line.row, line.slug, "row", "Somebody changed this claim since the file was read.")
        elif not may_change(claim.state, claim.edit_number, claim.row and claim.row[1]):
            yield Refusal(line.row, line.slug, "row", f"The claim is {claim.state} now: an import leaves it alone.")


def _rule_refusals(rules: BulkRules, lines: Iterable[ImportLine]) -> Iterator[Refusal]:
    for line in lines:
        assert line.copy is not None
        refused = rules.refusals(line.slug, line.copy)
        for part, messages in refused.items():
            yield from (Refusal(line.row, line.slug, part, message) for message in messages)


def _life(edit_number: int, *, by: Person, at: datetime, note: str) -> Life:
    return (Claim.State.DRAFT.value, edit_number, by.pk, at, None, None, note)


def _add(
    writer: Writer, lines: Sequence[ImportLine], *, batch: ImportBatch, by: Person, at: datetime, note: str
) -> None:
    copies = [line.copy for line in lines if line.copy is not None]
    ids = writer.add([line.slug for line in lines], copies, _life(0, by=by, at=at, note=note))
    set_drafters({pk: [by.pk] for pk in ids})
    bulk_rows.insert(
        ImportedChange, ("batch_id", "claim_id", "before", "edit_number"), ((batch.pk, pk, None, 0) for pk in ids)
    )
    bulk_rows.put(
        ImportedRow,
        ("claim_id", "digest", "edit_number"),
        ((pk, line.digest, 0) for pk, line in zip(ids, lines, strict=True)),
    )
    # The log is never changed, and these claims can be taken back: so it names them by slug.
    record_all(
        "import",
        [None] * len(lines),
        by=by,
        at=at,
        note=note,
        detail=lambda place: {"batch": batch.pk, "slug": lines[place].slug},
    )


def _change(
    writer: Writer,
    lines: Sequence[ImportLine],
    before: dict[str, Before],
    *,
    batch: ImportBatch,
    by: Person,
    at: datetime,
    note: str,
) -> None:
    claims = [before[line.slug] for line in lines]
    ids = [claim.pk for claim in claims]
    copies = [line.copy for line in lines if line.copy is not None]
    stood, drafters = standing(ids), drafters_of(ids)
    writer.change(ids, copies, [_life(claim.edit_number + 1, by=by, at=at, note=note) for claim in claims])
    set_drafters(
        {
            claim.pk: [by.pk]
            if claim.state == Claim.State.PUBLISHED
            else list(dict.fromkeys([*drafters[claim.pk], by.pk]))
            for claim in claims
        }
    )
    bulk_rows.insert(
        ImportedChange,
        ("batch_id", "claim_id", "before", "edit_number"),
        (
            (batch.pk, claim.pk, _kept(claim, stood[claim.pk], drafters[claim.pk]), claim.edit_number + 1)
            for claim in claims
        ),
    )
    bulk_rows.put(
        ImportedRow,
        ("claim_id", "digest", "edit_number"),
        ((claim.pk, line.digest, claim.edit_number + 1) for claim, line in zip(claims, lines, strict=True)),
    )
    record_all(
        "import",
        ids,
        by=by,
        at=at,
        note=note,
        detail=lambda place: {"batch": batch.pk, "changed": changed_parts(stood[ids[place]], copies[place])},
    )


def _kept(claim: Before, copy: Copy, drafters: Sequence[int]) -> dict[str, Any]:
    """A claim as it stood, as `undo_import` needs it."""
    life = [value.isoformat() if isinstance(value, datetime) else value for value in claim.life]
    return {"copy": copy, "life": life, "drafters": list(drafters), "row": claim.row}


def _remember(lines: Sequence[ImportLine]) -> None:
    """Note the rows of claims that stand as the file has them, so that the same row again need not be read."""
    by_slug = {line.slug: line for line in lines}
    for chunk in bulk_rows.in_chunks(list(by_slug)):
        numbers = Claim.objects.filter(slug__in=chunk).values_list("pk", "slug", "edit_number")
        bulk_rows.put(
            ImportedRow,
            ("claim_id", "digest", "edit_number"),
            [
                (pk, by_slug[slug].digest, number)
                for pk, slug, number in numbers
                if number == by_slug[slug].expects
            ],
        )  # fmt: skip
