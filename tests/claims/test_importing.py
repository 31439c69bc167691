"""A file of claims becomes drafts: what is new, what changes, and what is refused."""

import csv
import io
import json
from datetime import date

import pytest

from claims import exporting, file_formats, importing, operations, published
from claims.models import Act, Claim, ImportBatch, ImportedRow
from claims.operations import ImportRefused, OperationRefused
from claims.operations.bulk_rules import quantity
from tests.claims import factories as make
from tests.claims.factories import NOON
from tests.claims.import_files import (
    LATER,
    LATEST,
    apply,
    as_csv,
    copy_of,
    counts,
    everything,
    make_vocabulary,
    preview,
    refused,
    row,
    undo,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def vocabulary() -> None:
    make_vocabulary()


def test_new_rows_become_drafts_that_readers_do_not_see():
    batch = apply(preview(row(), row("rag-build-cost-2", topics="")))
    claims = list(Claim.objects.order_by("slug"))
    assert [(claim.slug, claim.state, claim.edit_number, claim.change_note) for claim in claims] == [
        ("rag-build-cost", "draft", 0, "Imported from claims.csv."),
        ("rag-build-cost-2", "draft", 0, "Imported from claims.csv."),
    ]
    assert (claims[0].changed_by, claims[0].changed_at) == (make.editor(), LATER)
    assert [list(claim.drafters.all()) for claim in claims] == [[make.editor()]] * 2
    assert (batch.state, batch.applied_by, batch.applied_at) == ("applied", make.editor(), LATER)
    assert not published.revisions().exists()


def test_an_imported_claim_is_the_claim_that_an_editor_would_have_drafted():
    apply(preview(row()))
    drafted = make.draft("drafted")
    imported = Claim.objects.get(slug="rag-build-cost")
    assert copy_of(imported) == copy_of(drafted)
    ignored = ("id", "slug", "changed_at", "change_note")
    columns = [field.attname for field in Claim._meta.concrete_fields if field.name not in ignored]
    assert [getattr(imported, name) for name in columns] == [getattr(drafted, name) for name in columns]
    operations.submit(by=make.editor(), at=LATER, claim=imported)
    operations.publish(by=make.reviewer(), at=LATER, claim=imported)
    assert published.revisions().get().claim == imported


def test_the_log_says_who_imported_what():
    publication = make.publish("standing")
    batch = apply(preview(row(), row("standing", value__high="46000")))
    acts = Act.objects.filter(verb__in=["record_import", "import", "apply_import"]).order_by("pk")
    assert [(act.verb, act.by, act.claim, act.detail) for act in acts] == [
        ("record_import", make.editor(), None, {"batch": batch.pk, "digest": batch.digest, "refused": 0}),
        ("import", make.editor(), None, {"batch": batch.pk, "slug": "rag-build-cost"}),
        ("import", make.editor(), publication.claim, {"batch": batch.pk, "changed": ["high"]}),
        ("apply_import", make.editor(), None, {"batch": batch.pk, "digest": batch.digest, "new": 1, "changed": 1}),
    ]


def test_a_published_claim_gets_a_draft_and_readers_go_on_seeing_what_they_saw():
    revision = make.publish()
    batch = preview(row(value__high="46000", topics=""), note="The report was corrected.")
    assert counts(batch) == (0, 1, 0, 0)
    apply(batch)
    claim = Claim.objects.get()
    assert (claim.state, claim.edit_number, claim.high, claim.change_note) == (
        "draft", 1, 46000, "The report was corrected.",
    )  # fmt: skip
    assert (list(claim.topics.all()), list(claim.drafters.all())) == ([], [make.editor()])
    assert published.revisions().get() == revision
    assert revision.body["value"]["high"] == 45000


def test_the_same_file_again_is_known_by_its_rows_and_changes_nothing():
    rows = [row(f"claim-{number}") for number in range(5)]
    apply(preview(*rows))
    before = everything()
    again = preview(*rows)
    assert counts(again) == (0, 0, 5, 0)
    assert operations.import_batches.lines_of(again) == []
    apply(again, at=LATEST)
    assert everything() == before


def test_columns_in_another_order_make_no_other_row():
    apply(preview(row()))
    turned = io.StringIO(newline="")
    writer = csv.DictWriter(turned, sorted(row(), reverse=True))
    writer.writeheader()
    writer.writerow(row())
    batch = importing.preview(by=make.editor(), at=NOON, name="claims.csv", content=turned.getvalue().encode())
    assert importing.read("claims.csv", turned.getvalue().encode()).unchanged == 1
    assert counts(batch) == (0, 0, 1, 0)


def test_of_the_same_file_with_one_change_one_claim_changes():
    apply(preview(*(row(f"claim-{number}") for number in range(5))))
    changed = preview(*(row(f"claim-{number}", credibility="4" if number == 3 else "3") for number in range(5)))
    assert counts(changed) == (0, 1, 4, 0)
    apply(changed, at=LATEST)
    assert list(Claim.objects.filter(credibility=4).values_list("slug", "edit_number")) == [("claim-3", 1)]
    assert list(ImportedRow.objects.order_by("claim__slug").values_list("edit_number", flat=True)) == [0, 0, 0, 1, 0]


def test_a_claim_that_came_another_way_is_known_too_and_its_row_is_remembered():
    make.publish()
    batch = preview(row(value__low="18000.00"), row("new"))
    assert counts(batch) == (1, 0, 1, 0)
    apply(batch)
    assert importing.read("claims.csv", as_csv(row(value__low="18000.00"), row("new"))).unchanged == 2


def test_a_row_is_read_again_once_somebody_edited_the_claim():
    apply(preview(row()))
    claim = Claim.objects.get()
    operations.revise(by=make.editor(), at=LATER, claim=claim, fields={"credibility": 5})
    batch = preview(row())
    assert refused(batch) == [
        (2, "slug", "rag-build-cost has an unpublished change by ed: publish it or take it back first.")
    ]


def test_somebodys_draft_is_left_alone_also_where_a_file_says_the_same():
    make.draft("same")
    make.draft("other")
    batch = preview(row("same"), row("new"))
    assert counts(batch) == (1, 0, 1, 0)
    apply(batch)
    assert not ImportedRow.objects.filter(claim__slug="same").exists()
    assert counts(preview(row("other", credibility="4"))) == (0, 0, 0, 1)


def test_a_claim_that_is_history_is_refused():
    revision = make.publish()
    operations.retract(by=make.manager(), at=LATER, claim=revision.claim, reason="Wrong.")
    assert refused(preview(row(credibility="4"))) == [
        (2, "slug", "rag-build-cost is retracted: it is history now. Give the new claim another name.")
    ]


def test_a_draft_that_an_import_left_and_a_reviewer_sent_back_can_be_imported_again():
    apply(preview(row()))
    claim = operations.submit(by=make.editor(), at=LATER, claim=Claim.objects.get())
    assert counts(preview(row(credibility="4"))) == (0, 0, 0, 1)
    operations.send_back(by=make.reviewer(), at=LATER, claim=claim, reason="The credibility is 4.")
    second = make.person("eve", "editor")
    apply(preview(row(credibility="4"), by=second), by=second, at=LATEST)
    claim.refresh_from_db()
    assert (claim.state, claim.credibility, set(claim.drafters.all())) == ("draft", 4, {make.editor(), second})


def test_every_refusal_is_told_by_row_and_column_and_nothing_can_be_applied():
    batch = preview(
        row("good"),
        row("Bad Slug", subject="nobody"),
        row("dear", value__low="50000", credibility="9"),
        row("without", statement="", citations=""),
        row("good"),
        row("unread", value__low="many", scope="{", expires_on="soon"),
        row("unknown", citations='[{"source": "nowhere", "locator": "x"}, {"locator": "x"}]'),
        row(
            "attributed", citations='[{"source": "a-blog", "locator": "x", "attributed_to": "a-blog", "printed": "1"}]'
        ),
        row("keys", citations='[{"source": "a-blog", "locator": "x", "page": 3}]', topics="costs; nothing"),
        row("state", state="retracted"),
        row("lists", citations='["a-blog"]', certainty_reasons='["bias"]'),
    )
    assert batch.state == "refused"
    assert refused(batch) == [
        (3, "slug", "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
        (3, "subject", "There is no subject nobody."),
        (4, "value.low", "The low end 50000 is above the high end 45000."),
        (4, "credibility", "“9” is none of: 1, 2, 3, 4, 5, 6."),
        (5, "statement", "This column is required."),
        (5, "citations", "This column is required."),
        (6, "slug", "good stands in this file twice."),
        (7, "value.low", "value.low is a number, not 'many'."),
        (7, "scope", "scope is a mapping or list (in a cell: JSON), not '{'."),
        (7, "expires_on", "expires_on is a date such as 2026-11-22, not 'soon'."),
        (8, "citations", "Citation 2 needs a source and a locator."),
        (9, "citations", "Citation 1: A source is not attributed to itself."),
        (10, "citations", "Unknown key page. Known: attributed_to, locator, note, printed, source, stance."),
        (11, "state", "A file holds claims that are published, review or draft."),
        (12, "citations", "Expected a list of mappings."),
    ]
    with pytest.raises(OperationRefused, match="This import is refused: it cannot be applied"):
        apply(batch)
    assert not Claim.objects.exists()


def test_refusals_without_end_are_counted_and_the_first_thousand_kept():
    batch = preview(*(row(f"claim-{number}", subject="nobody") for number in range(1005)))
    assert (batch.report["refused"], len(batch.report["refusals"])) == (1005, 1000)


def test_what_cannot_be_stored_is_marked_where_a_refusal_repeats_it():
    content = as_csv(row("a\x00b", subject="no\x00body"))
    batch = importing.preview(by=make.editor(), at=NOON, name="x" * 300 + "\x00.csv", content=content)
    assert batch.name == "x" * 195 + "\ufffd.csv"
    assert (2, "subject", "There is no subject no\ufffdbody.") in refused(batch)
    assert {slug for _, slug, _, _ in batch.report["refusals"]} == {"a\ufffdb"}


def test_a_file_brings_no_checks_but_those_that_are_recorded_stand_in_it():
    revision = make.publish()
    operations.check(by=make.editor(), at=LATER, claim=revision.claim, kind="read_in_context", note="Read.")
    standing_check = {"kind": "read_in_context", "on": "2026-11-22", "note": "Read.", "by": "ed"}
    assert counts(preview(row(checks=json.dumps([standing_check])))) == (0, 0, 1, 0)
    message = "An import changes claims and adds no checks: record the check at the claim itself."
    more = json.dumps([standing_check, {"kind": "read_in_context", "on": "2026-11-23"}])
    assert refused(preview(row(checks=more))) == [(2, "checks", message)]
    assert refused(preview(row("new", checks=json.dumps([standing_check])))) == [(2, "checks", message)]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "yaml"])
