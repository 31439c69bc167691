"""Secrets at rest: sealed with AES-256-GCM under a key derived from a setting.

What is sealed is 16 bytes of salt, 12 of nonce, and the rest. It is tied to what it belongs to: it opens nowhere else.
"""

import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SALT, NONCE = 16, 12  # bytes


class SealUnbroken(ValueError):
    """What is sealed cannot be opened: the setting is another, or the row was altered."""


def seal(secret: bytes, *, under: str, purpose: str, tied_to: str) -> bytes:
    """A secret, sealed under a setting for one purpose and tied to one row."""
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    return salt + nonce + AESGCM(_derived(under, purpose, salt)).encrypt(nonce, secret, tied_to.encode())


def unseal(sealed: bytes, *, under: Sequence[str], purpose: str, tied_to: str) -> bytes:
    """The secret again, by the first of these settings that opens it. Raises SealUnbroken where none does."""
    salt, nonce, rest = sealed[:SALT], sealed[SALT : SALT + NONCE], sealed[SALT + NONCE :]
    for setting in under:
        try:
            return AESGCM(_derived(setting, purpose, salt)).decrypt(nonce, rest, tied_to.encode())
        except (InvalidTag, ValueError):
            continue
    raise SealUnbroken("None of the settings opens it.")


def _derived(setting: str, purpose: str, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose.encode()).derive(setting.encode())
