"""What came of an attempt, and what follows: when it is tried again, when it is given up, when an endpoint is switched off."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from secrets import SystemRandom

from django.db import transaction

from assessments.models import WebhookAct, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from assessments.webhooks import letter

RETRIES = tuple(timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""How long after each failure the next attempt comes, as Standard Webhooks suggests: three days and four hours in all."""
JITTER = 0.1
"""By how much of itself such a time is longer or shorter, by chance."""
FIRST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(hours=1)
"""How long nothing at all is sent to an endpoint after its first failure; four times as long after each further one."""
OFF_AFTER = timedelta(days=5)
QUIET = timedelta(days=2)
"""Failures that are further apart than any two attempts are not of one row: the five days begin anew."""
LONGEST_WAIT = timedelta(days=1)
"""For which a receiver can ask (Retry-After)."""

CHANCE = SystemRandom()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: `status` of the answer, or `error`, why there was none; `retry_after` in seconds."""

    status: int | None = None
    error: str = ""
    answer: str = ""
    retry_after: int | None = None
    duration_ms: int | None = None


@transaction.atomic
def enter(attempt: WebhookAttempt, outcome: Outcome, *, taker: str, at: datetime) -> None:
    """Enter what came of an attempt, with what follows for its delivery and its endpoint.

    That a delivery was taken counts whoever sent it. A failure counts only for the task that still has it.
    """
    delivery_row = WebhookDelivery.objects.get(pk=attempt.delivery_id)
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=delivery_row.endpoint_id)
    delivery = WebhookDelivery.objects.select_for_update(no_key=True).get(pk=delivery_row.pk)
    attempt.status, attempt.error, attempt.answer = outcome.status, outcome.error[:300], outcome.answer
    attempt.duration_ms = outcome.duration_ms
    attempt.save(update_fields=["status", "error", "answer", "duration_ms"])
    if attempt.was_taken:
        _end(delivery, WebhookDelivery.State.DELIVERED)
        _forgive(endpoint)
    elif delivery.state == WebhookDelivery.State.SENDING and delivery.taken_by == taker:
        _fail(delivery, endpoint, outcome, at=at)


def _end(delivery: WebhookDelivery, state: WebhookDelivery.State) -> None:
    delivery.state, delivery.next_at, delivery.leased_until = state, None, None
    delivery.save(update_fields=["state", "next_at", "leased_until"])


def _forgive(endpoint: WebhookEndpoint) -> None:
    """It works: what failed before counts no more."""
    endpoint.failures, endpoint.failing_since, endpoint.failed_at, endpoint.rests_until = 0, None, None, None
    endpoint.save(update_fields=["failures", "failing_since", "failed_at", "rests_until"])


def _fail(delivery: WebhookDelivery, endpoint: WebhookEndpoint, outcome: Outcome, *, at: datetime) -> None:
    is_test = delivery.event.type == WebhookEvent.Type.TEST
    if is_test or delivery.tries > len(RETRIES):
        _end(delivery, WebhookDelivery.State.GIVEN_UP)
    else:
        wait = RETRIES[delivery.tries - 1] * CHANCE.uniform(1 - JITTER, 1 + JITTER)
        delivery.state, delivery.leased_until = WebhookDelivery.State.WAITING, None
        delivery.next_at = at + max(wait, _asked_for(outcome))
        delivery.save(update_fields=["state", "leased_until", "next_at"])
    if outcome.status == HTTPStatus.GONE:
        switch_off(endpoint, WebhookEndpoint.Because.GONE, at=at)
    elif not is_test:
        _count(endpoint, outcome, at=at)


def _asked_for(outcome: Outcome) -> timedelta:
    return min(timedelta(seconds=outcome.retry_after or 0), LONGEST_WAIT)


def _count(endpoint: WebhookEndpoint, outcome: Outcome, *, at: datetime) -> None:
    """Let the endpoint rest, and switch it off where it has failed for long enough."""
    if endpoint.failing_since is None or endpoint.failed_at is None or at - endpoint.failed_at > QUIET:
        endpoint.failing_since = at
    endpoint.failures += 1
    endpoint.failed_at = at
    rest = FIRST_REST * 4 ** min(endpoint.failures - 1, 10)
    endpoint.rests_until = at + max(min(rest, LONGEST_REST), _asked_for(outcome))
    endpoint.save(update_fields=["failures", "failing_since", "failed_at", "rests_until"])
    if at - endpoint.failing_since >= OFF_AFTER:
        switch_off(endpoint, WebhookEndpoint.Because.FAILING, at=at)


def switch_off(endpoint: WebhookEndpoint, because: WebhookEndpoint.Because, *, at: datetime) -> None:
    """Send to an endpoint no more, and have its firm's admins told. Of one that is not active nothing changes."""
    if endpoint.state != WebhookEndpoint.State.ACTIVE:
        return
    endpoint.state, endpoint.because, endpoint.told_at = WebhookEndpoint.State.OFF, because, None
    endpoint.save(update_fields=["state", "because", "told_at"])
    stop(endpoint)
    WebhookAct.objects.create(
        endpoint=endpoint, verb=WebhookAct.Verb.SWITCH_OFF, by=None, at=at, detail={"because": str(because)}
    )
    letter.tell.enqueue(endpoint.pk)


def stop(endpoint: WebhookEndpoint) -> None:
    """Give up what is on its way to an endpoint."""
    on_its_way = (WebhookDelivery.State.WAITING, WebhookDelivery.State.SENDING)
    endpoint.deliveries.filter(state__in=on_its_way).update(
        state=WebhookDelivery.State.GIVEN_UP, next_at=None, leased_until=None
    )