def test_importing_what_was_exported_changes_nothing(kind):
    make.publish(expires_on=date(2027, 1, 1), statement_es="Cuesta esto.", scope={"months": 3, "measured": False})
    make.publish("a-share", metric=make.metric("share"), low=None, likely=None, high=12.5, bound="at_most",
                 unit="percent", currency="", per="", citations=[make.citation(printed="-12.5 %")])  # fmt: skip
    make.publish("a-fit", metric=make.metric("fit"), low=None, likely=None, high=None, rating="low", unit="rating",
                 currency="", per="")  # fmt: skip
    records = list(exporting.registry())
    if kind == "xlsx":
        out = io.BytesIO()
        file_formats.write_xlsx(records, out)
        content = out.getvalue()
    else:
        lines = {"csv": file_formats.csv_lines, "yaml": file_formats.yaml_lines}[kind]
        content = b"".join(lines(records))
    batch = importing.preview(by=make.editor(), at=NOON, name=f"all.{kind}", content=content)
    assert counts(batch) == (0, 0, 3, 0)
    assert batch.report["others"] == {
        "families": 1, "topics": 1, "subjects": 1, "metrics": 3, "sources": 2,
    }  # fmt: skip


def test_an_edit_between_preview_and_application_is_not_overwritten():
    revision = make.publish()
    batch = preview(row(credibility="4"), row("new"))
    operations.revise(by=make.editor(), at=LATER, claim=revision.claim, fields={"credibility": 5})
    before = everything()
    with pytest.raises(ImportRefused, match="Nothing was applied: 1 rows are refused") as refusal:
        apply(batch)
    assert [(one.row, one.part, one.message) for one in refusal.value.refusals] == [
        (2, "row", "Somebody changed this claim since the file was read.")
    ]
    assert everything() == before


