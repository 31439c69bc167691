"""Many reports in one go: what is made, what fails, who may, and what is in the ZIP."""

import csv
import io
import re
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assessments import operations as assessing
from assessments.models import Membership
from reports import batch_files, batches, operations
from reports.branding import naming
from reports.branding import operations as branding
from reports.branding.brand import Brand
from reports.models import Batch, BatchItem, Download, Report
from reports.operations import OperationRefused
from tests import factories

pytestmark = pytest.mark.django_db
LATER = factories.NOON + timedelta(days=3)
BECAUSE = "The board meets tomorrow."


@pytest.fixture
def cases(db):
    """Two final cases, the second in Spanish, and a draft."""
    factories.examples_gate()
    made = [
        factories.assessment(answers=factories.worked_answers(), title=title, language=language)
        for title, language in (("First", "en"), ("Second", "es"), ("=Third", "en"))
    ]
    by = factories.consultant()
    return [*(assessing.finalise(by=by, at=factories.NOON, assessment=one) for one in made[:2]), made[2]]


def start(cases, **options):
    given = {"by": factories.consultant(), "at": LATER, "because": BECAUSE} | options
    return batches.start(assessments=cases, **given)


def states(batch):
    return list(batch.items.order_by("pk").values_list("state", flat=True))


def test_final_cases_are_issued_and_of_others_a_draft_is_made(cases):
    batch = start(cases, to="The board")
    assert batches.work(batch.pk, taker="a") == 3
    assert states(batch) == ["done"] * 3
    first, second, draft = batch.items.order_by("pk")
    assert [(one.report.language, one.report.issued_to) for one in (first, second)] == [
        ("en", "The board"),
        ("es", "The board"),
    ]
    assert {one["reason"] for one in first.report.reservations} == {BECAUSE}
    assert draft.report is None
    assert bytes(draft.content).startswith(b"%PDF-")
    assert batches.work(batch.pk, taker="a") == 0


def test_one_language_for_all(cases, renderer):
    batch = start(cases[:2], language="es")
    batches.work(batch.pk, taker="a", renderer=renderer)
    assert set(Report.objects.values_list("language", flat=True)) == {"es"}


def test_one_failure_keeps_no_other_waiting_and_says_why(cases, renderer, monkeypatch):
    stored = batches.document.stored

    def breaks(assessment, **options):
        if assessment.title == "=Third":
            raise ZeroDivisionError
        return stored(assessment, **options)

    monkeypatch.setattr(batches.document, "stored", breaks)
    unanswered = factories.assessment(title="Unanswered")
    batch = start([cases[2], unanswered, *cases[:2]], because="")
    batches.work(batch.pk, taker="a", renderer=renderer)
    first, _, third, last = batch.items.order_by("pk").values_list("error", flat=True)
    assert first.startswith(f"{cases[0].reference} cannot be issued yet.")
    assert third.startswith("Something broke that should not (ZeroDivisionError).")
    assert last == "Some questions are not answered yet, so there is nothing to report."
    assert states(batch) == ["failed"] * 4
    monkeypatch.undo()
    assert batches.go_on(by=factories.consultant(), batch=batch) == 4
    Batch.objects.update(because=BECAUSE)
    batches.work(batch.pk, taker="a", renderer=renderer)
    assert states(batch) == ["done", "done", "done", "failed"]


def test_what_was_issued_before_is_not_made_again(cases, renderer):
    by = factories.consultant()
    issued = operations.issue(assessment=cases[0], by=by, at=LATER, because=BECAUSE, renderer=renderer)
    batch = start(cases[:1])
    batches.work(batch.pk, taker="a", renderer=renderer)
    assert batch.items.get().report == issued
    assert batch.items.get().digest == issued.digest


def test_a_task_that_was_killed_takes_up_its_own_item_and_no_other_does(cases):
    batch = start(cases)
    first = batches.take(batch.pk, "first", at=LATER)
    assert batches.take(batch.pk, "second", at=LATER) != first
    assert batches.take(batch.pk, "first", at=LATER) == first
    gone = LATER + batches.LEASE + timedelta(seconds=1)
    assert batches.take(batch.pk, "third", at=gone) == first


@pytest.mark.django_db(transaction=True)
def test_workers_share_a_batch_and_a_task_makes_no_more_than_its_part(roles, cases, settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.RENDERERS = 2
    monkeypatch.setattr(batches, "A_TASK", 1)
    batch = start(cases)
    assert DBTaskResult.objects.count() == 2
    call_command("db_worker", "--batch", "--no-startup-delay", "--verbosity", "0")
    assert states(batch) == ["done"] * 3
    assert {row.status for row in DBTaskResult.objects.all()} == {"SUCCESSFUL"}


def test_a_batch_and_its_tasks_stand_or_fall_together(cases, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with transaction.atomic():
        start(cases)
        transaction.set_rollback(True)
    assert not Batch.objects.exists()
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"language": "fr"}, "Choose the language of the reports: English, Spanish, or that of each assessment."),
        ({"because": "short"}, "A reason has 10 to 500 characters, not 5."),
        ({"because": "x" * 501}, "A reason has 10 to 500 characters, not 501."),
    ],
)
def test_what_will_not_do_is_said(cases, options, message):
    with pytest.raises(OperationRefused, match=re.escape(message)):
        start(cases, **options)


