"""Events in the words that are sent, and for which endpoints they are put down.

The change log of the registry is the outbox of claims: each endpoint holds the last revision of which it was told, and
the worker puts down what came after. Reports have no log, so theirs are put down in the transaction that issues one.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from assessments.models import Firm, WebhookDelivery, WebhookEndpoint, WebhookEvent
from claims.models import Revision, Topic

MOST_ENDPOINTS, MOST_REVISIONS = 100, 200
"""How many endpoints are told of how many revisions in one transaction."""


def newest_sequence() -> int:
    """The place of the last revision in the chain; 0 while there is none."""
    return Revision.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def body(type_: str, data: Mapping[str, Any], *, at: datetime) -> str:
    """An event as it is sent."""
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": type_, "timestamp": moment, "data": data}, separators=(",", ":"), ensure_ascii=False)


def claim_event(revision: Revision) -> WebhookEvent:
    """What is told of a revision; not stored. Its claim is loaded."""
    slug, type_ = revision.claim.slug, f"claim.{revision.state}"
    data = {
        "slug": slug,
        "revision": revision.number,
        "sequence": revision.sequence,
        "state": revision.state,
        "url": settings.SITE_URL + reverse("api-revision-detail", args=[slug, revision.number]),
        "digest": revision.digest,
    }
    at = revision.published_at
    return WebhookEvent(type=type_, body=body(type_, data, at=at), at=at, revision=revision)


def put_down_claims(*, at: datetime) -> int:
    """Put down deliveries of all revisions of which active endpoints were not told yet; how many."""
    count = 0
    while (made := _put_down_some(at=at)) is not None:
        count += made
    return count


@transaction.atomic
def _put_down_some(*, at: datetime) -> int | None:
    """The same for some endpoints and revisions; None where none lags behind, or others are at it."""
    lagging = WebhookEndpoint.objects.listening().filter(sequence__lt=newest_sequence()).order_by("pk")
    endpoints = list(lagging.select_for_update(skip_locked=True, no_key=True)[:MOST_ENDPOINTS])
    if not endpoints:
        return None
    after = min(endpoint.sequence for endpoint in endpoints)
    revisions = list(
        Revision.objects.filter(sequence__gt=after)
        .select_related("claim")
        .prefetch_related("topics")
        .defer("document")
        .order_by("sequence")[:MOST_REVISIONS]
    )
    told = [
        (revision, endpoint)
        for endpoint, topics in _with_topics(endpoints)
        for revision in revisions
        if revision.sequence > endpoint.sequence and _concerns(revision, endpoint, topics)
    ]
    events = _stored({revision.pk: revision for revision, _ in told}.values())
    made = _put_down_for(((events[revision.pk], endpoint) for revision, endpoint in told), at=at)
    last = revisions[-1].sequence
    WebhookEndpoint.objects.filter(pk__in=[one.pk for one in endpoints], sequence__lt=last).update(sequence=last)
    return made


def _with_topics(endpoints: Iterable[WebhookEndpoint]) -> Iterable[tuple[WebhookEndpoint, set[int]]]:
    """Each with the topics of which it is told, those below them too; none: of all."""
    chosen: dict[int, set[str]] = {}
    rows = WebhookEndpoint.topics.through.objects.filter(webhookendpoint__in=endpoints)
    for pk, slug in rows.values_list("webhookendpoint", "topic__slug"):
        chosen.setdefault(pk, set()).add(slug)
    for endpoint in endpoints:
        slugs = chosen.get(endpoint.pk)
        yield endpoint, Topic.objects.with_descendants(slugs) if slugs else set()


def _concerns(revision: Revision, endpoint: WebhookEndpoint, topics: set[int]) -> bool:
    """Whether an endpoint is told of a revision: by what happened, and by the topics that it was published under."""
    if f"claim.{revision.state}" not in endpoint.events:
        return False
    return not topics or any(topic.pk in topics for topic in revision.topics.all())


def _stored(revisions: Iterable[Revision]) -> dict[int, WebhookEvent]:
    """The events of revisions by the revision's id: those that are there, and those that nobody has made yet."""
    made = [claim_event(revision) for revision in revisions]
    WebhookEvent.objects.bulk_create(made, ignore_conflicts=True)
    of_these = WebhookEvent.objects.filter(revision__in=[event.revision_id for event in made])
    return {event.revision_id: event for event in of_these if event.revision_id}


def put_down(*, firm: Firm, type_: str, data: Mapping[str, Any], at: datetime) -> int:
    """Put down an event of a firm for those of its endpoints that are told of it; how many."""
    listening = [one for one in WebhookEndpoint.objects.listening().filter(firm=firm) if type_ in one.events]
    if not listening:
        return 0
    event = WebhookEvent.objects.create(type=type_, body=body(type_, data, at=at), at=at, firm=firm)
    return _put_down_for(((event, endpoint) for endpoint in listening), at=at)


def put_down_test(endpoint: WebhookEndpoint, *, at: datetime) -> WebhookDelivery:
    """Put down a test for one endpoint, whatever it is told of."""
    type_ = WebhookEvent.Type.TEST.value
    text = body(type_, {"endpoint": endpoint.pk}, at=at)
    event = WebhookEvent.objects.create(type=type_, body=text, at=at, firm=endpoint.firm)
    return WebhookDelivery.objects.create(event=event, endpoint=endpoint, put_down_at=at, next_at=at)


def _put_down_for(pairs: Iterable[tuple[WebhookEvent, WebhookEndpoint]], *, at: datetime) -> int:
    rows = [WebhookDelivery(event=event, endpoint=one, put_down_at=at, next_at=at) for event, one in pairs]
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)
