"""The peer that most teams would write: Django REST framework as its manual shows it, on the same tables, with care.

Model serializers; `select_related`, `prefetch_related` and an annotation, so that the number of queries does not grow
with the page; django-filter, DRF's own cursor pagination, ordering and search. It serves the same documents as our API
from the working copies of the claims. It has neither throttle nor authentication, which counts for it.
"""

import json
from base64 import b64encode
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_filters
from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import include, path
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import filters, pagination, serializers, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from bench import peer_values
from bench.api_questions import PAGE, Question
from claims.models import Check, Citation, Claim, Conflict, Metric, MetricFamily, Revision, Source, Subject, Topic
from claims.projection import freshness_keys
from claims.support import Cited, independent


class SourceSerializer(serializers.ModelSerializer):
    """A source inside a citation."""

    class Meta:
        model = Source
        fields = (
            "slug", "title", "publisher", "author", "url", "kind", "language", "published_on", "updated_on", "accessed_on",
            "reliability", "interest",
        )  # fmt: skip

    def to_representation(self, instance: Source) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown | {"author": instance.author or None, "url": instance.url or None}


class CitationSerializer(serializers.ModelSerializer):
    """Where a claim is read."""

    source = SourceSerializer()
    attributed_to = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Citation
        fields = ("source", "stance", "printed", "locator", "attributed_to", "note")


class SubjectSerializer(serializers.ModelSerializer):
    """What a claim is about."""

    class Meta:
        model = Subject
        fields = ("slug", "name")


class MetricSerializer(serializers.ModelSerializer):
    """What a claim measures."""

    family = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Metric
        fields = ("slug", "name", "family")


class ClaimSerializer(serializers.ModelSerializer):
    """A published claim."""

    revision = serializers.IntegerField(source="current_revision.number")
    url = serializers.SerializerMethodField()
    translations = serializers.SerializerMethodField()
    subject = SubjectSerializer()
    metric = MetricSerializer()
    topics = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField()
    citations = CitationSerializer(many=True)
    independent_sources = serializers.SerializerMethodField()
    contested_by = serializers.SerializerMethodField()
    arithmetic = serializers.ReadOnlyField(default=None)
    published_at = serializers.DateTimeField(source="current_revision.published_at")
    digest = serializers.CharField(source="current_revision.digest")

    class Meta:
        model = Claim
        fields = (
            "slug", "revision", "state", "url", "statement", "translations", "subject", "metric", "topics", "value", "scope",
            "assumptions", "citations", "study_type", "credibility", "credibility_reason", "certainty", "certainty_reasons",
            "independent_sources", "contested_by", "arithmetic", "published_at", "digest",
        )  # fmt: skip

    def get_url(self, claim: Claim) -> str:
        return f"/api/v1/claims/{claim.slug}@{claim.current_revision.number}/"

    def get_translations(self, claim: Claim) -> dict[str, Any]:
        return {"es": {"statement": claim.statement_es}} if claim.statement_es else {}

    def get_topics(self, claim: Claim) -> list[str]:
        return sorted(topic.slug for topic in claim.topics.all())

    def get_value(self, claim: Claim) -> dict[str, Any]:
        return peer_values.body(
            (
                claim.low, claim.likely, claim.high, claim.bound, claim.rating, claim.unit, claim.currency, claim.per
            )
        )  # fmt: skip

    def get_independent_sources(self, claim: Claim) -> int:
        return independent(
            Cited(c.source.slug, c.attributed_to.slug if c.attributed_to else None, c.stance)
            for c in claim.citations.all()
        )

    def get_contested_by(self, claim: Claim) -> list[str]:
        first = {conflict.second.slug for conflict in claim.standing_as_first}
        return sorted(first | {conflict.first.slug for conflict in claim.standing_as_second})

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return super().to_representation(instance) | freshness_keys(
            instance.metric.family.interval_days,
            instance.current_revision.evidence_dated_on,
            instance.read_on,
            instance.expires_on,
            datetime.now(UTC).date(),
        )


