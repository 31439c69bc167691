"""The signature of an issued report: there, whole, of the firm; and what is said of one that is not."""

import io
import subprocess

import page
import pypdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from assessments import operations as assessing
from assessments.models import Membership
from reports import batches, gate, identities, operations, recognition, signatures, signing, signing_keys
from reports.models import BatchItem, Report, SigningIdentity, WrittenFile
from reports.operations import InTheWay
from reports.verification import verify
from tests import factories
from tests.reports import certificates

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("signing_key")]
REASONS = {"en": "Issued by Northwind", "es": "Emitido por Northwind"}
CALLED = {"en": "Signature of the firm", "es": "Firma de la consultora"}
TODAY = factories.NOON.date()


@pytest.fixture
def admin(db):
    return factories.member("farid", role=Membership.Role.FIRM_ADMIN)


@pytest.fixture
def identity(admin):
    return signs_with(admin)


def signs_with(admin, content=None, at=factories.NOON):
    return identities.add(
        by=admin,
        at=at,
        firm=factories.firm(),
        content=content or certificates.file(),
        passphrase=certificates.PASSPHRASE,
    )


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def issue(final, renderer, language="en", at=factories.NOON):
    return operations.issue(
        assessment=final,
        by=factories.consultant(),
        at=at,
        language=language,
        because=factories.REASON,
        renderer=renderer,
    )


@pytest.fixture
def report(final, identity, renderer):
    return issue(final, renderer)


def sent(client, content):
    client.logout()
    upload = SimpleUploadedFile("report.pdf", content, content_type="application/pdf")
    return client.post(reverse("reports:verify"), {"file": upload}).content.decode()


def said(content, name="signature"):
    [check] = [check for check in verify(content).checks if check.name == name]
    return check.holds, check.detail


def altered(content, at):
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_issued_report_is_signed_and_every_reader_can_see_by_whom(final, identity, renderer, language):
    report = issue(final, renderer, language)
    content = bytes(report.content)
    [signature] = PdfFileReader(io.BytesIO(content)).embedded_signatures
    told = signature.sig_object
    assert (told["/Name"], told["/Reason"]) == ("Northwind Signing", REASONS[language])
    assert (told["/SubFilter"], signature.sig_field["/TU"]) == ("/ETSI.CAdES.detached", CALLED[language])
    assert signature.self_reported_timestamp == factories.NOON
    trusted = ValidationContext(trust_roots=[signature.signer_cert], moment=factories.NOON)
    status = validate_pdf_signature(signature, trusted)
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True, True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    assert verify(content).holds
    whose = f"Common Name: Northwind Signing on 2026-11-22 at 12:00 UTC, certificate {identity.fingerprint}"
    assert said(content) == (True, f"signed by {whose}, holds; the authority behind the certificate is not judged")


def test_the_standards_hold_as_without_a_signature(finished, identity, tmp_path):
    for language in ("en", "es"):
        bare = finished(language, True).content
        content = signing.sign(bare, identity=identity, at=factories.NOON, reason="Issued", called="Signature")
        assert content.startswith(bare)
        assert signing.unsigned(content) == bare
        for profile, rules in ((page.ValidationProfile.PDF_UA_1, 104), (page.ValidationProfile.PDF_A_3A, 156)):
            found = page.validate_pdf_bytes(content, profile=profile)
            assert (found.rules.total, [one.message for one in found.failures]) == (rules, [])
        path = tmp_path / f"{language}.pdf"
        path.write_bytes(content)
        done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert dict(pypdf.PdfReader(path).metadata) == dict(pypdf.PdfReader(io.BytesIO(bare)).metadata)


@pytest.mark.parametrize(
    "make",
    [lambda: certificates.file(certificates.ec_key(ec.SECP384R1)), certificates.with_chain],
    ids=["ECDSA", "with a chain"],
)
def test_every_kind_of_key_signs(final, admin, renderer, make):
    signs_with(admin, make())
    assert said(bytes(issue(final, renderer).content))[0]


def test_a_firm_without_a_certificate_issues_as_before(final, renderer, client):
    report = issue(final, renderer)
    assert b"/ByteRange" not in bytes(report.content)
    assert said(bytes(report.content)) == (True, "none, as issued")
    assert "Its signature" not in sent(client, bytes(report.content))
    assert WrittenFile.objects.get().signed_by is None


def test_the_page_says_whose_it_is_and_that_it_holds(client, report, identity):
    told = sent(client, bytes(report.content))
    assert "Genuine, and in force" in told
    assert "The signature holds: the file is as it was when it was signed." in told
    assert "The certificate is one of a firm that signs here." in told
    assert "Common Name: Northwind Signing" in told
    assert identity.fingerprint in told
    assert "Whether the authority that issued the certificate can be trusted is not judged here" in told
    secrets = ("Auto insurer", "SEO copy", report.reference, "US$", "consultant", factories.REASON)
    assert [secret for secret in secrets if secret in told] == []


