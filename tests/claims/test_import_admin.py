"""Imports at the desk: an editor uploads a file, looks at what it would change, applies it, takes it back."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims import importing, operations
from claims.models import Claim, ImportBatch
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    """Somebody's browser: the editor's where nobody else is named."""

    def sign_in(person=None):
        client.force_login(person or make.editor())
        return client

    return sign_in


def exported(browser, **changes: str) -> bytes:
    """The editor's own file of all claims, with cells of the first row changed."""
    text = browser.get(reverse("admin:claims_claim_export_csv")).getvalue().decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    rows[0] |= {name.replace("__", "."): value for name, value in changes.items()}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def upload(browser, content: bytes, name: str = "claims.csv", note: str = ""):
    return browser.post(
        reverse("admin:claims_importbatch_add"), {"file": SimpleUploadedFile(name, content), "note": note}, follow=True
    )


def address(page: str, batch: ImportBatch) -> str:
    return reverse(f"admin:claims_importbatch_{page}", args=[batch.pk])


def words(response) -> str:
    """The text of a page, with single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_an_editor_imports_a_change_and_takes_it_back(desk):
    make.publish()
    browser = desk()
    seen = upload(
        browser, exported(browser, **{"value.high": "46000", "statement": "=It <b>costs</b>"}), note="New survey."
    )
    batch = ImportBatch.objects.get()
    assert seen.redirect_chain == [(address("change", batch), 302)]
    assert "0 new, 1 changed, 0 unchanged" in words(seen)
    assert "Statement A production system costs this much to build. =It &lt;b&gt;costs&lt;/b&gt;" in words(seen)
    assert "Value US$18,000–45,000 (median 28,000) per build US$18,000–46,000 (median 28,000) per build" in words(seen)
    # A field that does not change is not shown.
    assert "Kind of evidence" not in words(seen)
    assert Claim.objects.get().high == 45000
    applied = browser.post(address("apply", batch), {"digest": batch.digest}, follow=True)
    assert "its claims are drafts now, and readers see none of it yet" in words(applied)
    claim = Claim.objects.get()
    assert (claim.state, claim.high, claim.statement, claim.change_note) == (
        "draft", 46000, "=It <b>costs</b>", "New survey.",
    )  # fmt: skip
    # After it was applied the page shows what it did.
    assert "US$18,000–45,000 (median 28,000) per build US$18,000–46,000" in words(browser.get(address("change", batch)))
    undone = browser.post(address("undo", batch), {}, follow=True)
    assert "Took claims.csv back." in words(undone)
    claim.refresh_from_db()
    assert (claim.state, claim.high, claim.change_note) == ("published", 45000, "")


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        (
            {"value.per": "project"},
            "(median 28,000) per build US$18,000–45,000 (median 28,000) per project",
        ),
        ({"value.per": "month"}, "(median 28,000) per build US$18,000–45,000 per month (median 28,000)"),
        ({"scope": '{"tier": "basic", "months": true}'}, "Scope Tier: production Months: yes Tier: basic"),
        ({"value.low": "18000.0001"}, "US$18,000.0001–45,000.00 (median 28,000.00) per build"),
        ({"topics": ""}, "Topics Costs –"),
        ({"expires_on": "2027-01-02"}, "Hard stop – 2 January 2027"),
        ({"certainty_reasons": ""}, "Reasons for the certainty Imprecise: few cases or a wide range: One source. –"),
        ({"citations": '[{"source": "a-blog", "locator": "Annex"}]'}, "A Blog (a-blog) supports: no figure. Annex"),
    ],
    ids=str,
)
def test_every_change_is_shown(desk, changes, shown):
    make.publish()
    browser = desk()
    assert shown in words(upload(browser, exported(browser, **changes)))


def test_refusals_are_shown_by_row_and_column_and_nothing_can_be_applied(desk):
    make.publish()
    browser = desk()
    page = upload(browser, exported(browser, subject="nobody", credibility="9"))
    assert "2 cells are refused: nothing can be applied" in words(page)
    assert "2 subject rag-build-cost There is no subject nobody." in words(page)
    assert "2 credibility rag-build-cost “9” is none of: 1, 2, 3, 4, 5, 6." in words(page)
    batch = ImportBatch.objects.get()
    assert "Apply as drafts" not in words(page)
    answer = browser.post(address("apply", batch), {"digest": batch.digest}, follow=True)
    assert "This import is refused: it cannot be applied." in words(answer)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("claims.pdf", b"x", "Choose a file named .csv, .xlsx or .yaml."),
        ("claims.csv", b"\xff\xfe", "Not UTF-8: save the file as CSV UTF-8."),
        ("claims.xlsx", b"no archive", "Not a readable XLSX workbook."),
        ("claims.yaml", b"claims: 1", "Expected a list under one of"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_the_upload(desk, name, content, message):
    page = upload(desk(), content, name)
    assert message in words(page)
    assert not ImportBatch.objects.exists()


def test_the_size_limit_is_said_and_kept(desk, monkeypatch):
    browser = desk()
    assert "at most 50 MB" in words(browser.get(reverse("admin:claims_importbatch_add")))
    monkeypatch.setattr(importing, "MAX_BYTES", 2_000_000)
    assert "larger than 2 MB: import it in parts" in words(upload(browser, b"x" * 2_000_001))


def test_new_claims_are_shown_whole_and_fifty_a_page(desk):
    make.publish()
    browser = desk()
    (row,) = csv.DictReader(io.StringIO(exported(browser).decode()))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerows(row | {"slug": f"new-{number:03d}"} for number in range(120))
    page = upload(browser, out.getvalue().encode())
    assert "120 new, 0 changed, 0 unchanged" in words(page)
    assert "new-000 row 2, new Field Value Statement A production system costs this much to build." in words(page)
    assert "page 1 of 3, 120 claims" in words(page)
    batch = ImportBatch.objects.get()
    last = words(browser.get(address("change", batch) + "?p=3"))
    assert ("new-100 row 102, new" in last, "new-119 row 121, new" in last, "new-099" in last) == (True, True, False)


def test_a_claim_that_changed_since_is_marked_and_refused(desk):
    revision = make.publish()
    browser = desk()
    upload(browser, exported(browser, credibility="4"))
    batch = ImportBatch.objects.get()
    operations.revise(by=make.manager(), at=NOON, claim=revision.claim, fields={"credibility": 5})
    assert "changed; somebody changed it since the file was read" in words(browser.get(address("change", batch)))
    answer = browser.post(address("apply", batch), {"digest": batch.digest})
    assert "Nothing was applied: 1 rows are refused." in words(answer)
    assert "2 row rag-build-cost Somebody changed this claim since the file was read." in words(answer)
    assert Claim.objects.get().credibility == 5


def test_an_import_that_was_taken_back_is_not_taken_back_again(desk):
    make.publish()
    browser = desk()
    upload(browser, exported(browser, credibility="4"))
    batch = ImportBatch.objects.get()
    browser.post(address("apply", batch), {"digest": batch.digest})
    assert "Take back claims.csv" in words(browser.get(address("undo", batch)))
    browser.post(address("undo", batch), {})
    assert "This import is undone: there is nothing to take back." in words(browser.post(address("undo", batch), {}))


def test_another_file_than_the_one_that_was_seen_is_not_applied(desk):
    make.publish()
    browser = desk()
    upload(browser, exported(browser, credibility="4"))
    batch = ImportBatch.objects.get()
    answer = browser.post(address("apply", batch), {"digest": "sha256:" + "0" * 64}, follow=True)
    assert "This is not the file whose preview you saw: upload it again." in words(answer)
    assert browser.get(address("apply", batch)).status_code == 405


def test_what_was_worked_on_since_is_named_and_left_only_when_that_is_said(desk):
    make.publish("kept"), make.publish("touched")
    browser = desk()
    text = exported(browser).decode().replace("One source, plausible.", "Two sources.")
    upload(browser, text.encode())
    batch = ImportBatch.objects.get()
    browser.post(address("apply", batch), {"digest": batch.digest})
    operations.submit(by=make.editor(), at=NOON, claim=Claim.objects.get(slug="touched"))
    asked = browser.post(address("undo", batch), {})
    assert "Nothing was taken back: 1 of these claims were worked on since the import." in words(asked)
    assert "touched in review, last changed by ed" in words(asked)
    done = browser.post(address("undo", batch), {"leave_touched": "on"}, follow=True)
    assert "Took claims.csv back. 1 were worked on since and stay as they are." in words(done)
    assert "Worked on since, and left as they are touched" in words(done)
    assert dict(Claim.objects.values_list("slug", "state")) == {"kept": "published", "touched": "review"}


def test_somebody_else_sees_a_file_and_cannot_apply_it(desk):
    make.publish()
    browser = desk()
    upload(browser, exported(browser, credibility="4"))
    batch = ImportBatch.objects.get()
    other = desk(make.manager())
    page = words(other.get(address("change", batch)))
    assert "Only ed, who uploaded the file, can apply it" in page
    assert "Apply as drafts" not in page
    answer = other.post(address("apply", batch), {"digest": batch.digest}, follow=True)
    assert "Only ed, who uploaded this file, can apply it, for they sign its drafts: upload it yourself." in words(
        answer
    )


def test_the_list_of_imports_says_who_when_and_what(desk):
    make.publish()
    browser = desk()
    upload(browser, exported(browser, credibility="4"))
    upload(browser, exported(browser))
    listed = words(browser.get(reverse("admin:claims_importbatch_changelist")))
    assert listed.count("claims.csv") == 2
    assert "0 new, 1 changed, 0 unchanged" in listed
    assert "there is nothing to apply" in words(browser.get(address("change", ImportBatch.objects.first())))


@pytest.mark.parametrize("page", ["change", "apply", "undo"])
def test_a_reviewer_has_no_part_in_imports(desk, page):
    make.publish()
    browser = desk()
    upload(browser, exported(browser, credibility="4"))
    batch = ImportBatch.objects.get()
    method = "post" if page == "apply" else "get"
    assert getattr(desk(make.reviewer()), method)(address(page, batch)).status_code == 403
    assert upload(desk(make.reviewer()), b"slug\n").status_code == 403
    assert Claim.objects.get().credibility == 3
