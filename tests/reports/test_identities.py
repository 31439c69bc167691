"""With what a firm signs: what is taken, what is refused and why, and that the key goes nowhere."""

import json
import logging

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.apps import apps
from django.contrib.admin import site
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import override_settings
from django.urls import reverse

from assessments.models import Membership
from claims.immutability import missing_triggers
from reports import identities, signing_keys
from reports.identities import IdentityRefused
from reports.models import SigningIdentity
from reports.operations import OperationRefused
from tests import factories
from tests.reports import certificates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_key")]
KINDS = {
    "RSA of 2048 bits": certificates.file,
    "RSA of 3072 bits": lambda: certificates.file(certificates.rsa_key(3072)),
    "ECDSA on P-256": lambda: certificates.file(certificates.ec_key()),
    "ECDSA on P-384": lambda: certificates.file(certificates.ec_key(ec.SECP384R1)),
    "a certificate of an authority, with its chain": certificates.with_chain,
    "a certificate that says nothing of its use": lambda: certificates.file(usage=None),
}
UNFIT = {
    "nothing at all": (lambda: b"", "file", "The file is empty."),
    "a text": (lambda: b"hello", "file", "The file is not a PKCS#12 file."),
    "a file that breaks off": (lambda: certificates.file()[:900], "file", "The file is not a PKCS#12 file."),
    "a certificate alone": (
        lambda: certificates.certificate(certificates.rsa_key()).public_bytes(Encoding.DER),
        "file",
        "The file is not a PKCS#12 file.",
    ),
    "more than 100 KB": (lambda: b"0" * 200_000, "file", "A PKCS#12 file is not larger than 100 KB."),
    "another passphrase": (
        lambda: certificates.file(passphrase="quite another"),
        "passphrase",
        "The passphrase does not open the file: give the one that it was made with.",
    ),
    "no key": (certificates.without_key, "file", "The file holds no private key."),
    "no certificate": (certificates.without_certificate, "file", "The file holds no certificate for its key."),
    "a key of 1024 bits": (
        lambda: certificates.file(certificates.rsa_key(1024)),
        "file",
        "The key in the file is RSA of 1024 bits, which is too weak.",
    ),
    "a curve that is not taken": (
        lambda: certificates.file(certificates.ec_key(ec.SECP521R1)),
        "file",
        "The key in the file is on the curve secp521r1.",
    ),
    "another kind of key": (
        lambda: certificates.file(ed25519.Ed25519PrivateKey.generate()),
        "file",
        "The key in the file is of another kind.",
    ),
    "a certificate that ended": (
        lambda: certificates.file(ends=-1),
        "file",
        "The certificate ended on 2026-11-21. Upload one that is valid today.",
    ),
    "a certificate that begins later": (
        lambda: certificates.file(begins=3),
        "file",
        "The certificate is valid from 2026-11-25 on, not yet today.",
    ),
    "a key that is not for signing": (
        lambda: certificates.file(usage=False),
        "file",
        "The certificate says that its key is not for signing",
    ),
    "a file that takes for ever": (
        certificates.endless,
        "file",
        "The file could not be opened within the time and memory for it.",
    ),
}


@pytest.fixture
def admin(db):
    return factories.member("farid", role=Membership.Role.FIRM_ADMIN)


def add(by, content=None, at=factories.NOON):
    return identities.add(
        by=by,
        at=at,
        firm=factories.firm(),
        content=certificates.file() if content is None else content,
        passphrase=certificates.PASSPHRASE,
    )


def page_of(client, person, **data):
    client.force_login(person)
    address = reverse("reports:signing", args=["northwind"])
    return client.post(address, data) if data else client.get(address)


def upload(content):
    return SimpleUploadedFile("firm.p12", content, content_type="application/x-pkcs12")


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_what_can_sign_is_taken(admin, make):
    made = add(admin, make())
    assert (made.subject, made.serial) == ("Common Name: Northwind Signing", "1267")
    assert (made.valid_from, made.valid_until) == (
        factories.NOON - 10 * certificates.DAY,
        factories.NOON + 300 * certificates.DAY,
    )
    assert identities.current(factories.firm()) == made
    assert identities.fault(made, on=factories.NOON.date()) == ""


@pytest.mark.slow
@pytest.mark.parametrize(("make", "field", "message"), UNFIT.values(), ids=UNFIT)
def test_what_cannot_sign_is_refused_with_a_sentence(admin, make, field, message):
    with pytest.raises(IdentityRefused) as refused:
        add(admin, make())
    assert refused.value.field == field
    assert str(refused.value).startswith(message)
    assert not SigningIdentity.objects.exists()


def test_only_an_admin_of_the_firm_decides(admin, client):
    rival = factories.member("rita", of=factories.firm("eastgate"), role=Membership.Role.FIRM_ADMIN)
    for person in (factories.consultant(), rival):
        with pytest.raises(OperationRefused, match="is no admin of this firm"):
            add(person)
    made = add(admin)
    for person in (factories.consultant(), rival):
        with pytest.raises(OperationRefused, match="is no admin of this firm"):
            identities.retire(by=person, at=factories.NOON, identity=made)
        client.force_login(person)
        assert client.post(reverse("reports:signing", args=["northwind"]), {}).status_code == 404
        assert client.post(reverse("reports:signing-retire", args=["northwind"])).status_code == 404
    assert identities.current(factories.firm()) == made


