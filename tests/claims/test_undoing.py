"""An import is taken back as one act, but for what somebody worked on since."""

import pytest

from claims import importing, operations
from claims.models import Act, Claim, ImportedChange, ImportedRow
from claims.operations import ImportTouched, OperationRefused
from tests.claims import factories as make
from tests.claims.import_files import LATER, LATEST, apply, as_csv, everything, make_vocabulary, preview, row, undo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def vocabulary() -> None:
    make_vocabulary()


def test_an_undone_import_leaves_everything_as_it_was():
    make.publish("standing", citations=[make.citation(), make.citation(printed="", locator="Summary", note="x")])
    apply(preview(row("imported"), row("imported-again")))
    apply(preview(row("imported", credibility="4")), at=LATER)
    before = everything()
    first_edits = dict(Claim.objects.values_list("slug", "edit_number"))
    third = apply(
        preview(
            row("standing", credibility="2", citations=row()["citations"]), row("imported", credibility="5"), row("new")
        )
    )
    assert undo(third) == []
    for claim in Claim.objects.filter(slug__in=["standing", "imported"]):
        # Whoever has it open is told that it was saved in between.
        assert claim.edit_number == first_edits[claim.slug] + 2
        Claim.objects.filter(pk=claim.pk).update(edit_number=first_edits[claim.slug])
        ImportedRow.objects.filter(claim=claim).update(edit_number=first_edits[claim.slug])
    assert everything() == before
    third.refresh_from_db()
    assert (third.state, third.undone_by, third.undone_at) == ("undone", make.editor(), LATEST)
    acts = Act.objects.filter(verb="undo_import").order_by("pk")
    assert [(act.claim and act.claim.slug, act.detail) for act in acts] == [
        (None, {"batch": third.pk, "slug": "new"}),
        ("standing", {"batch": third.pk}),
        ("imported", {"batch": third.pk}),
        (None, {"batch": third.pk, "removed": 1, "restored": 2, "left": 0}),
    ]
    with pytest.raises(OperationRefused, match="This import is undone: there is nothing to take back"):
        undo(third)


def test_after_an_undo_the_row_of_before_is_known_again():
    apply(preview(row()))
    second = apply(preview(row(credibility="4")))
    undo(second)
    assert importing.read("claims.csv", as_csv(row())).unchanged == 1


def test_what_somebody_worked_on_since_is_not_taken_back():
    batch = apply(preview(*(row(slug) for slug in ("revised", "submitted", "checked", "sent-back", "alone"))))
    claims = {claim.slug: claim for claim in Claim.objects.all()}
    operations.revise(by=make.editor(), at=LATER, claim=claims["revised"], fields={"credibility": 4})
    operations.submit(by=make.editor(), at=LATER, claim=claims["submitted"])
    operations.check(by=make.editor(), at=LATER, claim=claims["checked"], kind="read_in_context")
    operations.submit(by=make.editor(), at=LATER, claim=claims["sent-back"])
    operations.send_back(by=make.reviewer(), at=LATEST, claim=claims["sent-back"], reason="No.")
    before = everything()
    with pytest.raises(ImportTouched, match="Nothing was taken back: 4 of these claims were worked on") as refusal:
        undo(batch)
    assert sorted((one.slug, one.why) for one in refusal.value.touched) == [
        ("checked", "has a check"),
        ("revised", "draft, last changed by ed"),
        ("sent-back", "draft, last changed by ed"),
        ("submitted", "in review, last changed by ed"),
    ]
    assert everything() == before
    left = undo(batch, leave_touched=True)
    assert sorted(one.slug for one in left) == ["checked", "revised", "sent-back", "submitted"]
    assert set(Claim.objects.values_list("slug", flat=True)) == {"checked", "revised", "sent-back", "submitted"}
    batch.refresh_from_db()
    assert batch.report["left"] == ["checked", "revised", "sent-back", "submitted"]


def test_a_registry_manager_takes_back_what_somebody_else_imported_and_an_editor_does_not():
    batch = apply(preview(row()))
    with pytest.raises(OperationRefused, match="eve may not take somebody else's import back"):
        undo(batch, by=make.person("eve", "editor"))
    assert undo(batch, by=make.manager()) == []
    assert not Claim.objects.exists()
    assert not ImportedChange.objects.exists()


def test_ids_are_not_given_twice_after_an_undo():
    first = apply(preview(row()))
    taken = Claim.objects.get().pk
    undo(first)
    apply(preview(row()))
    assert Claim.objects.get().pk > taken
