"""Copies that open only with a password: who gets one, what opens it, and that the password is nowhere."""

import io
import logging
import subprocess
from io import StringIO

import pypdf
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from assessments import operations as assessing
from assessments.models import Membership
from reports import identities, operations, protected_copies
from reports.manifest import file_digest
from reports.models import Download, Report, WrittenFile
from reports.operations import OperationRefused
from reports.verification import UnreadableReport, verify
from tests import factories
from tests.reports import certificates

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("signing_key")]
PASSWORD = "correct horse battery"
WRONG = {
    "too short": ("nine char", "nine char", "The password has at least 10 characters."),
    "not the same twice": (PASSWORD, PASSWORD + "x", "The two passwords are not the same. Type both again."),
    "nothing": ("", "", "Give the password with which the copy opens."),
    "longer than the format takes": ("x" * 128, "x" * 128, "The password is too long"),
    "a line break": ("correct\nhorse", "correct\nhorse", "a character that readers of PDFs do not all take alike"),
    "letters that are put together anew": ("passwort ﬁnal", "passwort ﬁnal", "a character that readers"),
    "letters from right to left": (
        "סיסמה ארוכה",
        "סיסמה ארוכה",
        "a character that readers of PDFs do not all take alike",
    ),
}


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def issue(final, renderer, language="en"):
    return operations.issue(
        assessment=final,
        by=factories.consultant(),
        at=factories.NOON,
        language=language,
        because=factories.REASON,
        renderer=renderer,
    )


@pytest.fixture
def report(final, renderer):
    return issue(final, renderer)


@pytest.fixture
def identity(db):
    admin = factories.member("farid", role=Membership.Role.FIRM_ADMIN)
    return identities.add(
        by=admin,
        at=factories.NOON,
        firm=factories.firm(),
        content=certificates.file(),
        passphrase=certificates.PASSPHRASE,
    )


def make(report, password=PASSWORD):
    return protected_copies.make(report=report, by=factories.consultant(), at=factories.NOON, password=password)


def asked(client, report, password=PASSWORD, again=None, person=None, **fields):
    client.force_login(person or factories.consultant())
    given = {"lang": "en", "password": password, "again": password if again is None else again} | fields
    return client.post(reverse("reports:protected", args=[report.reference]), given)


def sent(client, content):
    client.logout()
    upload = SimpleUploadedFile("report.pdf", content, content_type="application/pdf")
    return client.post(reverse("reports:verify"), {"file": upload}).content.decode()


def everything_in_the_database():
    found = []
    for model in apps.get_models():
        for row in model._default_manager.values():
            found += [bytes(one).hex() if isinstance(one, bytes | memoryview) else str(one) for one in row.values()]
    return "\n".join(found)


def test_a_copy_opens_with_its_password_and_with_nothing_else(client, report, tmp_path):
    answer = asked(client, report)
    assert answer["Content-Disposition"] == f'attachment; filename="{report.reference}-en-protected.pdf"'
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "private, no-store")
    path = tmp_path / "copy.pdf"
    path.write_bytes(answer.content)
    assert subprocess.run(["qpdf", "--is-encrypted", path], check=False).returncode == 0
    assert subprocess.run(["qpdf", "--requires-password", path], check=False).returncode == 0
    for wrong in ("", PASSWORD.upper(), PASSWORD[:-1]):
        assert pypdf.PdfReader(io.BytesIO(answer.content)).decrypt(wrong) == 0
    done = subprocess.run(
        ["qpdf", "--check", f"--password={PASSWORD}", path], capture_output=True, text=True, check=True
    )
    assert "stream encryption method: AESv3" in done.stdout
    allowed = {line.rpartition(": ")[0]: line.rpartition(": ")[2] for line in done.stdout.splitlines()}
    assert allowed["print high resolution"] == allowed["extract for accessibility"] == "allowed"
    assert allowed["modify anything"] == allowed["extract for any purpose"] == "not allowed"
    assert b"Auto insurer" not in answer.content


def test_a_copy_says_what_the_report_says_and_is_no_pdf_a(report):
    copy = pypdf.PdfReader(io.BytesIO(make(report).content), password=PASSWORD)
    original = pypdf.PdfReader(io.BytesIO(bytes(report.content)))
    assert [one.extract_text() for one in copy.pages] == [one.extract_text() for one in original.pages]
    assert copy.attachments["evidence.json"] == [report.manifest.encode()]
    described = copy.trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in described
    assert b"<pdfaid:" not in described
    assert b"<pdfaid:part>3</pdfaid:part>" in original.trailer["/Root"]["/Metadata"].get_data()


def test_the_issued_report_stays_as_it_is_and_the_copy_is_in_the_log(client, report):
    before = bytes(report.content)
    asked(client, report)
    kept = Report.objects.get()
    assert (bytes(kept.content), kept.digest) == (before, report.digest)
    [download] = Download.objects.all()
    assert (download.file, download.person) == (Download.File.PROTECTED, factories.consultant())
    page = client.get(reverse("reports:log", args=[report.reference])).content.decode()
    assert "Copy with a password" in page


@pytest.mark.parametrize(("password", "again", "message"), WRONG.values(), ids=WRONG)
def test_a_password_that_will_not_do_is_refused_and_not_shown(client, report, password, again, message):
    answer = asked(client, report, password, again)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert not password or password not in page
    assert WrittenFile.objects.count() == 1
    assert not Download.objects.exists()


def test_the_operation_asks_the_same_of_a_password(report):
    with pytest.raises(OperationRefused, match="at least 10 characters"):
        make(report, "short")


