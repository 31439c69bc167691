"""What is done once a day, and may be done at any time: nothing that was missed stays missed, and logs end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from assessments.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from assessments.webhooks import letter, sending, signing

KEPT = timedelta(days=30)
"""For how long a delivery that has ended is kept, with its attempts."""


@dataclass(frozen=True, slots=True)
class Done:
    """How many secrets were sealed anew, how many of them could not be opened, and how many deliveries were forgotten."""

    sealed: int
    lost: int
    forgotten: int


@transaction.atomic
def keep_up(*, at: datetime) -> Done:
    """Wake the worker, write letters that could not be handed over, seal secrets anew, forget old deliveries."""
    sending.ring()
    off = WebhookEndpoint.objects.filter(state=WebhookEndpoint.State.OFF, told_at=None)
    for endpoint in off.values_list("pk", flat=True):
        letter.tell.enqueue(endpoint)
    sealed, lost = _seal_anew(at)
    return Done(sealed, lost, _forget(at))


def _seal_anew(at: datetime) -> tuple[int, int]:
    """Seal under the key of today what was sealed under one before it; drop earlier secrets that count no more."""
    WebhookEndpoint.objects.filter(previous_until__lte=at).update(sealed_previous=None, previous_until=None)
    sealed = lost = 0
    for endpoint in WebhookEndpoint.objects.select_for_update(no_key=True).exclude(sealed_secret=None).order_by("pk"):
        for name in ("sealed_secret", "sealed_previous"):
            if (column := getattr(endpoint, name)) is None:
                continue
            kept = bytes(column)
            if signing.is_current(kept, endpoint=endpoint):
                continue
            try:
                secret = signing.unseal(kept, endpoint=endpoint)
            except signing.Sealed:
                lost += 1
                continue
            setattr(endpoint, name, signing.seal(secret, endpoint=endpoint))
            endpoint.save(update_fields=[name])
            sealed += 1
    return sealed, lost


def _forget(at: datetime) -> int:
    """Delete deliveries that ended, and of which nothing was heard for thirty days, then events that nobody has."""
    ended = WebhookDelivery.objects.filter(
        state__in=(WebhookDelivery.State.DELIVERED, WebhookDelivery.State.GIVEN_UP), put_down_at__lt=at - KEPT
    ).exclude(attempts__at__gte=at - KEPT)
    count = ended.count()
    ended.delete()
    WebhookEvent.objects.filter(at__lt=at - KEPT, deliveries=None).delete()
    return count
