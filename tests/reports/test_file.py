"""The file itself: the standards it keeps, what it says of itself, what is attached, and that it comes out the same."""

import csv
import io
import json
import subprocess
from dataclasses import replace
from xml.etree import ElementTree as ET

import page
import pydyf
import pypdf
import pytest

from reports import claims_table, document, pdf_finish
from reports import manifest as manifests
from reports.case import Case
from reports.operations import MissingCharacters, typeset
from reports.pdf import Attachment, Renderer, RenderError
from reports.pdf_metadata import NAMESPACES
from reports.verification import verify
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.presses, pytest.mark.one_database]

EACH = [(language, issued) for language in ("en", "es") for issued in (False, True)]
UNKNOWN = "\U000f1234"  # of the characters that nobody defines: no font has it
PAGE = '<html lang="en"><title>{0}</title><body><h1>{0}</h1></body></html>'
SUBJECTS = {
    "en": "Build decision with every number traced to its evidence",
    "es": "Decisión de construcción con cada número remitido a su evidencia",
}
KEYWORDS = {
    "en": "D-W01, build decision, evidence, prompting, retrieval, fine-tuning",
    "es": "D-W01, decisión de construcción, evidencia, instrucciones, recuperación, ajuste fino",
}
DESCRIPTIONS = {
    "en": ["The claims that this report cites, as a table", "Every figure of this report with its evidence"],
    "es": ["Las afirmaciones que cita este informe, en una tabla", "Cada cifra de este informe con su evidencia"],
}


@pytest.fixture(scope="module", params=EACH, ids=lambda one: f"{one[0]}-{'issued' if one[1] else 'draft'}")
def made(request, finished):
    language, issued = request.param
    return language, issued, finished(language, issued)


def failures(content, profile):
    report = page.validate_pdf_bytes(content, profile=profile)
    return report.rules.total, [(failure.rule_id, failure.message) for failure in report.failures]


def xmp(content):
    """Every property of the metadata stream with its texts, by prefix and name."""
    stream = pypdf.PdfReader(io.BytesIO(content)).trailer["/Root"]["/Metadata"].get_data()
    [described] = ET.fromstring(stream.decode().partition("?>")[2]).iter(f"{{{NAMESPACES['rdf']}}}Description")
    prefixes = {uri: prefix for prefix, uri in NAMESPACES.items()}
    found = {}
    for one in described:
        uri, _, name = one.tag.removeprefix("{").partition("}")
        found[f"{prefixes[uri]}:{name}"] = "; ".join(text.strip() for text in one.itertext() if text.strip())
    return found


def test_every_rule_of_both_standards(made):
    content = made[2].content
    assert failures(content, page.ValidationProfile.PDF_UA_1) == (104, [])
    assert failures(content, page.ValidationProfile.PDF_A_3A) == (156, [])


