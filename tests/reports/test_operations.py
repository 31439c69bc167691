"""Writing drafts and issuing, on a small registry: what needs more evidence says that it is missing."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from assessments import operations as assessing
from reports import document, manifest, operations
from reports.models import Report, WrittenFile
from reports.operations import OperationRefused
from reports.verification import verify
from tests import factories

pytestmark = pytest.mark.django_db
LATER = factories.NOON + timedelta(days=3)


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def issue(assessment, renderer, **options):
    given = {"because": factories.REASON} | options
    return operations.issue(assessment=assessment, by=factories.consultant(), at=LATER, renderer=renderer, **given)


def test_issuing_keeps_bytes_digest_and_manifest(final, renderer):
    report = issue(final, renderer)
    content = bytes(report.content)
    assert content.startswith(b"%PDF-")
    assert report.digest == manifest.file_digest(content)
    assert report.manifest_document["digest"] == final.digest
    assert report.manifest_document["document"]["state"] == "issued"
    assert (report.state, report.issued_by, report.issued_at) == ("issued", factories.consultant(), LATER)
    assert WrittenFile.objects.get().state == "issued"


def test_an_issued_report_verifies(final, renderer):
    verification = verify(bytes(issue(final, renderer).content))
    assert [check for check in verification.checks if not check.holds] == []


def test_a_draft_is_not_issued(renderer):
    draft = factories.assessment(answers=factories.worked_answers())
    with pytest.raises(OperationRefused, match="finalise it before issuing"):
        issue(draft, renderer)


def test_a_stranger_issues_nothing(final, renderer):
    stranger = factories.consultant(factories.firm("eastgate"))
    with pytest.raises(OperationRefused, match="does not work for this firm"):
        operations.issue(assessment=final, by=stranger, at=LATER, renderer=renderer)


def test_once_in_each_language(final, renderer):
    english, spanish = issue(final, renderer), issue(final, renderer, language="es")
    assert english.digest != spanish.digest
    with pytest.raises(OperationRefused, match="issued in this language already"):
        issue(final, renderer, language="es")


def test_a_successors_report_supersedes_what_went_before(final, renderer):
    first = [issue(final, renderer), issue(final, renderer, language="es")]
    between = assessing.rerun(by=factories.consultant(), at=LATER, assessment=final)
    between = assessing.finalise(by=factories.consultant(), at=LATER, assessment=between)
    last = assessing.rerun(by=factories.consultant(), at=LATER, assessment=between)
    last = assessing.finalise(by=factories.consultant(), at=LATER, assessment=last)
    report = issue(last, renderer)
    for old in first:
        old.refresh_from_db()
        assert (old.state, old.superseded_by) == ("superseded", report)
    assert verify(bytes(first[0].content)).checks[0].detail.endswith(f"superseded by {last.reference}")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reports_report SET digest = 'sha256:0'",
        "UPDATE reports_report SET content = content || content",
        "UPDATE reports_report SET manifest = '{}'",
        "DELETE FROM reports_report",
        "UPDATE reports_writtenfile SET digest = 'sha256:0'",
        "DELETE FROM reports_writtenfile",
    ],
)
def test_the_database_refuses_to_change_what_was_issued(final, renderer, change):
    issue(final, renderer)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert Report.objects.count() == WrittenFile.objects.count() == 1


def test_the_same_case_gives_the_same_draft_at_any_time(final, renderer):
    case = document.stored(final, as_of=final.as_of, language="en")
    first = operations.write_draft(case=case, at=factories.NOON, renderer=renderer)
    again = operations.write_draft(case=case, at=LATER)
    assert first.content == again.content
    assert WrittenFile.objects.get().written_at == factories.NOON
    assert json.loads(first.manifest)["document"]["state"] == "draft"


def test_an_issued_case_is_no_draft(final):
    case = document.stored(final, as_of=final.as_of, language="en", issued=True)
    with pytest.raises(OperationRefused):
        operations.write_draft(case=case, at=LATER)
