"""The registry as it is, and as it was at the end of a day: SQL for what the two look up differently.

Every expression speaks of a row of the feed called `f`. Today its dates stand in the row; the past asks the checks and
conflicts that were known by then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from django.db import connection

from claims import freshness
from claims.freshness import State
from claims.models import Check, Conflict, Metric
from claims.pieces import LONG_PAST
from claims.published import end_of

SQL = tuple[str, list[Any]]
"""A piece of SQL and its parameters."""


class View(Protocol):
    """What a filter asks of the moment that is looked at."""

    day: date

    def read_on(self) -> SQL:
        """The last reading by a person, a day long past where there is none."""

    def in_states(self, states: Iterable[str]) -> SQL:
        """Whether the freshness of the day is one of these."""

    def contested(self) -> SQL:
        """Whether another published claim disagrees."""


def either(conditions: Iterable[SQL]) -> SQL:
    """One of these conditions holds."""
    given = list(conditions)
    return f"({' OR '.join(sql for sql, _ in given)})", [one for _, params in given for one in params]


@dataclass(frozen=True, slots=True)
class Today:
    """The registry as it is."""

    day: date

    def read_on(self) -> SQL:
        """See `View`."""
        return "f.read_on", []

    def in_states(self, states: Iterable[str]) -> SQL:
        """See `View`."""
        day = self.day.isoformat()
        return either(
            {
                State.EXPIRED: ("f.expires_from <= %s", [day]),
                State.OVERDUE: ("(f.overdue_from <= %s AND f.expires_from > %s)", [day, day]),
                State.DUE: ("(f.due_from <= %s AND f.overdue_from > %s AND f.expires_from > %s)", [day, day, day]),
                State.FRESH: ("(f.due_from > %s AND f.expires_from > %s)", [day, day]),
            }[State(state)]
            for state in states
        )

    def contested(self) -> SQL:
        """See `View`."""
        return "f.contested", []


@dataclass(frozen=True, slots=True)
class Past:
    """The registry as it was known at the end of a day."""

    day: date

    def read_on(self) -> SQL:
        """See `View`."""
        sql, params = self._reading()
        return f"COALESCE({sql}, {_day(LONG_PAST)})", params

    def _reading(self) -> SQL:
        kinds = ", ".join(f"'{kind}'" for kind in Check.READINGS)
        return (
            '(SELECT MAX(k."on") FROM claims_check k WHERE k.claim_id = f.claim_id'
            # Grouped, or SQLite 3.40 takes the first of the kinds that its index gives for the latest of all.
            f' AND k.kind IN ({kinds}) AND k."on" <= %s AND k.recorded_at <= %s GROUP BY k.claim_id)'
        ), [self.day.isoformat(), moment(end_of(self.day))]

    def in_states(self, states: Iterable[str]) -> SQL:
        """See `View`. Mirrors `freshness.state`, with the two edges of each metric."""
        reading, params = self._reading()
        dated = "(SELECT r.evidence_dated_on FROM claims_revision r WHERE r.id = f.revision_id)"
        anchored: SQL = f"COALESCE({reading}, {dated}, {_day(LONG_PAST)})", params
        not_expired: SQL = (
            "NOT EXISTS (SELECT 1 FROM claims_revision r WHERE r.id = f.revision_id AND r.expires_on <= %s)",
            [self.day.isoformat()],
        )
        due, overdue = self._edges()
        return either(
            {
                State.EXPIRED: lambda: (f"NOT {not_expired[0]}", not_expired[1]),
                State.OVERDUE: lambda: _all([_compare(anchored, "<", overdue), not_expired]),
                State.DUE: lambda: _all(
                    [_compare(anchored, ">=", overdue), _compare(anchored, "<=", due), not_expired]
                ),
                State.FRESH: lambda: _all([_compare(anchored, ">", due), not_expired]),
            }[State(state)]()
            for state in states
        )

    def _edges(self) -> tuple[SQL, SQL]:
        """Of each metric the last anchor that is due on the day, and the last but one that is overdue."""
        cases: list[tuple[int, str, str]] = []
        for metric in Metric.objects.select_related("family"):
            interval = metric.family.interval_days
            overdue = self.day - timedelta(days=interval)
            due = overdue + timedelta(days=freshness.lead_days(interval))
            cases.append((metric.pk, due.isoformat(), overdue.isoformat()))
        when = " ".join(f"WHEN {pk} THEN {_day_mark()}" for pk, _, _ in cases)
        case = f"CASE f.metric_id {when} END"
        return (case, [due for _, due, _ in cases]), (case, [overdue for _, _, overdue in cases])

    def contested(self) -> SQL:
        """See `View`."""
        states = ", ".join(f"'{state}'" for state in Conflict.CONTESTING)
        stands = (
            "EXISTS (SELECT 1 FROM claims_claim c JOIN claims_revision r ON r.id = c.current_revision_id"
            " WHERE c.id = k.{side} AND r.state = 'published')"
        )
        both = f"{stands.format(side='first_id')} AND {stands.format(side='second_id')}"
        one = (
            f"EXISTS (SELECT 1 FROM claims_conflict k WHERE k.{{side}} = f.claim_id AND k.state IN ({states})"
            f" AND k.lapsed_at IS NULL AND k.opened_at <= %s AND {both})"
        )
        known = moment(end_of(self.day))
        return f"({one.format(side='first_id')} OR {one.format(side='second_id')})", [known, known]


def _all(conditions: Sequence[SQL]) -> SQL:
    return f"({' AND '.join(sql for sql, _ in conditions)})", [one for _, params in conditions for one in params]


def _compare(left: SQL, sign: str, right: SQL) -> SQL:
    return f"{left[0]} {sign} {right[0]}", [*left[1], *right[1]]


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'" if connection.vendor == "postgresql" else f"'{day.isoformat()}'"


def _day_mark() -> str:
    return "%s::date" if connection.vendor == "postgresql" else "%s"


def moment(at: Any) -> Any:
    """A moment as the database compares it."""
    return connection.ops.adapt_datetimefield_value(at)
