"""What readers see: revisions as of a day, and their documents brought up to that day.

A revision's document is frozen with the freshness it had when it was published.
Lists and the current address of a claim show today's: `documents` lays the
dates from later checks, the conflicts decided since, and what is found of a
stated total, over the frozen text.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, DateField, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from claims import freshness, totals
from claims.models import Check, Conflict, FeedRow, MetricFamily, Revision
from claims.projection import freshness_keys
from claims.quantity import Quantity, text


def end_of(day: date) -> datetime:
    """The last moment of a day, UTC."""
    return timezone.make_aware(datetime.combine(day, time.max), timezone.get_fixed_timezone(0))


def revisions(*, as_of: date | None = None, state: str = Revision.State.PUBLISHED) -> QuerySet[Revision]:
    """The revision of each claim that counts: today's, or that of the end of a day in the past."""
    if as_of is None:
        chosen = Revision.objects.filter(claim__current_revision=F("pk"))
    else:
        latest = (
            Revision.objects.filter(claim=OuterRef("claim"), published_at__lte=end_of(as_of))
            .order_by("-number")
            .values("pk")[:1]
        )
        chosen = Revision.objects.filter(pk=Subquery(latest))
    return chosen.filter(state=state)


def under(queryset: QuerySet[Revision], topic: int) -> QuerySet[Revision]:
    """Those that are filed under a topic (its id), or under one below it."""
    return queryset.filter(pk__in=FeedRow.objects.filter(heading=topic).values("revision"))


def with_reading(queryset: QuerySet[Revision], on: date) -> QuerySet[Revision]:
    """Adds `read_on` (last reading by a person that was known on `on`) and `anchored_on` (that, else the evidence's own date)."""
    readings = (
        Check.objects.filter(claim=OuterRef("claim"), kind__in=Check.READINGS, on__lte=on, recorded_at__lte=end_of(on))
        .order_by()
        .values("claim")
        .annotate(last=Max("on"))
        .values("last")
    )
    return queryset.annotate(
        read_on=Subquery(readings, output_field=DateField()),
    ).annotate(anchored_on=Coalesce("read_on", "evidence_dated_on"))


def in_state(queryset: QuerySet[Revision], states: Iterable[str], on: date) -> QuerySet[Revision]:
    """Those that are fresh, due, overdue or expired on a day. Mirrors `freshness.state` in SQL, family by family."""
    expired = Q(expires_on__isnull=False, expires_on__lte=on)
    wanted = Q(pk__in=[])
    families = list(MetricFamily.objects.all())
    for state in states:
        if state == freshness.State.EXPIRED:
            wanted |= expired
            continue
        if state == freshness.State.OVERDUE:
            wanted |= Q(anchored_on__isnull=True) & ~expired
        for family in families:
            interval = timedelta(days=family.interval_days)
            lead = timedelta(days=freshness.lead_days(family.interval_days))
            due_from, overdue_before = on - interval + lead, on - interval
            dated = {
                freshness.State.FRESH: Q(anchored_on__gt=due_from),
                freshness.State.DUE: Q(anchored_on__lte=due_from, anchored_on__gte=overdue_before),
                freshness.State.OVERDUE: Q(anchored_on__lt=overdue_before),
            }[freshness.State(state)]
            wanted |= Q(metric__family=family) & dated & ~expired
    return with_reading(queryset, on).filter(wanted)


def not_fresh(queryset: QuerySet[Revision], on: date) -> QuerySet[Revision]:
    """Those that are due, overdue or expired on a day: as `in_state` for the three, looking each reading up once."""
    begins = (
        When(
            metric__family=family,
            then=Value(on - timedelta(days=family.interval_days - freshness.lead_days(family.interval_days))),
        )
        for family in MetricFamily.objects.all()
    )
    due_from = Case(*begins, default=Value(on), output_field=DateField())
    waits = Q(expires_on__lte=on) | Q(anchored_on__lte=F("due_from")) | Q(anchored_on__isnull=True)
    return with_reading(queryset, on).alias(due_from=due_from).filter(waits)


def _contests(claims: Iterable[int], on: date) -> dict[int, list[str]]:
    """Claim id → slugs of the published claims that contest it, of the conflicts opened by the end of a day."""
    contested: dict[int, list[str]] = defaultdict(list)
    pairs = Conflict.objects.contesting(claims).filter(opened_at__lte=end_of(on))
    for first, second, first_slug, second_slug in pairs.values_list(
        "first_id", "second_id", "first__slug", "second__slug"
    ):
        contested[first].append(second_slug)
        contested[second].append(first_slug)
    return contested


def arithmetic(rows: Iterable[Revision], on: date, lang: str) -> dict[int, dict[str, Any]]:
    """Claim id → what is found of the total it states, computed from the revisions of that day."""
    rows = list(rows)
    stated = totals.stated({row.claim_id for row in rows}, by=end_of(on))
    if not stated:
        return {}
    parts = {part["claim"] for defined in stated.values() for part in defined["parts"]}
    standing = revisions(as_of=on).filter(claim__slug__in=parts).select_related("claim")
    bodies = {revision.claim.slug: revision.body for revision in standing}
    return {
        row.claim_id: totals.judged(row.body["value"], stated[row.claim_id], bodies, lang=lang)
        for row in rows
        if row.claim_id in stated
    }


def documents(
    queryset: QuerySet[Revision] | list[Revision], *, on: date, lang: str = "en", weighed: bool = False
) -> list[dict[str, Any]]:
    """Documents of revisions in order, with freshness, checks, conflicts and arithmetic of the day `on`.

    `lang` is the language of every `text` of a value. `weighed` adds `freshness_weight`, which those need who pool.
    """
    if isinstance(queryset, QuerySet):
        rows = list(with_reading(queryset, on).select_related("metric__family"))
    else:
        rows = list(
            with_reading(Revision.objects.filter(pk__in=[r.pk for r in queryset]), on).select_related("metric__family")
        )
        order = {revision.pk: place for place, revision in enumerate(queryset)}
        rows.sort(key=lambda row: order[row.pk])
    contested = _contests({row.claim_id for row in rows}, on)
    found_of_totals = arithmetic(rows, on, lang)
    found = []
    for row in rows:
        body = row.body
        read_on: date | None = row.read_on  # type: ignore[attr-defined]  # annotated by `with_reading`
        interval_days = row.metric.family.interval_days
        body |= freshness_keys(interval_days, row.evidence_dated_on, read_on, row.expires_on, on)
        if weighed:
            body["freshness_weight"] = freshness.weight_on(
                checked_on=read_on,
                dated_on=row.evidence_dated_on,
                half_life_days=row.metric.family.half_life_days,
                as_of=on,
            )
        body["contested_by"] = sorted(contested.get(row.claim_id, ()))
        body["arithmetic"] = found_of_totals.get(row.claim_id)
        if lang != "en":
            body["value"]["text"] = text(Quantity.from_json(body["value"]), lang=lang)
        found.append(body)
    return found
