"""An applied import taken back, as one act: what was there before stands again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models, transaction

from claims import bulk_rows
from claims.models import Act, Claim, ImportBatch, ImportedChange, ImportedRow, Person
from claims.operations.acts import record
from claims.operations.bulk_rules import Vocabulary
from claims.operations.bulk_writing import Writer, record_all, remove, set_drafters
from claims.operations.rules import OperationRefused, require

# What belongs to a claim or to its import, and goes with it.
_OWN = {"citation", "importedchange", "importedrow"}


@dataclass(frozen=True, slots=True)
class Touched:
    """A claim that somebody worked on after an import, so that it cannot be taken back with it."""

    slug: str
    why: str


class ImportTouched(OperationRefused):
    """Claims of a batch were worked on since; nothing was taken back."""

    def __init__(self, touched: Sequence[Touched]) -> None:
        super().__init__(
            f"Nothing was taken back: {len(touched):,} of these claims were worked on since the import. "
            "To take back the others, say that these stay as they are."
        )
        self.touched = touched


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of a batch beside its claim as it stands."""

    claim: int
    slug: str
    before: dict[str, Any] | None
    is_untouched: bool
    state: str
    edit_number: int
    changed_by: str


@transaction.atomic
def undo_import(*, by: Person, at: datetime, batch: ImportBatch, leave_touched: bool = False) -> list[Touched]:
    """Take an applied import back: new claims go, changed ones are again as they were. Returns what stays as it is.

    A claim that somebody worked on since is left alone; where there is one and `leave_touched` is not given, nothing
    is taken back and `ImportTouched` names them. Whoever applied the import may, and a registry manager.
    """
    require(by, "claims.change_importbatch", "take an import back")
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != ImportBatch.State.APPLIED:
        raise OperationRefused(f"This import is {batch.get_state_display().lower()}: there is nothing to take back.")
    if batch.applied_by_id != by.pk:
        require(by, "claims.retract_claim", "take somebody else's import back")
    changes = list(_changes(batch))
    touched = _touched(changes)
    if touched and not leave_touched:
        raise ImportTouched(list(touched.values()))
    new = [change for change in changes if change.before is None and change.claim not in touched]
    changed = [change for change in changes if change.before is not None and change.claim not in touched]
    _restore(changed)
    for model in (ImportedChange, ImportedRow):
        bulk_rows.delete(model, "claim", [change.claim for change in new])
    remove([change.claim for change in new])
    act = partial(record_all, "undo_import", by=by, at=at, note=batch.name)
    act([None] * len(new), detail=lambda place: {"batch": batch.pk, "slug": new[place].slug})
    act([change.claim for change in changed], detail=lambda _: {"batch": batch.pk})
    batch.state, batch.undone_by, batch.undone_at = ImportBatch.State.UNDONE, by, at
    batch.report["left"] = sorted(one.slug for one in touched.values())
    batch.save(update_fields=["state", "undone_by", "undone_at", "report"])
    record(
        "undo_import", by=by, at=at, note=batch.name, batch=batch.pk,
        removed=len(new), restored=len(changed), left=len(touched),
    )  # fmt: skip
    return list(touched.values())


def _changes(batch: ImportBatch) -> Iterator[_Change]:
    """The changes of a batch in the order of their claims, which are locked until the transaction ends."""
    rows = ImportedChange.objects.filter(batch=batch).order_by("claim_id")
    changes = {pk: (before, number) for pk, before, number in rows.values_list("claim_id", "before", "edit_number")}
    for chunk in bulk_rows.in_chunks(list(changes)):
        claims = Claim.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=chunk).order_by("pk")
        for claim in claims.select_related("changed_by").only(
            "slug", "state", "edit_number", "changed_at", "changed_by__username"
        ):
            before, number = changes[claim.pk]
            yield _Change(
                claim=claim.pk,
                slug=claim.slug,
                before=before,
                is_untouched=(claim.state, claim.edit_number, claim.changed_at)
                == (Claim.State.DRAFT, number, batch.applied_at),
                state=claim.get_state_display().lower(),
                edit_number=claim.edit_number,
                changed_by=claim.changed_by.get_username(),
            )


def _touched(changes: Sequence[_Change]) -> dict[int, Touched]:
    touched = {
        change.claim: Touched(change.slug, f"{change.state}, last changed by {change.changed_by}")
        for change in changes
        if not change.is_untouched
    }
    # A new claim goes only where nothing refers to it: whatever the schema says may not lose its claim.
    new = {change.claim: change.slug for change in changes if change.before is None}
    for chunk in bulk_rows.in_chunks(list(new)):
        # With their keys, since they go: whatever refers to one of them is there by now, or comes too late.
        list(Claim.objects.select_for_update().filter(pk__in=chunk).order_by("pk").values_list("pk"))
    # The log has something of everything, so it is asked last: the others say more.
    for relation in sorted(Claim._meta.related_objects, key=lambda relation: relation.related_model is Act):
        if relation.on_delete is not models.PROTECT or relation.related_model._meta.model_name in _OWN:
            continue
        column = relation.field.name
        for chunk in bulk_rows.in_chunks(list(new)):
            referring = relation.related_model._default_manager.filter(**{f"{column}__in": chunk})
            for pk in referring.values_list(column, flat=True):
                name = str(relation.related_model._meta.verbose_name)
                touched.setdefault(pk, Touched(new[pk], f"has {'an' if name[0] in 'aeiou' else 'a'} {name}"))
    return touched


def _restore(changes: Sequence[_Change]) -> None:
    """Bring changed claims back; the edit number goes on, so that whoever has one of them open is told."""
    kept = [change.before for change in changes if change.before is not None]
    lives = []
    for change, before in zip(changes, kept, strict=True):
        state, _, changed_by, changed_at, submitted_by, submitted_at, note = before["life"]
        moments = (datetime.fromisoformat(text) if text else None for text in (changed_at, submitted_at))
        changed, submitted = moments
        lives.append((state, change.edit_number + 1, changed_by, changed, submitted_by, submitted, note))
    ids = [change.claim for change in changes]
    Writer(Vocabulary()).change(ids, [before["copy"] for before in kept], lives)
    set_drafters({pk: before["drafters"] for pk, before in zip(ids, kept, strict=True)})
    bulk_rows.delete(ImportedRow, "claim", ids)
    bulk_rows.insert(
        ImportedRow,
        ("claim_id", "digest", "edit_number"),
        (
            (change.claim, before["row"][0], change.edit_number + 1)
            for change, before in zip(changes, kept, strict=True)
            if before["row"] and before["row"][1] == before["life"][1]
        ),
    )
