"""The child that looks at the signatures of a PDF somebody sent. Run as `python -m reports.signature_reader MEMORY`.

For each signature: whose certificate, its fingerprint, the time it names, and what is wrong with it, if anything. It
holds only if not one byte of the whole file was changed since. Nothing is asked of anybody: whether the authority behind
a certificate can be trusted is not judged. Also answered is the seal that the attached manifest names.
"""

import hashlib
import io
import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from claims.child import limit_memory, serve

if __name__ == "__main__":
    limit_memory()

import pypdf
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pypdf.errors import PyPdfError

from reports.identity_reader import subject_of

MOST = 8  # signatures
MANIFEST = "evidence.json"
HASHES = ("sha256", "sha384", "sha512")
# What the readers of PDFs and of certificates raise for what is damaged, or made to be.
DAMAGED = (
    PdfError,
    PyPdfError,
    SigningError,
    SignatureValidationError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
    OSError,
    NotImplementedError,  # pyHanko: a filter, or a way to name the signer, that it does not know
)
UNREAD = {"subject": "", "fingerprint": "", "at": "", "fault": "it cannot be read: it was damaged"}


def read(header: dict[str, Any], bodies: Sequence[bytes]) -> tuple[dict[str, Any], bytes]:
    """`header["password"]` opens a file that has one; of a file that stays closed nothing is told."""
    logging.disable()
    content = bodies[0]
    return {"signatures": _signatures(content, header["password"]), "seal": _seal(content, header["password"])}, b""


def _signatures(content: bytes, password: str) -> list[dict[str, str]]:
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        if reader.encrypted and (not password or reader.decrypt(password).status.name == "FAILED"):
            return []
        return [_told(one) for one in reader.embedded_signatures[:MOST]]
    except DAMAGED:
        return [UNREAD] if b"/ByteRange" in content else []


def _told(signature: EmbeddedPdfSignature) -> dict[str, str]:
    try:
        der = signature.signer_cert.dump()
        at = signature.self_reported_timestamp
        return {
            "subject": subject_of(der),
            "fingerprint": "sha256:" + hashlib.sha256(der).hexdigest(),
            "at": at.astimezone(UTC).isoformat() if isinstance(at, datetime) and at.tzinfo else "",
            "fault": _fault(signature, at),
        }
    except DAMAGED:
        return UNREAD


def _fault(signature: EmbeddedPdfSignature, at: datetime | None) -> str:
    """What is wrong with a signature, the first of all there is; empty where it holds."""
    signature.compute_integrity_info(skip_diff=True)
    if signature.md_algorithm not in HASHES:
        return f"it rests on {signature.md_algorithm}, which is too weak"
    intact, valid = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
    )
    if not intact:
        return "the file was changed after it was signed"
    if not valid:
        return "it was not made with the key of its certificate"
    if signature.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return "something was added to the file after it was signed"
    validity = signature.signer_cert["tbs_certificate"]["validity"]
    if at is None or at.tzinfo is None or not validity["not_before"].native <= at <= validity["not_after"].native:
        return "the time it names is not one at which its certificate was valid"
    return ""


def _seal(content: bytes, password: str) -> str:
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not (password and reader.decrypt(password)):
            return ""
        [attached] = reader.attachments.get(MANIFEST, [b"null"])
        return str(json.loads(attached)["document"]["seal"])
    except DAMAGED:
        return ""


if __name__ == "__main__":
    serve(read)
