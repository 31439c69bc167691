"""A report in the brand of a firm: what it prints, that it verifies, and that it keeps its brand when that changes."""

import io
import json
from dataclasses import fields, replace
from datetime import timedelta

import lxml.html
import page
import pypdf
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from assessments import operations as assessing
from assessments.models import Membership
from reports import document, drafts, gate, manifest, operations, shared_page, sharing
from reports.branding import logos
from reports.branding import operations as branding
from reports.branding.brand import PLAIN, Brand, for_client
from reports.case import Case
from reports.layouts import ANNEX, EXECUTIVE
from reports.models import Report
from reports.pdf import RenderError
from reports.verification import open_pdf, verify
from tests import factories
from tests.reports import pictures, worked

pytestmark = pytest.mark.django_db

LATER = factories.NOON + timedelta(days=3)


@pytest.fixture
def admin(db):
    return factories.member("fay", role=Membership.Role.FIRM_ADMIN)


def save(brand, *, by, **options):
    return branding.save(by=by, at=factories.NOON, firm=factories.firm(), brand=brand, **options)


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def issued(final, renderer, **options):
    given = {"by": factories.consultant(), "at": LATER, "because": factories.REASON, "renderer": renderer}
    return operations.issue(assessment=final, **(given | options))


# --- In a report -----------------------------------------------------------------------------------------------------


def branded(brand, language="en", **changes):
    return replace(worked.case("W01", language), brand=for_client(brand, None), **changes)


def printed(case):
    return document.build(case, at=document.draft_date(case)).print()


def test_a_report_in_the_brand_of_the_house_says_nothing_of_it(worked_case):
    made = printed(worked_case)
    assert "brand" not in made.manifest["document"]
    assert "<style" not in made.html
    assert 'class="logo"' not in made.html
    assert Case.from_manifest(made.manifest).brand == PLAIN


def test_it_says_what_the_brand_says_and_nothing_of_it_is_markup(worked_case, whole):
    html = lxml.html.document_fromstring(printed(branded(whole)).html)
    assert html.xpath("//section[@class='cover']/p[@class='house']/text()") == [whole.cover_text]
    assert html.body.get("data-footer") == whole.footer_text
    terms = html.xpath("//section[@id='terms']")[0]
    assert terms.xpath("./h1/text()") == ["Terms"]
    assert [one.text_content() for one in terms.xpath("./p")] == [
        "This advice is of 1 firm.",
        "It binds nobody for more than 30 days. <b>No</b> {{ markup }}.",
    ]
    assert html.xpath("//section")[-1] is not None
    assert html.xpath("//section/@id")[-1] == "terms"
    assert html.xpath("//img/@alt") == ["Northwind 1987"]
    [style] = html.xpath("//style/text()")
    for said in ("--accent: #7a1f5c", "--ink: #222222", '--serif: "Footing Sans"', '--sans: "Footing Serif"'):
        assert said in style


def test_nothing_that_is_no_colour_gets_into_a_stylesheet(worked_case):
    for said in ({"accent": "red} * {display: none"}, {"text_font": 'x"; } @import "y'}):
        with pytest.raises(ValueError, match="A brand has colours as #rrggbb and faces that ship with Footing"):
            printed(branded(Brand(**said)))


def test_the_chosen_option_is_drawn_in_the_accent(worked_case, whole):
    html = printed(branded(whole)).html
    assert "#0b5c6b" not in html
    assert '"#7a1f5c"' in html


@pytest.mark.parametrize("layout", [EXECUTIVE, ANNEX], ids=lambda layout: layout.name)
def test_terms_end_every_version(worked_case, whole, layout):
    made = printed(branded(whole, layout=layout))
    assert made.manifest["document"]["layout"]["sections"][-1] == "terms"
    assert "<h1>Condiciones</h1>" in printed(branded(whole, "es", layout=layout)).html


def test_the_manifest_gives_the_same_document_again_and_its_seal_covers_each_part(worked_case, whole):
    made = printed(branded(whole))
    told = json.loads(manifest.encode(made.manifest))
    again = Case.from_manifest(told)
    assert printed(again).html == made.html
    assert manifest.seal_of(told) == told["document"]["seal"]
    brand = told["document"]["brand"]
    assert set(brand) == {one.name for one in fields(Brand)} - {"file_name", "words"}
    for part in brand:
        altered = {**told["document"], "brand": {**brand, part: "another"}}
        assert manifest.seal_of({**told, "document": altered}) != told["document"]["seal"], part
    without = {key: value for key, value in told["document"].items() if key != "brand"}
    assert manifest.seal_of({**told, "document": without}) != told["document"]["seal"]