def test_a_claim_that_was_added_or_closed_between_is_refused():
    closed, removed = make.publish("closed"), preview(row("gone"))
    apply(removed)
    batch = preview(row("closed", credibility="4"), row("new"), row("gone", credibility="4"))
    make.draft("new")
    operations.retract(by=make.manager(), at=LATER, claim=closed.claim, reason="Wrong.")
    undo(removed)
    with pytest.raises(ImportRefused) as refusal:
        apply(batch)
    assert [(one.row, one.message) for one in refusal.value.refusals] == [
        (3, "Somebody added a claim of this name since the file was read."),
        (2, "The claim is retracted now: an import leaves it alone."),
        (4, "Somebody changed this claim since the file was read."),
    ]


def test_the_rules_are_asked_again_when_the_file_is_applied():
    batch = preview(row())
    metric = make.metric()
    metric.units = ["ratio"]
    metric.save()
    with pytest.raises(ImportRefused) as refusal:
        apply(batch)
    assert [(one.part, one.message) for one in refusal.value.refusals] == [
        ("unit", "This metric is given in ratio, not in currency.")
    ]
    assert not Claim.objects.exists()


def test_only_the_file_that_was_seen_is_applied():
    batch = preview(row())
    with pytest.raises(OperationRefused, match="This is not the file whose preview you saw"):
        operations.apply_import(by=make.editor(), at=LATER, batch=batch, digest=preview(row("other")).digest)
    ImportBatch.objects.filter(pk=batch.pk).update(records=preview(row("slipped-in")).records)
    with pytest.raises(OperationRefused, match="This is not the file whose preview you saw"):
        apply(batch)
    assert not Claim.objects.exists()


