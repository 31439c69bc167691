"""Private keys at rest: sealed (`claims/sealing.py`) under the setting FOOTING_SIGNING_KEY.

A sealed key is tied to its certificate: it opens in no other row.
"""

from django.conf import settings

from claims import sealing

PURPOSE = "footing: the private key of a firm's signature"


class KeyUnopened(ValueError):
    """A sealed key cannot be opened; the message says why."""


def is_set_up() -> bool:
    """Whether this installation has a setting under which keys can be sealed."""
    return bool(settings.SIGNING_KEY)


def seal(key: bytes, *, fingerprint: str) -> bytes:
    """A private key (PKCS#8, DER), sealed for the certificate with this fingerprint. Raises KeyUnopened if not set up."""
    return sealing.seal(key, under=_setting(), purpose=PURPOSE, tied_to=fingerprint)


def unseal(sealed: bytes, *, fingerprint: str) -> bytes:
    """The private key again, DER. Raises KeyUnopened where the setting is missing or another, or the row was altered."""
    try:
        return sealing.unseal(sealed, under=[_setting()], purpose=PURPOSE, tied_to=fingerprint)
    except sealing.SealUnbroken:
        raise KeyUnopened("FOOTING_SIGNING_KEY is another than when the key was uploaded") from None


def _setting() -> str:
    if not is_set_up():
        raise KeyUnopened("FOOTING_SIGNING_KEY is not set")
    return str(settings.SIGNING_KEY)