def test_qpdf_finds_nothing_wrong(made, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(made[2].content)
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found = subprocess.run(["qpdf", "--show-attachment=claims.csv", path], capture_output=True, check=True)
    assert found.stdout.startswith(b"n,claim,digest,")


def test_the_metadata_are_complete_and_agree(made):
    language, _, written = made
    identifier = json.loads(written.manifest)["manifest_digest"]
    reader = pypdf.PdfReader(io.BytesIO(written.content))
    producer = reader.metadata["/Producer"]
    assert producer.startswith("WeasyPrint 70")
    assert dict(reader.metadata) == {
        "/Title": "Build decision 2027 · Seguros del Plata 24",
        "/Author": "Clara Weiss",
        "/Subject": SUBJECTS[language],
        "/Keywords": KEYWORDS[language],
        "/Creator": "Footing",
        "/Producer": producer,
        "/CreationDate": "D:20261122000000Z",
        "/ModDate": "D:20261122000000Z",
    }
    found = xmp(written.content)
    assert found.pop("pdfaExtension:schemas").startswith("PDF/UA identification schema; ")
    assert found.pop("xmpMM:DocumentID") == found.pop("xmpMM:InstanceID")
    assert found == {
        "dc:format": "application/pdf",
        "dc:title": "Build decision 2027 · Seguros del Plata 24",
        "dc:creator": "Clara Weiss",
        "dc:description": SUBJECTS[language],
        "dc:subject": KEYWORDS[language].replace(", ", "; "),
        "dc:language": language,
        "dc:identifier": identifier,
        "pdf:Producer": producer,
        "pdf:Keywords": KEYWORDS[language],
        "xmp:CreatorTool": "Footing",
        "xmp:CreateDate": "2026-11-22T00:00:00Z",
        "xmp:ModifyDate": "2026-11-22T00:00:00Z",
        "xmp:MetadataDate": "2026-11-22T00:00:00Z",
        "pdfaid:part": "3",
        "pdfaid:conformance": "A",
        "pdfuaid:part": "1",
    }
    assert reader.trailer["/Root"]["/Lang"] == language
    assert reader.trailer["/ID"][0].original_bytes.decode() == identifier


def test_evidence_and_claims_are_attached_as_data_and_dated(made):
    language, _, written = made
    reader = pypdf.PdfReader(io.BytesIO(written.content))
    files = [one.get_object() for one in reader.trailer["/Root"]["/AF"]]
    assert [one["/UF"] for one in files] == ["claims.csv", "evidence.json"]
    assert [one["/Desc"] for one in files] == DESCRIPTIONS[language]
    assert {one["/AFRelationship"] for one in files} == {"/Data"}
    streams = [one["/EF"]["/F"].get_object() for one in files]
    assert [one["/Subtype"] for one in streams] == ["/text/csv", "/application/json"]
    assert {one["/Params"]["/ModDate"] for one in streams} == {"D:20261122000000Z"}
    assert streams[1].get_data() == written.manifest
    named = json.loads(written.manifest)["document"]["files"]
    assert named == {"claims.csv": manifests.file_digest(streams[0].get_data())}


def test_every_check_of_verification_holds(made, known):
    checks = {check.name: check.detail for check in verify(known(made[2].content)).checks if not check.holds}
    assert checks == {}


def test_another_process_gives_the_same_bytes(made, worked_cases):
    language, issued, written = made
    case = replace(worked_cases("W01", language), issued=issued)
    assert typeset(case, at=document.draft_date(case)).content == written.content


def test_the_table_has_a_row_for_each_place_of_each_cited_claim(made, worked_cases):
    language, _, written = made
    case = worked_cases("W01", language)
    rows = list(csv.DictReader(io.StringIO(claims_table.encode(case).decode())))
    places = [
        (reference, citation["source"]["slug"], citation["printed"])
        for reference in case.citation_numbers
        for citation in case.documents[reference]["citations"]
    ]
    assert [(row["claim"], row["source"], row["printed"].removeprefix("'")) for row in rows] == places
    again = Case.from_manifest(json.loads(written.manifest))
    assert claims_table.encode(again) == claims_table.encode(case)


def test_no_cell_of_the_table_is_a_formula(worked_case):
    claim = worked_case.claims[0]
    text = {**claim.document, "statement": "=1+1", "translations": {}, "assumptions": "\t@SUM(A1)"}
    case = replace(worked_case, claims=(replace(claim, document=text), *worked_case.claims[1:]))
    row = next(csv.DictReader(io.StringIO(claims_table.encode(case).decode())))
    assert row["claim"] == claim.reference
    assert (row["statement"], row["assumptions"]) == ("'=1+1", "'\t@SUM(A1)")


def test_no_stream_ends_in_what_readers_take_for_the_end_of_a_line(renderer):
    """The last byte of a compressed stream is one more than the sum of what it holds: of this one, a carriage return."""
    attachment = Attachment("a.txt", b"\x0c", "One byte", factories.NOON)
    for n in range(30):
        html = PAGE.format("Title " * (n % 20) + str(n))
        content = renderer.render(html, attachments=[attachment], identifier=str(n)).pdf
        assert b"\r\nendstream" not in content
        reader = pypdf.PdfReader(io.BytesIO(content))
        assert reader.pages[0].extract_text().endswith(str(n))
        assert reader.attachments["a.txt"] == [b"\x0c"]


def test_neither_do_the_streams_that_come_into_being_as_the_file_is_written():
    """One of 256 would: here they are small, so that thousands can be looked at."""

    def written(number: int, *, finished: bool) -> bytes:
        pdf = pydyf.PDF()
        pdf.add_object(pydyf.Dictionary({"Number": number, "Name": "/" + chr(97 + number % 26) * (number // 26)}))
        if finished:
            pdf_finish.compress_what_is_added(pdf)
        file = io.BytesIO()
        pdf.write(file, identifier=b"one", compress=True)
        return file.getvalue()

    ends = b"\r\nendstream"
    numbers = [number for number in range(4000) if ends in written(number, finished=False)]
    assert len(numbers) > 1
    assert [number for number in range(4000) if ends in written(number, finished=True)] == []
    for number in numbers[:3]:
        reader = pypdf.PdfReader(io.BytesIO(written(number, finished=True)))
        assert reader.get_object(3)["/Number"] == number


def test_without_a_font_for_a_character_no_standard_is_claimed(renderer):
    made = renderer.render(PAGE.format(f"A {UNKNOWN} here"))
    assert made.missing == (UNKNOWN,)
    assert not {"pdfaid:part", "pdfuaid:part"} & xmp(made.pdf).keys()


def test_a_report_with_a_character_that_no_font_has_is_a_draft_and_is_not_issued(worked_case, renderer):
    short = replace(worked_case, title=f"A {UNKNOWN} here")
    assert typeset(short, at=document.draft_date(short), renderer=renderer).pages > 10
    with pytest.raises(MissingCharacters, match=r"no font here: . \(U\+F1234\)\. Write it without them"):
        typeset(replace(short, issued=True), at=document.draft_date(short), renderer=renderer)


@pytest.mark.parametrize(
    ("character", "code"), [("\0", "0000"), ("\ud83d", "D83D"), ("\u202e", "202E"), ("\ufffe", "FFFE")]
)
def test_what_cannot_be_printed_is_refused_with_its_place(worked_case, character, code):
    case = replace(worked_case, client=f"A {character} B")
    with pytest.raises(RenderError, match=rf"client has a character \(U\+{code}\)") as error, Renderer() as renderer:
        typeset(case, at=document.draft_date(case), renderer=renderer)
    assert error.value.reason == "text"


def test_metadata_hold_what_was_typed_as_text(renderer):
    title = "<b>&amp; ]]> \"x\" 'y' </rdf:li>"
    html = PAGE.format(title.replace("&", "&amp;").replace("<", "&lt;"))
    assert xmp(renderer.render(html).pdf)["dc:title"] == title
