"""What an admin of a firm can do with its endpoints. Every write is one of these verbs, and each is put into the log."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.models import Firm, WebhookAct, WebhookDelivery, WebhookEndpoint, WebhookEvent
from assessments.webhooks import outbox, outcomes, sending, signing
from claims.fetching_addresses import is_number, why_refused
from claims.fetching_errors import ForbiddenAddress
from claims.fetching_exchange import configured, judged
from claims.models import Person, Topic
from claims.operations import OperationRefused

MOST_ENDPOINTS = 20  # of one firm
MOST_TESTS, MOST_AGAIN, WITHIN = 10, 100, timedelta(minutes=10)
"""How often an admin can have something sent to one endpoint: what is sent may reach somebody who never asked."""
CHOICES = [choice for choice in WebhookEvent.Type.choices if choice[0] != WebhookEvent.Type.TEST]
"""What an endpoint can be told of, with words for people."""

State, Verb = WebhookEndpoint.State, WebhookAct.Verb


@transaction.atomic
def add(
    *,
    by: Person,
    at: datetime,
    firm: Firm,
    url: str,
    events: Iterable[str],
    topics: Iterable[Topic] = (),
    description: str = "",
) -> tuple[WebhookEndpoint, str]:
    """A new endpoint, and its secret, which is told here once. It is told of what happens from now on.

    Raises OperationRefused, with the `field`, for somebody who is no admin of the firm, an address that is not sent to,
    no event or an unknown one, and for more endpoints than a firm can have.
    """
    _require_admin(by, firm)
    firm = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    if firm.webhooks.exclude(state=State.DELETED).count() >= MOST_ENDPOINTS:
        raise OperationRefused(f"{firm.name} has {MOST_ENDPOINTS} endpoints, as many as a firm can have.")
    endpoint = WebhookEndpoint(firm=firm, made_by=by, made_at=at, sequence=outbox.newest_sequence())
    secret = signing.new_secret()
    endpoint.sealed_secret = signing.seal(secret, endpoint=endpoint)
    _describe(endpoint, url=url, events=events, description=description)
    endpoint.topics.set(topics)
    _record(endpoint, Verb.ADD, by=by, at=at, url=endpoint.url)
    return endpoint, secret


@transaction.atomic
def change(
    *,
    by: Person,
    at: datetime,
    endpoint: WebhookEndpoint,
    url: str,
    events: Iterable[str],
    topics: Iterable[Topic] = (),
    description: str = "",
) -> WebhookEndpoint:
    """Say anew where it is, what it is told of, and what it is for. What is on its way goes to the new address.

    Raises OperationRefused as `add` does.
    """
    endpoint = _locked(endpoint, by=by)
    before = endpoint.url
    _describe(endpoint, url=url, events=events, description=description)
    endpoint.topics.set(topics)
    moved = {"url": endpoint.url, "before": before} if endpoint.url != before else {}
    _record(endpoint, Verb.CHANGE, by=by, at=at, **moved)
    return endpoint


def _describe(endpoint: WebhookEndpoint, *, url: str, events: Iterable[str], description: str) -> None:
    """Enter what was given, and store it. Raises OperationRefused, with the field."""
    endpoint.url = address(url)
    wanted = set(events)
    endpoint.events = [name for name, _ in CHOICES if name in wanted]
    if unknown := sorted(wanted - set(endpoint.events)):
        raise OperationRefused(f"There is no event {unknown[0]}.", field="events")
    if not wanted:
        raise OperationRefused("Choose at least one event.", field="events")
    endpoint.description = " ".join(description.split())
    typed = {"url", "description"}
    try:
        endpoint.clean_fields(exclude={field.name for field in WebhookEndpoint._meta.fields} - typed)
        endpoint.validate_constraints()
    except ValidationError as error:
        field = "description" if "description" in error.message_dict else "url"
        raise OperationRefused(error.messages[0], field=field) from None
    endpoint.save()


def address(url: str) -> str:
    """An address as it is kept. Raises OperationRefused for one that is never sent to, with a sentence that says why.

    What a name resolves to is judged each time something is sent. https only, but for places on this machine that the operator allows for trials.
    """
    rules = configured()
    try:
        found = judged(url.strip(), rules=rules)
    except ForbiddenAddress as error:
        raise OperationRefused(f"Nothing is sent to this address. {error}", field="url") from None
    if (found.host, found.port) in rules.loopback:
        return found.url
    if is_number(found.host) and (why := why_refused(found.host)):
        raise OperationRefused(
            f"Nothing is sent to this address: it is not on the public network ({why}).", field="url"
        )
    if found.scheme != "https":
        raise OperationRefused("The address begins with https://.", field="url")
    return found.url


@transaction.atomic
def rotate(*, by: Person, at: datetime, endpoint: WebhookEndpoint) -> tuple[WebhookEndpoint, str]:
    """A new secret, told here once. The one before it goes on counting for a day, the one before that no more."""
    endpoint = _locked(endpoint, by=by)
    secret = signing.new_secret()
    endpoint.sealed_previous, endpoint.previous_until = endpoint.sealed_secret, at + signing.OVERLAP
    endpoint.sealed_secret = signing.seal(secret, endpoint=endpoint)
    endpoint.save(update_fields=["sealed_secret", "sealed_previous", "previous_until"])
    _record(endpoint, Verb.ROTATE, by=by, at=at)
    return endpoint, secret


@transaction.atomic
def pause(*, by: Person, at: datetime, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Send it nothing until it is resumed. What is on its way waits; what happens meanwhile it is not told of."""
    endpoint = _locked(endpoint, by=by)
    if not endpoint.is_active:
        raise OperationRefused("This endpoint is not active.")
    endpoint.state = State.PAUSED
    endpoint.save(update_fields=["state"])
    _record(endpoint, Verb.PAUSE, by=by, at=at)
    return endpoint


