"""What stands in the way of issuing a report, the reasons that excuse it, and what the report tells of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from assessments import operations as assessing
from assessments.models import Assessment
from claims import immutability
from claims import operations as curating
from claims.models import Claim
from reports import gate, operations, tracing
from reports.models import Download, Report
from reports.operations import InTheWay
from reports.verification import open_pdf, verify
from tests import factories, starter
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db
LATER = factories.NOON + timedelta(days=3)
GATE = "fine-tuning-examples-gate"


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def found(assessment, *, on=LATER, language="en"):
    return {one.code: one for one in gate.obstacles(assessment, language=language, on=on.date())}


def issue(assessment, renderer=None, **options):
    return operations.issue(assessment=assessment, by=factories.consultant(), at=LATER, renderer=renderer, **options)


def alter(assessment, old, new):
    """Change a stored result behind the back of the triggers, as somebody with the database's password could."""
    with immutability.suspended(connection):
        result = assessment.result
        assert old in result
        Assessment.objects.filter(pk=assessment.pk).update(result=result.replace(old, new))
    assessment.refresh_from_db()


def test_what_stands_in_the_way_is_listed_with_where_it_is_mended(final):
    ways = found(final)
    assert list(ways) == ["no_total", "house_assumptions"]
    assert [one.blocks for one in ways.values()] == [False, False]
    (item,) = ways["house_assumptions"].items
    assert item.url == reverse("assessments:assumptions", args=[final.reference])
    assert item.text.endswith("of Footing that nobody at Northwind has set or signed.")


def test_a_warning_without_a_reason_stops_it_and_nothing_is_stored(final, renderer):
    with pytest.raises(InTheWay, match=r"has no total.*Give a reason") as refused:
        issue(final, renderer, reasons={"house_assumptions": factories.REASON, "no_total": "Why not?"})
    assert [one.code for one in refused.value.unexplained] == ["no_total"]
    assert not Report.objects.exists()


def test_the_report_prints_the_reasons_and_who_gave_them(final, renderer):
    about = "The total comes in January, from 3 suppliers."
    report = issue(
        final, renderer, to="The  board", reasons={"no_total": about}, because="We accept them for this decision."
    )
    text = " ".join(word for page in open_pdf(bytes(report.content)).pages for run in page for word in run.split())
    assert f"There is no total for what is recommended. {about} {factories.consultant()}" in text
    assert "We accept them for this decision." in text
    assert report.issued_to == "The board"
    assert [(one["code"], one["reason"]) for one in report.reservations] == [
        ("no_total", about),
        ("house_assumptions", "We accept them for this decision."),
    ]
    assert [check for check in verify(bytes(report.content)).checks if not check.holds] == []


def test_a_reason_that_was_exchanged_is_found(final, renderer):
    report = issue(final, renderer, because="We accept 3 of them.")
    manifest = report.manifest_document
    manifest["document"]["reservations"][0]["reason"] = "We accept 4 of them."
    assert any("We accept 3 of them." in fault for fault in tracing.printed_faults(manifest))


def test_a_claim_that_was_revised_asks_for_a_reason(final):
    registry.change(Claim.objects.get(slug=GATE).current_revision, at=LATER, low=20000)
    (item,) = found(final)["revised"].items
    assert item.text == f"The cited claim {GATE} has been revised since."
    assert item.url == reverse("assessments:result", args=[final.reference])


def refused(assessment, renderer, code, words):
    with pytest.raises(InTheWay, match=words) as refusal:
        issue(assessment, renderer, because=factories.REASON)
    assert [one.code for one in refusal.value.blocking] == [code]
    assert found(assessment)[code].blocks
    assert not Report.objects.exists()


def test_a_claim_that_was_retracted_blocks_whatever_reason_is_given(final, renderer):
    claim = Claim.objects.get(slug=GATE)
    curating.retract(by=registry.manager(), at=LATER, claim=claim, reason="The page was withdrawn.")
    refused(final, renderer, "retracted", "Cited claims have been retracted")


def test_a_claim_that_expired_since_blocks_whatever_reason_is_given(renderer):
    gate_claim = factories.examples_gate()
    registry.change(gate_claim, at=factories.NOON, expires_on=LATER.date())
    draft = factories.assessment(answers=factories.worked_answers())
    final = assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)
    assert "expired" not in found(final, on=factories.NOON)
    refused(final, renderer, "expired", "Cited claims have expired")


