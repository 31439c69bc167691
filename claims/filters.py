"""The filters of the claim list: one set for the pages and the API.

A new filter is one declaration in `FILTERS` with its `help_text`; the schema, docs/api.md's test and the refusal of
unknown parameters follow it. Each turns its values into SQL on a row of the feed called `f`, or into what is looked for
in the index of words (`claims/searching.py`).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from claims import searching
from claims.forms import Alternatives, Day, Flag, Moment, Named, Number, OneOf, Text
from claims.freshness import State
from claims.models import Claim, Metric, Revision, Source, Subject, Topic
from claims.pieces import LONG_PAST
from claims.quantity import UNITS
from claims.views_of_time import SQL, View, moment

SCOPE = re.compile(r"scope\.(?P<key>[a-z][a-z0-9]*(?:_[a-z0-9]+)*)")
ANY_SCOPE = "scope.<key>"
"""How a person is told of the parameters that `SCOPE` matches."""

Narrow = Callable[[Sequence[Any], View], SQL]
"""From the values of a parameter to a condition on a row `f`."""
Seek = Callable[[Sequence[Any]], str]
"""From the values of a parameter to an expression for the index of words."""


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """One parameter. `field` reads its values; `narrow` or `seek` keeps what matches one of them.

    Without either it says which rows are looked at in the first place. Values of a `Named` field arrive as ids.
    """

    name: str
    label: str
    help_text: str
    field: forms.Field
    narrow: Narrow | None = None
    seek: Seek | None = None

    def __post_init__(self) -> None:
        self.field.label, self.field.help_text, self.field.required = self.label, self.help_text, False


def among(column: str) -> Narrow:
    """Keeps the rows whose column has one of the values."""

    def narrow(values: Sequence[Any], _view: View) -> SQL:
        if len(values) == 1:
            return f"f.{column} = %s", [values[0]]
        return f"f.{column} IN ({', '.join(['%s'] * len(values))})", list(values)

    return narrow


def _read_before(days: Sequence[Any], view: View) -> SQL:
    sql, params = view.read_on()
    return f"({sql} > %s AND {sql} < %s)", [*params, LONG_PAST.isoformat(), *params, max(days).isoformat()]


def _read_from(days: Sequence[Any], view: View) -> SQL:
    sql, params = view.read_on()
    return f"{sql} >= %s", [*params, min(days).isoformat()]


def _contested(values: Sequence[bool], view: View) -> SQL:
    sql, params = view.contested()
    wanted = set(values)
    if len(wanted) > 1:
        return "TRUE", []
    return (sql if True in wanted else f"NOT {sql}"), params


def _published_from(values: Sequence[Any], _view: View) -> SQL:
    # The chain is never written backwards: from a moment on means from a link on.
    return (
        (
            "f.sequence >= COALESCE((SELECT r.sequence FROM claims_revision r WHERE r.published_at >= %s"
            " ORDER BY r.published_at, r.sequence LIMIT 1), f.sequence + 1)"
        ),
        [moment(min(values))],
    )


def by_scope(name: str) -> ClaimFilter:
    """The filter on what the scope says under a key; `name` is the parameter."""
    match = SCOPE.fullmatch(name)
    if match is None:
        raise ValueError(name)
    key = match["key"]
    return ClaimFilter(
        name,
        f"Scope, {key}",
        "",
        Alternatives(Text()),
        seek=lambda values: searching.keyed(
            searching.scope_key(key, meant) for value in values for meant in _readings(value)
        ),
    )


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


class Phrases(Alternatives):
    """Texts whose words are looked for, with so many words in all."""

    def __init__(self) -> None:
        super().__init__(Text())

    def clean(self, value: Any) -> list[str]:
        """See the class."""
        texts: list[str] = super().clean(value)
        for text in texts:
            if not searching.words(text):
                raise ValidationError(f"“{text}” has no word: give letters or digits.")
        count = sum(len(one) for one in searching.wanted(texts))
        if count > searching.MOST_WORDS:
            raise ValidationError(
                f"It takes {searching.MOST_WORDS} words in all, and here are {count}. A word of several texts counts in each."
            )
        return texts


_DECLARED: Iterable[ClaimFilter] = (
    ClaimFilter(
        "q",
        "Words",
        "Words that all occur in the statement, subject, metric, topics or sources. The beginning of a word counts, "
        f"from {searching.SHORTEST_BEGINNING} letters on; accents and capitals do not. {searching.MOST_WORDS} words at most.",
        Phrases(),
        seek=searching.phrases,
    ),
    ClaimFilter("topic", "Topic", "Slug of a topic; includes the topics under it.", Named(Topic)),
    ClaimFilter("subject", "Subject", "Slug of a subject.", Named(Subject), among("subject_id")),
    ClaimFilter("metric", "Metric", "Slug of a metric.", Named(Metric), among("metric_id")),
    ClaimFilter(
        "source",
        "Source",
        "Slug of a source that is cited, whatever its stance.",
        Named(Source),
        seek=lambda values: searching.keyed(map(searching.source_key, values)),
    ),
    ClaimFilter("unit", "Unit", "Unit of the value.", Alternatives(OneOf(UNITS)), among("unit")),
    ClaimFilter(
        "currency",
        "Currency",
        "Currency of the value, ISO 4217, such as USD. Amounts are as printed, never converted.",
        Alternatives(Text(regex=r"[A-Z]{3}", example="a currency of ISO 4217, such as USD")),
        among("currency"),
    ),
    ClaimFilter(
        "reliability",
        "Source reliability",
        "Best reliability among the supporting sources, Admiralty A (reliable) to F (cannot be judged).",
        Alternatives(OneOf(Source.Reliability.values)),
        among("reliability"),
    ),
    ClaimFilter(
        "credibility",
        "Credibility",
        "Credibility of the information, Admiralty 1 (confirmed) to 6 (cannot be judged).",
        Alternatives(OneOf([str(number) for number in Claim.Credibility.values])),
        lambda values, view: among("credibility")([int(value) for value in values], view),
    ),
    ClaimFilter(
        "certainty",
        "Certainty",
        "Certainty of the body of evidence (GRADE).",
        Alternatives(OneOf(Claim.Certainty.values)),
        among("certainty"),
    ),
    ClaimFilter(
        "freshness",
        "Freshness",
        "Whether the claim is due to be read again, on the day that is asked about.",
        Alternatives(OneOf([state.value for state in State])),
        lambda states, view: view.in_states(states),
    ),
    ClaimFilter(
        "contested", "Contested", "true: another claim disagrees; false: none does.", Alternatives(Flag()), _contested
    ),
    ClaimFilter(
        "value_min",
        "Value from",
        "The range of the claim reaches this number or lies above it, in the claim's own unit.",
        Alternatives(Number()),
        lambda values, _view: ("(f.is_numeric AND (f.high IS NULL OR f.high >= %s))", [min(values)]),
    ),
    ClaimFilter(
        "value_max",
        "Value to",
        "The range of the claim reaches this number or lies below it, in the claim's own unit.",
        Alternatives(Number()),
        lambda values, _view: ("(f.is_numeric AND (f.low IS NULL OR f.low <= %s))", [max(values)]),
    ),
    ClaimFilter(
        "checked_before",
        "Last read before",
        "Last read by a person before this day. Claims that nobody read are in neither half.",
        Alternatives(Day()),
        _read_before,
    ),
    ClaimFilter(
        "checked_after",
        "Last read from",
        "Last read by a person on this day or later.",
        Alternatives(Day()),
        _read_from,
    ),
    ClaimFilter(
        "updated_after",
        "Published from",
        "The revision was published at this moment or later, RFC 3339.",
        Alternatives(Moment()),
        _published_from,
    ),
    ClaimFilter(
        "state",
        "State",
        "State of the claim; published ones only where this is not given.",
        Alternatives(OneOf(Revision.State.values)),
    ),
    ClaimFilter(
        "as_of",
        "As of",
        "The registry as it was at the end of this day, with the freshness of that day.",
        Day(),
    ),
)
FILTERS = {one.name: one for one in _DECLARED}
"""What a reader may ask of the claim list, by name of the parameter; `scope.<key>` comes on top (`by_scope`)."""


def filter_called(name: str) -> ClaimFilter | None:
    """The filter of a parameter; None where there is none of this name."""
    return FILTERS.get(name) or (by_scope(name) if SCOPE.fullmatch(name) else None)
