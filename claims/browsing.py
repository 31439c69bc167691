"""What stands beside a claim list for people: filters to choose from, filters that are on, other orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from claims.freshness import State
from claims.listing import PAGING, Listing
from claims.models import Metric, Source, Subject, Topic
from claims.wording import CERTAINTY, RELIABILITY

ORDERS = (
    ("-published_at", "Newest first"),
    ("slug", "By name"),
    ("value", "Lowest value first"),
    ("-value", "Highest value first"),
    ("checked_on", "Longest unread first"),
)
CHOICES = {
    "topic": "Topic",
    "subject": "Subject",
    "metric": "What is measured",
    "source": "Source",
    "reliability": "Source reliability",
    "certainty": "Certainty",
}
# Fields of the form that hold one value each.
TYPED = ("q", "value_min", "value_max", "currency", "checked_before", "checked_after", "as_of", "contested", "ordering")


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick."""

    value: str
    words: str
    count: int | None
    on: bool


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """The boxes of one filter."""

    name: str
    title: str
    choices: list[Choice]

    @property
    def on(self) -> bool:
        """Whether a box is ticked: the group stands open then."""
        return any(choice.on for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Applied:
    """A filter that is on, and the query string without it."""

    words: str
    without: str


def without_blanks(query: QueryDict) -> QueryDict:
    """A query string as a form in a browser meant it: fields that were left empty are not given."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if filled := [value for value in values if value.strip()]:
            kept.setlist(name, filled)
    return kept


def names() -> dict[str, Mapping[str, str]]:
    """Words for the values of each filter whose values are codes. Four queries."""
    return {
        "topic": dict(Topic.objects.values_list("slug", "name")),
        "subject": dict(Subject.objects.values_list("slug", "name")),
        "metric": dict(Metric.objects.values_list("slug", "name")),
        "source": dict(Source.objects.values_list("slug", "publisher")),
        "reliability": {letter: f"{letter}, {words}" for letter, words in RELIABILITY.items()},
        "certainty": CERTAINTY,
        "contested": {"true": "contested", "false": "not contested"},
    }


def choice_groups(listing: Listing, words: Mapping[str, Mapping[str, str]]) -> list[ChoiceGroup]:
    """The filters to tick, with how many claims each value would leave; a group ignores its own filter. A query each."""
    groups = []
    for name, title in CHOICES.items():
        given = listing.query.getlist(name)
        counts = {row["value"]: row["count"] for row in listing.facet(name, ignoring=name)}
        values = [*counts, *(value for value in given if value not in counts)]
        if name in ("reliability", "certainty"):
            values = [value for value in words[name] if value in values]
        choices = [
            Choice(value, words[name].get(value, value), counts.get(value, 0), value in given) for value in values
        ]
        choices.sort(key=lambda choice: not choice.on)
        groups.append(ChoiceGroup(name, title, choices))
    freshness = [
        Choice(state.value, state.value, None, state.value in listing.query.getlist("freshness")) for state in State
    ]
    return [*groups, ChoiceGroup("freshness", "Freshness", freshness)]


def carried(listing: Listing) -> list[tuple[str, str]]:
    """Names and values that are in the address but have no field in the form: it carries them along, hidden."""
    return [
        (name, value)
        for name, values in listing.query.lists()
        if name not in (*CHOICES, "freshness", "cursor")
        for value in (values[:-1] if name in TYPED else values)
    ]


def applied(listing: Listing, words: Mapping[str, Mapping[str, str]]) -> list[Applied]:
    """Every filter that is on, each with the way to take it off."""
    found = []
    for name, values in listing.query.lists():
        if name in PAGING:
            continue
        label = listing.filters[name].label
        for value in values:
            rest = listing.query.copy()
            rest.setlist(name, [other for other in values if other != value])
            rest.pop("cursor", None)
            found.append(Applied(f"{label}: {words.get(name, {}).get(value, value)}", rest.urlencode()))
    return found


def orders(listing: Listing) -> list[dict[str, Any]]:
    """The orders to choose from: words, query string, whether it is the one in use."""
    rest = listing.query.copy()
    rest.pop("cursor", None)
    offered = []
    for code, words in ORDERS:
        rest["ordering"] = code
        offered.append({"words": words, "query": rest.urlencode(), "on": code == listing.ordering})
    return offered


def whole(listing: Listing) -> str:
    """The query string of all that is found, without order and page, for a file of it."""
    query = listing.query.copy()
    for name in PAGING:
        query.pop(name, None)
    return query.urlencode()
