"""The child that opens a PKCS#12 file somebody sent. Run as `python -m reports.identity_reader MEMORY`.

Such a file says itself how long deriving its key takes, so it is opened where it can be stopped. The answer is what the
certificate says, and the private key as the body; or a sentence that says what is wrong with which field.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from claims.child import limit_memory, serve

if __name__ == "__main__":
    limit_memory()

import hashlib

from asn1crypto import pkcs12 as structure
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, pkcs12

SMALLEST_RSA = 2048  # bits
CURVES = {"secp256r1": "P-256", "secp384r1": "P-384"}
LONGEST_SUBJECT = 400  # characters
MOST_CHAINED = 8


class Unfit(ValueError):
    """The file will not do. `field` is file or passphrase."""

    def __init__(self, message: str, field: str = "file") -> None:
        super().__init__(message)
        self.field = field


def read(header: dict[str, Any], bodies: Sequence[bytes]) -> tuple[dict[str, Any], bytes]:
    """`header`: `passphrase`, and `at`, a moment in which the certificate must be valid."""
    try:
        key, certificate, chain = _opened(bodies[0], header["passphrase"])
        _check_key(key)
        _check_certificate(certificate, datetime.fromisoformat(header["at"]))
    except Unfit as fault:
        return {"error": str(fault), "reason": fault.field}, b""
    der = certificate.public_bytes(Encoding.DER)
    return {
        "certificate": base64.b64encode(der).decode(),
        "chain": "".join(one.public_bytes(Encoding.PEM).decode() for one in chain),
        "subject": subject_of(der),
        "serial": f"{certificate.serial_number:x}",
        "valid_from": certificate.not_valid_before_utc.isoformat(),
        "valid_until": certificate.not_valid_after_utc.isoformat(),
        "fingerprint": "sha256:" + hashlib.sha256(der).hexdigest(),
    }, key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def subject_of(certificate: bytes) -> str:
    """Whose certificate (DER) it is, in words of its own; what cannot be shown is a question mark."""
    from asn1crypto.x509 import Certificate  # noqa: PLC0415 - only the children need it

    name = str(Certificate.load(certificate).subject.human_friendly)
    return "".join(one if one.isprintable() else "?" for one in name)[:LONGEST_SUBJECT]


def _opened(content: bytes, passphrase: str) -> tuple[Any, x509.Certificate, list[x509.Certificate]]:
    try:
        version = structure.Pfx.load(content, strict=True)["version"].native
    except (ValueError, TypeError, KeyError):
        version = ""
    if version != "v3":
        raise Unfit("The file is not a PKCS#12 file. Its name ends in .p12 or .pfx, and it holds certificate and key.")
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, passphrase.encode() or None)
    except ValueError as error:
        raise Unfit(
            "The passphrase does not open the file: give the one that it was made with.", "passphrase"
        ) from error
    except (TypeError, x509.UnsupportedGeneralNameType) as error:
        raise Unfit("The file has a kind of key or certificate that is not known here.") from error
    if key is None:
        raise Unfit("The file holds no private key. Export the certificate together with its key.")
    if certificate is None:
        raise Unfit("The file holds no certificate for its key. Export the key together with its certificate.")
    if _public(key.public_key()) != _public(certificate.public_key()):
        raise Unfit("The certificate in the file belongs to another key than the one in the file.")
    return key, certificate, list(others)[:MOST_CHAINED]


def _public(key: Any) -> bytes:
    encoded: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def _check_key(key: Any) -> None:
    wanted = f"Reports are signed with RSA of at least {SMALLEST_RSA} bits, or with ECDSA on the curve P-256 or P-384."
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < SMALLEST_RSA:
            raise Unfit(f"The key in the file is RSA of {key.key_size} bits, which is too weak. {wanted}")
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        if key.curve.name not in CURVES:
            raise Unfit(f"The key in the file is on the curve {key.curve.name}. {wanted}")
    else:
        raise Unfit(f"The key in the file is of another kind. {wanted}")


def _check_certificate(certificate: x509.Certificate, at: datetime) -> None:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if at < begins:
        raise Unfit(f"The certificate is valid from {begins:%Y-%m-%d} on, not yet today.")
    if at > ends:
        raise Unfit(f"The certificate ended on {ends:%Y-%m-%d}. Upload one that is valid today.")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    except (ValueError, x509.DuplicateExtension) as error:
        raise Unfit("What the certificate says of its use cannot be read.") from error
    if not (usage.digital_signature or usage.content_commitment):
        raise Unfit(
            "The certificate says that its key is not for signing: its key usage has neither digital signature nor "
            "non-repudiation. Ask whoever issued it for one that signs documents."
        )


if __name__ == "__main__":
    serve(read)