@transaction.atomic
def resume(*, by: Person, at: datetime, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Tell it again of what happens from now on, after a pause or after it was switched off."""
    endpoint = _locked(endpoint, by=by)
    if endpoint.is_active:
        raise OperationRefused("This endpoint is active already.")
    endpoint.state, endpoint.because, endpoint.told_at = State.ACTIVE, "", None
    endpoint.sequence = outbox.newest_sequence()
    endpoint.failures, endpoint.failing_since, endpoint.failed_at, endpoint.rests_until = 0, None, None, None
    endpoint.save()
    _record(endpoint, Verb.RESUME, by=by, at=at)
    sending.ring()
    return endpoint


@transaction.atomic
def test(*, by: Person, at: datetime, endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Send it a test, once, even while it rests after a failure.

    Raises OperationRefused for one that is not active, and for more than ten in ten minutes.
    """
    endpoint = _locked(endpoint, by=by)
    _require_active(endpoint)
    _require_pause(endpoint, Verb.TEST, most=MOST_TESTS, at=at)
    delivery = outbox.put_down_test(endpoint, at=at)
    _wake(endpoint)
    _record(endpoint, Verb.TEST, by=by, at=at, event=delivery.event.uid)
    return delivery


@transaction.atomic
def again(*, by: Person, at: datetime, delivery: WebhookDelivery) -> WebhookDelivery:
    """Send a delivery once more, under the same id, with all its retries before it.

    Raises OperationRefused for one that is being sent, for an endpoint that is not active, and for more than a hundred
    in ten minutes.
    """
    endpoint = _locked(delivery.endpoint, by=by)
    _require_active(endpoint)
    _require_pause(endpoint, Verb.AGAIN, most=MOST_AGAIN, at=at)
    delivery = WebhookDelivery.objects.select_for_update(no_key=True).select_related("event").get(pk=delivery.pk)
    if delivery.state == WebhookDelivery.State.SENDING:
        raise OperationRefused("It is being sent at the moment.")
    delivery.state, delivery.next_at, delivery.tries = WebhookDelivery.State.WAITING, at, 0
    delivery.save(update_fields=["state", "next_at", "tries"])
    _wake(endpoint)
    _record(endpoint, Verb.AGAIN, by=by, at=at, event=delivery.event.uid)
    return delivery


@transaction.atomic
def delete(*, by: Person, at: datetime, endpoint: WebhookEndpoint) -> None:
    """Send it nothing any more, and forget its secret. Who did what with it stays in the log."""
    endpoint = _locked(endpoint, by=by)
    endpoint.state, endpoint.because = State.DELETED, ""
    endpoint.sealed_secret = endpoint.sealed_previous = endpoint.previous_until = None
    endpoint.save()
    outcomes.stop(endpoint)
    _record(endpoint, Verb.DELETE, by=by, at=at, url=endpoint.url)


def _wake(endpoint: WebhookEndpoint) -> None:
    """Let it rest no longer: somebody asks."""
    endpoint.rests_until = None
    endpoint.save(update_fields=["rests_until"])
    sending.ring()


def _locked(endpoint: WebhookEndpoint, *, by: Person) -> WebhookEndpoint:
    """The endpoint as it is now. Raises OperationRefused for somebody who is no admin of its firm, and for a deleted one."""
    _require_admin(by, endpoint.firm)
    found = (
        WebhookEndpoint.objects.select_for_update(no_key=True, of=("self",)).select_related("firm").get(pk=endpoint.pk)
    )
    if found.state == State.DELETED:
        raise OperationRefused("This endpoint was deleted.")
    return found


def _require_active(endpoint: WebhookEndpoint) -> None:
    if not endpoint.is_active:
        raise OperationRefused("This endpoint is not active: switch it on again first.")


def _require_pause(endpoint: WebhookEndpoint, verb: WebhookAct.Verb, *, most: int, at: datetime) -> None:
    if endpoint.acts.filter(verb=verb, at__gt=at - WITHIN).count() >= most:
        raise OperationRefused(f"This was asked for {most} times in the last ten minutes: wait a moment.")


def _require_admin(person: Person, firm: Firm) -> None:
    if not Firm.objects.managed_by(person).filter(pk=firm.pk).exists():
        raise OperationRefused(f"{person.get_username()} is no admin of this firm.")


def _record(endpoint: WebhookEndpoint, verb: WebhookAct.Verb, *, by: Person, at: datetime, **detail: Any) -> None:
    WebhookAct.objects.create(endpoint=endpoint, verb=verb, by=by, at=at, detail=detail)