def test_a_result_with_another_number_than_its_evidence_gives_blocks(final):
    alter(final, '"low":10000', '"low":10001')
    assert found(final)["no_origin"].blocks


def test_an_advice_that_does_not_come_out_of_the_answers_blocks(final):
    was, other = ("true", "false") if final.result_document["recommendation"]["conditional"] else ("false", "true")
    alter(final, f'"conditional":{was}', f'"conditional":{other}')
    (item,) = found(final)["stale_sum"].items
    assert item.text == "A sum does not come out any more: the recommendation comes out otherwise."


def test_a_result_of_an_earlier_method_asks_for_a_reason(final):
    alter(final, f'"method":"{final.result_document["method"]}"', '"method":"1-000000"')
    assert not found(final)["older_method"].blocks


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("client", [case["id"] for case in factories.worked_cases()])
def test_a_report_on_the_whole_registry_has_warnings_and_nothing_that_blocks(client, language):
    starter.fill()
    draft = factories.assessment(answers=factories.worked_answers(client))
    final = assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)
    ways = found(final, language=language)
    assert [code for code, one in ways.items() if one.blocks] == []
    pairs = {item.about for item in ways["contested"].items}
    assert (GATE, "fine-tuning-examples-range") in pairs
    assert len(pairs) == len(ways["contested"].items)


@pytest.mark.slow
def test_a_settled_question_and_set_assumptions_stand_in_nobodys_way():
    starter.fill()
    draft = factories.assessment(answers=factories.worked_answers("W01"))
    final = assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)
    asked = [item.about for item in found(final)["open_scope"].items]
    assert asked == [("tier",), ("fine_tuning_project_cost",)]


# ---- Pages ----


def page_of(client, assessment, **query):
    return client.get(reverse("reports:issue", args=[assessment.reference], query=query))


def test_the_page_asks_for_each_reason_once_and_keeps_what_was_typed(client, final):
    client.force_login(factories.consultant())
    page = page_of(client, final, language="es")
    assert page.status_code == 200
    text = page.content.decode()
    assert ">Issue the report in Spanish</button>" in text
    assert text.count("Why it is issued nevertheless") == 2
    sent = {"language": "es", "reason_no_total": factories.REASON, "to": "The board"}
    again = client.post(reverse("reports:issue", args=[final.reference]), sent)
    assert again.status_code == 422
    text = again.content.decode()
    assert "Give a reason of at least 10 characters: assumptions that nobody at the firm has signed." in text
    assert factories.REASON in text
    assert 'value="The board"' in text
    assert not Report.objects.exists()


def test_the_page_offers_no_button_while_something_blocks(client, final):
    curating.retract(
        by=registry.manager(), at=LATER, claim=Claim.objects.get(slug=GATE), reason="The page was withdrawn."
    )
    client.force_login(factories.consultant())
    text = page_of(client, final).content.decode()
    assert "This must be mended first" in text
    assert ">Issue the report in English</button>" not in text
    reasons = {"language": "en", "reason_no_total": factories.REASON, "reason_house_assumptions": factories.REASON}
    assert client.post(reverse("reports:issue", args=[final.reference]), reasons).status_code == 422
    assert not Report.objects.exists()


def test_each_time_somebody_fetches_an_issued_report_is_kept(client, final, renderer):
    report = issue(final, renderer, because=factories.REASON, to="The board, December")
    client.force_login(factories.consultant())
    client.head(report.get_absolute_url())
    client.get(report.get_absolute_url())
    reader = factories.member("rea", of=final.firm, role="client_reader", client=final.client)
    client.force_login(reader)
    client.get(report.get_absolute_url())
    assert [one.person for one in Download.objects.all()] == [reader, factories.consultant()]
    client.force_login(factories.consultant())
    text = client.get(reverse("reports:log", args=[final.reference])).content.decode()
    assert "The board, December" in text
    assert factories.REASON in text
    assert text.count("<td>rea</td>") == 1
    assert client.get(reverse("reports:log", args=[factories.assessment(title="New").reference])).status_code == 200


def test_the_log_of_downloads_is_never_changed(final, renderer):
    report = issue(final, renderer, because=factories.REASON)
    operations.log_download(report=report, by=factories.consultant(), at=LATER)
    with pytest.raises(Exception, match="immutable"):
        Download.objects.all().delete()