def test_a_batch_is_of_one_firm_and_by_its_people(cases):
    other = factories.firm("eastgate")
    theirs = factories.assessment(of=other)
    with pytest.raises(OperationRefused, match="Choose assessments of one firm"):
        start([cases[0], theirs])
    with pytest.raises(OperationRefused, match="does not work for this firm"):
        start([theirs])
    with pytest.raises(OperationRefused, match="Choose at least one assessment"):
        start([])
    batch = start(cases)
    with pytest.raises(OperationRefused, match="does not work for this firm"):
        batches.go_on(by=factories.consultant(other), batch=batch)


def test_who_left_the_firm_issues_nothing_any_more(cases, renderer):
    leaver = factories.member("leaver")
    batch = start(cases[:1], by=leaver)
    Membership.objects.filter(person=leaver).delete()
    batches.work(batch.pk, taker="a", renderer=renderer)
    assert batch.items.get().error == "leaver does not work for this firm."
    assert not Report.objects.exists()


@pytest.mark.parametrize("wrong", [{"state": "done"}, {"state": "failed"}, {"error": "why"}])
def test_no_item_is_made_without_its_file_and_none_fails_without_a_reason(cases, wrong):
    batch = start(cases)
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.items.update(**wrong)


# --- Pages ---------------------------------------------------------------------------------------------------------


def zip_of(response):
    return ZipFile(io.BytesIO(response.getvalue()))


def test_from_choosing_to_the_zip(client, cases, renderer):
    by = factories.consultant()
    client.force_login(by)
    page = client.get(reverse("reports:batch-list")).content.decode()
    assert page.count('name="assessments"') == 3
    chosen = {"assessments": [case.pk for case in cases], "because": BECAUSE}
    response = client.post(reverse("reports:batch-list"), chosen)
    batch = Batch.objects.get()
    assert response["Location"] == batch.get_absolute_url()
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "0 of 3 reports looked after" in page
    assert client.get(reverse("reports:batch-zip", args=[batch.pk])).status_code == 404
    batches.work(batch.pk, taker="a", renderer=renderer)
    assert "All 3 reports made" in client.get(batch.get_absolute_url()).content.decode()
    response = client.get(reverse("reports:batch-zip", args=[batch.pk]))
    assert response["Cache-Control"] == "private, no-store"
    archive = zip_of(response)
    first, second, draft = batch.items.order_by("pk")
    assert archive.namelist() == [first.file_name, second.file_name, draft.file_name, "index.csv", "index.html"]
    assert archive.read(first.file_name) == bytes(first.report.content)
    assert archive.read(draft.file_name) == bytes(draft.content)
    assert draft.file_name == f"{cases[2].reference}-en-draft.pdf"
    rows = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode())))
    assert [row["digest"] for row in rows] == [first.digest, second.digest, draft.digest]
    assert rows[2]["title"] == "'=Third"  # no formula
    assert f'<a href="{second.file_name}">' in archive.read("index.html").decode()
    assert list(Download.objects.values_list("person", flat=True)) == [by.pk] * 2
    again = client.get(reverse("reports:batch-zip", args=[batch.pk]))
    assert again.getvalue() == client.get(reverse("reports:batch-zip", args=[batch.pk])).getvalue()


def test_files_are_called_as_the_firm_has_them_and_no_two_alike(cases, renderer):
    admin = factories.member("fay", role=Membership.Role.FIRM_ADMIN)
    firm = factories.firm()
    branding.save(by=admin, at=factories.NOON, firm=firm, brand=Brand(file_name="{client} ñ {reference}"))
    batch = start(cases)
    batches.work(batch.pk, taker="a", renderer=renderer)
    items = list(batch.items.without_bytes())
    expected = [f"Auto insurer ñ {case.reference}" for case in cases]
    assert naming.of_items(batch, items) == [f"{expected[0]}.pdf", f"{expected[1]}.pdf", f"{expected[2]}-draft.pdf"]
    branding.save(by=admin, at=timezone.now(), firm=firm, brand=Brand(file_name="other {reference}"))
    with batch_files.zipped(batch) as file, ZipFile(file) as archive:
        assert archive.namelist()[:3] == naming.of_items(batch, items)
        page = archive.read("index.html").decode()
    assert archive.namelist()[2] == f"{expected[2]}-draft.pdf"  # as it was when it was made
    assert f'<a href="Auto%20insurer%20%C3%B1%20{cases[0].reference}.pdf">' in page
    assert naming.of_items(batch, [items[0]] * 2)[1] == f"{expected[0]}-2.pdf"