def test_another_replaces_it_and_what_is_retired_stays(admin):
    first, second = (
        add(admin),
        add(admin, certificates.file(certificates.ec_key()), at=factories.NOON + certificates.DAY),
    )
    first.refresh_from_db()
    assert (first.retired_at, first.retired_by) == (factories.NOON + certificates.DAY, admin)
    assert identities.current(factories.firm()) == second
    identities.retire(by=admin, at=factories.NOON, identity=second)
    with pytest.raises(OperationRefused, match="was retired already"):
        identities.retire(by=admin, at=factories.NOON, identity=second)
    assert identities.current(factories.firm()) is None
    assert SigningIdentity.objects.count() == 2


def test_the_database_keeps_what_a_firm_signed_with(admin):
    made = add(admin)
    for change in ({"subject": "Somebody"}, {"sealed_key": b""}, {"fingerprint": "sha256:0"}):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            SigningIdentity.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        made.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningIdentity.objects.filter(pk=made.pk).update(retired_at=factories.NOON)
    assert missing_triggers(connection) == []


# --- The key ------------------------------------------------------------------------------------------------------


def key_in_every_shape(key):
    """What a key would look like if it got out."""
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    secret = key.private_numbers()
    number = secret.d if hasattr(secret, "d") else secret.private_value
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return [der.hex(), str(number), f"{number:x}", "".join(pem.split("\n")[1:-2])[:60], pem[30:90]]


def every_row():
    """All that is in the database, as text; bytes as hex digits and as text."""
    found = []
    for model in apps.get_models():
        for row in model._default_manager.values():
            found += [bytes(one).hex() if isinstance(one, bytes | memoryview) else str(one) for one in row.values()]
    return "\n".join(found)


def test_neither_key_nor_passphrase_is_found_anywhere(admin, client, caplog):
    caplog.set_level(logging.DEBUG)
    key = certificates.rsa_key()
    answer = page_of(client, admin, file=upload(certificates.file(key)), passphrase=certificates.PASSPHRASE)
    assert answer.status_code == 302
    page = page_of(client, admin).content.decode()
    assert "Common Name: Northwind Signing" in page
    exported = serializers.serialize("json", SigningIdentity.objects.all())
    told = "\n".join([every_row(), page, exported, caplog.text, str(answer.headers)])
    sought = [*key_in_every_shape(key), certificates.PASSPHRASE, certificates.PASSPHRASE.encode().hex()]
    assert [one for one in sought if one in told] == []
    assert "sealed_key" in json.loads(exported)[0]["fields"]
    assert not site.is_registered(SigningIdentity)


def test_a_passphrase_is_not_shown_again_when_something_is_wrong(admin, client):
    answer = page_of(client, admin, file=upload(b"hello"), passphrase="quite a secret one")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The file is not a PKCS#12 file." in page
    assert "quite a secret one" not in page
    wrong = page_of(client, admin, file=upload(certificates.file()), passphrase="wrong").content.decode()
    assert "The passphrase does not open the file" in wrong
    empty = page_of(client, admin, file=upload(b""), passphrase="x").content.decode()
    assert "The file is empty." in empty
    none = page_of(client, admin, passphrase="x").content.decode()
    assert "Choose the file with the certificate and its key." in none


def test_without_the_setting_nobody_signs_and_the_page_says_what_to_set(admin, client):
    with override_settings(SIGNING_KEY=""):
        assert "Signing is not set up here" in page_of(client, admin).content.decode()
        with pytest.raises(IdentityRefused, match="set FOOTING_SIGNING_KEY"):
            add(admin)


def test_a_sealed_key_opens_under_its_setting_and_in_its_row_alone(admin):
    made = add(admin)
    sealed = bytes(made.sealed_key)
    with override_settings(SIGNING_KEY="another key of this site, just as long"):
        assert identities.fault(made, on=factories.NOON.date()) == (
            "The firm’s private key cannot be opened: FOOTING_SIGNING_KEY is another than when the key was uploaded."
        )
    with override_settings(SIGNING_KEY=""):
        assert "FOOTING_SIGNING_KEY is not set" in identities.fault(made, on=factories.NOON.date())
    with pytest.raises(signing_keys.KeyUnopened):
        signing_keys.unseal(sealed, fingerprint="sha256:" + "0" * 64)
    with pytest.raises(signing_keys.KeyUnopened):
        signing_keys.unseal(b"", fingerprint=made.fingerprint)


def test_the_page_says_when_it_ends_and_lists_what_was(admin, client):
    add(admin, certificates.file(ends=20))
    page = page_of(client, admin).content.decode()
    assert "The certificate ends soon" in page
    page = page_of(client, factories.consultant()).content.decode()
    assert "Admins of the firm upload a certificate and retire it." in page
    assert 'type="file"' not in page
    client.force_login(admin)
    page = client.post(reverse("reports:signing-retire", args=["northwind"]), follow=True).content.decode()
    assert "The certificate is retired. What was signed with it stays signed." in page
    assert "Signed with before" in page
    page = client.post(reverse("reports:signing-retire", args=["northwind"]), follow=True).content.decode()
    assert "has no certificate to retire" in page
