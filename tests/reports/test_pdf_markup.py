"""Our way into WeasyPrint gives what its own gives: the same tree, and the same pages."""

import io
import re
import subprocess
import sys
from collections import Counter
from xml.etree import ElementTree as ET

import pydyf
import pypdf
import pytest
import tinyhtml5
import weasyprint
from django.conf import settings

from reports import document, pdf_finish, pdf_worker
from reports.pdf import Renderer
from reports.pdf_markup import UNUSED, Markup, parsed

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database, pytest.mark.presses]

LEFT_OUT = ["::marker", "::footnote-call", "::footnote-marker", "::note-call", "::note-marker", "::note-callback"]
XMLNS = "{http://www.w3.org/2000/xmlns/}xmlns"


def described(root: ET.Element) -> list[tuple[object, ...]]:
    """The elements in their order with what stands in and behind each; how many blank lines there are says nothing."""
    found = []
    for one in root.iter():
        attributes = {name: value for name, value in one.attrib.items() if name != XMLNS}
        text, tail = one.text or "", one.tail or ""
        if one.tag in ("html", "head", "body"):
            text, tail = text.strip(), tail.strip()
        elif not tail.strip():
            tail = tail[:1]
        found.append((one.tag, attributes, len(one), text, tail))
    return found


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_report_is_read_as_the_parser_of_web_pages_reads_it(worked_cases, language):
    case = worked_cases("W01", language)
    html = document.build(case, at=document.draft_date(case)).print().html
    root = parsed(html)
    assert root is not None
    assert described(root) == described(tinyhtml5.parse(html, namespace_html_elements=False))


@pytest.mark.parametrize(
    "markup",
    ["<html><body><p>one<p>two</body></html>", "<html><body>&nbsp;</body></html>", "<p hidden>", "", "<a><b></a></b>"],
)
def test_what_is_no_xml_is_left_to_the_parser_of_web_pages(markup):
    assert parsed(markup) is None
    read = Markup(markup, base_url=pdf_worker.BASE, url_fetcher=pdf_worker.AssetFetcher())
    assert described(read.etree_element) == described(tinyhtml5.parse(markup, namespace_html_elements=False))


def test_what_was_typed_stays_text():
    root = parsed("<html><body><p>a &lt;br&gt; b &amp;lt; c<br>&quot;&#x27;<br/></p></body></html>")
    assert root is not None
    [paragraph] = root.iter("p")
    assert (paragraph.text, [one.tag for one in paragraph], paragraph[0].tail) == ("a <br> b &lt; c", ["br"] * 2, "\"'")


LIBRARY = """
import sys, weasyprint
from reports.pdf_worker import BASE, OPTIONS, AssetFetcher, Press
html, pdf, *sheets = sys.argv[1:]
press = Press()
read = weasyprint.HTML(string=open(html).read(), base_url=BASE, url_fetcher=AssetFetcher())
read.write_pdf(pdf, font_config=press.fonts, stylesheets=[press.stylesheet(name) for name in sheets], **OPTIONS)
"""


def test_the_pages_are_those_of_the_library_s_own_parser_and_stylesheet(renderer, worked_case, tmp_path):
    """Drawn, not only written: each page comes out the same, dot for dot."""
    printed = document.build(worked_case, at=document.draft_date(worked_case)).print()
    made = renderer.render(printed.html, stylesheets=printed.stylesheets)
    ours, theirs, html = tmp_path / "ours.pdf", tmp_path / "theirs.pdf", tmp_path / "report.html"
    ours.write_bytes(made.pdf)
    html.write_text(printed.html)
    command = [sys.executable, "-c", LIBRARY, str(html), str(theirs), *printed.stylesheets]
    subprocess.run(command, check=True, cwd=settings.BASE_DIR)
    drawn = []
    for pdf in (ours, theirs):
        subprocess.run(["pdftoppm", "-r", "40", str(pdf), str(pdf.with_suffix(""))], check=True)
        drawn.append([page.read_bytes() for page in sorted(tmp_path.glob(f"{pdf.stem}-*.ppm"))])
    assert len(drawn[0]) == made.pages > 10
    assert drawn[0] == drawn[1]


def test_each_text_belongs_to_one_tag_and_to_none_that_says_nothing(renderer, worked_case):
    """Of every text of every page the tree says whose it is, and that tag says so too (ISO 32000-1, 14.7.4.4)."""
    printed = document.build(worked_case, at=document.draft_date(worked_case)).print()
    reader = pypdf.PdfReader(io.BytesIO(renderer.render(printed.html, stylesheets=printed.stylesheets).pdf))
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    numbers = root["/ParentTree"]["/Nums"]
    owners = dict(zip(numbers[::2], numbers[1::2], strict=True))
    texts = Counter()
    for page in range(len(reader.pages)):
        for text, owner in enumerate(owners[page]):
            tag = owner.get_object()
            assert text in tag["/K"]
            assert tag["/Pg"].get_object() == reader.pages[page]
            within = tag["/P"].get_object().get("/S")
            texts[tag["/S"], within] += 1
            if tag["/S"] in ("/Span", "/NonStruct") and within in ("/TD", "/TH", "/P", "/H1"):
                assert not all(isinstance(one, int) for one in tag["/K"])  # a link is in it too
    assert texts["/TD", "/TR"] > 1000


def test_only_notes_and_marks_of_lists_are_left_out():
    assert [rule.split(" {")[0] for rule in UNUSED.findall(weasyprint.html.UA)] == LEFT_OUT


def test_pages_are_referred_to_as_the_library_does():
    pdf = pydyf.PDF()
    for number in range(3):
        assert pdf.page_references == tuple(f"{page} 0 R".encode() for page in range(3, 3 + number))
        pdf.add_page(pydyf.Dictionary({"Type": "/Page"}))
    assert pydyf.PDF.page_references.fget is pdf_finish._page_references


@pytest.mark.parametrize(
    "sheet", sorted((settings.BASE_DIR / "static" / "css").glob("report*.css")), ids=lambda path: path.name
)
def test_no_stylesheet_asks_for_what_a_press_would_never_free(sheet):
    """Each line of text in such a font leaves a list of attributes behind (decision 49)."""
    assert not re.findall(r"font-kerning|font-variant|font-feature-settings", sheet.read_text())


def test_a_press_does_not_grow_with_its_documents(worked_case):
    printed = document.build(worked_case, at=document.draft_date(worked_case)).print()
    with Renderer() as press:
        held = [press.render(printed.html, stylesheets=printed.stylesheets).resident for _ in range(7)]
    # The allocator gives back and takes a megabyte or two at any time: what was least is what is held.
    assert min(held[4:]) - min(held[1:4]) < 2 * 1024 * 1024
