"""The claim list that a query string asks for: filters, order and page read together, for pages and API alike.

Nothing is assembled: a page is a range of an index of the feed, and its documents come in pieces that the database puts
together (docs/decisions/0050). What it shows of the past, and of claims that were published anew while somebody pages
through, comes from `published.documents`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from claims import published, searching, tallies
from claims.filters import ANY_SCOPE, FILTERS, ClaimFilter, among, filter_called
from claims.forms import Flag, Named, OneOf, Whole, Words, WrongParameter, cleaned, keys_in, unusable
from claims.list_pages import Page, PageReader, Sought
from claims.models import Check, FeedRow, Revision
from claims.pagination import FOREIGN, LARGEST_PAGE, NEWEST_FIRST, ORDERINGS, PAGE_SIZE, Cursor, checksum, written
from claims.slugs import ids_of
from claims.views_of_time import SQL, Past, Today, View, moment

MOST_HEADINGS = 8
"""So many topics are read side by side; of more, the whole registry is read and each claim asked for its topics."""
LONGEST_WALK = timedelta(days=1)
ENDED = "The list that it walks through has changed too much since to be shown as it was: begin again without a cursor."


class PageForm(forms.Form):
    """Order and page of the claim list."""

    ordering = OneOf(
        ORDERINGS,
        required=False,
        help_text="What to sort by; with - in front, downwards. `value` sorts by the lower end (else the upper one), "
        "claims without a number last; `checked_on` takes what nobody read as read longest ago. "
        f"Else {NEWEST_FIRST}.",
    )
    page_size = Whole(
        low=1,
        high=LARGEST_PAGE,
        required=False,
        help_text=f"How many claims an answer holds: 1 to {LARGEST_PAGE}, else {PAGE_SIZE}.",
    )
    cursor = forms.CharField(
        max_length=1000,
        required=False,
        help_text="Where the page begins: taken from `next` or `previous` of an answer to the same query.",
    )
    facets = Words(
        tallies.FACETS,
        required=False,
        help_text="Names with commas between; adds how many of the claims found there are for each of their values.",
    )
    count = Flag(required=False, help_text="true adds how many claims were found in all.")


PAGING: dict[str, forms.Field] = dict(PageForm.base_fields)


class Listing:
    """One reading of a query string. Ask `wrong` first; the rest answers only where nothing is."""

    def __init__(self, query: QueryDict, *, today: date, version: str = "", paged: bool = True) -> None:
        """`version` of the registry, where it is known already: what was looked up in it is remembered. Where a list is
        not `paged`, what belongs to its pages is no parameter.
        """
        self.query, self.today, self.version = query, today, version
        self.paging = PAGING if paged else {}
        self.given: dict[str, Any] = {}
        self.filters: dict[str, ClaimFilter] = {}
        self._expressions: dict[str, str] = {}
        self._read()
        self.checksum = checksum(tuple((name, tuple(values)) for name, values in query.lists() if name not in PAGING))
        self.ordering: str = self.given.get("ordering") or NEWEST_FIRST
        self.size: int = self.given.get("page_size") or PAGE_SIZE
        self.facets: list[str] = self.given.get("facets") or []
        self.cursor = self._cursor()

    def _read(self) -> None:
        """Read each parameter by its field; slugs are looked up all at once."""
        self.wrong: list[WrongParameter] = keys_in(self.query)
        keys = {one.parameter for one in self.wrong}
        found: list[tuple[str, Any, list[str]]] = []
        slugs: dict[str, Any] = {}
        for name, values in self.query.lists():
            if name in keys:
                continue
            field = self.paging.get(name)
            if field is None and (one := filter_called(name)) is not None:
                self.filters[name], field = one, one.field
            messages = unusable(name, values, field, (*FILTERS, ANY_SCOPE, *self.paging))
            value = None
            if not messages and field is not None:
                value, messages = cleaned(field, values)
                if isinstance(field, Named) and not messages:
                    slugs[name] = (field.model, value)
            found.append((name, value, messages))
        ids = ids_of(slugs, version=self.version)
        self.looked_up = bool(slugs)
        for name, value, messages in found:
            if name in ids:
                field = self.filters[name].field
                assert isinstance(field, Named)
                messages += [field.unknown(slug) for slug in value if slug not in ids[name]]
                value = list(ids[name].values())  # noqa: PLW2901
            elif name == "as_of" and not messages and value > self.today:
                messages += [f"That is in the future: give a day up to {self.today.isoformat()}."]
            self.given[name] = value
            self.wrong += [WrongParameter(name, message) for message in messages]

    def _cursor(self) -> Cursor | None:
        text = self.given.get("cursor")
        if not text:
            return None
        try:
            cursor = Cursor.decode(text, ordering=self.ordering, filters=self.checksum)
        except ValidationError as error:
            # Whether it belongs to this list can be said only where all else is right.
            if not self.wrong or error.code != FOREIGN:
                self.wrong.append(WrongParameter("cursor", error.message))
            return None
        if self.wrong:
            return None
        if self._has_ended(cursor):
            self.wrong.append(WrongParameter("cursor", ENDED))
            return None
        return cursor

    def _has_ended(self, cursor: Cursor) -> bool:
        """Whether the list that the cursor walks through can be shown no more as it was."""
        if self.is_past:
            return False
        if not self.today - LONGEST_WALK <= cursor.day <= self.today:
            return True
        # A reading moves a claim in the order of readings: nobody could say which were seen already. One that was stored
        # after the walk began has a greater id than any that it saw: `operations.check` holds the chain.
        readings = Check.objects.filter(pk__gt=cursor.reading, kind__in=Check.READINGS)
        return self.ordering.endswith("checked_on") and readings.exists()

    @property
    def has_ended(self) -> bool:
        """Whether the only thing wrong is that the list has changed too much to be walked on."""
        return [one.message for one in self.wrong] == [ENDED]

    @property
    def is_past(self) -> bool:
        """Whether a day that is over is asked about."""
        return (self.given.get("as_of") or self.today) < self.today

    @cached_property
    def on(self) -> date:
        """The day that is asked about; of a walk, the day on which it began."""
        day: date = self.given.get("as_of") or (self.cursor.day if self.cursor else self.today)
        return day

    # --- What is asked for ------------------------------------------------------------------------------------------

    def sought(self, view: View, *, ignoring: str = "") -> Sought:
        """All that is asked for, in no order; without one of the filters where `ignoring` names it."""
        given = {name: value for name, value in self.given.items() if name in self.filters and name != ignoring}
        words = []
        conditions = []
        for name, values in given.items():
            one = self.filters[name]
            if one.seek is not None:
                if name not in self._expressions:
                    self._expressions[name] = one.seek(values)
                words.append(self._expressions[name])
                if not words[-1]:
                    conditions.append(("FALSE", []))
            elif one.narrow is not None:
                conditions.append(one.narrow(values, view))
        headings = given.get("topic") or [FeedRow.WHOLE]
        if len(headings) > MOST_HEADINGS:
            filed = ", ".join(["%s"] * len(headings))
            conditions.append(
                (
                    (
                        "EXISTS (SELECT 1 FROM claims_feedrow t WHERE t.revision_id = f.revision_id"
                        f" AND t.heading IN ({filed}))"
                    ),
                    list(headings),
                )
            )
            headings = [FeedRow.WHOLE]
        return Sought(
            headings=headings,
            states=self._states(),
            conditions=conditions,
            words=searching.every(words),
        )

    @cached_property
    def past_head(self) -> int:
        """The last link of the chain at the end of the day in the past; 0 where there was none."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sequence FROM claims_revision WHERE published_at <= %s"
                " ORDER BY published_at DESC, sequence DESC LIMIT 1",
                [moment(published.end_of(self.on))],
            )
            row = cursor.fetchone()
        return row[0] if row else 0

    def standing(self) -> tuple[SQL, View]:
        """Which rows count, and how they are looked at: those that stand, or that stood at the end of the day."""
        if self.is_past:
            head = self.past_head
            return ("f.sequence <= %s AND (f.until IS NULL OR f.until > %s)", [head, head]), Past(self.on)
        return ("f.until IS NULL", []), Today(self.on)

    # --- A page of it -----------------------------------------------------------------------------------------------

    def page(self, *, lang: str = "en") -> Page:
        """The page that is asked for, with its documents in a language, in one query where nothing is of the past."""
        return PageReader(self, lang=lang).page()

    def walk(self, *, head: int, lang: str = "en") -> Iterator[list[bytes]]:
        """The documents, as the bytes of JSON, of all that was found when `head` was the last link, oldest first, a large page at a time.

        Each page is read when it is asked for; what is published meanwhile is not in it.
        """
        at = copy(self)
        at.ordering, at.size = "published_at", LARGEST_PAGE
        head = self.past_head if self.is_past else head
        at.cursor = Cursor(
            at.ordering, at.checksum, backward=False, key=0, sequence=0, head=head, day=self.on, reading=0
        )
        while at.cursor is not None:
            encoded, at.cursor = PageReader(at, lang=lang).apart()
            yield encoded

    def address(self, cursor: Cursor | None) -> str | None:
        """The query string of the page at a cursor."""
        if cursor is None:
            return None
        given = tuple((name, tuple(values)) for name, values in self.query.lists() if name != "cursor")
        return f"{written(given)}cursor={cursor.encode()}"

    # --- All of it --------------------------------------------------------------------------------------------------

    def _all(self, *, ignoring: str = "") -> SQL:
        """FROM and WHERE of every row that is found, today or on the day in the past; a claim may stand in several."""
        life, view = self.standing()
        sought = self.sought(view, ignoring=ignoring)
        conditions = [
            among("heading")(sought.headings, view),
            among("state")(sought.states, view),
            life,
            *sought.conditions,
        ]
        if sought.words:
            conditions.append(searching.among(sought.words))
        sql = " AND ".join(one for one, _ in conditions)
        return f"FROM claims_feedrow f {{}} WHERE {sql}", [param for _, params in conditions for param in params]

    def count(self) -> int:
        """How many claims are found."""
        heading = self._tallied("")
        if heading is not None:
            return sum(claims for _, _, claims in tallies.of(heading, self._states(), [tallies.ALL]))
        sql, params = self._all()
        each = "DISTINCT f.claim_id" if len(self.given.get("topic") or ()) > 1 else "*"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT({each}) {sql.format('')}", params)
            number: int = cursor.fetchone()[0]
        return number

    def _states(self) -> list[str]:
        return self.given.get("state") or [Revision.State.PUBLISHED.value]

    def _tallied(self, ignoring: str) -> int | None:
        """The heading whose tallies answer for what is asked: where one topic and states are all that narrows it down."""
        names = self.filters.keys() - {"topic", "state", ignoring}
        headings = (ignoring != "topic" and self.given.get("topic")) or [FeedRow.WHOLE]
        return None if names or self.is_past or len(headings) > 1 else headings[0]

    def facet(self, name: str, *, ignoring: str = "") -> list[dict[str, Any]]:
        """`counts` of one facet; `ignoring` leaves out one filter."""
        return self.counts([name], ignoring=ignoring)[name]

    def counts(self, names: Sequence[str], *, ignoring: str = "") -> dict[str, list[dict[str, Any]]]:
        """How many of the claims found there are for each value of these facets, the most frequent first; empty values
        left out. As in the filter, a topic includes what is filed under it.
        """
        counters: dict[str, Counter[str]] = {name: Counter() for name in names}
        headings = self._tallied(ignoring)
        if headings is None:
            for name in names:
                counters[name].update(dict(self._counted(name, ignoring)))
        else:
            for name, value, claims in tallies.of(headings, self._states(), names):
                counters[name][value] += claims
        return {
            name: [
                {"value": value, "count": count}
                for value, count in sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
            ]
            for name, counter in counters.items()
        }

    def _counted(self, name: str, ignoring: str) -> list[tuple[str, int]]:
        sql, params = self._all(ignoring=ignoring)
        join, value = {"source": (tallies.SOURCES, "s.slug"), "topic": (tallies.TOPICS, "n.slug")}.get(
            name, ("", tallies.COLUMNS.get(name, ""))
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {value}, COUNT(DISTINCT f.claim_id) {sql.format(join)} AND {value} <> '' GROUP BY 1", params
            )
            return list(cursor.fetchall())

    def revisions(self) -> QuerySet[Revision]:
        """The revisions that are found, in no order."""
        sql, params = self._all()
        return Revision.objects.filter(pk__in=RawSQL(f"SELECT f.revision_id {sql.format('')}", params)).order_by()  # noqa: S611
