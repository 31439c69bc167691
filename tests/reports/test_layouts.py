"""Which sections a report has: versions by name, lists of one's own, and what none can do without."""

import io
import json
import re
from dataclasses import replace

import lxml.html
import page
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from assessments import operations as assessing
from reports import document, manifest, operations
from reports.case import Case
from reports.layouts import ANNEX, EXECUTIVE, FULL, NAMED, Layout, LayoutError
from reports.models import Report
from reports.operations import OperationRefused
from reports.pdf import Attachment
from reports.sections import SECTIONS, layout_of
from reports.verification import open_pdf, verify
from tests import factories
from tests.factories import worked_cases as cases
from tests.reports import worked

pytestmark = pytest.mark.django_db
EVERY = [(client["id"], language) for client in cases() for language in ("en", "es")]
RESERVATION = {"code": "open_scope", "about": [], "reason": "The board knows of it and decides.", "by": "Clara Weiss"}
OWN = layout_of("custom", ["cover", "costs", "summary", "basis", "assumptions"])


def printed_as(layout, of="W01", language="en", **changes):
    case = replace(worked.case(of, language), layout=layout, **changes)
    return document.build(case, at=document.draft_date(case)).print()


def sections_of(printed):
    return lxml.html.document_fromstring(printed.html).xpath("//body/section/@id")


def test_each_version_has_its_sections_in_their_order(worked_case):
    whole = [section.slug for section in SECTIONS]
    unsaid = ("basis", "reservations", "since", "terms")
    assert sections_of(printed_as(FULL)) == [one for one in whole if one not in unsaid]
    assert sections_of(printed_as(EXECUTIVE)) == ["cover", "summary", "basis"]
    assert sections_of(printed_as(ANNEX)) == [
        "cover", "evidence", "gaps", "set_aside", "assumptions", "answers", "calculations",
    ]  # fmt: skip
    assert sections_of(printed_as(OWN)) == ["cover", "costs", "summary", "basis", "assumptions"]


def test_reservations_are_in_every_version_that_has_a_name(worked_case):
    for layout in NAMED.values():
        assert "reservations" in sections_of(printed_as(layout, reservations=(RESERVATION,)))


@pytest.mark.parametrize("layout", [FULL, EXECUTIVE, ANNEX, OWN], ids=lambda layout: layout.name)
@pytest.mark.parametrize(("client", "language"), EVERY)
def test_every_link_leads_somewhere_and_every_number_is_recorded(worked_case, client, language, layout):
    """`print` itself refuses a number that is not recorded."""
    html = lxml.html.document_fromstring(printed_as(layout, client, language).html)
    anchors = set(html.xpath("//@id"))
    assert [link for link in html.xpath("//a/@href") if link.startswith("#") and link[1:] not in anchors] == []
    assert html.xpath("//sup[@class='m']")


def test_a_mark_without_its_row_is_printed_without_a_link(worked_case):
    with_rows, without = printed_as(FULL).html, printed_as(EXECUTIVE).html
    assert '<sup class="m"><a href="#answer-Q' in with_rows
    assert "#answer-" not in without
    assert re.search(r'<sup class="m">Q\d+</sup>', without)


def test_the_manifest_keeps_the_sections_that_were_printed_and_gives_the_same_document_again(worked_case):
    for layout in (EXECUTIVE, ANNEX, OWN):
        first = printed_as(layout)
        assert first.manifest["document"]["layout"] == {"name": layout.name, "sections": sections_of(first)}
        again = Case.from_manifest(json.loads(manifest.encode(first.manifest)))
        assert document.build(again, at=document.draft_date(again)).print().html == first.html


def test_a_manifest_from_before_there_were_versions_is_of_a_full_report(printed):
    old = {key: value for key, value in printed.manifest["document"].items() if key != "layout"}
    assert Case.from_manifest({**printed.manifest, "document": old}).layout == FULL