def test_the_page_of_a_digest_names_nobody(client, report):
    for digits in (report.hex_digest, report.manifest_document["document"]["seal"].removeprefix("sha256:")):
        told = client.get(reverse("reports:verified", args=[digits])).content.decode()
        assert "It was issued with a signature." in told
        assert "Northwind" not in told


def test_one_byte_altered_anywhere_and_the_signature_does_not_hold(client, report):
    content = bytes(report.content)
    places = {
        "in a page": len(content) // 3,
        "in the signature itself": content.rfind(b"/Contents <") + 600,
        "in the time it names": content.rfind(b"/M (") + 12,
        "in the last line": len(content) - 3,
    }
    for where, at in places.items():
        found = signatures.look(altered(content, at))
        assert [one.holds for one in found.signatures] == [False], where
    changed = altered(content, places["in a page"])
    assert not verify(changed).holds
    assert said(changed)[1].endswith("the file was changed after it was signed")
    told = sent(client, changed)
    assert "This was not written here" in told
    assert "The signature does not hold: the file was changed after it was signed." in told


def test_what_is_added_behind_a_signature_is_not_signed(report):
    added = bytes(report.content) + b"% something more\n"
    assert said(added)[1].endswith("something was added to the file after it was signed")


def test_a_report_whose_signature_was_taken_off_says_that_it_is_missing(client, report):
    bare = signing.unsigned(bytes(report.content))
    assert said(bare) == (False, "is missing: the report was issued with one")
    told = sent(client, bare)
    assert "This was not written here" in told
    assert "The signature is missing: a report that says the same was issued here with one" in told


def test_a_signature_of_somebody_else_is_told_as_that(client, report, admin, identity):
    key = certificates.rsa_key(n=2)
    foreign = foreign_identity(identity, key, name="Northwind Signing")
    bare = signing.unsigned(bytes(report.content))
    forged = signing.sign(bare, identity=foreign, at=factories.NOON, reason="Issued by Northwind", called="Signature")
    [one] = signatures.look(forged).signatures
    assert (one.subject, one.holds, one.known) == ("Common Name: Northwind Signing", True, False)
    assert said(forged)[1].endswith("nobody who signs here")
    told = sent(client, forged)
    assert "This was not written here" in told
    assert "The certificate is of nobody who signs here: anybody can make one with any name." in told


def test_another_firm_cannot_sign_a_report_as_its_own(report):
    other = factories.firm("eastgate")
    theirs = identities.add(
        by=factories.member("gina", of=other, role=Membership.Role.FIRM_ADMIN),
        at=factories.NOON,
        firm=other,
        content=certificates.file(certificates.rsa_key(n=3)),
        passphrase=certificates.PASSPHRASE,
    )
    bare = signing.unsigned(bytes(report.content))
    forged = signing.sign(bare, identity=theirs, at=factories.NOON, reason="Issued by Eastgate", called="Signature")
    [one] = signatures.look(forged).signatures
    assert (one.holds, one.known) == (True, True)
    assert said(forged) == (False, "is not that of the firm whose report it is")


def foreign_identity(identity, key, **options):
    """An identity that no firm has, not kept."""
    made = certificates.certificate(key, **options)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SigningIdentity(
        certificate=made.public_bytes(Encoding.DER),
        chain="",
        fingerprint="sha256:" + "1" * 64,
        sealed_key=signing_keys.seal(der, fingerprint="sha256:" + "1" * 64),
        valid_from=identity.valid_from,
        valid_until=identity.valid_until,
    )


def test_a_subject_cannot_write_on_the_terminal_or_into_the_page(client, report, identity):
    name = "\x1b[31mX\n<b>Y</b>\u202e"
    foreign = foreign_identity(identity, certificates.rsa_key(n=2), name=name)
    bare = signing.unsigned(bytes(report.content))
    forged = signing.sign(bare, identity=foreign, at=factories.NOON, reason="x", called="y")
    assert signatures.look(forged).signatures[0].subject == "Common Name: ?[31mX?<b>Y</b>?"
    assert "?[31mX?&lt;b&gt;Y&lt;/b&gt;?" in sent(client, forged)


