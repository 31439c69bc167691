"""Signs a PDF as PAdES: invisible, with name, reason and time, over the whole file. Opens no connection.

The signature is appended, so that everything before it stays byte for byte as it was written, and with it what the
standards ask for. Only this module and `signature_reader.py` import pyHanko.
"""

import asyncio
import io
from datetime import datetime

from asn1crypto import keys, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from claims.operations import OperationRefused
from reports import signing_keys
from reports.signing_models import SigningIdentity

FIELD = "Signature"
RESERVED = 16 * 1024  # hex digits for a signature, without the certificates of the chain
END = b"%%EOF"


class NotSigned(OperationRefused):
    """A file could not be signed; the message says why and what to do."""


class Appended(IncrementalPdfFileWriter):
    """Adds to a file without a word on its metadata: what it says of itself is as it was written, for PDF/A too."""

    def _update_meta(self) -> None:
        pass


def sign(
    content: bytes, *, identity: SigningIdentity, at: datetime, reason: str, called: str, password: str = ""
) -> bytes:
    """The file with a signature behind it. `at`: the time it names. `reason` and `called`, the name that a screen reader
    gives the signature, are in the language of the file; `password` opens a file that has one.

    Raises NotSigned where the certificate is not valid at that time, or the key cannot be opened.
    """
    if not identity.valid_from <= at <= identity.valid_until:
        raise NotSigned(
            f"The report cannot be signed: the firm’s certificate is valid from {identity.valid_from:%Y-%m-%d} to "
            f"{identity.valid_until:%Y-%m-%d}. An admin of the firm can upload another, or retire it."
        )
    try:
        key = signing_keys.unseal(bytes(identity.sealed_key), fingerprint=identity.fingerprint)
    except signing_keys.KeyUnopened as error:
        raise NotSigned(
            f"The report cannot be signed: {error}. An admin of the firm can upload the certificate again, or retire it."
        ) from None
    certificate = x509.Certificate.load(bytes(identity.certificate))
    try:
        return _signed(
            content, certificate, keys.PrivateKeyInfo.load(key), identity.chain, at, reason, called, password
        )
    except (PdfError, SigningError) as error:
        raise NotSigned(f"The report cannot be signed: {error}.") from error


def _signed(
    content: bytes,
    certificate: x509.Certificate,
    key: keys.PrivateKeyInfo,
    chain: str,
    at: datetime,
    reason: str,
    called: str,
    password: str,
) -> bytes:
    others = [x509.Certificate.load(der) for _, _, der in pem.unarmor(chain.encode(), multiple=True)] if chain else []
    registry = SimpleCertificateStore()
    registry.register_multiple(others)
    writer = Appended(io.BytesIO(content))
    if password:
        writer.encrypt(password)
    session = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            name=_name(certificate),
            reason=reason,
            subfilter=fields.SigSeedSubFilter.PADES,
        ),
        signers.SimpleSigner(signing_cert=certificate, signing_key=key, cert_registry=registry),
        # Nowhere on the page: neither PDF/A nor PDF/UA then asks for an appearance or a tag.
        new_field_spec=fields.SigFieldSpec(
            FIELD,
            invis_sig_settings=fields.InvisSigSettings(set_print_flag=True, box_out_of_bounds=True),
            readable_field_name=called,
        ),
    ).init_signing_session(writer)
    session.system_time = at
    reserved = RESERVED + 2 * sum(len(one.dump()) for one in [certificate, *others])
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=reserved)
    digest, output = prepared.digest_tbs_document()
    attributes = PdfCMSSignedAttributes(signing_time=at)
    asyncio.run(prepared.perform_signature(digest.document_digest, attributes))
    return bytes(output.getvalue())


def _name(certificate: x509.Certificate) -> str:
    """Who signs: the common name, else the whole subject."""
    native = certificate.subject.native
    name = native.get("common_name") or native.get("organization_name") or certificate.subject.human_friendly
    return str(name)


def unsigned(content: bytes) -> bytes:
    """A file signed by `sign` as it was before."""
    return content[: content.rfind(END, 0, content.rfind(END)) + len(END)] + b"\n"
