"""The letter to a firm's admins that one of its endpoints was switched off: plain text, and nothing of the address."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks import task

from assessments.models import Membership, WebhookEndpoint
from claims import operations
from claims.models import Person

KIND = "webhook_off"
"""The kind of letter, in the log of acts."""

logger = logging.getLogger(__name__)


class NotHandedOver(RuntimeError):
    """The mail server did not take a letter. The daily command tries again."""


@task
def tell(endpoint: int) -> int:
    """Write to each admin of the firm that has an address, once; how many letters. Not for one that is on again."""
    found = WebhookEndpoint.objects.select_related("firm").get(pk=endpoint)
    if found.state != WebhookEndpoint.State.OFF or found.told_at is not None:
        return 0
    sent, failed = 0, 0
    for admin in readers(found):
        if not operations.begin_letter(at=timezone.now(), to=admin, items=1, kind=KIND, about=found.get_absolute_url()):
            continue
        try:
            EmailMessage(subject(), body(found, admin), to=[admin.email]).send()
            sent += 1
        except (OSError, SMTPException) as error:
            operations.letter_failed(at=timezone.now(), to=admin, kind=KIND, about=found.get_absolute_url())
            logger.warning("%s could not be written to: %s", admin.get_username(), error)
            failed += 1
    if failed:
        raise NotHandedOver(f"{failed} letters about {found}")
    WebhookEndpoint.objects.filter(pk=found.pk).update(told_at=timezone.now())
    return sent


def readers(endpoint: WebhookEndpoint) -> list[Person]:
    """The active admins of the firm that have an address."""
    admins = Membership.objects.filter(firm=endpoint.firm, role=Membership.Role.FIRM_ADMIN).values("person")
    return list(Person.objects.filter(pk__in=admins, is_active=True, email__gt="").order_by("pk"))


def subject() -> str:
    """A line without anything that somebody typed."""
    return "Footing: a webhook was switched off"


def body(endpoint: WebhookEndpoint, to: Person) -> str:
    """The letter as plain text."""
    return "\n".join(
        [
            f"Dear {to.get_short_name() or to.get_username()},",
            "",
            f"an endpoint of your firm's webhooks was switched off: {endpoint.get_because_display()}.",
            "Nothing is sent to it until you switch it on again. What happens until then is not sent later: have the",
            "receiver read the change log of the API for it.",
            "",
            "Its log says what was tried and what was answered:",
            f"  {settings.SITE_URL}{endpoint.get_absolute_url()}",
            "",
        ]
    )
