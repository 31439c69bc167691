"""Private keys at rest: sealed with AES-256-GCM under a key that comes from the setting FOOTING_SIGNING_KEY.

A sealed key is 16 bytes of salt, 12 of nonce, and the rest. It is tied to its certificate: it opens in no other row.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SALT, NONCE = 16, 12  # bytes
PURPOSE = b"footing: the private key of a firm's signature"


class KeyUnopened(ValueError):
    """A sealed key cannot be opened; the message says why."""


def is_set_up() -> bool:
    """Whether this installation has a setting under which keys can be sealed."""
    return bool(settings.SIGNING_KEY)


def seal(key: bytes, *, fingerprint: str) -> bytes:
    """A private key (PKCS#8, DER), sealed for the certificate with this fingerprint. Raises KeyUnopened if not set up."""
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    return salt + nonce + AESGCM(_derived(salt)).encrypt(nonce, key, fingerprint.encode())


def unseal(sealed: bytes, *, fingerprint: str) -> bytes:
    """The private key again, DER. Raises KeyUnopened where the setting is missing or another, or the row was altered."""
    salt, nonce, rest = sealed[:SALT], sealed[SALT : SALT + NONCE], sealed[SALT + NONCE :]
    try:
        return AESGCM(_derived(salt)).decrypt(nonce, rest, fingerprint.encode())
    except (InvalidTag, ValueError) as error:
        if isinstance(error, KeyUnopened):
            raise
        raise KeyUnopened("FOOTING_SIGNING_KEY is another than when the key was uploaded") from None


def _derived(salt: bytes) -> bytes:
    if not is_set_up():
        raise KeyUnopened("FOOTING_SIGNING_KEY is not set")
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=PURPOSE).derive(settings.SIGNING_KEY.encode())
