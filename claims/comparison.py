"""Published claims against each other: what is compared of a revision, at which rates, and who may disagree with it.

The rule itself is `claims/conflicts.py`. Nothing is written here.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet

from claims.conflicts import SAVINGS, Comparison, Range, Stated, comparable, compare, lead, leads_beside
from claims.models import Comparable, Revision
from claims.quantity import Quantity
from claims.rates import METRIC, Rate, Rates

# How far a converted end may lie from where the index has it; what is found within is compared exactly.
_SLACK = 1e-9


def stated(revision: Revision) -> Stated:
    """What is compared of a revision."""
    body = revision.body
    return Stated(
        value=Quantity.from_json(body["value"]),
        scope=body["scope"],
        ends_on=revision.expires_on,
        savings=body["metric"]["slug"] in SAVINGS,
    )


def parts(revision: Revision) -> dict[str, Any]:
    """Everything of a revision on which a comparison rests, by name; a decision stands while both sides keep theirs."""
    body = revision.body
    value = {key: part for key, part in body["value"].items() if key not in ("text", "likely")}
    return {
        "value": value,
        "scope": body["scope"],
        "hard stop": body["expires_on"],
        "subject": body["subject"]["slug"],
        "metric": body["metric"]["slug"],
    }


def rates(on: date) -> Rates:
    """The exchange rates that are published now and are of this day or an earlier one."""
    found = Revision.objects.filter(
        claim__current_revision=F("pk"), metric__slug=METRIC, state=Revision.State.PUBLISHED
    ).select_related("claim")
    return Rates(rate for rate in map(_rate, found) if rate is not None and rate.on <= on)


def _rate(revision: Revision) -> Rate | None:
    """The rate that a claim gives; None where it is no single positive number, or names no day or currencies."""
    scope = revision.scope
    try:
        day = date.fromisoformat(str(scope.get("on")))
    except ValueError:
        return None
    named = isinstance(scope.get("from"), str) and isinstance(scope.get("to"), str)
    if not named or revision.low is None or revision.low != revision.high or revision.low <= 0:
        return None
    return Rate(scope["from"], scope["to"], Decimal(revision.low), day, f"{revision.claim.slug}@{revision.number}")


def between(first: Revision, second: Revision, *, on: date, rates: Rates) -> Comparison:
    """How two revisions on one subject and metric stand to each other on a day."""
    return compare(stated(first), stated(second), on=on, rates=rates)


def row(revision: Revision) -> Comparable | None:
    """The row by which a published revision is found, not saved; None where it has no number to compare."""
    found = comparable(stated(revision))
    if found is None:
        return None
    key, whole = lead(revision.scope)
    return Comparable(
        claim_id=revision.claim_id,
        subject_id=revision.subject_id,
        metric_id=revision.metric_id,
        measure=found.measure,
        low=_float(found.low),
        high=_float(found.high),
        lead_key=key,
        lead=whole,
    )


def rivals(
    revision: Revision, *, on: date, rates: Rates, younger: bool = False
) -> Iterator[tuple[Revision, Comparison]]:
    """The published claims that disagree with this one on a day: their scopes meet and their ranges do not.

    `younger`: of them, those that were entered after this one.
    """
    own = stated(revision)
    found = comparable(own)
    if found is None:
        return
    candidates = Revision.objects.filter(
        claim__current_revision=F("pk"), claim__in=_apart(revision, _spans(found, rates))
    )
    if younger:
        candidates = candidates.filter(claim__gt=revision.claim_id)
    for other in candidates.order_by("claim").select_related("claim"):
        compared = compare(own, stated(other), on=on, rates=rates)
        if compared.relation == "disjoint":
            yield other, compared


def beside(revision: Revision, others: Iterable[Revision], *, on: date) -> list[Comparison]:
    """How a revision stands to each of some others, which need not be on its subject and metric."""
    own, known = stated(revision), rates(on)
    return [compare(own, stated(other), on=on, rates=known) for other in others]


def _spans(found: Range, rates: Rates) -> Iterator[tuple[str, float | None, float | None]]:
    """Measure and ends under which the index has what may disagree: as they are, and in every currency a rate leads to."""
    yield found.measure, _float(found.low), _float(found.high)
    if found.currency is not None:
        for conversion in rates.from_(found.currency):
            there = found.converted(conversion)
            low, high = _float(there.low), _float(there.high)
            yield (
                there.measure,
                None if low is None else low + abs(low) * _SLACK,
                None if high is None else high - abs(high) * _SLACK,
            )


def _apart(revision: Revision, spans: Iterable[tuple[str, float | None, float | None]]) -> QuerySet[Comparable, Any]:
    """Claims on the question of a revision that lie wholly above or below, in scopes whose leads do not keep them apart.

    Each part of the union is a range of one index.
    """
    texts, keys = leads_beside(revision.scope)
    others = Comparable.objects.filter(subject=revision.subject_id, metric=revision.metric_id)
    question = others.exclude(claim=revision.claim_id).values("claim")
    ranges = [question.none()]
    for measure, low, high in spans:
        for leading in (Q(lead__in=texts), Q(lead_key__in=keys)):
            if high is not None:
                ranges.append(question.filter(leading, measure=measure, low__gt=high))
            if low is not None:
                ranges.append(question.filter(leading, measure=measure, high__lt=low))
    return ranges[0].union(*ranges[1:], all=True)


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