@pytest.fixture(scope="module")
def made(worked_case, renderer):
    """A version as PDF with its manifest: bytes and number of pages."""

    def make(layout, of="W01", language="en", **changes):
        printed = printed_as(layout, of, language, **changes)
        every = {manifest.NAME: manifest.encode(printed.manifest), **printed.files}
        attached = [Attachment(name, content, "Evidence", factories.NOON) for name, content in every.items()]
        return renderer.render(printed.html, stylesheets=printed.stylesheets, attachments=attached)

    return make


@pytest.mark.slow
@pytest.mark.parametrize(("client", "language"), EVERY)
def test_the_executive_version_has_two_pages_at_most(made, client, language):
    assert made(EXECUTIVE, client, language).pages <= 2


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_executive_version_of_long_names_with_reservations_has_two_pages(made, language):
    long = {"title": "Whether to fine-tune the triage of claims " * 3, "client": "Seguros del Plata y de la Costa " * 2}
    several = (RESERVATION, {**RESERVATION, "code": "contested"}, {**RESERVATION, "code": "house_assumptions"})
    pages = open_pdf(made(EXECUTIVE, "W01", language, reservations=several, **long).pdf).pages
    assert len(pages) == 2
    assert any("Clara Weiss" in run for run in pages[1])


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("layout", [EXECUTIVE, ANNEX, OWN], ids=lambda layout: layout.name)
def test_every_version_keeps_to_pdf_ua(made, layout, language):
    report = page.validate_pdf_bytes(made(layout, language=language).pdf, profile=page.ValidationProfile.PDF_UA_1)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []


@pytest.mark.slow
@pytest.mark.parametrize("layout", [EXECUTIVE, ANNEX, OWN], ids=lambda layout: layout.name)
def test_every_version_verifies(made, known, layout):
    wrong = [one for one in verify(known(made(layout).pdf)).checks if not one.holds]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "sections", "field", "message"),
    [
        ("brief", "", "layout", "There is no layout 'brief'. Choose one of full, executive, annex, custom."),
        (
            "annex",
            "costs",
            "sections",
            "The layout annex has its own sections. Leave the list empty, or choose custom.",
        ),
        ("custom", "", "sections", "Name the sections in their order, such as cover, summary, costs, basis."),
        ("", "cover,cost,basis", "sections", "There is no section 'cost'. There are cover, summary,"),
        ("", "cover,costs,costs,basis", "sections", "costs is named more than once. Name each section once."),
        ("", "cover", "sections", "A report is more than its cover: name at least one section after cover."),
        ("", "costs,basis", "sections", "cover cannot be left out and stands first: cover, costs, basis."),
        ("", "costs,cover,basis", "sections", "cover cannot be left out and stands first: cover, costs, basis."),
        (
            "",
            "cover,costs,evidence,answers,calculations",
            "sections",
            "basis cannot be left out where assumptions is: it says what the marks stand for whose rows are not printed.",
        ),
        (
            "",
            "cover,costs",
            "sections",
            "basis cannot be left out where evidence, assumptions, answers and calculations",
        ),
    ],
)
def test_what_cannot_be_laid_out_is_said_in_words(name, sections, field, message):
    with pytest.raises(LayoutError) as refused:
        layout_of(name, sections.split(","))
    assert refused.value.field == field
    assert str(refused.value).startswith(message)


def test_reservations_cannot_be_left_out_where_there_are_any(worked_case):
    printed_as(OWN)
    with pytest.raises(LayoutError, match=r"reservations cannot be left out.*So: cover, reservations, costs, summary"):
        printed_as(OWN, reservations=(RESERVATION,))


def test_all_lists_without_the_section_that_replaces_them(worked_case):
    layout = layout_of("", ["cover", "summary", "evidence", "assumptions", "answers", "calculations"])
    assert layout == Layout("custom", ("cover", "summary", "evidence", "assumptions", "answers", "calculations"))
    assert sections_of(printed_as(layout)) == list(layout.sections)


# --- Issuing ---------------------------------------------------------------------------------------------------


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def issue(final, renderer, layout, **options):
    return operations.issue(
        assessment=final, by=factories.consultant(), at=factories.NOON, layout=layout, renderer=renderer, **options
    )


