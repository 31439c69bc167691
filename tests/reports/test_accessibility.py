"""The report as a reader program finds it: PDF/UA-1, language, title, heads of tables, words for every picture."""

import io

import page
import pypdf
import pytest

from reports import document
from tests.reports import worked

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]


@pytest.fixture(scope="module", params=["en", "es"])
def made(request, worked_case, bound):
    case = worked.case("W01", request.param)
    printed = document.build(case, at=document.draft_date(case)).print()
    return request.param, bound(printed.html, b"{}", printed.stylesheets)


def elements(content):
    """Every structure element of the file."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    for number in range(1, reader.trailer["/Size"]):
        found = reader.get_object(number)
        if isinstance(found, dict) and found.get("/Type") == "/StructElem":
            yield found


def test_every_rule_of_pdf_ua(made):
    report = page.validate_pdf_bytes(made[1], profile=page.ValidationProfile.PDF_UA_1)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.rules.total >= 104


def test_language_title_and_dates(made):
    language, content = made
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.trailer["/Root"]["/Lang"] == language
    assert reader.metadata.title == "Build decision 2027 · Seguros del Plata 24"
    assert reader.metadata.author == "Clara Weiss"
    assert reader.metadata.creation_date.isoformat() == "2026-11-22T00:00:00+00:00"
    assert reader.outline


def test_heads_of_tables_say_what_they_head(made):
    heads = [one for one in elements(made[1]) if one["/S"] == "/TH"]
    assert {one["/A"]["/Scope"] for one in heads} == {"/Column", "/Row"}


def test_every_picture_is_described(made):
    pictures = [one for one in elements(made[1]) if one["/S"] == "/Figure"]
    assert len(pictures) == 11  # ten charts and the code that leads to the verification
    assert all(one["/Alt"] for one in pictures)
