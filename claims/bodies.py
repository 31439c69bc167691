"""A body of evidence: the published claims on one question, which is a subject, a metric and a scope.

Figures are made alike in unit and period and laid side by side. Nothing is averaged here: a mean over figures that
disagree, or that are for different things, would be a figure that nobody claimed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from claims import comparison, freshness, published
from claims.alike import alike, converted, currencies, rounded
from claims.models import CertaintyJudgement, Conflict, Metric, Revision, Subject
from claims.quantity import Quantity, text
from claims.rates import Conversion
from claims.scale import Scale, common_scale, in_words, measure
from claims.support import Cited, independent

MOST = 80
"""So many claims a page lays side by side; the list of claims has them all."""
# By these keys of a scope figures are for different things, in this order; what else a scope says stands with the row.
GROUPED_BY = ("role", "tier", "method", "model_size")
ROLES = ("study", "estimate", "recommendation", "gate", "case")


def holds(own: Mapping[str, Any], scope: Mapping[str, Any]) -> bool:
    """Whether a claim's own scope lies in a scope: it says the same under every key of it."""
    return all(key in own and own[key] == value for key, value in scope.items())


def revisions(subject: Subject, metric: Metric) -> QuerySet[Revision]:
    """What is published now on a subject and a metric, whatever its scope."""
    return published.revisions().filter(subject=subject, metric=metric)


def has_claims(subject: Subject, metric: Metric, scope: Mapping[str, Any]) -> bool:
    """Whether anything is published on a question."""
    return any(holds(own, scope) for own in revisions(subject, metric).values_list("scope", flat=True))


@dataclass(frozen=True, slots=True)
class Entry:
    """One claim of a body. `value` is the figure as it is compared; `weight` is from 1 (read today) towards 0.

    `conversion` is how an amount got into the currency of `value`, where it is printed in another one.
    """

    document: Mapping[str, Any]
    value: Quantity
    weight: float
    conversion: Conversion | None = None

    @property
    def source(self) -> Mapping[str, Any]:
        """The source that is named first."""
        source: Mapping[str, Any] = self.document["citations"][0]["source"]
        return source

    @property
    def is_contested(self) -> bool:
        """Whether another published claim disagrees."""
        return bool(self.document["contested_by"])

    @property
    def compared_text(self) -> str:
        """The figure as it is compared, to three digits, where it is not as it is printed; else nothing."""
        printed = Quantity.from_json(self.document["value"])
        return "" if self.value == printed else text(rounded(self.value))

    def in_words(self, number: Decimal | None) -> str | None:
        """One end of the figure as it is compared; None for an open one."""
        if number is None:
            return None
        point = replace(self.value, low=number, likely=number, high=number, bound=None, rating=None)
        return text(rounded(point) if self.compared_text else point)

    @property
    def group(self) -> dict[str, Any]:
        """The part of the scope by which figures stand together."""
        scope = self.document["scope"]
        return {key: scope[key] for key in GROUPED_BY if key in scope}

    @property
    def rest_of_scope(self) -> dict[str, Any]:
        """What else the scope says."""
        return {key: value for key, value in self.document["scope"].items() if key not in GROUPED_BY}


@dataclass(frozen=True, slots=True)
class Group:
    """Claims of one scope, as far as `GROUPED_BY` tells scopes apart."""

    scope: Mapping[str, Any]
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Plot:
    """Figures of one measure on one scale."""

    groups: Sequence[Group]
    scale: Scale
    counted_in: str

    @property
    def entries(self) -> list[Entry]:
        """All rows, from top to bottom."""
        return [entry for group in self.groups for entry in group.entries]

    @property
    def conversions(self) -> list[Conversion]:
        """The exchange rates behind the plot, in alphabetical order of the currencies they lead from."""
        used = {one.conversion.base: one.conversion for one in self.entries if one.conversion}
        return [used[base] for base in sorted(used)]

    @property
    def reach(self) -> tuple[str | None, str | None]:
        """The lowest and the highest end in words; None where one is open."""
        infinity = Decimal("Infinity")
        lowest = min(self.entries, key=lambda one: -infinity if one.value.low is None else one.value.low)
        highest = max(self.entries, key=lambda one: infinity if one.value.high is None else one.value.high)
        return lowest.in_words(lowest.value.low), highest.in_words(highest.value.high)


@dataclass(frozen=True, slots=True)
class Body:
    """All that a page says of one question."""

    subject: Subject
    metric: Metric
    count: int
    entries: Sequence[Entry]
    plots: Sequence[Plot]
    alone: Sequence[tuple[Entry, str]]
    words: Sequence[Entry]
    judgements: Sequence[CertaintyJudgement]
    conflicts: Sequence[Conflict]
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def independent_sources(self) -> int:
        """How many sources stand behind the claims together, those that lead to one upstream counted once."""
        return independent(
            Cited(one["source"]["slug"], one["attributed_to"], one["stance"])
            for entry in self.entries
            for one in entry.document["citations"]
        )

    @property
    def contested(self) -> int:
        """How many of the claims another one contests."""
        return sum(entry.is_contested for entry in self.entries)

    @property
    def never_read(self) -> int:
        """How many of the claims nobody has read since they were published."""
        return sum(entry.document["checked_on"] is None for entry in self.entries)

    @property
    def oldest_reading(self) -> date | None:
        """The day of the set: the oldest reading of those that were read, never the newest."""
        read = [date.fromisoformat(e.document["checked_on"]) for e in self.entries if e.document["checked_on"]]
        return min(read, default=None)