def test_every_part_of_a_brand_is_in_the_key_of_a_draft(worked_case, whole, logo):
    base = for_client(whole, None)
    changed = {"logo": None, "accent": "#1f5c7a", "words": {"a": "b"}}
    keys = {drafts.key(branded(base))}
    for one in fields(Brand):
        other = replace(base, **{one.name: changed.get(one.name, f"another {one.name}")})
        keys.add(drafts.key(replace(worked_case, brand=other)))
    keys.add(drafts.key(replace(worked_case, brand=replace(base, logo=replace(logo, content=b"other")))))
    assert len(keys) == len(fields(Brand)) + 2


def test_the_words_of_a_firm_are_printed_in_their_language_and_no_other(final, renderer, admin):
    """From the form of the brand to the issued file, which verifies."""
    save(Brand(words={"en.cover_promise": "{{ firm }} stands behind what {{ client }} reads here."}), by=admin)
    english, spanish = (issued(final, renderer, language=language) for language in ("en", "es"))
    assert english.manifest_document["document"]["words"] == {
        "cover_promise": "{{ firm }} stands behind what {{ client }} reads here."
    }
    assert "words" not in spanish.manifest_document["document"]
    assert "brand" not in english.manifest_document["document"]
    firm, client = final.firm.name, final.client.name
    said = " ".join(pypdf.PdfReader(io.BytesIO(bytes(english.content))).pages[0].extract_text().split())
    assert f"{firm} stands behind what {client} reads here." in said
    assert "stands behind" not in pypdf.PdfReader(io.BytesIO(bytes(spanish.content))).pages[0].extract_text()
    for report in (english, spanish):
        assert [one for one in verify(bytes(report.content)).checks if not one.holds] == []


def test_words_that_cannot_be_filled_in_are_told_before_issuing_and_lead_to_the_brand(final, admin):
    save(Brand(words={"en.summary_intro": 'It costs {{ figure("break_even.month") }}.'}), by=admin)
    [way] = [one for one in gate.obstacles(final, language="en", on=LATER.date()) if one.code == "own_words"]
    assert [item.url for item in way.items] == [reverse("reports:brand-list")]
    assert not way.blocks


def test_what_cannot_be_printed_is_refused_with_its_field(worked_case, renderer):
    case = branded(Brand(cover_text="a \u2066 b"))
    with pytest.raises(RenderError, match=r"brand\.cover_text has a character \(U\+2066\)"):
        operations.typeset(case, at=document.draft_date(case), renderer=renderer)


@pytest.fixture(scope="module", params=["en", "es"])
def made(request, worked_case, whole, renderer):
    case = branded(whole, request.param, issued=True)
    return request.param, operations.typeset(case, at=document.draft_date(case), renderer=renderer)


@pytest.mark.slow
def test_with_a_logo_it_keeps_both_standards_and_its_figure_is_described(made):
    content = made[1].content
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
        failures = page.validate_pdf_bytes(content, profile=profile).failures
        assert [(one.rule_id, one.message) for one in failures] == []
    reader = pypdf.PdfReader(io.BytesIO(content))
    objects = [reader.get_object(number) for number in range(1, reader.trailer["/Size"])]
    figures = [one for one in objects if isinstance(one, dict) and one.get("/S") == "/Figure"]
    assert [one["/Alt"] for one in figures].count("Northwind 1987") == 1


@pytest.mark.slow
def test_it_verifies_with_its_logo_and_the_numbers_of_the_firm(made, known):
    language, written = made
    wrong = [one for one in verify(known(written.content)).checks if not one.holds]
    assert wrong == []
    pages = open_pdf(written.content).pages
    assert any("28013" in run for run in pages[1])
    assert not any("28013" in run for run in pages[0])
    heading = {"en": "Terms", "es": "Condiciones"}[language]
    assert any(heading in run for run in pages[-1])


@pytest.mark.slow
def test_another_picture_in_place_of_the_logo_is_found(made, worked_case, whole, renderer):
    told = json.loads(made[1].manifest)
    other = logos.read(pictures.logo("RGB"))
    case = branded(replace(whole, logo=other), made[0], issued=True)
    drawn = printed(case)
    forged = renderer.render(
        drawn.html,
        stylesheets=drawn.stylesheets,
        pictures=drawn.pictures,
        attachments=[operations.Attachment(manifest.NAME, manifest.encode(told), "Evidence", factories.NOON)],
    )
    [found] = [one for one in verify(forged.pdf).checks if one.name == "nothing else"]
    assert "there is a picture on page 1" in found.detail
    assert "the logo is not there as it was" in found.detail