def test_what_failed_stands_on_the_page_and_in_the_index_and_can_be_tried_again(client, cases, renderer):
    client.force_login(factories.consultant())
    batch = start([*cases[:1], factories.assessment(title="<b>Unanswered</b>")])
    batches.work(batch.pk, taker="a", renderer=renderer)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "1 of 2 reports made, 1 failed" in page
    assert "Some questions are not answered yet" in page
    index = zip_of(client.get(reverse("reports:batch-zip", args=[batch.pk]))).read("index.html").decode()
    assert "&lt;b&gt;Unanswered&lt;/b&gt;" in index
    assert "Some questions are not answered yet" in index
    client.post(reverse("reports:batch-again", args=[batch.pk]))
    assert states(batch) == ["done", "waiting"]
    batches.work(batch.pk, taker="a", renderer=renderer)
    client.post(reverse("reports:batch-again", args=[batch.pk]))


def test_the_filter_and_all_that_match(client, cases):
    client.force_login(factories.consultant())
    address = reverse("reports:batch-list", query={"state": "final", "client": cases[0].client_id})
    assert client.get(address).content.decode().count('name="assessments"') == 2
    client.post(address, {"everything": "1"})
    assert [item.assessment for item in Batch.objects.get().items.order_by("pk")] == cases[:2]
    assert client.get(reverse("reports:batch-list", query={"state": "x", "client": "y"})).status_code == 200


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Choose at least one assessment."),
        ({"assessments": "999999"}, "Choose assessments from the list."),
        ({"assessments": "x"}, "Choose assessments from the list."),
        ({"everything": "1", "language": "fr"}, "Choose English, Spanish, or that of each assessment."),
        ({"everything": "1", "because": "short"}, "at least 10 characters"),
    ],
)
def test_bad_input_names_the_field(client, cases, data, message):
    client.force_login(factories.consultant())
    response = client.post(reverse("reports:batch-list"), data)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Batch.objects.exists()


def test_the_case_of_another_firm_cannot_be_chosen(client, cases):
    theirs = factories.assessment(of=factories.firm("eastgate"))
    client.force_login(factories.consultant())
    response = client.post(reverse("reports:batch-list"), {"assessments": [theirs.pk]})
    assert response.status_code == 422
    assert not Batch.objects.exists()


# --- Command -------------------------------------------------------------------------------------------------------


def test_the_command_does_the_same_without_a_worker(cases, tmp_path, capsys):
    path = tmp_path / "reports.zip"
    who = ["--by", factories.consultant().username]
    call_command("report_batch", *(case.reference for case in cases), *who, "--because", BECAUSE, "--zip", path)
    assert "All 3 reports are made" in capsys.readouterr().out
    assert len(ZipFile(path).namelist()) == 5
    assert [one.name for one in tmp_path.iterdir()] == ["reports.zip"]


def test_the_command_says_what_failed_and_goes_on_later(cases, renderer, capsys):
    who = ["--by", factories.consultant().username]
    with pytest.raises(CommandError, match="1 of 1 reports failed") as error:
        call_command("report_batch", cases[0].reference, *who)
    assert error.value.returncode == 1
    batch = Batch.objects.get()
    assert f"{cases[0].reference} (en): {cases[0].reference} cannot be issued yet." in capsys.readouterr().err
    Batch.objects.update(because=BECAUSE)
    call_command("report_batch", "--resume", batch.pk, *who)
    assert states(batch) == ["done"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["A-1", "--by", "nobody"], "--by: there is nobody called 'nobody'"),
        (["--by", "consultant-northwind"], "Name assessments, or a batch with --resume; not both"),
        (["A-1", "--by", "consultant-northwind", "--resume", "1"], "not both"),
        (["A-1", "--by", "consultant-northwind"], "There is no assessment 'A-1'"),
        (["--resume", "987", "--by", "consultant-northwind"], "--resume: there is no batch 987"),
    ],
)
def test_the_command_explains_what_it_cannot_start(cases, arguments, message):
    with pytest.raises(CommandError, match=re.escape(message)) as error:
        call_command("report_batch", *arguments)
    assert error.value.returncode == 2
    assert not BatchItem.objects.exists()


def test_what_another_task_has_is_left_to_it(cases):
    batch = start(cases[:1])
    batches.take(batch.pk, "another", at=batches.timezone.now())
    with pytest.raises(CommandError, match=f"1 reports are with another task; go on with --resume {batch.pk}"):
        call_command("report_batch", "--resume", batch.pk, "--by", factories.consultant().username)
