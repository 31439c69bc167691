"""With what a firm signs: a certificate with its key is uploaded, replaced, retired. Each write is a verb here."""

import base64
from datetime import date, datetime, timedelta

from django.db import transaction

from assessments.models import Firm
from claims.child import Child, ChildError, Limits
from claims.models import Person
from claims.operations import OperationRefused
from reports import signing_keys
from reports.signing_models import SigningIdentity

LARGEST = 100 * 1024  # bytes of a PKCS#12 file; one with a long chain has ten thousand
LONGEST_PASSPHRASE = 200  # characters
LIMITS = Limits(seconds=20, cpu_seconds=10, memory=512 * 1024 * 1024)
SOON = timedelta(days=30)
NOT_SET_UP = "Signing is not set up here. Ask whoever operates this site to set FOOTING_SIGNING_KEY."


class IdentityRefused(OperationRefused):
    """A file will not do. `field` names what must be mended: file or passphrase."""

    def __init__(self, message: str, field: str = "file") -> None:
        super().__init__(message)
        self.field = field


def add(*, by: Person, at: datetime, firm: Firm, content: bytes, passphrase: str) -> SigningIdentity:
    """Sign with this PKCS#12 file from now on; the identity the firm has is retired. The passphrase is kept nowhere.

    Raises OperationRefused for somebody who is no admin of the firm, and where signing is not set up; IdentityRefused
    with a sentence for what is wrong with the file or the passphrase.
    """
    _managed(firm, by)
    if not signing_keys.is_set_up():
        raise IdentityRefused(NOT_SET_UP)
    if not content:
        raise IdentityRefused("The file is empty.")
    if len(content) > LARGEST:
        raise IdentityRefused(f"A PKCS#12 file is not larger than {LARGEST // 1024} KB.")
    try:
        with Child("reports.identity_reader", limits=LIMITS) as child:
            told, key = child.ask({"passphrase": passphrase, "at": at.isoformat()}, content)
    except ChildError as error:
        if error.reason in ("file", "passphrase"):
            raise IdentityRefused(str(error), error.reason) from None
        raise IdentityRefused("The file could not be opened within the time and memory for it.") from None
    return _replace(firm, by=by, at=at, told=told, key=key)


@transaction.atomic
def _replace(firm: Firm, *, by: Person, at: datetime, told: dict[str, str], key: bytes) -> SigningIdentity:
    Firm.objects.select_for_update().get(pk=firm.pk)
    firm.signing_identities.filter(retired_at__isnull=True).update(retired_at=at, retired_by=by)
    return SigningIdentity.objects.create(
        firm=firm,
        certificate=base64.b64decode(told["certificate"]),
        chain=told["chain"],
        subject=told["subject"],
        serial=told["serial"],
        valid_from=datetime.fromisoformat(told["valid_from"]),
        valid_until=datetime.fromisoformat(told["valid_until"]),
        fingerprint=told["fingerprint"],
        sealed_key=signing_keys.seal(key, fingerprint=told["fingerprint"]),
        made_by=by,
        made_at=at,
    )


@transaction.atomic
def retire(*, by: Person, at: datetime, identity: SigningIdentity) -> SigningIdentity:
    """Sign with it no more. What was signed stays signed.

    Raises OperationRefused for one that is retired already, and for somebody who is no admin of the firm.
    """
    _managed(identity.firm, by)
    kept = SigningIdentity.objects.select_for_update().get(pk=identity.pk)
    if kept.retired_at is not None:
        raise OperationRefused("This certificate was retired already.")
    kept.retired_by, kept.retired_at = by, at
    kept.save(update_fields=["retired_by", "retired_at"])
    return kept


def current(firm: Firm) -> SigningIdentity | None:
    """With what a firm signs; None for a firm that does not."""
    return SigningIdentity.objects.filter(firm=firm, retired_at__isnull=True).first()


def fault(identity: SigningIdentity, *, on: date) -> str:
    """Why nothing can be signed with it on a day, as a sentence; empty where it can."""
    if on < identity.valid_from.date():
        return f"The firm’s certificate is valid from {identity.valid_from:%Y-%m-%d} on."
    if on > identity.valid_until.date():
        return f"The firm’s certificate ended on {identity.valid_until:%Y-%m-%d}."
    try:
        signing_keys.unseal(bytes(identity.sealed_key), fingerprint=identity.fingerprint)
    except signing_keys.KeyUnopened as error:
        return f"The firm’s private key cannot be opened: {error}."
    return ""


def ends_soon(identity: SigningIdentity, *, on: date) -> bool:
    """Whether it ends within thirty days."""
    return identity.valid_until.date() <= on + SOON


def _managed(firm: Firm, by: Person) -> None:
    if not Firm.objects.managed_by(by).filter(pk=firm.pk).exists():
        raise OperationRefused(f"{by.get_username()} is no admin of this firm.")
