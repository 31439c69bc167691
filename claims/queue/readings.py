"""Lists of published claims: to be read again, found wrong, standing on too little."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from claims import exposure, freshness, published
from claims.models import Check, Citation, Claim, Person, Revision, Source, TakenItem
from claims.queue.lists import QueueList, Row, day_words

FOUND = (Check.Kind.CHANGED, Check.Kind.GONE, Check.Kind.DOUBTFUL, Check.Kind.SUPERSEDED)
"""What a person found who could not say that the figure is still true."""
WAITING = (freshness.State.DUE, freshness.State.OVERDUE, freshness.State.EXPIRED)
ENOUGH_SUPPORT = 2


def found_wrong() -> QuerySet[Check]:
    """For a subquery on revisions: what was found of the claim since the revision, and not read as true since."""
    read_since = Check.objects.filter(claim=OuterRef("claim"), kind__in=Check.READINGS, pk__gt=OuterRef("pk"))
    since = Check.objects.filter(
        claim=OuterRef("claim"), kind__in=FOUND, by__isnull=False, recorded_at__gte=OuterRef("published_at")
    )
    return since.filter(~Exists(read_since)).order_by("-pk")


class PublishedList(QueueList):
    """Published claims, as their current revisions."""

    item = "claim_id"
    screen = "queue:recheck"

    def about(self, queryset: QuerySet[Revision], claims: QuerySet[Claim]) -> QuerySet[Revision]:
        return queryset.filter(claim__in=claims)

    def row(self, revision: Revision) -> Row:
        body = revision.body
        return Row(
            item=revision.claim_id,
            title=body["statement"],
            ref=body["slug"],
            address=self.address(revision.claim_id),
            value=body["value"]["text"],
        )


class Rechecks(PublishedList):
    """Published claims that somebody has to read again, the most exposed first."""

    code, name, kind = "recheck", "Re-checks", TakenItem.Kind.RECHECK
    says = "Published claims that are due for another reading. What is latest for its kind and most cited stands first."
    empty = "Every published claim has been read in time."
    states = tuple((state.value, state.value) for state in WAITING)

    def objects(self, person: Person, on: date) -> QuerySet[Revision]:
        waiting = published.not_fresh(published.revisions(), on).filter(~Exists(found_wrong()))
        # Reading does not lift a hard stop, a new revision does: one that is on its way is not asked for again.
        on_its_way = Q(expires_on__lte=on, claim__state__in=(Claim.State.DRAFT, Claim.State.REVIEW))
        return exposure.ranked(waiting.exclude(on_its_way), on)

    def in_state(self, queryset: QuerySet[Revision], state: str, on: date) -> QuerySet[Revision]:
        of_state = published.in_state(published.revisions(), [state], on)
        return queryset.filter(pk__in=of_state.order_by().values("pk"))

    def rows(self, objects: Iterable[Any], on: date) -> list[Row]:
        revisions = list(objects)
        families = dict(Revision.objects.filter(pk__in=[r.pk for r in revisions]).values_list("pk", "metric__family"))
        policies = {family.pk: family for family in published.MetricFamily.objects.all()}
        counts = exposure.citing(revision.claim_id for revision in revisions)
        rows = []
        for revision in revisions:
            row, family = self.row(revision), policies[families[revision.pk]]
            state = freshness.state(
                checked_on=revision.read_on, dated_on=revision.evidence_dated_on, interval_days=family.interval_days,
                expires_on=revision.expires_on, as_of=on,
            )  # fmt: skip
            row.chip = (state.value, state.value)
            row.weight = f"{revision.exposure:,.2f}"
            row.why = [
                _since(revision, family.interval_days, on),
                f"half-life {family.half_life_days} days",
                *exposure.citing_in_words(counts.get(revision.claim_id, {})),
            ]
            rows.append(row)
        return rows


def _since(revision: Any, interval_days: int, on: date) -> str:
    if revision.anchored_on is None:
        return "nothing dates it"
    due = revision.anchored_on + timedelta(days=interval_days)
    begins = f"{'was due' if due < on else 'is due'} on {day_words(due)}"
    return f"{begins}, {'read' if revision.read_on else 'its source is of'} {day_words(revision.anchored_on)}"


class Found(PublishedList):
    """Published claims of which a person found that they no longer hold, and which nobody has corrected yet."""

    code, name = "found", "Found wrong"
    says = (
        "A person looked, and the figure no longer holds. Correct it, replace it or retract it; readers still see it."
    )
    screen = "admin:claims_claim_change"
    extra = {"old": "published"}
    states = tuple((kind.value, kind.label) for kind in FOUND)

    def objects(self, person: Person, on: date) -> QuerySet[Revision]:
        newest = found_wrong()
        return (
            published.revisions()
            .annotate(found=Subquery(newest.values("pk")[:1]), found_kind=Subquery(newest.values("kind")[:1]))
            .filter(found__isnull=False)
            .order_by("found")
        )

    def in_state(self, queryset: QuerySet[Revision], state: str, on: date) -> QuerySet[Revision]:
        return queryset.filter(found_kind=state)

    def rows(self, objects: Iterable[Any], on: date) -> list[Row]:
        revisions = list(objects)
        checks = Check.objects.select_related("by").in_bulk([revision.found for revision in revisions])
        rows = []
        for revision in revisions:
            row, check = self.row(revision), checks[revision.found]
            who = check.by.get_full_name() or check.by.get_username()
            row.why = [check.get_kind_display(), f"{who}, {day_words(check.on)}", *filter(None, [check.note])]
            rows.append(row)
        return rows


class Support(PublishedList):
    """Published claims that rest on one source, or on none. An official price or document needs no second witness."""

    code, name, kind = "support", "Little support", TakenItem.Kind.SUPPORT
    says = (
        "Published claims with fewer than two independent sources, the most cited first. "
        "Official prices and documentation are left out: they need no second witness."
    )
    empty = "Every claim stands on two independent sources."
    states = (("none", "no source supports it"), ("one", "one independent source"))

    def objects(self, person: Person, on: date) -> QuerySet[Revision]:
        supporting = Citation.objects.filter(claim=OuterRef("claim"), stance=Citation.Stance.SUPPORTS)
        official = supporting.filter(source__kind__in=(Source.Kind.OFFICIAL_DOCUMENTATION, Source.Kind.PRICE_DATA))
        upstream = Count(Coalesce(F("attributed_to"), F("source")), distinct=True)
        counted = supporting.order_by().values("claim").annotate(n=upstream).values("n")
        none = Value(0, output_field=IntegerField())
        weak = (
            published.revisions()
            .exclude(claim__study_type=Claim.StudyType.OFFICIAL_DOCUMENTATION)
            .filter(~Exists(official))
            .annotate(support=Coalesce(Subquery(counted, output_field=IntegerField()), none))
            .filter(support__lt=ENOUGH_SUPPORT)
        )
        return exposure.with_citations(weak, "claim_id").order_by("-citations", "claim__slug")

    def in_state(self, queryset: QuerySet[Revision], state: str, on: date) -> QuerySet[Revision]:
        return queryset.filter(Q(support=0) if state == "none" else Q(support=1))

    def rows(self, objects: Iterable[Any], on: date) -> list[Row]:
        revisions = list(objects)
        counts = exposure.citing(revision.claim_id for revision in revisions)
        rows = []
        for revision in revisions:
            row = self.row(revision)
            row.why = [
                dict(self.states)["one" if revision.support else "none"],
                *exposure.citing_in_words(counts.get(revision.claim_id, {})),
            ]
            rows.append(row)
        return rows
