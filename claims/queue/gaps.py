"""The list of what the evidence lacks."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from claims.models import Claim, Gap, Metric, Person, Subject, TakenItem
from claims.queue.filters import Filters
from claims.queue.lists import QueueList, Row, day_words


class Gaps(QueueList):
    """Open gaps, those that most live assessments lack first."""

    code, name, kind = "gap", "Gaps", TakenItem.Kind.GAP
    says = (
        "Numbers that assessments needed and that no published claim gives. Those that most live assessments lack stand "
        "first; you see how many lack one, never whose they are."
    )
    empty = "No live assessment lacks a claim."
    screen = "queue:gap"
    states = tuple(Gap.Code.choices)

    def objects(self, person: Person, on: date) -> QuerySet[Gap]:
        return Gap.objects.waiting(on).order_by("-lacked_by", "first_seen_at", "pk")

    def narrowed(self, queryset: QuerySet[Gap], filters: Filters) -> QuerySet[Gap]:
        """By the gap's own subjects and metrics, since there may be no claim to narrow by."""
        wanted: dict[str, QuerySet[Any]] = {}
        if filters.subject:
            wanted["subjects"] = Subject.objects.filter(slug=filters.subject)
        if filters.family:
            wanted["metrics"] = Metric.objects.filter(family__slug=filters.family)
        filed = Filters(topic=filters.topic).claims
        kept = queryset if filed is None else self.about(queryset, filed)
        return _with_words(kept, wanted)

    def about(self, queryset: QuerySet[Gap], claims: QuerySet[Claim]) -> QuerySet[Gap]:
        """A gap is filed nowhere: it belongs where claims on one of its metrics are."""
        return _with_words(queryset, {"metrics": Metric.objects.filter(pk__in=claims.values("metric"))})

    def in_state(self, queryset: QuerySet[Gap], state: str, on: date) -> QuerySet[Gap]:
        return queryset.filter(code=state)

    def rows(self, objects: Iterable[Any], on: date) -> list[Row]:
        gaps = list(objects)
        subjects = {one.slug: one for one in Subject.objects.filter(slug__in=_words(gaps, "subjects"))}
        metrics = {one.slug: one for one in Metric.objects.filter(slug__in=_words(gaps, "metrics"))}
        return [
            Row(
                item=gap.pk,
                title=f"{_names(gap.metrics, metrics)}: {_names(gap.subjects, subjects)}",
                ref=str(gap),
                address=self.address(gap.pk),
                value=asked_for(gap),
                why=[
                    gap.get_code_display(),
                    f"{gap.lacked_by} live assessment{' lacks' if gap.lacked_by == 1 else 's lack'} it",
                    f"since {day_words(gap.first_seen_at.date())}",
                    *([f"set aside: {', '.join(gap.claims)}"] if gap.claims else []),
                ],
                draft=_draft_address(gap, subjects, metrics),
            )
            for gap in gaps
        ]


def asked_for(gap: Gap) -> str:
    """Unit, period and scope in words: "hours per month, tier: production"."""
    unit = gap.currency if gap.unit == "currency" and gap.currency else gap.unit
    measure = f"{unit} per {gap.per}" if gap.per else unit
    scope = (f"{key}: {str(value).lower() if isinstance(value, bool) else value}" for key, value in _sorted(gap.scope))
    return ", ".join([measure, *scope]).replace("_", " ")


def _sorted(scope: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(scope.items())


def _words(gaps: Iterable[Gap], field: str) -> set[str]:
    return {slug for gap in gaps for slug in getattr(gap, field)}


def _with_words(queryset: QuerySet[Gap], wanted: dict[str, QuerySet[Any]]) -> QuerySet[Gap]:
    """The gaps that name, in each of these fields, one of these entries of the vocabulary.

    In Python, since the words are JSON: there are some dozens of gaps, as many as the method has inputs.
    """
    if not wanted:
        return queryset
    slugs = {field: set(entries.order_by().values_list("slug", flat=True)) for field, entries in wanted.items()}
    found = [gap.pk for gap in queryset if all(slugs[field] & set(getattr(gap, field)) for field in slugs)]
    return queryset.filter(pk__in=found)


def _names(slugs: Sequence[str], entries: dict[str, Any]) -> str:
    """Names where the vocabulary has them, else the slug as it was asked for."""
    return " or ".join(entries[slug].name if slug in entries else slug for slug in slugs)


def _draft_address(gap: Gap, subjects: dict[str, Subject], metrics: dict[str, Metric]) -> str:
    """The form of a new claim with what is known already; of several subjects or metrics the first that there is."""
    known = {
        "subject": next((subjects[slug].pk for slug in gap.subjects if slug in subjects), ""),
        "metric": next((metrics[slug].pk for slug in gap.metrics if slug in metrics), ""),
        "unit": gap.unit,
        "currency": gap.currency,
        "per": gap.per,
        "scope": "\n".join(
            f"{key}: {str(value).lower() if isinstance(value, bool) else value}" for key, value in _sorted(gap.scope)
        ),
    }
    query = urlencode({key: value for key, value in known.items() if value != ""})
    return f"{reverse('admin:claims_claim_add')}?{query}"