@pytest.mark.slow
def test_a_report_is_issued_in_one_version_that_is_kept_and_verifies(final, renderer):
    report = issue(final, renderer, EXECUTIVE, because="The board knows.")
    assert report.laid_out == EXECUTIVE
    assert len(open_pdf(bytes(report.content)).pages) <= 2
    assert [one for one in verify(bytes(report.content)).checks if not one.holds] == []
    with pytest.raises(OperationRefused, match="issued in this language already"):
        issue(final, renderer, ANNEX)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        Report.objects.update(layout=FULL.as_dict())


def test_the_draft_of_a_version_is_asked_for_by_name(client, final):
    client.force_login(factories.consultant())
    address = reverse("reports:pdf", args=[final.reference])
    response = client.get(address, {"layout": "executive"})
    assert response["Content-Disposition"] == f'inline; filename="{final.reference}-en-executive-draft.pdf"'
    assert len(open_pdf(response.content).pages) <= 2
    refused = client.get(address, {"layout": "pocket"})
    assert refused.status_code == 400
    assert "There is no such version. Choose one of full, executive, annex, custom." in refused.content.decode()
    refused = client.get(address, {"sections": "summary,basis"})
    assert refused.status_code == 400
    assert "cover cannot be left out and stands first: cover, summary, basis." in refused.content.decode()


OWN_LIST = "cover, costs, reservations, basis"


def test_a_version_is_chosen_on_the_page_for_issuing(client, final):
    client.force_login(factories.consultant())
    address = reverse("reports:issue", args=[final.reference])
    page = client.get(address, {"language": "en", "layout": "custom", "sections": OWN_LIST})
    assert page.status_code == 200
    assert (
        "Chosen: selected sections with Cover, Costs and break-even, Issued with reservations, What this rests on."
        in page.content.decode()
    )
    hidden = client.get(address, {"language": "en", "sections": "cover,costs,basis"})
    assert "reservations cannot be left out" in hidden.content.decode()
    wrong = client.get(address, {"language": "en", "layout": "custom", "sections": "costs"})
    assert wrong.status_code == 422
    assert "cover cannot be left out and stands first: cover, costs." in wrong.content.decode()
    reasons = {f"reason_{one.code}": "The board knows of it." for one in page.context["form"].warnings}
    client.post(address, {"language": "en", "layout": "custom", "sections": "costs", **reasons})
    assert not Report.objects.exists()
    client.post(address, {"language": "en", "layout": "executive", "sections": "", **reasons})
    report = Report.objects.get()
    assert report.laid_out == EXECUTIVE
    assert "executive: cover, summary" in client.get(reverse("reports:log", args=[final.reference])).content.decode()
    other = client.get(reverse("reports:pdf", args=[final.reference]), {"lang": "en", "layout": "full"})
    assert other.status_code == 409
    assert "was issued in English as the executive version, and in no other version" in other.content.decode()


@pytest.mark.slow
def test_the_command_writes_each_version(tmp_path):
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(factories.worked_answers()))
    for name, options in {
        "executive": ["--layout", "executive"],
        "custom": ["--sections", "cover,costs,basis"],
    }.items():
        path = tmp_path / f"{name}.pdf"
        call_command("assess", str(answers), "--pdf", str(path), *options, stdout=io.StringIO())
        attached = json.loads(open_pdf(path.read_bytes()).attached)
        assert attached["document"]["layout"]["name"] == name
        call_command("verify_pdf", str(path), stdout=io.StringIO())
    with pytest.raises(CommandError, match="--sections: cover cannot be left out and stands first: cover, costs") as no:
        call_command("assess", str(answers), "--sections", "costs", stdout=io.StringIO())
    assert no.value.returncode == 2
    with pytest.raises(CommandError, match="--layout: There is no layout 'pocket'"):
        call_command("assess", str(answers), "--layout", "pocket", stdout=io.StringIO())