def test_the_password_is_kept_nowhere(client, report, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    answer = asked(client, report)
    told = "\n".join([everything_in_the_database(), caplog.text, *capfd.readouterr(), str(answer.headers)])
    shapes = (PASSWORD, PASSWORD.encode().hex(), PASSWORD.replace(" ", "+"), PASSWORD.replace(" ", "%20"))
    assert [one for one in shapes if one in told or one.encode() in answer.content] == []
    assert client.get(reverse("reports:protected", args=[report.reference]), {"password": PASSWORD}).status_code == 200
    assert WrittenFile.objects.count() == 2


def test_who_may_read_it_may_have_a_copy_and_nobody_else(client, report):
    reader = factories.member("rea", role=Membership.Role.CLIENT_READER, client=factories.client())
    other = factories.member("otto", role=Membership.Role.CLIENT_READER, client=factories.client("Another"))
    rival = factories.consultant(factories.firm("eastgate"))
    assert asked(client, report, person=reader).status_code == 200
    for person in (other, rival):
        assert asked(client, report, person=person).status_code == 404
        with pytest.raises(OperationRefused, match="may not read this report"):
            protected_copies.make(report=report, by=person, at=factories.NOON, password=PASSWORD)
    client.logout()
    assert "/accounts/login/" in client.post(reverse("reports:protected", args=[report.reference]))["Location"]
    assert asked(client, report, lang="es").status_code == 422


# --- Recognised ---------------------------------------------------------------------------------------------------


def test_a_copy_is_recognised_by_its_bytes(client, report, renderer):
    content = make(report).content
    page = sent(client, content)
    assert "A genuine copy with a password of a report of ours, and in force" in page
    assert "It was recognised without being opened." in page
    assert "the advice would be the same" in page
    secrets = ("Auto insurer", "SEO copy", "Northwind", report.reference, "consultant")
    assert [secret for secret in secrets if secret in page] == []
    by_digest = client.get(reverse("reports:verified", args=[file_digest(content).removeprefix("sha256:")]))
    assert "A genuine copy with a password" in by_digest.content.decode()
    assert "This was not written here" in sent(client, content[:-1] + b"x")
    again = assessing.rerun(by=factories.consultant(), at=factories.NOON, assessment=report.assessment)
    issue(assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=again), renderer)
    assert "of a report of ours, but a later report has replaced it" in sent(client, content)


def test_a_seal_leads_to_the_report_and_not_to_a_copy(client, report):
    make(report)
    seal = report.manifest_document["document"]["seal"].removeprefix("sha256:")
    page = client.get(reverse("reports:verified", args=[seal])).content.decode()
    assert report.digest in page
    assert "A report with this content was issued here, and is in force" in page


def test_what_is_remembered_of_a_copy_is_never_changed(report):
    make(report)
    copy = WrittenFile.objects.get(copy_of=report)
    assert (copy.seal, copy.reference, copy.state) == (report.written.seal, report.reference, "issued")
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        WrittenFile.objects.filter(pk=copy.pk).update(copy_of=None)


def test_a_signed_report_has_a_signed_copy(client, identity, final, renderer, tmp_path):
    report = issue(final, renderer)
    client.force_login(factories.consultant())
    address = reverse("reports:protected", args=[report.reference])
    assert "The copy is signed by the firm anew" in client.get(address).content.decode()
    copy = make(report)
    verified = {one.name: one for one in verify(copy.content, password=PASSWORD).checks}
    assert copy.signed
    assert verified["signature"].detail.startswith(
        "signed by Common Name: Northwind Signing on 2026-11-22 at 12:00 UTC"
    )
    assert [one for one in verified.values() if not one.holds] == []
    path = tmp_path / "copy.pdf"
    path.write_bytes(copy.content)
    assert subprocess.run(["qpdf", "--check", f"--password={PASSWORD}", path], check=False).returncode == 0
    assert "The copy was signed when it was made." in sent(client, copy.content)
    identities.retire(by=identity.made_by, at=factories.NOON, identity=identity)
    assert not make(report).signed
    client.force_login(factories.consultant())
    assert "The copy does not carry the firm’s signature" in client.get(address).content.decode()
    assert "Its signature" not in sent(client, make(report).content)


# --- From the command line ----------------------------------------------------------------------------------------


def told(path, **options):
    out = StringIO()
    try:
        call_command("verify_pdf", str(path), stdout=out, **options)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


def test_verify_pdf_says_of_a_closed_copy_what_it_could_not_read(report, tmp_path):
    path, secret = tmp_path / "copy.pdf", tmp_path / "secret"
    path.write_bytes(make(report).content)
    code, text = told(path)
    assert code == 1
    assert f"ok      file: a protected copy of {report.reference}, issued, written 2026-11-22, unaltered" in text
    assert "FAILED  text: was not read: the file opens only with its password" in text
    assert "give its password with --password-file" in text
    secret.write_text("quite another one\n")
    code, text = told(path, password_file=secret)
    assert (code, "the password given does not open the file" in text) == (1, True)
    secret.write_text(PASSWORD + "\n")
    code, text = told(path, password_file=secret)
    assert (code, text.endswith("every number traces to its evidence\n")) == (0, True)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file or directory"), (b"", "the first line is empty"), (b"\xff\xfe", "is not text in UTF-8")],
)
def test_a_password_file_that_will_not_do_is_named(report, tmp_path, content, message):
    path, secret = tmp_path / "copy.pdf", tmp_path / "secret"
    path.write_bytes(b"%PDF-")
    if content is not None:
        secret.write_bytes(content)
    code, text = told(path, password_file=secret)
    assert code == 2
    assert message in text


def test_a_closed_file_of_somebody_else_is_not_read(report):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(bytes(report.content)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(UnreadableReport, match="the file is encrypted"):
        verify(out.getvalue())
    with pytest.raises(UnreadableReport, match="the password does not open it"):
        verify(out.getvalue(), password="another")
    assert not verify(out.getvalue(), password="secret").holds
