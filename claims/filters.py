"""The filters of the claim list: one set for the pages and the API.

A new filter is one declaration in `ClaimFilterSet` with its `help_text`; the
schema, docs/api.md's test and the refusal of unknown parameters follow it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.http import QueryDict

from claims import published
from claims.forms import Alternatives, Day, Flag, Moment, Named, Number, OneOf, Text
from claims.freshness import State
from claims.models import Claim, Conflict, Metric, Revision, Source, Subject, Topic
from claims.quantity import UNITS

SCOPE = re.compile(r"scope\.(?P<key>[a-z][a-z0-9]*(?:_[a-z0-9]+)*)")
# These say which revisions are looked at in the first place; every other filter narrows them down.
CHOSEN_BEFORE = ("as_of", "state")

Narrow = Callable[[QuerySet[Revision], Sequence[Any], date], QuerySet[Revision]]


def search(queryset: QuerySet[Revision], phrases: Iterable[str]) -> QuerySet[Revision]:
    """Revisions whose text holds every word of one of the phrases, in either case; a part of a word counts."""
    return queryset.filter(
        either(
            reduce(lambda all_of, word: all_of & Q(search_text__contains=word), phrase.lower().split(), Q())
            for phrase in phrases
        )
    )


def either(conditions: Iterable[Q]) -> Q:
    """One of these holds."""
    return reduce(or_, conditions)


def among(column: str) -> Narrow:
    """Keeps the rows whose column has one of the values."""
    return lambda queryset, values, _on: queryset.filter(**{f"{column}__in": values})


def where(matching: Callable[[Any], Q]) -> Narrow:
    """Keeps the rows that match one of the values."""
    return lambda queryset, values, _on: queryset.filter(either(matching(value) for value in values))


def read(matching: Callable[[Any], Q]) -> Narrow:
    """Keeps the rows whose last reading, known on the day, matches one of the values."""
    return lambda queryset, values, on: published.with_reading(queryset, on).filter(
        either(matching(value) for value in values)
    )


def in_topics(queryset: QuerySet[Revision], slugs: Iterable[str]) -> QuerySet[Revision]:
    """Revisions filed under one of these topics or under a topic below it."""
    topics = Topic.objects.with_descendants(slugs)
    return queryset.filter(pk__in=Revision.topics.through.objects.filter(topic__in=topics).values("revision"))


def _by_source(queryset: QuerySet[Revision], slugs: Sequence[str], _on: date) -> QuerySet[Revision]:
    return queryset.filter(pk__in=Revision.sources.through.objects.filter(source__slug__in=slugs).values("revision"))


def _by_contest(queryset: QuerySet[Revision], values: Sequence[bool], on: date) -> QuerySet[Revision]:
    pairs = Conflict.objects.filter(state__in=Conflict.CONTESTING, opened_at__lte=published.end_of(on))
    contested = Q(claim__in=pairs.values("first")) | Q(claim__in=pairs.values("second"))
    return queryset.filter(either(contested if value else ~contested for value in values))


def _by_scope(key: str) -> Narrow:
    """Keeps the rows whose scope has one of the values under a key."""
    scoped = KeyTransform(key, "scope")

    def narrow(queryset: QuerySet[Revision], values: Sequence[str], _on: date) -> QuerySet[Revision]:
        meant = [reading for value in values for reading in _readings(value)]
        return queryset.alias(**{f"scope_of_{key}": scoped}).filter(**{f"scope_of_{key}__in": meant})

    return narrow


def _readings(value: str) -> list[str | float | bool]:
    """The JSON values that somebody who writes this in an address can mean: a text, but also a number or true/false."""
    meant: list[str | float | bool] = [value]
    if value in ("true", "false"):
        meant.append(value == "true")
    try:
        number = Decimal(value)
    except InvalidOperation:
        return meant
    if number.is_finite() and abs(number) < Decimal(10) ** 15:
        meant.append(int(number) if number == number.to_integral_value() else float(number))
    return meant


class ClaimFilter(django_filters.Filter):
    """`field` reads the values of a parameter; `narrow(queryset, values, day)` keeps what matches one of them."""

    def __init__(self, field: forms.Field, narrow: Narrow, *, label: str, help_text: str = "") -> None:
        super().__init__(label=label)
        field.label, field.help_text, field.required = label, help_text, False
        self.form_field, self.narrow = field, narrow

    @property
    def field(self) -> forms.Field:
        """The form field of the parameter."""
        return self.form_field

    def filter(self, queryset: QuerySet[Revision], values: Sequence[Any]) -> QuerySet[Revision]:
        """What matches one of the values; everything where none is given."""
        return self.narrow(queryset, values, self.parent.on) if values else queryset


class ClaimFilterSet(django_filters.FilterSet):
    """What a reader may ask of the claim list. `today` is the day that counts where `as_of` is not given."""

    q = ClaimFilter(
        Alternatives(Text()),
        lambda queryset, phrases, _on: search(queryset, phrases),
        label="Words",
        help_text="Words that all occur in the statement, subject, metric, topics or sources; parts of words count.",
    )
    topic = ClaimFilter(
        Named(Topic),
        lambda queryset, slugs, _on: in_topics(queryset, slugs),
        label="Topic",
        help_text="Slug of a topic; includes the topics under it.",
    )
    subject = ClaimFilter(Named(Subject), among("subject__slug"), label="Subject", help_text="Slug of a subject.")
    metric = ClaimFilter(Named(Metric), among("metric__slug"), label="Metric", help_text="Slug of a metric.")
    source = ClaimFilter(
        Named(Source), _by_source, label="Source", help_text="Slug of a source that is cited, whatever its stance."
    )
    unit = ClaimFilter(Alternatives(OneOf(UNITS)), among("unit"), label="Unit", help_text="Unit of the value.")
    currency = ClaimFilter(
        Alternatives(Text(regex=r"[A-Z]{3}", example="a currency of ISO 4217, such as USD")),
        among("currency"),
        label="Currency",
        help_text="Currency of the value, ISO 4217, such as USD. Amounts are as printed, never converted.",
    )
    reliability = ClaimFilter(
        Alternatives(OneOf(Source.Reliability.values)),
        among("reliability"),
        label="Source reliability",
        help_text="Best reliability among the supporting sources, Admiralty A (reliable) to F (cannot be judged).",
    )
    credibility = ClaimFilter(
        Alternatives(OneOf([str(number) for number in Claim.Credibility.values])),
        among("credibility"),
        label="Credibility",
        help_text="Credibility of the information, Admiralty 1 (confirmed) to 6 (cannot be judged).",
    )
    certainty = ClaimFilter(
        Alternatives(OneOf(Claim.Certainty.values)),
        among("certainty"),
        label="Certainty",
        help_text="Certainty of the body of evidence (GRADE).",
    )
    freshness = ClaimFilter(
        Alternatives(OneOf([state.value for state in State])),
        published.in_state,
        label="Freshness",
        help_text="Whether the claim is due to be read again, on the day that is asked about.",
    )
    contested = ClaimFilter(
        Alternatives(Flag()),
        _by_contest,
        label="Contested",
        help_text="true: another claim disagrees; false: none does.",
    )
    value_min = ClaimFilter(
        Alternatives(Number()),
        where(lambda number: Q(is_numeric=True) & (Q(high__isnull=True) | Q(high__gte=number))),
        label="Value from",
        help_text="The range of the claim reaches this number or lies above it, in the claim's own unit.",
    )
    value_max = ClaimFilter(
        Alternatives(Number()),
        where(lambda number: Q(is_numeric=True) & (Q(low__isnull=True) | Q(low__lte=number))),
        label="Value to",
        help_text="The range of the claim reaches this number or lies below it, in the claim's own unit.",
    )
    checked_before = ClaimFilter(
        Alternatives(Day()),
        read(lambda day: Q(read_on__lt=day)),
        label="Last read before",
        help_text="Last read by a person before this day. Claims that nobody read are in neither half.",
    )
    checked_after = ClaimFilter(
        Alternatives(Day()),
        read(lambda day: Q(read_on__gte=day)),
        label="Last read from",
        help_text="Last read by a person on this day or later.",
    )
    updated_after = ClaimFilter(
        Alternatives(Moment()),
        where(lambda moment: Q(published_at__gte=moment)),
        label="Published from",
        help_text="The revision was published at this moment or later, RFC 3339.",
    )
    state = ClaimFilter(
        Alternatives(OneOf(Revision.State.values)),
        among("state"),
        label="State",
        help_text="State of the claim; published ones only where this is not given.",
    )
    as_of = ClaimFilter(
        Day(),
        lambda queryset, _day, _on: queryset,
        label="As of",
        help_text="The registry as it was at the end of this day, with the freshness of that day.",
    )

    def __init__(self, data: QueryDict, *, today: date) -> None:
        super().__init__(data=data, queryset=Revision.objects.none())
        self.data = data
        self.today = today
        for name in data:
            if match := SCOPE.fullmatch(name):
                scope = ClaimFilter(Alternatives(Text()), _by_scope(match["key"]), label=f"Scope, {match['key']}")
                scope.parent, scope.model = self, Revision
                self.filters[name] = scope

    @property
    def on(self) -> date:
        """The day that is asked about."""
        day: date | None = self.form.cleaned_data.get("as_of")
        return day or self.today

    def filter_queryset(self, queryset: QuerySet[Revision]) -> QuerySet[Revision]:
        """The revisions that are asked for, in no order; day and state decide where to begin."""
        del queryset
        return self.without()

    def without(self, *names: str) -> QuerySet[Revision]:
        """What would be found if the filters of these names were not given. The form must be valid."""
        given = self.form.cleaned_data
        states = given["state"] or [Revision.State.PUBLISHED.value]
        as_of = self.on if self.on < self.today else None
        found = reduce(or_, (published.revisions(as_of=as_of, state=state) for state in states))
        for name, value in given.items():
            if name not in (*names, *CHOSEN_BEFORE):
                found = self.filters[name].filter(found, value)
        return found.order_by()

    def get_form_class(self) -> Any:
        """The form of the parameters, with the rule that the future is not known."""
        form_class = super().get_form_class()
        today = self.today

        def clean_as_of(form: forms.Form) -> date | None:
            day: date | None = form.cleaned_data["as_of"]
            if day and day > today:
                raise ValidationError(f"That is in the future: give a day up to {today.isoformat()}.")
            return day

        form_class.clean_as_of = clean_as_of
        return form_class
