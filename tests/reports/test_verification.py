"""Files from anywhere: each is read in a child with limits, and said to be good only if all of it holds."""

import io
import json
import tracemalloc
from io import StringIO

import pypdf
import pytest
from django.core.management import CommandError, call_command
from pypdf.annotations import FreeText
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from reports import manifest as manifests
from reports.verification import LARGEST, UnreadableReport, open_pdf, verify
from tests import factories

pytestmark = pytest.mark.django_db


def edited(content, change):
    """A PDF changed with a PDF library, as anybody could."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_manifest(content, forged):
    """A PDF with this manifest in place of its own."""

    def replace(writer):
        writer.root_object.pop("/Names")
        writer.add_attachment("evidence.json", manifests.encode(forged))

    return edited(content, replace)


def copied(printed):
    return json.loads(manifests.encode(printed.manifest))


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

    faults = failed(with_manifest(sample, forged))
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


BLANK = '<html lang="en"><title>x</title><body><h1>x</h1></body></html>'


def nothing_else(bound, manifest, files):
    return failed(bound(BLANK, manifests.encode(manifest), ("report.css",), files)).get("nothing else")


def changed_table(printed):
    table = printed.files["claims.csv"]
    first, second = table.split(b"\r\n")[:2]
    forged = table.replace(second, second.replace(b"10000", b"1000"))
    assert first.startswith(b"n,claim,")
    assert forged != table
    return forged


def test_evidence_and_table_are_all_that_is_attached(bound, printed):
    assert nothing_else(bound, printed.manifest, printed.files) is None


def test_a_changed_table_of_claims(bound, printed):
    fault = nothing_else(bound, printed.manifest, {"claims.csv": changed_table(printed)})
    assert fault == "claims.csv is not the one that the manifest names"


def test_a_changed_table_that_the_manifest_was_made_to_name(bound, printed):
    table = changed_table(printed)
    described = {**printed.manifest["document"], "files": {"claims.csv": manifests.file_digest(table)}}
    forged = {**printed.manifest, "document": described}
    forged["manifest_digest"] = manifests.digest(forged)
    assert nothing_else(bound, forged, {"claims.csv": table}) == (
        "claims.csv does not say what the claims of the manifest say"
    )


def test_a_table_that_was_taken_out(bound, printed):
    assert nothing_else(bound, printed.manifest, {}) == "claims.csv is not the one that the manifest names"


def test_a_third_attachment(bound, printed):
    files = {**printed.files, "notes.txt": b"US$1"}
    assert nothing_else(bound, printed.manifest, files) == "there is attachment notes.txt"


def test_a_table_exchanged_with_a_pdf_library(bound, printed):
    content = bound(BLANK, manifests.encode(printed.manifest), ("report.css",), printed.files)

    def add_another(writer):
        writer.add_attachment("claims.csv", changed_table(printed))

    assert failed(edited(content, add_another))["nothing else"] == "claims.csv is not the one that the manifest names"


def test_a_report_from_before_there_was_a_table_has_none(bound, printed):
    described = {key: value for key, value in printed.manifest["document"].items() if key != "files"}
    old = {**printed.manifest, "document": described}
    old["manifest_digest"] = manifests.digest(old)
    assert nothing_else(bound, old, {}) is None
    assert nothing_else(bound, old, printed.files) == "claims.csv is not the one that the manifest names"


@pytest.mark.slow
def test_a_picture_beside_the_code_is_found(sample, printed):
    """The code and the charts are drawings; a picture could show any number."""
    assert "qr-title" in printed.html
    assert "nothing else" not in failed(sample)

    def add_picture(writer):
        picture = StreamObject()
        picture.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image")})
        drawings = writer.pages[0]["/Resources"].setdefault(NameObject("/XObject"), DictionaryObject())
        drawings[NameObject("/Picture")] = writer._add_object(picture)

    faults = failed(edited(sample, add_picture))
    assert faults["nothing else"].startswith("there is a picture on page 1")


@pytest.mark.slow
def test_a_seal_that_is_not_of_what_the_report_says(known, sample, printed):
    forged = copied(printed)
    forged["document"]["seal"] = "sha256:" + "0" * 64
    forged["manifest_digest"] = manifests.digest(forged)
    assert failed(known(with_manifest(sample, forged)))["seal"].startswith("digest ")


@pytest.mark.slow
def test_a_head_of_another_chain(known, sample, printed):
    here = factories.examples_gate()
    forged = copied(printed)
    forged["document"]["head"]["sequence"] = here.sequence
    faults = failed(known(with_manifest(sample, forged)))
    assert f"revision {here.sequence} of the chain is another here" in faults["registry"]


@pytest.mark.slow
def test_another_text_at_the_foot_of_every_page(known, sample, printed):
    forged = copied(printed)
    forged["running"][-1] = forged["running"][-1].replace("22 November", "23 November")
    forged["manifest_digest"] = manifests.digest(forged)
    faults = failed(known(with_manifest(sample, forged)))
    assert "on every page is not what stands there" in faults["printed"]


@pytest.mark.slow
def test_one_byte_changed_anywhere_is_another_file(known, sample):
    known(sample)
    for place in (9, len(sample) // 3, len(sample) // 2, len(sample) - 2):
        changed = bytearray(sample)
        changed[place] ^= 1
        try:
            faults = failed(bytes(changed))
        except UnreadableReport:
            continue
        assert faults["file"] == "no file with this digest was written here: altered, or not ours"


def test_a_foreign_pdf(renderer):
    letter = renderer.render('<html lang="en"><title>Letter</title><body><p>Pay 500 by Friday.</p></body></html>').pdf
    assert failed(letter) == {
        "file": "no file with this digest was written here: altered, or not ours",
        "manifest": "evidence.json is not attached",
    }


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


def test_the_command_refuses_a_file_of_200_mb_without_reading_it(tmp_path):
    path = tmp_path / "film.pdf"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    tracemalloc.start()
    with pytest.raises(CommandError, match=r"film.pdf: The file is larger than 48 MB\.") as error:
        call_command("verify_pdf", str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.value.returncode == 1
    assert peak < 1024 * 1024


def test_the_command_fails_for_what_is_no_report(tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"hello")
    with pytest.raises(CommandError, match="this is not a PDF") as error:
        call_command("verify_pdf", str(path))
    assert error.value.returncode == 1
    with pytest.raises(CommandError, match="No such file") as error:
        call_command("verify_pdf", str(tmp_path / "absent.pdf"))
    assert error.value.returncode == 2
