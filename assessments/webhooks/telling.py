"""What operations call in their own transaction when something happened that endpoints are told of."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from assessments.models import Firm, WebhookEndpoint, WebhookEvent
from assessments.webhooks import outbox, sending
from claims.events import Event, Kind

OF_CLAIMS = frozenset({Kind.PUBLISHED, Kind.REVISED, Kind.RETRACTED, Kind.SUPERSEDED})
"""What puts a revision into the change log."""


def note(event: Event) -> None:
    """Wake the worker, where somebody listens; what happened stands in the change log (claims/events.py)."""
    if event.kind in OF_CLAIMS and WebhookEndpoint.objects.listening().exists():
        sending.ring()


def report_issued(
    *, firm: Firm, reference: str, digest: str, page: str, superseded: Iterable[tuple[str, str, str]], at: datetime
) -> None:
    """Tell a firm's endpoints that a report was issued, and which earlier ones it superseded.

    `page`: path of the page that verifies it. `superseded`: reference, digest and page of each. Nothing of the client.
    """
    told = [
        (WebhookEvent.Type.REPORT_ISSUED.value, (reference, digest, page)),
        *((WebhookEvent.Type.REPORT_SUPERSEDED.value, one) for one in superseded),
    ]
    count = 0
    for type_, (its_reference, its_digest, its_page) in told:
        data = {"reference": its_reference, "digest": its_digest, "url": settings.SITE_URL + its_page}
        count += outbox.put_down(firm=firm, type_=type_, data=data, at=at)
    if count:
        sending.ring()
