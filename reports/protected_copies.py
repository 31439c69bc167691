"""Copies of issued reports that open only with a password, for sending by e-mail.

The password is used once and kept nowhere. Of a copy its digest is kept, by which it is recognised without being opened.
"""

import stringprep
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from claims.child import Child, ChildError, Limits
from claims.models import Person
from claims.operations import OperationRefused
from reports import identities, signing
from reports.manifest import file_digest
from reports.models import Download, Report, WrittenFile

SHORTEST, LONGEST = 10, 127  # characters; bytes of UTF-8, which is all that PDF looks at
LIMITS = Limits(seconds=60, cpu_seconds=45, memory=1024 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Copy:
    """The bytes of a copy, its file name, and whether it carries the firm's signature."""

    content: bytes
    name: str
    signed: bool


def password_fault(password: str) -> str:
    """What is wrong with a password, as a sentence; empty for a good one."""
    if len(password) < SHORTEST:
        return f"The password has at least {SHORTEST} characters."
    if len(password.encode("utf-8", "surrogatepass")) > LONGEST:
        return f"The password is too long: {LONGEST} letters without accents at most."
    if not _typeable(password):
        return "The password has a character that readers of PDFs do not all take alike. Use plain letters, digits and signs."
    return ""


def _typeable(password: str) -> bool:
    """Whether every reader makes the same of it: normal as it is, without control characters and what has no form."""
    normal = unicodedata.normalize("NFKC", password) == password
    return normal and password.isprintable() and not any(stringprep.in_table_d1(one) for one in password)


def signs(report: Report, *, at: datetime) -> bool:
    """Whether a copy made now would carry the firm's signature: the report does, and the firm can sign."""
    return _signer(report, at) is not None


def make(*, report: Report, by: Person, at: datetime, password: str) -> Copy:
    """A copy of an issued report that opens with this password: AES-256, for reading, printing and screen readers.

    Raises OperationRefused for a report that this person may not read, for a password that will not do, and where the
    copy could not be made.
    """
    if not Report.objects.visible_to(by).filter(pk=report.pk).exists():
        raise OperationRefused(f"{by.get_username()} may not read this report.")
    if wrong := password_fault(password):
        raise OperationRefused(wrong)
    signer = _signer(report, at)
    content = _closed(_bare(report), password)
    if signer is not None:
        with translation.override(report.language):
            content = signing.sign(
                content,
                identity=signer,
                at=at,
                reason=gettext("Copy of an issued report"),
                called=gettext("Signature of the firm"),
                password=password,
            )
    _remember(content, report=report, signer=signer, by=by, at=at)
    return Copy(content, f"{report.reference}-{report.language}-protected.pdf", signer is not None)


def _signer(report: Report, at: datetime) -> identities.SigningIdentity | None:
    if report.written.signed_by_id is None:
        return None
    found = identities.current(report.assessment.firm)
    return found if found is not None and not identities.fault(found, on=at.date()) else None


def _bare(report: Report) -> bytes:
    """The issued file without its signature, which would not hold in a file with other bytes."""
    content = bytes(report.content)
    return content if report.written.signed_by_id is None else signing.unsigned(content)


def _closed(content: bytes, password: str) -> bytes:
    try:
        with Child("reports.protecting_worker", limits=LIMITS) as child:
            return child.ask({"password": password}, content)[1]
    except ChildError:
        raise OperationRefused("The copy could not be made. Try again in a minute.") from None


@transaction.atomic
def _remember(
    content: bytes, *, report: Report, signer: identities.SigningIdentity | None, by: Person, at: datetime
) -> None:
    WrittenFile.objects.create(
        digest=file_digest(content),
        seal=report.written.seal,
        reference=report.reference,
        state=WrittenFile.State.ISSUED,
        written_at=at,
        copy_of=report,
        signed_by=signer,
    )
    Download.objects.create(report=report, person=by, at=at, file=Download.File.PROTECTED)