class ClaimFilter(django_filters.FilterSet):
    """The filters that the questions use, as columns and two methods."""

    topic = django_filters.CharFilter(method="filed_under")
    metric = django_filters.CharFilter(field_name="metric__slug")
    certainty = django_filters.CharFilter()
    freshness = django_filters.CharFilter(method="in_state")

    class Meta:
        model = Claim
        fields: ClassVar = ["topic", "metric", "certainty", "freshness"]

    def filed_under(self, queryset: QuerySet[Claim], _name: str, slug: str) -> QuerySet[Claim]:
        below = Topic.objects.with_descendants([slug])
        filed = Claim.topics.through.objects.filter(claim=OuterRef("pk"), topic__in=below)
        return queryset.filter(Exists(filed))

    def in_state(self, queryset: QuerySet[Claim], _name: str, state: str) -> QuerySet[Claim]:
        if state != "overdue":
            raise serializers.ValidationError({"freshness": "Only overdue is asked for here."})
        today = datetime.now(UTC).date()
        late = Q(anchored_on__isnull=True)
        for family in MetricFamily.objects.all():
            late |= Q(metric__family=family, anchored_on__lt=today - timedelta(days=family.interval_days))
        anchored = Coalesce("read_on", "current_revision__evidence_dated_on")
        expired: Q = Q(expires_on__isnull=False, expires_on__lte=today)
        return queryset.alias(anchored_on=anchored).filter(late).exclude(expired)


class ByCursor(pagination.CursorPagination):
    """A page after another, newest publication first."""

    page_size = PAGE
    ordering = "-sequence"


def _standing(side: str, other: str, through: str = "") -> Prefetch:
    """The conflicts in which a claim stands on this side, with the slug of the other one."""
    standing = Conflict.objects.standing().filter(state__in=Conflict.CONTESTING).select_related(other)
    return Prefetch(f"{through}conflicts_as_{side}", queryset=standing, to_attr=f"standing_as_{side}")


def _read_on() -> Subquery:
    readings = Check.objects.filter(claim=OuterRef("pk"), kind__in=Check.READINGS).order_by().values("claim")
    return Subquery(readings.annotate(last=Max("on")).values("last"))


class OpenViewSet(viewsets.ReadOnlyModelViewSet):
    """Read by anybody, a page at a time."""

    pagination_class = ByCursor
    authentication_classes: ClassVar = []
    permission_classes: ClassVar = [AllowAny]
    throttle_classes: ClassVar = []


