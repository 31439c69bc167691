"""The pages of a brand: an admin changes, previews and brings back; a consultant sees; nobody else learns of it."""

import re

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments import operations as assessing
from assessments.models import Membership
from reports.branding import kept_logos, logos
from reports.branding import operations as branding
from reports.branding.brand import Brand
from reports.models import BrandVersion, Report, WrittenFile
from reports.verification import open_pdf, verify
from tests import factories
from tests.reports import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    person = factories.member("fay", role=Membership.Role.FIRM_ADMIN)
    client.force_login(person)
    return person


@pytest.fixture
def page(admin):
    return reverse("reports:brand", args=["northwind"])


def upload(content=None, name="logo.png"):
    return SimpleUploadedFile(name, content or pictures.logo(), "image/png")


def text_of(response):
    return " ".join(lxml.html.document_fromstring(response.content).xpath("//main")[0].text_content().split())


def errors(response):
    """What is said at each field, by its name."""
    html = lxml.html.document_fromstring(response.content)
    found = {}
    for one in html.xpath("//div[starts-with(@id, 'id_') and contains(@id, '_error')]"):
        name = one.get("id").removeprefix("id_").removesuffix("_error")
        found[name] = " ".join(one.text_content().replace("Error: ", "").split())
    return found


def test_an_admin_saves_and_the_form_shows_what_counts(client, page):
    first = client.get(page)
    assert "Nothing was ever saved here" in text_of(first)
    assert "Left empty: #0b5c6b, as Footing has it." in text_of(first)
    done = client.post(
        page,
        {"seen": "0", "logo": upload(), "logo_alt": "Northwind", "accent": "#7A1F5C", "disclaimer": "One.\r\n\r\nTwo."},
    )
    assert (done.status_code, done["Location"]) == (302, page)
    version = BrandVersion.objects.get()
    assert (version.number, version.accent, version.disclaimer) == (1, "#7a1f5c", "One.\n\nTwo.")
    again = client.get(page)
    html = lxml.html.document_fromstring(again.content)
    assert html.xpath("//input[@name='accent']/@value") == ["#7a1f5c"]
    [shown] = html.xpath("//img[@class='brand-logo']/@src")
    picture = client.get(shown)
    assert picture.content == bytes(version.logo)
    assert picture["Content-Type"] == "image/png"
    assert again["Cache-Control"] == "private, no-store"


def test_what_is_wrong_stands_at_its_field_and_nothing_is_stored(client, page):
    response = client.post(
        page,
        {
            "seen": "0",
            "logo": upload(pictures.SVG, "logo.svg"),
            "logo_alt": "Ours",
            "accent": "#eeeeee",
            "ink": "black",
            "text_font": "Papyrus",
            "footer_text": "x " * 80,
            "file_name": "{when}",
        },
    )
    assert response.status_code == 422
    found = errors(response)
    assert set(found) == {"logo", "ink", "text_font", "footer_text", "file_name"}
    assert "SVG and GIF are not taken" in found["logo"]
    assert found["ink"] == "black is no colour. Write it as # and six digits, such as #16202a."
    assert found["text_font"] == "Choose one of Footing Serif, Footing Sans."
    assert "There is no {when}" in found["file_name"]
    assert "{reference} is missing" in found["file_name"]
    assert 'value="#eeeeee"' in response.content.decode()
    assert not BrandVersion.objects.exists()
    pale = client.post(page, {"seen": "0", "accent": "#eeeeee"})
    assert errors(pale)["accent"].startswith("#eeeeee on white paper has a contrast of 1.16 to 1; text needs 4.5 to 1")


def test_a_file_of_more_than_a_megabyte_is_refused_before_it_is_read(client, page, monkeypatch):
    monkeypatch.setattr(logos, "read", lambda _content: pytest.fail("it was read"))
    response = client.post(page, {"seen": "0", "logo": upload(pictures.logo() + bytes(1024 * 1024)), "logo_alt": "x"})
    assert errors(response)["logo"] == "The file is larger than 1 MB. Save the logo smaller."


