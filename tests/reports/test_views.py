"""Who sees which report, and what anybody may learn of one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments import operations as assessing
from assessments.models import Membership
from reports import operations
from reports.models import WrittenFile
from tests import factories
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db
CLIENT = "Auto insurer"


@pytest.fixture
def gate(db):
    return factories.examples_gate()


@pytest.fixture
def final(gate):
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


@pytest.fixture
def report(final, renderer):
    return operations.issue(
        assessment=final,
        by=factories.consultant(),
        at=factories.NOON,
        language="en",
        because=factories.REASON,
        renderer=renderer,
    )


def address(assessment, **query):
    return reverse("reports:pdf", args=[assessment.reference], query=query)


def hex_of(report):
    return report.digest.removeprefix("sha256:")


def reader(of):
    return factories.member("reader", of=of.firm, role=Membership.Role.CLIENT_READER, client=of.client)


def test_the_firm_reads_the_issued_bytes(client, report):
    client.force_login(factories.consultant())
    response = client.get(address(report.assessment))
    assert response.status_code == 200
    assert response.content == bytes(report.content)
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"


def test_the_client_reads_the_issued_report_and_no_draft(client, report):
    client.force_login(reader(report.assessment))
    assert client.get(address(report.assessment)).content == bytes(report.content)
    assert client.get(address(report.assessment, lang="es")).status_code == 404
    again = assessing.rerun(by=factories.consultant(), at=factories.NOON, assessment=report.assessment)
    assert client.get(address(again)).status_code == 404


def test_for_others_it_does_not_exist(client, report):
    stranger = factories.consultant(factories.firm("eastgate"))
    other = factories.assessment(of=factories.firm("eastgate"))
    foreign = factories.member(
        "foreign", of=factories.firm("eastgate"), role=Membership.Role.CLIENT_READER, client=other.client
    )
    for person in (stranger, foreign, registry.person("editor")):
        client.force_login(person)
        assert client.get(address(report.assessment)).status_code == 404
        assert client.get(reverse("reports:chart", args=[report.reference, "totals"])).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client, report):
    response = client.get(address(report.assessment))
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_before_it_is_issued_the_firm_gets_a_draft(client, final):
    client.force_login(factories.consultant())
    response = client.get(address(final, lang="es"))
    assert response.status_code == 200
    assert "draft" in response["Content-Disposition"]
    assert WrittenFile.objects.get().state == "draft"


def test_without_all_answers_there_is_no_report(client, gate):
    draft = factories.assessment()
    client.force_login(factories.consultant())
    response = client.get(address(draft))
    assert response.status_code == 409
    assert "not answered yet" in response.content.decode()


def test_a_chart_is_our_own_drawing(client, worked_case, final, monkeypatch):
    client.force_login(factories.consultant())
    assert client.get(reverse("reports:chart", args=[final.reference, "nothing"])).status_code == 404
    monkeypatch.setattr("reports.document.unsaved", lambda **_: worked_case)  # a case with evidence, without a registry
    response = client.get(reverse("reports:chart", args=[final.reference, "totals"]))
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg ")


def test_a_chart_can_be_had_for_a_phone(client, worked_case, final, monkeypatch):
    client.force_login(factories.consultant())
    monkeypatch.setattr("reports.document.unsaved", lambda **_: worked_case)
    for form, width in (("wide", 640), ("narrow", 400)):
        response = client.get(reverse("reports:chart", args=[final.reference, "tornado"]) + f"?form={form}")
        assert f'viewBox="0 0 {width} ' in response.content.decode()
    refused = client.get(reverse("reports:chart", args=[final.reference, "tornado"]) + "?form=<b>")
    assert refused.status_code == 400
    assert refused["Content-Type"] == "text/plain"
    assert refused.content.decode() == "form: '<b>' is no form of a chart. Say wide or narrow."


def test_the_page_recognises_an_issued_report_and_names_no_client(client, report):
    response = client.get(reverse("reports:verified", args=[hex_of(report)]))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Genuine, and in force" in page
    assert "stand as cited" in page
    for secret in (CLIENT, "SEO copy", "Northwind", report.reference, "consultant"):
        assert secret not in page


def test_it_says_what_changed_in_the_evidence_since(client, report, gate):
    registry.change(gate, at=timezone.now(), low=20000)
    page = client.get(reverse("reports:verified", args=[hex_of(report)])).content.decode()
    assert "fine-tuning-examples-gate" in page
    assert "revised" in page


def test_it_says_that_a_later_report_replaced_it(client, report, renderer):
    by = factories.consultant()
    again = assessing.rerun(by=by, at=factories.NOON, assessment=report.assessment)
    again = assessing.finalise(by=by, at=factories.NOON, assessment=again)
    operations.issue(assessment=again, by=by, at=factories.NOON, because=factories.REASON, renderer=renderer)
    page = client.get(reverse("reports:verified", args=[hex_of(report)])).content.decode()
    assert "a later report has replaced it" in page


def test_an_unknown_digest_is_not_ours(client, report):
    response = client.get(reverse("reports:verified", args=["0" * 64]))
    assert response.status_code == 404
    assert "was not written here" in response.content.decode()


def test_a_file_is_recognised_byte_for_byte(client, report):
    def send(content):
        upload = SimpleUploadedFile("report.pdf", content, content_type="application/pdf")
        return client.post(reverse("reports:verify"), {"file": upload}).content.decode()

    assert "Genuine, and in force" in send(bytes(report.content))
    assert "was not written here" in send(bytes(report.content) + b"\n")


def test_a_draft_shows_its_evidence_when_the_file_is_sent(client, final):
    client.force_login(factories.consultant())
    content = client.get(address(final)).content
    client.logout()
    upload = SimpleUploadedFile("draft.pdf", content, content_type="application/pdf")
    page = client.post(reverse("reports:verify"), {"file": upload}).content.decode()
    assert "A draft of ours, not an issued report" in page
    assert "2026-11-22" in page


def test_a_digest_leads_to_its_page(client):
    response = client.post(reverse("reports:verify"), {"digest": "SHA256:" + "AB" * 32})
    assert response["Location"] == reverse("reports:verified", args=["ab" * 32])


@pytest.mark.parametrize(
    ("data", "message"),
    [({}, "Choose a file, or give a seal or a digest."), ({"digest": "xyz"}, "the first 16 of them are enough")],
)
def test_what_cannot_be_looked_up_is_explained(client, data, message):
    response = client.post(reverse("reports:verify"), data)
    assert response.status_code == 422
    assert message in response.content.decode()


def test_the_page_asks_for_a_file(client):
    assert "Is this report genuine?" in client.get(reverse("reports:verify")).content.decode()
