"""Issuing from the result page, and the list of what was issued."""

import pytest
from django.urls import reverse

from assessments import operations as assessing
from assessments.models import Membership
from reports.models import Report
from tests import factories
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def issue(client, assessment, language="en", **fields):
    given = {"language": language, "reason_no_total": factories.REASON, "reason_house_assumptions": factories.REASON}
    return client.post(reverse("reports:issue", args=[assessment.reference]), given | fields, follow=True)


def test_a_consultant_issues_in_each_language_once(client, final):
    client.force_login(factories.consultant())
    page = issue(client, final).content.decode()
    assert f"The report of {final.reference} is issued in English." in page
    assert "The report in English (PDF)" in page
    assert "Issue the report in English" not in page
    assert "Issue the report in Spanish" in page
    assert "Draft in Spanish (PDF)" in page
    again = issue(client, final).content.decode()
    assert "was issued in this language already" in again
    report = Report.objects.get()
    assert (report.language, report.issued_by) == ("en", factories.consultant())
    assert client.get(report.get_absolute_url()).content == bytes(report.content)


def test_a_draft_is_not_issued_and_a_language_we_do_not_write_is_refused(client, final):
    client.force_login(factories.consultant())
    assert "Choose the language of the report: English or Spanish." in issue(client, final, "fr").content.decode()
    successor = assessing.rerun(by=factories.consultant(), at=factories.NOON, assessment=final)
    issue(client, successor)
    assert not Report.objects.exists()


def test_nobody_else_issues(client, final):
    reader = factories.member("reader", of=final.firm, role=Membership.Role.CLIENT_READER, client=final.client)
    for person in (reader, factories.member("stranger", of=factories.firm("other"))):
        client.force_login(person)
        assert issue(client, final).status_code == 404
        assert client.get(reverse("reports:log", args=[final.reference])).status_code == 404
    client.logout()
    assert "/accounts/login/" in issue(client, final).redirect_chain[0][0]
    assert not Report.objects.exists()


def test_the_list_shows_a_reader_their_clients_reports_only(client, final):
    client.force_login(factories.consultant())
    issue(client, final)
    reader = factories.member("reader", of=final.firm, role=Membership.Role.CLIENT_READER, client=final.client)
    client.force_login(reader)
    page = client.get(reverse("reports:report-list")).content.decode()
    assert f">{final.reference}</a>" in page
    assert reverse("reports:verified", args=[Report.objects.get().hex_digest]) in page
    client.force_login(factories.member("stranger", of=factories.firm("other")))
    page = client.get(reverse("reports:report-list")).content.decode()
    assert final.reference not in page
    assert "No report has been issued yet" in page
    client.force_login(registry.person("nobody"))
    assert client.get(reverse("reports:report-list")).status_code == 404
