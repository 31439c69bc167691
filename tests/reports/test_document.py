"""The document: what is in it, that it says DRAFT, and that nothing typed becomes markup."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

from assessments.engine import method
from reports import document, words
from reports.document import claims_in_tables
from reports.manifest import Recorder
from reports.numbers import numbers
from reports.printing import Printer
from reports.sections import SECTIONS
from reports.verification import open_pdf
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
    assert 10 <= len(pages) <= 18
    assert all(any(run.split()[:1] == [mark] for run in page) for page in pages)


@pytest.mark.slow
def test_an_issued_report_does_not(worked_case, bound):
    case = replace(worked_case, issued=True)
    printed = document.build(case, at=document.draft_date(case)).print()
    assert printed.stylesheets == ("report.css",)
    pages = open_pdf(bound(printed.html, b"{}", printed.stylesheets)).pages
    assert not any("DRAFT" in run for page in pages for run in page)


def test_the_contents_name_every_part_but_the_cover(printed):
    listed = [section.slug for section in SECTIONS if section.listed]
    assert printed.manifest["page_references"] == listed


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