def test_a_file_is_applied_once_and_by_who_uploaded_it():
    batch = preview(row())
    with pytest.raises(OperationRefused, match="Only ed, who uploaded this file, can apply it"):
        apply(batch, by=make.manager())
    apply(batch)
    with pytest.raises(OperationRefused, match="This import is applied as drafts: it cannot be applied"):
        apply(batch)


@pytest.mark.parametrize("verb", ["upload", "apply", "undo"])
def test_a_reviewer_imports_nothing(verb):
    batch = preview(row())
    with pytest.raises(OperationRefused, match=r"rev may not"):
        {
            "upload": lambda: preview(row(), by=make.reviewer()),
            "apply": lambda: apply(batch, by=make.reviewer()),
            "undo": lambda: undo(apply(batch), by=make.reviewer()),
        }[verb]()


def test_a_number_is_the_same_however_it_is_written_and_true_is_no_number():
    make.publish(scope={"months": 3, "share": 0.5, "levels": 1, "ratio": 1.25})
    written = '{"ratio": 1.25, "months": 3.0, "share": 5e-1, "levels": %s}'
    assert counts(preview(row(scope=written % "1.0"))) == (0, 0, 1, 0)
    changed = preview(row(scope=written % "true"))
    assert counts(changed) == (0, 1, 0, 0)
    apply(changed)
    assert Claim.objects.get().scope == {"months": 3, "share": 0.5, "levels": True, "ratio": 1.25}
    assert counts(preview(row(scope=written % "true"))) == (0, 0, 1, 0)


def test_a_value_comes_out_of_the_registry_as_it_went_in():
    apply(preview(row(value__low="0.00000001", value__likely="0.5", value__high="123456789012345")))
    claim = Claim.objects.get()
    assert quantity(copy_of(claim)) == claim.quantity