def test_a_picture_survives_a_form_with_an_error_and_a_preview(client, page, admin):
    wrong = client.post(page, {"seen": "0", "logo": upload(), "logo_alt": ""})
    assert wrong.status_code == 422
    assert "Say what the logo shows" in errors(wrong)["logo_alt"]
    assert "you need not choose it again" in text_of(wrong)
    [word] = re.findall(rb'name="logo_kept" value="([^"]+)"', wrong.content)
    done = client.post(page, {"seen": "0", "logo_kept": word.decode(), "logo_alt": "Northwind"})
    assert done.status_code == 302
    logo = logos.read(pictures.logo())
    assert BrandVersion.objects.get().logo_digest == logo.digest
    given = kept_logos.keep(logo, firm=factories.firm(), by=admin)
    eastgate = factories.firm("eastgate")
    assert kept_logos.found(given, firm=factories.firm(), by=admin) == logo
    assert kept_logos.found(given, firm=eastgate, by=admin) is None
    assert kept_logos.found(given, firm=factories.firm(), by=factories.consultant()) is None
    assert kept_logos.found(given[:-1], firm=factories.firm(), by=admin) is None
    assert kept_logos.found("", firm=factories.firm(), by=admin) is None


def test_a_logo_is_taken_away_with_its_words(client, page):
    client.post(page, {"seen": "0", "logo": upload(), "logo_alt": "Northwind"})
    client.post(page, {"seen": "1", "logo_alt": "Northwind", "accent": "#7a1f5c"})
    assert BrandVersion.objects.first().logo_digest
    done = client.post(page, {"seen": "2", "remove_logo": "on", "logo_alt": "Northwind", "accent": "#7a1f5c"})
    assert done.status_code == 302
    newest = BrandVersion.objects.first()
    assert (newest.number, newest.logo, newest.logo_alt, newest.accent) == (3, None, "", "#7a1f5c")


def test_who_saves_over_somebody_else_is_told_and_can_do_so(client, page, admin):
    branding.save(by=admin, at=factories.NOON, firm=factories.firm(), brand=Brand(cover_text="First"))
    refused = client.post(page, {"seen": "0", "cover_text": "Mine"})
    assert refused.status_code == 409
    assert "Somebody else has saved the brand in the meantime" in text_of(refused)
    assert b'name="seen" value="1"' in refused.content
    assert client.post(page, {"seen": "1", "cover_text": "Mine"}).status_code == 302
    assert BrandVersion.objects.first().cover_text == "Mine"


def test_versions_are_looked_through_and_brought_back(client, page, admin):
    for text in ("First", "Second"):
        branding.save(by=admin, at=factories.NOON, firm=factories.firm(), brand=Brand(cover_text=text))
    old = BrandVersion.objects.get(number=1)
    shown = client.get(reverse("reports:brand-version", args=[old.pk]))
    assert "First" in text_of(shown)
    assert "Let it count again" in text_of(shown)
    done = client.post(reverse("reports:brand-restore", args=[old.pk]), follow=True)
    assert "What version 1 said counts again, as version 3." in text_of(done)
    assert "counts now, brings back version 1" in text_of(done)


def test_a_client_has_its_own_page_and_the_list_names_both(client, page, admin):
    customer = factories.client()
    own = reverse("reports:client-brand", args=["northwind", customer.pk])
    branding.save(by=admin, at=factories.NOON, firm=factories.firm(), brand=Brand(accent="#7a1f5c"))
    assert "Left empty: #7a1f5c, as the firm has it." in text_of(client.get(own))
    client.post(own, {"seen": "0", "cover_text": "For you"})
    listed = text_of(client.get(reverse("reports:brand-list")))
    assert "Brand of Northwind: version 1" in listed
    assert "Auto insurer: of its own, version 1" in listed


