"""Files from anywhere: each is read in a child with limits, and said to be good only if all of it holds."""

import io
import json
from io import StringIO

import pypdf
import pytest
from django.core.management import CommandError, call_command
from pypdf.annotations import FreeText

from reports import manifest as manifests
from reports.verification import LARGEST, UnreadableReport, open_pdf, verify

pytestmark = pytest.mark.django_db


def edited(content, change):
    """A PDF changed with a PDF library, as anybody could."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def failed(content):
    return {check.name: check.detail for check in verify(content).checks if not check.holds}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "this is not a PDF"),
        (b"hello", "this is not a PDF"),
        (b"%PDF-1.7\n", "the file is damaged"),
        (b"%PDF-1.7\n" + b"1 0 obj << /Length 9999999999 >> stream\n" * 50, "the file is damaged"),
    ],
)
def test_what_is_no_pdf_is_refused_with_a_reason(content, why):
    with pytest.raises(UnreadableReport, match=why):
        open_pdf(content)


def test_a_file_that_is_too_large_is_not_opened():
    with pytest.raises(UnreadableReport, match="larger than 48 MB"):
        open_pdf(b"%PDF-1.7" + b" " * LARGEST)


def test_an_encrypted_file_is_refused(sample):
    with pytest.raises(UnreadableReport, match="encrypted"):
        open_pdf(edited(sample, lambda writer: writer.encrypt("secret", algorithm="RC4-128")))


def test_a_truncated_file_is_refused_or_found_wanting(sample):
    for length in (len(sample) // 2, len(sample) - 200):
        try:
            faults = failed(sample[:length])
        except UnreadableReport:
            continue
        assert "file" in faults


def test_a_file_with_nothing_attached(sample):
    faults = failed(edited(sample, lambda writer: writer.root_object.pop("/Names")))
    assert faults["manifest"] == "evidence.json is not attached"
    assert faults["file"] == "no file with this digest was written here: altered, or not ours"


@pytest.mark.slow
def test_an_edited_attachment(sample, printed):
    forged = {**printed.manifest, "as_of": "2020-01-01"}

    def replace_attachment(writer):
        writer.root_object.pop("/Names")
        writer.add_attachment("evidence.json", manifests.encode(forged))

    faults = failed(edited(sample, replace_attachment))
    assert {"file", "manifest", "result"} <= set(faults)


def test_an_attachment_that_is_not_a_manifest(bound):
    page = '<html lang="en"><title>x</title><body><p>5</p></body></html>'
    for attached in (b"not json", b"[]", b"{}", b'{"manifest_digest": 1}'):
        assert failed(bound(page, attached, ("report.css",)))["manifest"] == "evidence.json is not of our making"


@pytest.mark.slow
def test_a_changed_claim_does_not_give_its_digest(known, bound, printed):
    forged = json.loads(manifests.encode(printed.manifest))
    forged["claims"][0]["document"]["certainty"] = "high"
    forged["manifest_digest"] = manifests.digest(forged)
    faults = failed(known(bound(printed.html, manifests.encode(forged))))
    reference = forged["claims"][0]["claim"]
    assert faults["claims"] == f"the text of {reference} does not give its digest"


@pytest.mark.slow
def test_a_note_stuck_onto_a_page_is_found(sample):
    note = FreeText(text="US$1", rect=(50, 550, 200, 650))
    faults = failed(edited(sample, lambda writer: writer.add_annotation(page_number=0, annotation=note)))
    assert faults["nothing else"] == "there is FreeText on page 1"


@pytest.mark.slow
def test_one_byte_more_is_another_file(known, sample):
    known(sample)
    assert list(failed(sample + b"\n")) == ["file"]


@pytest.mark.slow
def test_the_command_prints_each_check(known, sample, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(known(sample))
    out = StringIO()
    call_command("verify_pdf", str(path), stdout=out)
    lines = out.getvalue().splitlines()
    assert all(line.startswith("ok ") for line in lines[:-1])
    assert lines[-1] == f"{path}: every number traces to its evidence"


def test_the_command_fails_for_what_is_no_report(tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"hello")
    with pytest.raises(CommandError, match="this is not a PDF") as error:
        call_command("verify_pdf", str(path))
    assert error.value.returncode == 1
    with pytest.raises(CommandError, match="No such file") as error:
        call_command("verify_pdf", str(tmp_path / "absent.pdf"))
    assert error.value.returncode == 2