def body(subject: Subject, metric: Metric, *, on: date) -> Body:
    """The body of evidence on a subject and a metric, on a day. A fixed number of queries."""
    found = revisions(subject, metric)
    rows = list(published.with_reading(found, on).order_by("pk")[:MOST])
    entries = [
        _entry(row, document, metric, on) for row, document in zip(rows, published.documents(rows, on=on), strict=True)
    ]
    entries = _in_one_currency(entries, on)
    figures = [entry for entry in entries if entry.value.is_numeric]
    plots, alone = _plots(figures)
    return Body(
        subject=subject,
        metric=metric,
        count=found.count() if len(rows) == MOST else len(rows),
        entries=entries,
        plots=plots,
        alone=alone,
        words=[entry for entry in entries if not entry.value.is_numeric],
        judgements=_judgements(subject, metric),
        conflicts=_conflicts(subject, metric),
        documents={entry.document["slug"]: entry.document for entry in entries},
    )


def _entry(row: Revision, document: Mapping[str, Any], metric: Metric, on: date) -> Entry:
    read_on: date | None = row.read_on  # type: ignore[attr-defined]  # annotated by `with_reading`
    age = freshness.age_days(checked_on=read_on, dated_on=row.evidence_dated_on, as_of=on)
    return Entry(
        document=document,
        value=alike(Quantity.from_json(document["value"]), metric.slug),
        weight=freshness.weight(age, metric.family.half_life_days),
    )


def _in_one_currency(entries: Sequence[Entry], on: date) -> list[Entry]:
    """Amounts of one period in the currency that most of them are in; a figure without a rate stays as it is."""
    wanted = currencies(entry.value for entry in entries)
    if not wanted:
        return list(entries)
    rates = comparison.rates(on)
    made = (converted(entry.value, wanted, rates) for entry in entries)
    return [
        replace(entry, value=value, conversion=conversion)
        for entry, (value, conversion) in zip(entries, made, strict=True)
    ]


def _plots(figures: Sequence[Entry]) -> tuple[list[Plot], list[tuple[Entry, str]]]:
    """Plots by measure, that with most figures first; and the figures that stand alone, with the reason."""

    def counted(entry: Entry) -> tuple[str, ...]:
        return tuple(part or "" for part in measure(entry.value))

    plots: list[Plot] = []
    alone: list[tuple[Entry, str]] = []
    for _, same in groupby(sorted(figures, key=counted), key=counted):
        entries = list(same)
        scale = common_scale([entry.value for entry in entries])
        words = in_words([entry.value for entry in entries])
        if scale is None:
            alone += [(entry, _why_alone(entry, figures, words)) for entry in entries]
        else:
            plots.append(Plot(_groups(entries), scale, words))
    return sorted(plots, key=lambda plot: -len(plot.entries)), alone


def _why_alone(entry: Entry, figures: Sequence[Entry], words: str) -> str:
    others = {measure(other.value) for other in figures} - {measure(entry.value)}
    if not others:
        return "there is nothing to compare it with"
    unit, own, per = measure(entry.value)
    # The same but for the currency: what was convertible is in one currency by now.
    if any((unit, per) == (other[0], other[2]) and other[1] not in (None, own) for other in others if own):
        return f"the only figure in {words}; no exchange rate is published for {own}"
    return f"the only figure in {words}"


def _groups(entries: Sequence[Entry]) -> list[Group]:
    """Figures of one scope together: studies before estimates, estimates before single cases; the lowest first."""

    def order(entry: Entry) -> tuple[Any, ...]:
        role = entry.group.get("role", "")
        place = ROLES.index(role) if role in ROLES else len(ROLES)
        return place, *(str(entry.group.get(key, "")) for key in GROUPED_BY)

    def end(entry: Entry) -> Decimal:
        value = entry.value
        return value.low if value.low is not None else value.high or Decimal(0)

    ordered = sorted(entries, key=lambda entry: (*order(entry), end(entry), entry.document["slug"]))
    return [Group(same[0].group, same) for same in (list(found) for _, found in groupby(ordered, key=order))]


def _judgements(subject: Subject, metric: Metric) -> list[CertaintyJudgement]:
    """The newest judgement of each scope, the widest scope first."""
    newest = CertaintyJudgement.objects.newest(subject=subject, metric=metric).values()
    return sorted(newest, key=lambda one: (len(one.scope), one.scope_key))


def _conflicts(subject: Subject, metric: Metric) -> list[Conflict]:
    """Pairs of claims published now, with what was decided."""
    between = Conflict.objects.filter(
        first__subject=subject,
        first__metric=metric,
        first__current_revision__state="published",
        second__current_revision__state="published",
    )
    return list(between.select_related("first", "second"))