def test_what_was_signed_stays_signed_when_the_certificate_is_retired(client, report, identity, admin, renderer):
    identities.retire(by=admin, at=factories.NOON, identity=identity)
    assert verify(bytes(report.content)).holds
    assert "The certificate is one of a firm that signs here." in sent(client, bytes(report.content))
    spanish = issue(report.assessment, renderer, "es")
    assert said(bytes(spanish.content)) == (True, "none, as issued")
    second = signs_with(admin, certificates.file(certificates.ec_key(), name="The next one"))
    again = assessing.rerun(by=factories.consultant(), at=factories.NOON, assessment=report.assessment)
    again = assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=again)
    assert second.fingerprint in said(bytes(issue(again, renderer).content))[1]


# --- What stands in the way ---------------------------------------------------------------------------------------


def obstacles(final, on=TODAY):
    return [(one.code, one.text) for one in gate.obstacles(final, language="en", on=on) if one.blocks]


def test_a_certificate_that_ended_stands_in_the_way(client, final, admin, renderer, time_machine):
    signs_with(admin, certificates.file(ends=2))
    later = factories.NOON + 3 * certificates.DAY
    told = "The firm’s certificate ended on 2026-11-24."
    assert obstacles(final) == []
    assert obstacles(final, later.date()) == [("cannot_sign", told)]
    with pytest.raises(InTheWay, match=r"The firm’s signature cannot be made: The firm’s certificate ended"):
        issue(final, renderer, at=later)
    with pytest.raises(signing.NotSigned, match=r"is valid from 2026-11-12 to 2026-11-24\. An admin of the firm"):
        issue(final, renderer, at=factories.NOON + 2 * certificates.DAY + certificates.DAY / 24)
    assert not Report.objects.exists()
    assert not WrittenFile.objects.exists()
    time_machine.move_to(later)
    client.force_login(factories.consultant())
    shown = client.get(reverse("reports:issue", args=[final.reference])).content.decode()
    assert told in shown
    assert f'<a href="{reverse("reports:signing", args=["northwind"])}">An admin of the firm' in shown


def test_a_setting_that_changed_stands_in_the_way(final, identity, renderer):
    with override_settings(SIGNING_KEY="another key of this site, just as long"):
        [(code, text)] = obstacles(final)
        assert code == "cannot_sign"
        assert text.endswith("FOOTING_SIGNING_KEY is another than when the key was uploaded.")
        with pytest.raises(InTheWay):
            issue(final, renderer)
    assert not Report.objects.exists()


def test_a_certificate_that_ends_soon_is_said_and_asks_for_no_reason(client, final, admin, renderer):
    signs_with(admin, certificates.file(ends=31))
    assert gate.notices(final, on=TODAY) == []
    signs_with(admin, certificates.file(ends=30))
    [notice] = gate.notices(final, on=TODAY)
    assert notice.text == "The firm’s certificate ends on 2026-12-22: nothing can be issued after that day."
    client.force_login(factories.consultant())
    assert notice.text in client.get(reverse("reports:issue", args=[final.reference])).content.decode()
    assert said(bytes(issue(final, renderer).content))[0]


def test_a_batch_signs_too(final, identity, renderer):
    batch = batches.start(
        by=factories.consultant(), at=factories.NOON, assessments=[final], because=factories.REASON, in_background=False
    )
    batches.work(batch.pk, taker="a test", renderer=renderer)
    item = BatchItem.objects.select_related("report").get()
    assert item.state == "done"
    assert identity.fingerprint in said(bytes(item.report.content))[1]


# --- Files from anywhere ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.7\n" + b"1 0 obj << /Length 9999999999 >> stream\n" * 50],
)
def test_what_is_no_pdf_has_no_signature(content):
    assert signatures.look(content) == signatures.Found()


def test_a_file_that_claims_a_signature_and_has_none_is_damaged():
    [one] = signatures.look(b"%PDF-1.7\n/ByteRange [0 1 2 3]").signatures
    assert (one.holds, one.fault) == (False, "it cannot be read: it was damaged")


def test_nobody_waits_behind_others_for_ever(report, monkeypatch):
    monkeypatch.setattr(recognition, "LONGEST_WAIT", 0.01)
    with recognition._looking:
        found = recognition.of_file(bytes(report.content), on=TODAY)
    assert (found.state, found.signed, found.signatures) == ("issued", True, None)


def test_a_visible_signature_could_carry_a_number_and_is_named(report):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(bytes(report.content)))
    for one in writer.pages[0]["/Annots"]:
        field = one.get_object()
        if field.get("/FT") == "/Sig":
            field[pypdf.generic.NameObject("/Rect")] = pypdf.generic.ArrayObject(
                [pypdf.generic.NumberObject(n) for n in (10, 10, 200, 90)]
            )
    out = io.BytesIO()
    writer.write(out)
    assert said(out.getvalue(), "nothing else") == (False, "there is Widget on page 1; there is a form")
