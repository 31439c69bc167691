"""Secrets of endpoints, sealed at rest, and the signature of Standard Webhooks: HMAC-SHA256 over id, moment and body.

A secret is sealed under the secret key of the installation, so that there is nothing more to set up; keys before it
(FOOTING_SECRET_KEY_FALLBACKS) open what was sealed under them.
"""

import base64
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings

from assessments.models import WebhookEndpoint
from claims import sealing

PURPOSE = "footing: the secret of a webhook"
PREFIX = "whsec_"
SECRET_BYTES = 32
OVERLAP = timedelta(days=1)
"""For how long a secret that was replaced goes on counting."""

Sealed = sealing.SealUnbroken
"""Raised where a secret cannot be opened: the key is another, or the row was altered."""


def new_secret() -> str:
    """A secret as the receiver is told it, once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def seal(secret: str, *, endpoint: WebhookEndpoint) -> bytes:
    """A secret as it is kept with its endpoint."""
    return sealing.seal(secret.encode(), under=settings.SECRET_KEY, purpose=PURPOSE, tied_to=str(endpoint.uid))


def unseal(sealed: bytes, *, endpoint: WebhookEndpoint) -> str:
    """The secret again. Raises Sealed where it cannot be opened."""
    return _opened(sealed, endpoint, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])


def is_current(sealed: bytes, *, endpoint: WebhookEndpoint) -> bool:
    """Whether it was sealed under the key of today."""
    try:
        _opened(sealed, endpoint, [settings.SECRET_KEY])
    except Sealed:
        return False
    return True


def _opened(sealed: bytes, endpoint: WebhookEndpoint, under: list[str]) -> str:
    return sealing.unseal(sealed, under=under, purpose=PURPOSE, tied_to=str(endpoint.uid)).decode()


def headers(*, endpoint: WebhookEndpoint, uid: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of one attempt, at the moment of which it is made: signed with each secret that counts then.

    Raises Sealed where a secret cannot be opened.
    """
    counting = [endpoint.sealed_secret]
    if endpoint.previous_counts(at):
        counting.append(endpoint.sealed_previous)
    moment = str(int(at.timestamp()))
    return {
        "Content-Type": "application/json",
        "webhook-id": uid,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(
            signature(unseal(bytes(one), endpoint=endpoint), uid=uid, moment=moment, body=body)
            for one in counting
            if one is not None
        ),
    }


def signature(secret: str, *, uid: str, moment: str, body: bytes) -> str:
    """One signature, with its version."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.digest(key, f"{uid}.{moment}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"