class ClaimViewSet(OpenViewSet):
    """Published claims."""

    serializer_class = ClaimSerializer
    filter_backends: ClassVar = [DjangoFilterBackend, filters.OrderingFilter, filters.SearchFilter]
    filterset_class = ClaimFilter
    ordering_fields: ClassVar = ["sequence", "slug"]
    ordering: ClassVar = ["-sequence"]
    search_fields: ClassVar = [
        "statement", "subject__name", "metric__name", "citations__source__title", "citations__source__publisher"
    ]  # fmt: skip
    lookup_field = "slug"
    facet_columns: ClassVar = {"subject": "subject__slug", "metric": "metric__slug", "certainty": "certainty"}

    def get_queryset(self) -> QuerySet[Claim]:
        claims = Claim.objects.filter(state=Claim.State.PUBLISHED)
        cited = Citation.objects.select_related("source", "attributed_to").order_by("position", "pk")
        return (
            claims.select_related("subject", "metric__family", "current_revision")
            .defer("current_revision__document")
            .prefetch_related(
                "topics", Prefetch("citations", cited), _standing("first", "second"), _standing("second", "first")
            )
            .annotate(read_on=_read_on(), sequence=F("current_revision__sequence"))
        )

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page, with counts where they are asked for."""
        response = super().list(request, *args, **kwargs)
        if names := request.query_params.get("facets"):
            # Anew, and with nothing that counting does not need.
            found = self.filterset_class(request.query_params, Claim.objects.filter(state=Claim.State.PUBLISHED)).qs
            response.data["facets"] = {name: self._facet(found, name) for name in names.split(",")}
        return response

    def _facet(self, found: QuerySet[Claim], name: str) -> "list[dict[str, Any]]":
        column = self.facet_columns[name]
        rows = found.order_by().values_list(column).annotate(claims=Count("pk"))
        return [{"value": value, "count": count} for value, count in sorted(rows, key=lambda row: (-row[1], row[0]))]


class PastSerializer(serializers.BaseSerializer):
    """A revision as it stood at the end of a day: its stored document, with the freshness and the conflicts of that day."""

    def to_representation(self, instance: Revision) -> dict[str, Any]:
        on, end = self.context["on"], self.context["end"]
        claim = instance.claim
        first = {conflict.second.slug for conflict in claim.standing_as_first if conflict.opened_at <= end}
        second = {conflict.first.slug for conflict in claim.standing_as_second if conflict.opened_at <= end}
        family = instance.metric.family
        return (
            json.loads(instance.document)
            | freshness_keys(
                family.interval_days, instance.evidence_dated_on, instance.read_on, instance.expires_on, on
            )
            | {"contested_by": sorted(first | second), "arithmetic": None}
        )


class PastFilter(django_filters.FilterSet):
    """The topic, as revisions were filed under it."""

    topic = django_filters.CharFilter(method="filed_under")

    class Meta:
        model = Revision
        fields: ClassVar = ["topic"]

    def filed_under(self, queryset: QuerySet[Revision], _name: str, slug: str) -> QuerySet[Revision]:
        below = Topic.objects.with_descendants([slug])
        filed = Revision.topics.through.objects.filter(revision=OuterRef("pk"), topic__in=below)
        return queryset.filter(Exists(filed))


class PastViewSet(OpenViewSet):
    """Claims as they stood at the end of a day, `as_of`."""

    serializer_class = PastSerializer
    filter_backends: ClassVar = [DjangoFilterBackend]
    filterset_class = PastFilter

    def get_serializer_context(self) -> dict[str, Any]:
        on = date.fromisoformat(self.request.query_params["as_of"])
        return super().get_serializer_context() | {"on": on, "end": datetime.combine(on, time.max, UTC)}

    def get_queryset(self) -> QuerySet[Revision]:
        told = self.get_serializer_context()
        newer = Revision.objects.filter(
            claim=OuterRef("claim"), number__gt=OuterRef("number"), published_at__lte=told["end"]
        )
        readings = Check.objects.filter(
            claim=OuterRef("claim"), kind__in=Check.READINGS, on__lte=told["on"], recorded_at__lte=told["end"]
        )
        last = readings.order_by().values("claim").annotate(last=Max("on")).values("last")
        return (
            Revision.objects.filter(~Exists(newer), state=Revision.State.PUBLISHED, published_at__lte=told["end"])
            .select_related("metric__family", "claim")
            .prefetch_related(_standing("first", "second", "claim__"), _standing("second", "first", "claim__"))
            .annotate(read_on=Subquery(last))
        )


router = SimpleRouter()
router.register("claims", ClaimViewSet, basename="stock-claim")
router.register("past", PastViewSet, basename="stock-past")
urlpatterns = [path("stock/", include(router.urls))]


def address(question: Question) -> str:
    """Where the peer answers a question."""
    if question.as_of:
        return f"/stock/past/?{urlencode(question.parameters)}"
    if question.slug:
        return f"/stock/claims/{question.slug}/"
    given = question.parameters
    if "q" in given:
        given["search"] = given.pop("q")
    if question.below is not None:  # a cursor as DRF writes them
        given["cursor"] = b64encode(urlencode({"p": question.below}).encode()).decode()
    return f"/stock/claims/?{urlencode(given)}"
