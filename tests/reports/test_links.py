"""A link shows one issued report as a page to whoever has it, until its day or until it is revoked."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta

import lxml.html
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from assessments import operations as assessing
from assessments.models import Membership
from reports import document, manifest, operations, shared_page, sharing
from reports.layouts import ANNEX, EXECUTIVE, FULL
from reports.manifest import text_of
from reports.models import Report, SharedLink, SharedView
from reports.numbers import count
from reports.sharing import OperationRefused
from reports.verification import open_pdf
from tests import factories
from tests.claims import factories as registry
from tests.reports import worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


@pytest.fixture
def report(final, renderer):
    return issued(final, renderer)


def issued(final, renderer, **options):
    return operations.issue(
        assessment=final,
        by=factories.consultant(),
        at=factories.NOON,
        because="The board knows.",
        renderer=renderer,
        **options,
    )


def share(report, *, days=30, at=None):
    at = at or timezone.now()
    return sharing.share(report=report, by=factories.consultant(), at=at, expires_on=at.date() + timedelta(days=days))


def shown(client, token):
    return client.get(reverse("reports:shared", args=[token]))


def test_a_stranger_with_the_link_reads_the_report(client, report):
    link, token = share(report)
    page = shown(client, token)
    assert page.status_code == 200
    text = page.content.decode()
    assert report.reference in text
    assert link.expires_on.strftime("%Y-%m-%d") in text
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in text
    assert '<meta name="referrer" content="no-referrer">' in text
    assert not page.cookies


@pytest.mark.parametrize("layout", [None, EXECUTIVE], ids=["full", "executive"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_has_the_numbers_of_the_pdf_and_no_other(client, final, renderer, language, layout):
    report = issued(final, renderer, language=language, **({"layout": layout} if layout else {}))
    html = lxml.html.document_fromstring(shown(client, share(report)[1]).content)
    assert html.get("lang") == language
    [main] = html.xpath("//main")
    recorded = count(one["text"] for one in report.manifest_document["printed"])
    assert count(text_of(lxml.html.tostring(main, encoding="unicode")).splitlines()) == recorded
    declared = count(run for page in open_pdf(bytes(report.content)).pages for run in page)
    assert not recorded - declared


def test_it_stays_as_issued_when_the_claim_changes(client, report):
    before = shown(client, share(report)[1]).content
    registry.change(report.assessment.cited_revisions.get(), at=timezone.now(), low=500)
    page = shown(client, share(report)[1]).content
    assert re.findall(rb"<main>.*</main>", page, re.DOTALL) == re.findall(rb"<main>.*</main>", before, re.DOTALL)


def test_where_the_program_would_print_another_number_the_file_itself_is_shown(client, report, monkeypatch):
    _link, token = share(report)
    altered = {**report.manifest_document, "running": ["another footer of 2099"]}
    monkeypatch.setattr(Report, "manifest_document", property(lambda _self: json.loads(json.dumps(altered))))
    page = shown(client, token)
    assert page["Content-Type"] == "application/pdf"
    assert page.content == bytes(report.content)
    assert page["X-Robots-Tag"] == "noindex, nofollow, noarchive"


def test_unknown_revoked_and_expired_are_one_and_the_same(client, report):
    long_ago = timezone.now() - timedelta(days=40)
    _expired, first = share(report, at=long_ago)
    revoked, second = share(report)
    sharing.revoke(link=revoked, by=factories.consultant(), at=timezone.now())
    pages = [shown(client, token) for token in (first, second, "x" * 43, "no-token")]
    assert {page.status_code for page in pages} == {404}
    tokens = (first, second, "x" * 43, "no-token")
    assert len({page.content.decode().replace(token, "") for page, token in zip(pages, tokens, strict=True)}) == 1
    assert not SharedView.objects.exists()


def test_it_opens_on_its_last_day_and_not_after(report):
    at = timezone.now()
    _link, token = share(report, days=0, at=at)
    assert sharing.opened(token, on=at.date())
    assert sharing.opened(token, on=at.date() + timedelta(days=1)) is None


def test_the_token_is_kept_nowhere_and_no_two_are_alike(report):
    link, token = share(report)
    assert link.token_digest == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) == 43
    assert token not in str(list(SharedLink.objects.values()))
    assert share(report)[1] != token


def test_each_view_is_logged_and_the_log_is_kept(client, report):
    link, token = share(report)
    shown(client, token)
    shown(client, token)
    client.head(reverse("reports:shared", args=[token]))
    assert link.views.count() == 2
    for write in (SharedView.objects.all().delete, lambda: SharedLink.objects.update(token_digest="x")):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            write()
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        SharedLink.objects.update(expires_on=timezone.now().date() + timedelta(days=500))


def test_it_says_when_a_later_report_has_replaced_it(client, final, report, renderer):
    _link, token = share(report)
    assert "A later report has replaced this one." not in shown(client, token).content.decode()
    again = assessing.rerun(by=factories.consultant(), at=factories.NOON, assessment=final)
    issued(assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=again), renderer)
    assert "A later report has replaced this one." in shown(client, token).content.decode()


@pytest.mark.parametrize("days", [-1, 181])
def test_a_day_past_or_too_far_is_refused_in_words(report, days):
    with pytest.raises(OperationRefused, match="A link opens for 180 days at most: choose a day from"):
        share(report, days=days)
    assert share(report, days=180)[0].pk


def test_the_firm_makes_a_link_that_is_shown_once_and_revokes_it(client, report):
    client.force_login(factories.consultant())
    address = reverse("reports:links", args=[report.reference])
    page = client.get(address).content.decode()
    assert f'value="{timezone.now().date() + timedelta(days=30)}"' in page
    wrong = client.post(address, {"report": report.pk, "expires_on": "soon"})
    assert wrong.status_code == 422
    assert "Give the day as year, month and day, such as 2027-01-31." in wrong.content.decode()
    far = client.post(address, {"report": report.pk, "expires_on": timezone.now().date() + timedelta(days=181)})
    assert far.status_code == 422
    assert "A link opens for 180 days at most" in far.content.decode()
    made = client.post(address, {"report": report.pk, "expires_on": timezone.now().date() + timedelta(days=10)})
    assert made["Cache-Control"] == "private, no-store"
    [found] = set(re.findall(r"http://testserver/r/[\w-]{43}/", made.content.decode()))
    assert client.get(found).status_code == 200
    page = client.get(address).content.decode()
    assert "/r/" not in page
    assert "1 time, last" in page
    link = SharedLink.objects.get()
    done = client.post(reverse("reports:link-revoke", args=[report.reference, link.pk]), follow=True)
    assert "The link is revoked. Whoever opens it finds nothing." in done.content.decode()
    assert client.get(found).status_code == 404
    again = client.post(reverse("reports:link-revoke", args=[report.reference, link.pk]), follow=True)
    assert "This link was revoked already." in again.content.decode()


def test_nobody_else_makes_sees_or_revokes_one(client, report):
    link, _token = share(report)
    address = reverse("reports:links", args=[report.reference])
    ending = reverse("reports:link-revoke", args=[report.reference, link.pk])
    stranger = factories.consultant(factories.firm("eastgate"))
    reader = factories.member(
        "rea", of=report.assessment.firm, role=Membership.Role.CLIENT_READER, client=report.assessment.client
    )
    for person in (stranger, reader):
        client.force_login(person)
        assert client.get(address).status_code == 404
        assert client.post(address, {"report": report.pk, "expires_on": "2027-01-31"}).status_code == 404
        assert client.post(ending).status_code == 404
        with pytest.raises(OperationRefused, match="does not work for this firm"):
            sharing.revoke(link=link, by=person, at=timezone.now())
    link.refresh_from_db()
    assert link.revoked_at is None
    assert SharedLink.objects.count() == 1
    own = factories.assessment(of=factories.firm("eastgate"))
    client.force_login(stranger)
    foreign = client.post(
        reverse("reports:links", args=[own.reference]), {"report": report.pk, "expires_on": "2027-01-31"}
    )
    assert foreign.status_code == 422
    assert client.post(reverse("reports:link-revoke", args=[own.reference, link.pk])).status_code == 404


def test_what_was_typed_is_never_markup(client, renderer, final):
    hostile = '<script>alert(1)</script>"><img src=x>'
    final.client.__class__.objects.filter(pk=final.client.pk).update(name=hostile)
    final.refresh_from_db()
    text = shown(client, share(issued(final, renderer))[1]).content.decode()
    assert "<script" not in text
    assert "<img" not in text
    assert shared_page.body_of(Report.objects.get())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("layout", [FULL, EXECUTIVE, ANNEX], ids=lambda layout: layout.name)
def test_the_page_of_a_whole_report_leads_nowhere_that_is_not_there(worked_case, language, layout):
    case = replace(worked.case("W01", language), issued=True, layout=layout)
    printed = document.build(case, at=factories.NOON).print()
    body = shared_page.body_of(Report(manifest=manifest.encode(printed.manifest).decode()))
    html = lxml.html.fragment_fromstring(body, create_parent="main")
    anchors = set(html.xpath(".//@id"))
    assert [link for link in html.xpath(".//a/@href") if link.startswith("#") and link[1:] not in anchors] == []
    assert [one for one in html.xpath(".//a") if not one.text_content().strip()] == []
    assert html.xpath(".//@style") == []
    assert all(one.get("aria-label") and one.get("tabindex") == "0" for one in html.find_class("scrolls"))
    tables = [one for one in html.iter("table") if one.get("class") not in ("about", "contents")]
    assert [one.getparent().get("class") for one in tables] == ["scrolls"] * len(tables)