def test_a_document_asks_for_the_pictures_that_came_with_it_and_for_no_other(renderer, logo):
    page_of = '<html lang="en"><title>x</title><body><h1>x</h1><img alt="x" src="{}"></body></html>'.format
    given = {logo.name: logo.content}
    assert renderer.render(page_of(logo.name), pictures=given).pages == 1
    for asked in (logo.name, "brand/" + "0" * 64 + ".png", "../manage.py", "file:///etc/hostname", "//brand/a.png"):
        with pytest.raises(RenderError) as error:
            renderer.render(page_of(asked), pictures={} if asked == logo.name else given)
        assert error.value.reason == "refused"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_longest_texts_leave_the_contents_on_the_cover(worked_case, logo, renderer, language):
    """With a title of three lines and a firm of two."""
    brand = Brand(logo=logo, logo_alt="x", cover_text="Widely known " * 12 + "www", footer_text="WWWW " * 20)
    assert len(brand.cover_text) == 159
    case = branded(
        brand, language, issued=True, title="Whether to fine-tune the triage of claims " * 3, firm="Northwind " * 9
    )
    written = operations.typeset(case, at=document.draft_date(case), renderer=renderer)
    anchors = open_pdf(written.content).anchors
    assert min(anchors[one] for one in anchors if one == "summary") == 1
    pages = pypdf.PdfReader(io.BytesIO(written.content)).pages
    last = {"en": "What is not known is called unknown.", "es": "Lo que no se sabe se dice."}[language]
    assert last in " ".join(pages[0].extract_text().split())
    foot = " ".join(pages[1].extract_text().split())
    assert foot.count("WWWW") == 20
    assert "2 / " in foot


# --- Issued, shared, renamed -----------------------------------------------------------------------------------------


def test_an_issued_report_keeps_its_brand_when_the_brand_changes(client, final, admin, whole, renderer):
    firm = save(whole, by=admin)
    own = save(Brand(cover_text="For you, since 2009"), by=admin, client=final.client)
    report = issued(final, renderer)
    assert (report.firm_brand, report.client_brand) == (firm, own)
    _link, token = sharing.share(
        report=report, by=factories.consultant(), at=timezone.now(), expires_on=timezone.now().date()
    )
    address = reverse("reports:shared", args=[token])
    before = client.get(address).content
    sheet, picture = (client.get(f"{address}{name}") for name in ("brand.css", "logo.png"))
    save(Brand(accent="#1f5c7a", cover_text="Other words"), by=admin)
    save(Brand(), by=admin, client=final.client)
    after = client.get(address).content
    assert after == before
    html = lxml.html.document_fromstring(after)
    assert "For you, since 2009" in html.text_content()
    [shown] = html.xpath("//img")
    assert (shown.get("src"), shown.get("alt")) == (f"{address}logo.png", "Northwind 1987")
    assert f"{address}brand.css" in html.xpath("//link[@rel='stylesheet']/@href")
    assert html.xpath("//*[@style]") == []
    again = client.get(f"{address}brand.css")
    assert again.content == sheet.content
    assert "--accent: #7a1f5c" in sheet.content.decode()
    assert sheet["Content-Type"].startswith("text/css")
    assert picture.content == whole.logo.content
    assert picture["Content-Type"] == "image/png"
    assert picture["Referrer-Policy"] == "no-referrer"
    assert [one for one in verify(bytes(report.content)).checks if not one.holds] == []
    client.force_login(factories.consultant())
    fetched = client.get(report.get_absolute_url())
    assert fetched.content == bytes(report.content)
    assert fetched["Content-Disposition"] == f'inline; filename="Auto insurer {report.reference} en.pdf"'
    for column in ("firm_brand", "client_brand"):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            Report.objects.update(**{column: None})


def test_without_an_open_link_there_is_no_sheet_and_no_logo(client, final, admin, whole, renderer):
    save(whole, by=admin)
    report = issued(final, renderer)
    link, token = sharing.share(
        report=report, by=factories.consultant(), at=timezone.now(), expires_on=timezone.now().date()
    )
    sharing.revoke(link=link, by=factories.consultant(), at=timezone.now())
    for name in ("shared-sheet", "shared-logo"):
        assert client.get(reverse(f"reports:{name}", args=[token])).status_code == 404


def test_a_report_without_a_brand_is_shared_as_before(client, final, renderer):
    report = issued(final, renderer)
    assert (report.firm_brand, report.client_brand) == (None, None)
    _link, token = sharing.share(
        report=report, by=factories.consultant(), at=timezone.now(), expires_on=timezone.now().date()
    )
    page_of = client.get(reverse("reports:shared", args=[token])).content.decode()
    assert "brand.css" not in page_of
    assert "<img" not in page_of
    assert shared_page.body_of(report)
    assert client.get(reverse("reports:shared-logo", args=[token])).status_code == 404


def test_drafts_and_tables_are_called_as_the_pattern_says(client, final, admin):
    save(Brand(file_name="{client} – {reference} {date}"), by=admin)
    client.force_login(factories.consultant())
    drawn = client.get(reverse("reports:pdf", args=[final.reference]))
    name = f"Auto%20insurer%20%E2%80%93%20{final.reference}%20{final.as_of}"
    assert drawn["Content-Disposition"] == f"inline; filename*=utf-8''{name}-draft.pdf"
    table = client.get(reverse("reports:costs-csv", args=[final.reference]))
    assert table["Content-Disposition"] == f"attachment; filename*=utf-8''{name}-costs-draft.csv"
