"""Texts in spreadsheets: never a formula, and the same again when they come back."""

import csv
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims import exporting, file_formats, import_worker, importing, operations, registry_files
from claims.records import Record, typed
from claims.registry_files import FileError, rows_of
from claims.sheet_cells import LONGEST, CellTooLong, escaped, guarded, unescaped, unguarded
from tests.claims import factories as make
from tests.claims.factories import NOON

SIGNS = "=+-@＝＋－＠\t\r\n"
DANGEROUS = [
    "=SUM(A1)", "+1", "-23%", "@cmd", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1", "\u200b=1", "＝1", "＋1", "－1",
    "＠x", "'=1", "''=1", "-", "=", "=cmd|' /C calc'!A0", '=HYPERLINK("https://evil.example")',
]  # fmt: skip
HARMLESS = ["", "'", "''", "'tis", "a=1", "1-2", "“=1”", "$5", "2026-11-22", "_x000D_", "_x005F_x000D_", "ok\r\nnext"]
# Any text, and often one that begins as a formula may.
TEXTS = st.one_of(
    st.text(),
    st.builds(lambda lead, rest: lead + rest, st.text("'=+-@＝\t\r\n _x0D5F", max_size=9), st.text()),
)


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_a_spreadsheet_would_run_is_guarded(text):
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_text_goes_out_as_it_is(text):
    assert guarded(text) == text
    assert unguarded(text) == text


@given(text=TEXTS)
def test_every_text_comes_back_from_csv_and_no_cell_begins_with_a_sign(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text).lstrip()[:1] not in [*SIGNS[:8]]
    assert guarded(text)[:1] not in [*SIGNS[8:]]


@given(text=TEXTS)
def test_every_text_comes_back_from_a_workbook(text):
    assert unescaped(escaped(text)) == text


def test_half_of_a_character_is_no_character():
    assert unescaped("_xD800_") == "_xD800_"


def record(text: str) -> Record:
    """A claim whose texts are this one; what stands in JSON is text too."""
    cells = {
        "slug": "a-claim",
        "statement": text,
        "assumptions": text,
        "topics": [text],
        "scope": {"tier": text},
        "citations": [{"source": "a-blog", "printed": text, "locator": text}],
        "value.low": -5,
    }
    return Record("claims", {name: value for name, value in cells.items() if value not in ("", [""])}, "", 0)


def read_back(name: str, content: bytes) -> dict[str, Any]:
    ((kind, _, cells),) = rows_of(name, content)[0]
    assert kind == "claims"
    return cells


# A cell is read without the white space around it, and words are separated by semicolons.
STRIPPED = TEXTS.map(str.strip).filter(lambda text: ";" not in text and "\x00" not in text)


@pytest.mark.one_database
@settings(max_examples=150, deadline=None)
@given(text=STRIPPED)
@pytest.mark.parametrize("form", ["csv", "claims.csv", "xlsx"])
def test_a_claim_comes_back_from_a_file_as_it_went_out(form, text):
    went = record(text)
    if form == "xlsx":
        out = io.BytesIO()
        file_formats.write_xlsx([went], out)
        content = out.getvalue()
    else:
        lines = file_formats.csv_lines if form == "csv" else file_formats.claim_csv_lines
        content = b"".join(lines([went]))
    came = typed("claims", read_back(f"a.{form}", content))
    assert came == went.cells


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_workbook_holds_a_text_and_says_so(text):
    out = io.BytesIO()
    file_formats.write_xlsx([record(text), Record("sources", {"slug": "a", "title": text}, "", 0)], out)
    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    for place in (book["claims"]["C2"], book["sources"]["B2"]):
        assert (place.data_type, unescaped(place.value), place.quotePrefix) == ("s", text, True)
    number = book["claims"]["H2"]
    assert (number.data_type, number.value, number.quotePrefix) == ("n", -5, False)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_negative_number_stays_a_number_in_csv():
    (row,) = csv.DictReader(io.StringIO(b"".join(file_formats.claim_csv_lines([record("-5 %")])).decode()))
    assert (row["value.low"], row["statement"]) == ("-5", "'-5 %")


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut():
    assert escaped("x" * LONGEST) == "x" * LONGEST
    with pytest.raises(CellTooLong, match="32,768 characters does not fit into a cell"):
        file_formats.write_xlsx([record("x" * (LONGEST + 1))], io.BytesIO())


def workbook(*rows: list[Any], sheet: str = "claims") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_formula_in_a_workbook_is_refused_by_row_and_column_and_never_computed(db):
    make.topic()
    content = workbook(["slug", "statement", "value.low"], ["a-claim", "=1+1", 3], ["b-claim", "x", "=B1*2"])
    batch = importing.preview(by=make.editor(), at=NOON, name="a.xlsx", content=content)
    assert batch.report["refusals"] == [
        [2, "a-claim", "statement", "The cell holds a formula, =1+1: put its result there."],
        [3, "b-claim", "value.low", "The cell holds a formula, =B1*2: put its result there."],
    ]