@pytest.mark.parametrize("role", ["consultant", "rival", "rival admin", "reader", "nobody"])
def test_who_is_no_admin_of_the_firm_changes_nothing(client, role):
    fay = factories.member("fay", role=Membership.Role.FIRM_ADMIN)
    customer = factories.client()
    version = branding.save(
        by=fay,
        at=factories.NOON,
        firm=factories.firm(),
        client=customer,
        brand=Brand(cover_text="Ours", logo=logos.read(pictures.logo()), logo_alt="x"),
    )
    eastgate = factories.firm("eastgate")
    person = {
        "consultant": factories.consultant,
        "rival": lambda: factories.consultant(eastgate),
        "rival admin": lambda: factories.member("rob", of=eastgate, role=Membership.Role.FIRM_ADMIN),
        "reader": lambda: factories.member("rea", role=Membership.Role.CLIENT_READER, client=customer),
        "nobody": lambda: factories.make_person("noa"),
    }[role]()
    client.force_login(person)
    places = [
        reverse("reports:brand", args=["northwind"]),
        reverse("reports:client-brand", args=["northwind", customer.pk]),
    ]
    seen = [
        *places,
        reverse("reports:brand-version", args=[version.pk]),
        reverse("reports:brand-logo", args=[version.pk]),
    ]
    expected = 200 if role == "consultant" else 404
    assert [client.get(where).status_code for where in seen] == [expected] * 4
    for where in places:
        assert client.post(where, {"seen": "1", "cover_text": "Theirs"}).status_code == 404
        assert client.post(where, {"seen": "1", "preview": "en"}).status_code == 404
    assert client.post(reverse("reports:brand-restore", args=[version.pk])).status_code == 404
    assert BrandVersion.objects.count() == 1
    if role == "consultant":
        page = client.get(places[1])
        assert "Ours" in text_of(page)
        assert "Admins of the firm change it." in text_of(page)
        assert b"<form method" not in lxml.html.tostring(lxml.html.document_fromstring(page.content).xpath("//main")[0])


def test_a_client_of_another_firm_has_no_page_here(client, page):
    stranger = factories.client("Stranger", of=factories.firm("eastgate"))
    assert client.get(reverse("reports:client-brand", args=["northwind", stranger.pk])).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(("language", "heading"), [("en", "Terms"), ("es", "Condiciones")])
def test_a_preview_is_a_draft_in_the_brand_as_typed_and_saves_nothing(client, page, language, heading):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)
    typed = {"seen": "0", "logo": upload(), "logo_alt": "Northwind", "disclaimer": "Of 1 firm.", "accent": "#7a1f5c"}
    response = client.post(page, {**typed, "preview": language})
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="{draft.reference}-{language}-preview.pdf"'
    assert not BrandVersion.objects.exists()
    assert not Report.objects.exists()
    assert [one.state for one in WrittenFile.objects.all()] == ["draft"]
    assert [one for one in verify(response.content).checks if not one.holds] == []
    assert any(heading in run for run in open_pdf(response.content).pages[-1])


@pytest.mark.slow
def test_a_firm_without_a_case_previews_the_sample(client, page):
    factories.examples_gate()
    customer = factories.client("Costa Norte")
    where = reverse("reports:client-brand", args=["northwind", customer.pk])
    response = client.post(where, {"seen": "0", "cover_text": "For you", "preview": "es"})
    assert response["Content-Type"] == "application/pdf"
    first = " ".join(open_pdf(response.content).pages[0])
    assert "Costa Norte" in first
    assert "For you" in first
    assert "SAMPLE" in first


def test_a_preview_of_what_will_not_do_shows_the_form(client, page):
    response = client.post(page, {"seen": "0", "accent": "#ffffff", "preview": "en"})
    assert response.status_code == 422
    assert "contrast" in errors(response)["accent"]


def test_a_brand_is_linked_from_where_an_admin_manages_things(client, page):
    factories.client()
    assert page in client.get(reverse("assessments:framework-list")).content.decode()
    for name in ("assessments:client-list", "reports:report-list"):
        assert reverse("reports:brand-list") in client.get(reverse(name)).content.decode()
