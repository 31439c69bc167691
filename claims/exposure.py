"""How much hangs on a claim: what the queue of re-checks is ordered by.

exposure = half-lives it is late × (1 + how many live assessments and issued reports cite it)

- **Late** is counted in days from the day on which the claim began to be due (`freshness`: the lead before its due
  day), that day included, so whatever is in the queue counts for something; and divided by the half-life of its
  metric family, so that a token price a week late comes before a principle a month late.
- **Undated** claims weigh nothing for anybody (`freshness.weight`): they count as one half-life late.
- **Expired** claims may not be cited: they count from the hard stop or from the day they became due, whichever gives
  more, and as one half-life late at the least.
- **Nobody cites it**: the factor is 1, and the claim keeps its place by age.

Claims know nothing of assessments and reports: those register their counters here (`AppConfig.ready`). An editor sees
how many, never whose.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add
from typing import Any, TypeVar

from django.db.models import (
    Aggregate,
    Case,
    Expression,
    F,
    FloatField,
    Func,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from claims import freshness
from claims.models import MetricFamily, Revision

M = TypeVar("M", bound=Model)
_FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Counter:
    """Things of one kind that cite claims.

    `rows` gives the citing rows, `claim` is the path from one of them to the claim's id, and `count` counts the
    things. `one` and `many` are what an editor reads: "1 live assessment", "2 live assessments".
    """

    one: str
    many: str
    rows: Callable[[], QuerySet[Any]]
    claim: str
    count: Aggregate

    def in_words(self, number: int) -> str:
        """The number with its noun."""
        return f"{number} {self.one if number == 1 else self.many}"


COUNTERS: dict[str, Counter] = {}


def register(counter: Counter) -> None:
    """Let a kind of thing count; called from `AppConfig.ready` of the app that owns it."""
    COUNTERS[counter.many] = counter


def citing(claims: Iterable[int]) -> dict[int, dict[str, int]]:
    """Claim id → name of the counter → how many things cite it. A query a counter; what counts nothing is left out."""
    ids = list(claims)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for name, counter in COUNTERS.items():
        rows = counter.rows().filter(**{f"{counter.claim}__in": ids}).order_by().values_list(counter.claim)
        for claim, number in rows.annotate(n=counter.count):
            if number:
                found[claim][name] = number
    return dict(found)


def citing_in_words(counts: dict[str, int]) -> list[str]:
    """The counts of one claim as an editor reads them; where nothing counts, that is said."""
    found = [counter.in_words(counts[name]) for name, counter in COUNTERS.items() if counts.get(name)]
    return found or ["cited by nothing"]


def exposure(*, half_lives: float, citations: int) -> float:
    """How much hangs on a claim that is this many half-lives late and cited by this many things."""
    return half_lives * (1 + citations)


def half_lives_late(
    *, anchored_on: date | None, expires_on: date | None, interval_days: int, half_life_days: int, on: date
) -> float:
    """How late a claim is that is due, overdue or expired on a day, in half-lives of its family."""
    begins = interval_days - freshness.lead_days(interval_days)
    days = half_life_days if anchored_on is None else (on - anchored_on).days - begins + 1
    if expires_on is not None and expires_on <= on:
        days = max(days, (on - expires_on).days + 1, half_life_days)
    return days / half_life_days


class _DayNumber(Func):
    """Days from 1 January 2000 to a date, in the database."""

    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(julianday(%(expressions)s) - 2451544.5)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "((%(expressions)s) - DATE '2000-01-01')::double precision"
        return self.as_sql(compiler, connection, template=template, **context)


def _citations(claim: str) -> Expression:
    """How many things cite the claim whose id is in the column `claim`."""
    zero = Value(0, output_field=IntegerField())
    counts = (
        Coalesce(
            Subquery(
                counter.rows()
                .filter(**{counter.claim: OuterRef(claim)})
                .order_by()
                .values(counter.claim)
                .annotate(n=counter.count)
                .values("n"),
                output_field=IntegerField(),
            ),
            zero,
        )
        for counter in COUNTERS.values()
    )
    return reduce(add, counts, zero)


def with_citations(queryset: QuerySet[M], claim: str) -> QuerySet[M]:
    """Adds `citations`: how many things cite the claim whose id is in the column `claim`."""
    return queryset.annotate(citations=_citations(claim))


def ranked(queryset: QuerySet[Revision], on: date) -> QuerySet[Revision]:
    """Adds `citations` and `exposure` to revisions that carry `anchored_on` (`published.with_reading`), most exposed first.

    The same arithmetic as `half_lives_late` and `exposure`, family by family, so that a page of a long list needs no
    more rows than it shows.
    """

    def number(value: float) -> Value:
        return Value(float(value), output_field=FloatField())

    families = list(MetricFamily.objects.all())

    def by_family(days: Callable[[MetricFamily], int]) -> Case:
        cases = (When(metric__family=family, then=number(days(family))) for family in families)
        return Case(*cases, default=number(1), output_field=FloatField())

    today = number((on - _FIRST_DAY).days + 1)
    half_life = by_family(lambda family: family.half_life_days)
    begins = by_family(lambda family: family.interval_days - freshness.lead_days(family.interval_days))
    days = Coalesce(today - _DayNumber("anchored_on") - begins, half_life)
    late = Case(
        When(
            Q(expires_on__isnull=False, expires_on__lte=on),
            then=Greatest(days, today - _DayNumber("expires_on"), half_life),
        ),
        default=days,
        output_field=FloatField(),
    )
    return (
        with_citations(queryset, "claim_id")
        .annotate(exposure=late / half_life * (F("citations") + number(1)))
        .order_by("-exposure", "claim__slug")
    )
