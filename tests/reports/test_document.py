"""The document: what is in it, that it says DRAFT, and that nothing typed becomes markup."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import lxml.html
import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from lxml.html.builder import E

from assessments import facts
from assessments.engine import method
from assessments.engine.result import digest
from reports import document, qr, words
from reports.document import claims_in_tables
from reports.manifest import Recorder
from reports.numbers import numbers
from reports.printing import Printer
from reports.sections import SECTIONS
from reports.sections.costs import Costs
from reports.sections.cover import LONG
from reports.sections.uncertainty import Uncertainty
from reports.texts import digest_text
from reports.verification import open_pdf
from tests import factories
from tests.claims import factories as registry
from tests.factories import worked_cases as cases

pytestmark = pytest.mark.django_db

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates", "reports").glob("sections/*.html"))
TEMPLATES += sorted(Path(settings.BASE_DIR, "templates", "reports").glob("parts/*.html"))
CODE = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", re.DOTALL)
QUOTED = re.compile(r'{% (?:block)?translate "([^"]*)"')


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_number_is_typed_into_a_template(path):
    source = path.read_text(encoding="utf-8")
    assert numbers(CODE.sub(" ", source)) == []
    assert [text for text in QUOTED.findall(source) if numbers(text)] == []


def test_a_template_of_the_same_name_for_each_section():
    assert {section.slug for section in SECTIONS} == {path.stem for path in TEMPLATES if path.parent.name == "sections"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("client", [case["id"] for case in cases()])
def test_every_worked_client_is_printed_with_each_number_recorded(worked_cases, client, language):
    """`print` itself refuses a number that is not recorded."""
    case = worked_cases(client, language)
    printed = document.build(case, at=document.draft_date(case)).print()
    assert printed.manifest["document"]["language"] == language
    assert len(printed.manifest["printed"]) > 500
    assert f'<html lang="{language}">' in printed.html


def test_printing_asks_the_database_nothing(worked_case, django_assert_num_queries):
    made = document.build(worked_case, at=document.draft_date(worked_case))
    with django_assert_num_queries(0):
        made.print()


def test_what_was_typed_is_never_markup(worked_case):
    hostile = '<script>alert("x")</script><img src="file:///etc/passwd">{{ 7 }}{% now "Y" %}'
    case = replace(worked_case, client=hostile, title=hostile, firm=hostile, author=hostile)
    html = document.build(case, at=document.draft_date(case)).print().html
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("&lt;script&gt;") >= 5


def test_what_a_source_wrote_is_never_markup(worked_case):
    claim = worked_case.claims[0]
    text = {**claim.document, "statement": "<b>bold</b>", "translations": {}}
    case = replace(worked_case, claims=(replace(claim, document=text), *worked_case.claims[1:]))
    html = document.build(case, at=document.draft_date(case)).print().html
    assert "<b>bold</b>" not in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html


@pytest.mark.slow
@pytest.mark.parametrize(("language", "mark"), [("en", "DRAFT"), ("es", "BORRADOR")])
def test_a_draft_says_so_on_every_page(worked_cases, bound, language, mark):
    case = worked_cases("W02", language)
    printed = document.build(case, at=document.draft_date(case)).print()
    pages = open_pdf(bound(printed.html, b"{}", printed.stylesheets)).pages
    assert 10 <= len(pages) <= 26
    assert all(any(run.split()[:1] == [mark] for run in page) for page in pages)


@pytest.mark.slow
def test_an_issued_report_does_not(worked_case, bound):
    case = replace(worked_case, issued=True)
    printed = document.build(case, at=document.draft_date(case)).print()
    assert printed.stylesheets == ("report.css",)
    pages = open_pdf(bound(printed.html, b"{}", printed.stylesheets)).pages
    assert not any("DRAFT" in run for page in pages for run in page)


def pieces(printed, kind):
    """What was printed of a kind."""
    return [entry["text"] for entry in printed.manifest["printed"] if entry["origin"]["kind"] == kind]


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_says_where_to_ask_whether_it_is_still_true(worked_cases, language):
    case = replace(worked_cases("W01", language), site="https://footing2.example.org")
    printed = document.build(case, at=document.draft_date(case)).print()
    seal, head = printed.manifest["document"]["seal"], printed.manifest["document"]["head"]
    address = f"https://footing2.example.org/verify/{seal.removeprefix('sha256:')}/"
    [block] = lxml.html.document_fromstring(printed.html).xpath("//div[@class='block verify']")
    assert pieces(printed, "address") == ["https://footing2.example.org/verify/"]
    assert block.xpath(".//p/a/@href") == [address]
    [title] = block.xpath(".//svg/title/text()")
    assert qr.svg(address, title=title) in printed.html
    assert title.startswith({"en": "QR code", "es": "Código QR"}[language])
    assert pieces(printed, "seal") == [digest_text(seal, 8), digest_text(seal, 4)]
    assert digest_text(seal, 4) in printed.manifest["running"][-1]
    assert pieces(printed, "head") == [str(head["sequence"]), digest_text(head["digest"], 4)]


def test_the_head_of_the_chain_is_the_last_revision_of_that_moment_that_it_may_rest_on(db):
    """A draft is dated by the start of its day: of that day only what it rests on counts, not what came beside it."""
    before = factories.examples_gate(at=factories.NOON - timedelta(days=2))
    answers = factories.worked_answers()
    heads = []
    for late in (None, factories.NOON - timedelta(days=1), factories.NOON):
        if late is not None:
            registry.publish(f"nothing-to-do-with-it-{late:%d}", at=late, metric=registry.metric("teapots"))
        result = facts.evaluate(answers, as_of=factories.NOON.date(), reference="D-1").as_dict()
        case = document.unsaved(result=result, title="T", client="C")
        named = {claim.document["digest"] for claim in case.claims}
        heads.append((case.head["sequence"], case.head["digest"] in named))
    assert heads == [(before.sequence, True), (before.sequence + 1, False), (before.sequence + 1, False)]


def test_without_a_revision_there_is_no_head(db):
    result = facts.evaluate(factories.worked_answers(), as_of=factories.NOON.date(), reference="D-1").as_dict()
    case = document.unsaved(result=result, title="T", client="C")
    printed = document.build(case, at=document.draft_date(case)).print()
    assert (case.head, pieces(printed, "head")) == (None, [])


def test_the_contents_name_every_part_that_has_something_to_say_but_the_cover(printed, worked_case):
    listed = [section.slug for section in SECTIONS if section.listed and section.build(worked_case) is not None]
    assert printed.manifest["page_references"] == listed


@pytest.mark.parametrize(
    ("language", "drawn", "words"),
    [
        ("en", True, "comes from draws of every uncertain input at once"),
        ("en", False, "Nothing was drawn: a total says from where to where, not how likely."),
        ("es", True, "sale de simulaciones de todos los datos inciertos a la vez"),
        ("es", False, "No se ha simulado nada: un total dice de dónde a dónde, no con qué probabilidad."),
    ],
)
def test_the_method_says_whether_totals_were_drawn(worked_cases, language, drawn, words):
    case = worked_cases("W01", language)
    if not drawn:
        result = {key: value for key, value in case.result.items() if key not in ("digest", "uncertainty")}
        case = replace(case, result=result | {"digest": digest(result)})
    page = lxml.html.document_fromstring(document.build(case, at=document.draft_date(case)).print().html)
    [section] = page.xpath("//section[@id='method']")
    assert words in " ".join(section.text_content().split())
    assert bool(page.xpath("//section[@id='uncertainty']")) is drawn


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_cover_with_every_part_in_its_contents_is_one_page(worked_cases, bound, language):
    case = worked_cases("W01", language)
    printed = document.build(case, at=document.draft_date(case)).print()
    page = lxml.html.document_fromstring(printed.html)
    [rows] = page.xpath("//table[@class='contents']/tbody")
    page.xpath("//h1")[0].text = ("Wide words of a title " * 9)[: LONG - len(case.client)]
    for section in page.xpath("//section")[1:]:
        section.getparent().remove(section)
    with translation.override(language):
        names = [str(section.name) for section in SECTIONS if section.listed]
    rows[:] = [E.TR(E.TH(name, scope="row"), E.TD("12")) for name in names]
    assert len(open_pdf(bound(lxml.html.tostring(page, encoding="unicode"), b"{}", printed.stylesheets)).pages) == 1


def test_a_figure_is_printed_with_the_mark_of_its_origin(worked_case):
    recorder = Recorder()
    context = Context({"printer": Printer(worked_case, recorder), "id": "F1"})
    html = Template("{% load printing %}{% figure id %}").render(context)
    assert re.fullmatch(
        r'<b class="n">1,200 examples</b>\u2060<sup class="m"><a href="#answer-(Q\d+)">\1</a></sup>', html
    )
    assert recorder.printed[0]["origin"] == {
        "kind": "figure", "figure": "F1", "form": "full", "per": True, "bare": False,
    }  # fmt: skip


def test_every_assumption_of_the_house_has_its_reason_in_spanish():
    house = set(method.shipped().house.assumptions)
    assert [key for key in sorted(house) if not words.words("assumption_note", key, "es")] == []


def test_the_claims_of_all_tables_are_known():
    assert {"few-shot-sufficiency-share", "fine-tuning-examples-start", "cheapest-first-rule"} <= claims_in_tables()


def test_a_recommended_option_that_falls_short_is_said_to_be_the_best_way_on(worked_cases):
    said = {name: Uncertainty.build(worked_cases(name, "en")).chosen_falls_short for name in ("W01", "W06")}
    assert said == {"W01": False, "W06": True}


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_ends_with_a_full_stop_has_no_colon_behind_it(worked_cases, language):
    bands = 0
    for client in cases():
        case = worked_cases(client["id"], language)
        made = document.build(case, at=document.draft_date(case))
        bands += sum(isinstance(section, Costs) and section.band is not None for section in made.sections)
        assert re.findall(r".{0,60}\.:", re.sub(r"<[^>]+>", "", made.print().html)) == [], client["id"]
    assert bands
