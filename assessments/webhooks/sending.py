"""The worker: takes what is due, sends it, and enters what came of it.

A delivery is taken in a transaction of its own, under a lease in the name of the task, with its attempt put down; then it
is sent with no lock held; then the outcome is entered. A task that was killed in between leaves its deliveries to itself,
when it runs again, or to another once the lease has run out: each is sent at least once, always under the same id.

An endpoint that fails rests, longer each time, so that one that hangs does not keep a worker from its other work.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django_tasks import TaskContext, task

from assessments.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from assessments.webhooks import outbox, outcomes, signing
from assessments.webhooks.outcomes import Outcome
from claims.fetching_errors import FetchError
from claims.fetching_exchange import Rules, configured
from claims.posting import post

LEASE = timedelta(seconds=60)  # longer than an attempt may take
AT_ONCE = 8  # deliveries, each to another endpoint
A_TASK = 80  # deliveries; then the worker is free for others

State = WebhookDelivery.State

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery that was taken, with all that sending it needs. `headers` is None where it cannot be signed."""

    delivery: WebhookDelivery
    attempt: WebhookAttempt
    url: str
    body: bytes
    headers: Mapping[str, str] | None


def ring() -> None:
    """Put the task down that sends what is due.

    In the transaction, with an engine that keeps tasks; after it, with one that does them at once: nothing is sent
    before what it tells of is there.
    """
    if deliver.get_backend().supports_defer:
        deliver.enqueue()
    else:
        transaction.on_commit(deliver.enqueue)


@task(takes_context=True)
def deliver(context: TaskContext) -> int:
    """Put down what the change log has, send what is due, and put down when to look again. How many were sent."""
    try:
        return work(str(context.task_result.id))
    except Exception:  # whatever broke it is told by the raise; somebody has to come back all the same
        _once_more(timezone.now())
        raise


def _once_more(at: datetime) -> None:
    """Put down a task for when the leases of one that broke have run out: its engine takes it for done."""
    if deliver.get_backend().supports_defer:
        deliver.using(run_after=at + LEASE).enqueue()


def work(taker: str, *, rules: Rules | None = None) -> int:
    """What the task does. `taker` names it: run again under the same name, it takes up the deliveries that it had."""
    outbox.put_down_claims(at=timezone.now())
    done = 0
    while done < A_TASK and (jobs := take(taker, at=timezone.now())):
        for job, outcome in _sent(jobs, rules or configured()):
            outcomes.enter(job.attempt, outcome, taker=taker, at=timezone.now())
        done += len(jobs)
    at = timezone.now()
    if _free(at).exists():
        ring()
    _wake_later(at)
    return done


def _free(at: datetime, taker: str = "") -> QuerySet[WebhookDelivery]:
    """What may be taken: what is due, what `taker` had before, and what is with a task that is gone."""
    active = WebhookDelivery.objects.filter(endpoint__state=WebhookEndpoint.State.ACTIVE)
    rested = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=at)
    lost = Q(leased_until__lt=at) | Q(taken_by=taker or "-")
    return active.filter((Q(state=State.WAITING, next_at__lte=at) & rested) | (Q(state=State.SENDING) & lost))


@transaction.atomic
def take(taker: str, *, at: datetime) -> list[Job]:
    """The next deliveries, one for each endpoint, marked as taken and with an attempt put down for each."""
    free = _free(at, taker)
    firsts = free.order_by().values("endpoint").annotate(first=Min("pk")).order_by("first")
    chosen = list(firsts.values_list("first", flat=True)[:AT_ONCE])
    rows = free.filter(pk__in=chosen).select_related("endpoint", "event").order_by("pk")
    taken = list(rows.select_for_update(skip_locked=True, of=("self",)))
    WebhookDelivery.objects.filter(pk__in=[one.pk for one in taken]).update(
        state=State.SENDING, next_at=None, taken_by=taker, leased_until=at + LEASE, tries=F("tries") + 1
    )
    return [_job(one, WebhookAttempt.objects.create(delivery=one, at=at), at=at) for one in taken]


def _job(delivery: WebhookDelivery, attempt: WebhookAttempt, *, at: datetime) -> Job:
    endpoint, event = delivery.endpoint, delivery.event
    body = event.body.encode()
    try:
        headers = signing.headers(endpoint=endpoint, uid=event.uid, body=body, at=at)
    except signing.Sealed:
        headers = None
    return Job(delivery, attempt, endpoint.url, body, headers)


def _sent(jobs: list[Job], rules: Rules) -> Iterator[tuple[Job, Outcome]]:
    """All of them at once, each as it ends. The threads touch no database."""
    with ThreadPoolExecutor(len(jobs), thread_name_prefix="webhook") as threads:
        running = {threads.submit(send, job, rules): job for job in jobs}
        for done in as_completed(running):
            yield running[done], done.result()


def send(job: Job, rules: Rules) -> Outcome:
    """Send one, and say what came of it. Raises nothing."""
    if job.headers is None:
        return Outcome(error="The secret cannot be opened: FOOTING_SECRET_KEY is another. Make a new secret.")
    started = time.monotonic()
    try:
        answered = post(job.url, body=job.body, headers=job.headers, rules=rules)
    except FetchError as error:
        return Outcome(error=error.note, duration_ms=_milliseconds(started))
    except Exception as error:
        logger.exception("Delivery %d could not be sent", job.delivery.pk)
        return Outcome(error=f"Something broke that should not ({type(error).__name__}).")
    return Outcome(
        status=answered.status,
        answer=answered.text,
        retry_after=answered.retry_after,
        duration_ms=_milliseconds(started),
    )


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


@transaction.atomic
def _wake_later(at: datetime) -> None:
    """Put down a task for each endpoint that has something waiting, for when it is due, unless there is one in time."""
    if not deliver.get_backend().supports_defer:
        return
    first = Min("deliveries__next_at", filter=Q(deliveries__state=State.WAITING))
    waiting = WebhookEndpoint.objects.listening().annotate(due=Greatest(first, Coalesce("rests_until", first)))
    in_time = Q(wakes_at__gt=at, wakes_at__lte=F("due"))
    due = dict(waiting.filter(due__gt=at).exclude(in_time).order_by().values_list("pk", "due"))
    for endpoint in WebhookEndpoint.objects.select_for_update(no_key=True).filter(pk__in=due).order_by("pk"):
        endpoint.wakes_at = due[endpoint.pk]
        endpoint.save(update_fields=["wakes_at"])
        deliver.using(run_after=endpoint.wakes_at).enqueue()