def test_a_formula_is_refused_by_the_command_too(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(["slug", "statement"], ["a-claim", "=1+1"]))
    _, errors, _ = registry_files.read(path)
    assert [str(error) for error in errors] == [
        "a.xlsx: row 2, column statement: The cell holds a formula, '=1+1': put its result there."
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_of_dangerous_figures_comes_back_unchanged(form):
    for number, text in enumerate(text for text in DANGEROUS if text.strip() == text):
        make.publish(f"claim-{number}", statement=text, citations=[make.citation(printed=text, locator=text)])
    out = io.BytesIO()
    records = list(exporting.claims(as_of=None))
    if form == "xlsx":
        file_formats.write_xlsx(records, out, kinds=["claims"])
    else:
        out.writelines(file_formats.claim_csv_lines(records))
    batch = importing.preview(by=make.editor(), at=NOON, name=f"a.{form}", content=out.getvalue())
    assert {key: batch.report[key] for key in ("new", "changed", "unchanged", "refusals")} == {
        "new": 0, "changed": 0, "unchanged": len(records), "refusals": [],
    }  # fmt: skip


# What is no honest file.


def with_part(content: bytes, part: str, body: bytes) -> bytes:
    """A workbook in which one part is replaced, or added where it has none of this name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != part:
                kept = old.read(info.filename)
                if part not in old.namelist() and info.filename == "[Content_Types].xml":
                    kept = kept.replace(b"</Types>", SHARED_TEXTS + b"</Types>")
                new.writestr(info.filename, kept)
        new.writestr(part, body)
    return out.getvalue()


SHARED_TEXTS = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + number, b"&%c;" % (97 + number) * 10) for number in range(9))
    + b"]>"
)
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
BOMBS = {
    "entities in a sheet": ("xl/worksheets/sheet1.xml", LAUGHS + SHEET % b'<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>'),
    "entities in the texts": ("xl/sharedStrings.xml", LAUGHS + b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&j;</t></si></sst>'),
    "entities in the book": ("xl/workbook.xml", LAUGHS + b"<workbook>&j;</workbook>"),
    "rows without end": ("xl/worksheets/sheet1.xml", SHEET % b'<row r="900000000"><c r="A900000000"><v>1</v></c></row>'),
    "columns without end": ("xl/worksheets/sheet1.xml", SHEET % b'<row r="1"><c r="XFD1"><v>1</v></c></row>'),
    "no XML": ("xl/worksheets/sheet1.xml", b"\x00\x01"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_workbook_that_is_a_trap_is_refused(name):
    part, body = BOMBS[name]
    with pytest.raises(FileError, match=r"not readable|Not a readable|More than|first row names"):
        list(rows_of("a.xlsx", with_part(workbook(["slug"], ["a"]), part, body))[0])


@pytest.mark.parametrize("limit", ["MAX_UNPACKED", "MAX_PARTS"])
def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch, limit):
    bomb = with_part(workbook(["slug"]), "xl/styles.xml", b"\0" * 2_000_000)
    assert len(bomb) < 20_000
    monkeypatch.setattr(registry_files, limit, 5)
    with pytest.raises(FileError, match="Unpacks to more than"):
        rows_of("a.xlsx", bomb)


REFUSED = {
    "a.csv": [(b"\xff\xfe", "Not UTF-8"), (b"", "The file is empty"), (b"slug,slug\n", "This column stands here twice"),
              (b'slug\n"' + b"x" * 200_000 + b'"\n', "Not a CSV file: field larger than field limit")],
    "a.yaml": [(b"claims: [", "Not valid YAML"), (b"- 1", "Expected a mapping"), (b"[" * 100_000, "could not be read")],
    "a.xlsx": [(b"no archive", "Not a readable XLSX workbook"), (workbook(["x"], sheet="Tabelle1"), "Sheet Tabelle1")],
    "a.txt": [(b"x", "Expected a file named")],
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), [(n, *case) for n, cases in REFUSED.items() for case in cases])
def test_what_is_no_file_of_claims_is_refused_in_words(db, name, content, message):
    with pytest.raises(importing.UnreadableFile, match=message):
        importing.read(name, content)


def test_a_file_is_no_larger_than_is_said(db, monkeypatch):
    monkeypatch.setattr(importing, "MAX_BYTES", 1_000_000)
    with pytest.raises(importing.UnreadableFile, match="larger than 1 MB: import it in parts"):
        importing.read("a.csv", b"x" * 1_000_001)


def test_a_file_that_takes_too_long_is_given_up(db, monkeypatch):
    monkeypatch.setattr(importing, "LIMITS", importing.Limits(seconds=20, cpu_seconds=1, memory=2 << 30))
    aliases = "claims:\n- &a0 {slug: x}\n" + "".join(
        f"- &a{number} {{k: [{', '.join([f'*a{number - 1}'] * 9)}]}}\n" for number in range(1, 12)
    )
    with pytest.raises(importing.UnreadableFile, match=r"a\.yaml could not be read: .*Import it in parts, or as CSV"):
        importing.read("a.yaml", aliases.encode())


def test_the_worker_reads_days_and_large_numbers_as_a_person_meant_them():
    content = b"claims:\n- {slug: a, expires_on: 2027-01-02, credibility: 123456789012345678901234567890}\n"
    reply, body = import_worker.read({"name": "a.yaml"}, (content, b""))
    ((row, _, cells),) = json.loads(body)
    assert (row, cells["expires_on"], cells["credibility"]) == (2, "2027-01-02", 123456789012345678901234567890)
    assert (reply["unchanged"], reply["twice"]) == (0, [])


def test_a_row_that_asks_for_what_cannot_be_stored_is_refused(db):
    make.publish()
    (record_of_claim,) = exporting.claims(as_of=None)
    cells = record_of_claim.cells | {"scope": {"tier": "\ud800"}, "statement": "zero"}
    content = b"".join(file_formats.claim_csv_lines([Record("claims", cells | {"scope": {}}, "", 0)]))
    content = content.replace(b"zero", b"ze\x00ro")
    batch = importing.preview(by=make.editor(), at=NOON, name="a.csv", content=content)
    assert [refusal[2:] for refusal in batch.report["refusals"]] == [
        ["statement", "The text holds a character that cannot be stored: type it again."]
    ]
    assert operations.MOST_REFUSALS == 1000
