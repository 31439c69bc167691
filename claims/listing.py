"""The claim list that a query string asks for: filters, order and page read together, for pages and API alike.

Nothing is assembled: a page is a range of an index of the feed, and its documents come in pieces that the database puts
together (docs/decisions/0050). What it shows of the past, and of claims that were published anew while somebody pages
through, comes from `published.documents`.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from claims import published, searching, tallies
from claims.filters import FILTERS, ClaimFilter, among, filter_called
from claims.forms import Flag, Named, OneOf, Whole, Words, WrongParameter, cleaned, keys_in, unusable
from claims.models import Check, FeedRow, Revision
from claims.pagination import FOREIGN, LARGEST_PAGE, NEWEST_FIRST, ORDERINGS, PAGE_SIZE, Cursor, checksum
from claims.pieces import FRESHNESS, joined
from claims.projection import canonical
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


@dataclass(frozen=True, slots=True)
class Page:
    """Documents in order, as JSON text, with the cursors to what lies before and after; None where nothing does."""

    texts: list[str]
    previous: Cursor | None
    next: Cursor | None

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The documents as dictionaries."""
        return [json.loads(text) for text in self.texts]


class Row(NamedTuple):
    """A row of a page: its place, what it was replaced by, the moment at which the walk began, and its document."""

    sequence: int
    sort_key: Any
    until: int | None
    revision: int
    head: int
    reading: int
    document: str | None


@dataclass(frozen=True, slots=True)
class Sought:
    """What is asked for, as SQL: the rows `f` of the feed under some headings, in some states, that meet conditions.

    `words` is an expression for the index of words, empty where none is asked for.
    """

    headings: Sequence[int]
    states: Sequence[str]
    conditions: Sequence[SQL]
    words: str


Part = tuple[Sought, int, str, SQL, SQL]
"""What is sought, under one heading and in one state, which of its rows count, and what they are sorted by."""


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
        self._read()
        self.checksum = checksum((name, values) for name, values in query.lists() if name not in PAGING)
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
            messages = unusable(name, values, field, (*FILTERS, *self.paging))
            value = None
            if not messages and field is not None:
                value, messages = cleaned(field, values)
                if isinstance(field, Named) and not messages:
                    slugs[name] = (field.model, value)
            found.append((name, value, messages))
        ids = ids_of(slugs, version=self.version)
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
        # A reading moves a claim in the order of readings: nobody could say which were seen already.
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
                words.append(one.seek(values))
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
    def _past_head(self) -> int:
        """The last link of the chain at the end of the day in the past; 0 where there was none."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sequence FROM claims_revision WHERE published_at <= %s"
                " ORDER BY published_at DESC, sequence DESC LIMIT 1",
                [moment(published.end_of(self.on))],
            )
            row = cursor.fetchone()
        return row[0] if row else 0

    def _standing(self) -> tuple[SQL, View]:
        """Which rows count, and how they are looked at: those that stand, or that stood at the end of the day."""
        if self.is_past:
            head = self._past_head
            return ("f.sequence <= %s AND (f.until IS NULL OR f.until > %s)", [head, head]), Past(self.on)
        return ("f.until IS NULL", []), Today(self.on)

    def _lives(self) -> list[tuple[SQL, View]]:
        """The same for a page: on later pages of a walk, what stood when it began."""
        if self.cursor is None or self.is_past:
            return [self._standing()]
        head = self.cursor.head
        return [
            (("f.until IS NULL AND f.sequence <= %s", [head]), Today(self.on)),
            (("f.until > %s AND f.sequence <= %s", [head, head]), Past(self.on)),
        ]

    # --- A page of it -----------------------------------------------------------------------------------------------

    def page(self, *, lang: str = "en") -> Page:
        """The page that is asked for, with its documents in a language, in one query where nothing is of the past."""
        descending = self.ordering.startswith("-")
        backward = self.cursor is not None and self.cursor.backward
        way = "DESC" if descending != backward else "ASC"
        parts: list[Part] = []
        for life, view in self._lives():
            sought, key = self.sought(view), self._key(view, descending)
            parts += [(sought, *place, life, key) for place in product(sought.headings, sought.states)]
        rows = self._rows(parts, way, lang)
        more, shown = len(rows) > self.size, rows[: self.size]
        if backward:
            shown.reverse()
        has_previous, has_next = (more, True) if backward else (self.cursor is not None, more)
        return Page(
            texts=self._texts(shown, lang),
            previous=self._beside(shown[0], backward=True) if shown and has_previous else None,
            next=self._beside(shown[-1], backward=False) if shown and has_next else None,
        )

    def _key(self, view: View, descending: bool) -> SQL:
        return {
            "published_at": ("f.sequence", []),
            "checked_on": view.read_on(),
            "value": ("f.value_downwards" if descending else "f.value_upwards", []),
            "slug": ("f.slug", []),
        }[self.ordering.removeprefix("-")]

    def _rows(self, parts: Sequence[Part], way: str, lang: str) -> list[Row]:
        """The first rows of all parts together, with documents."""
        day = self.on.isoformat()
        columns = f"{self._began()}, {'NULL' if self.is_past else joined(lang, FRESHNESS)}"
        days = [] if self.is_past else [day, day, day]
        if len(parts) == 1 and connection.vendor == "sqlite" and not self.is_past:
            # One range of one index: each row is looked up as it is found, and nothing is sorted.
            join = " CROSS JOIN claims_servedclaim s ON s.claim_id = f.claim_id"
            statement, params = self._select(parts[0], way, (f", {columns}", days), join)
        else:
            selects = [self._select(part, way, (", f.claim_id", []), "") for part in parts]
            inner = " UNION ".join(f"SELECT * FROM ({sql}) part" for sql, _ in selects)
            statement = (
                f"SELECT f.sequence, f.sort_key, f.until, f.revision_id, {columns}"
                f" FROM ({selects[0][0] if len(selects) == 1 else inner}) f"
                " LEFT JOIN claims_servedclaim s ON s.claim_id = f.claim_id"
                f" ORDER BY f.sort_key {way}, f.sequence {way} LIMIT {self.size + 1}"
            )
            params = [*days, *(param for _, some in selects for param in some)]
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            return [Row(*row) for row in cursor.fetchall()]

    def _select(self, part: Part, way: str, columns: SQL, join: str) -> SQL:
        """The first rows under one heading, in one state: SELECT with sequence, key, until, revision, and `columns`."""
        sought, heading, state, life, key = part
        by_sequence = self.ordering.endswith("published_at")
        conditions: list[SQL] = [("f.heading = %s AND f.state = %s", [heading, state]), life, *sought.conditions]
        source, first = "claims_feedrow f", "f.sequence"
        if sought.words:
            source, first, condition = self._searched(sought.words)
            conditions.append(condition)
        if self.cursor is not None:
            sign = "<" if way == "DESC" else ">"
            if by_sequence:
                conditions.append((f"{first} {sign} %s", [self.cursor.sequence]))
            else:
                edge = (f"({key[0]}, f.sequence) {sign} (%s, %s)", [*key[1], self.cursor.key, self.cursor.sequence])
                conditions.append(edge)
        order = f"{first} {way}" if by_sequence else f"sort_key {way}, f.sequence {way}"
        sql = " AND ".join(one for one, _ in conditions)
        statement = (
            f"SELECT f.sequence, {key[0]} AS sort_key, f.until, f.revision_id{columns[0]} FROM {source}{join}"
            f" WHERE {sql} ORDER BY {order} LIMIT {self.size + 1}"
        )
        return statement, [*key[1], *columns[1], *(param for _, params in conditions for param in params)]

    def _searched(self, words: str) -> tuple[str, str, SQL]:
        """Where rows come from if words are looked for, what gives their sequence, and the condition.

        Few that are found are looked at one by one; of many, the list is walked until a page is full.
        """
        sqlite = connection.vendor == "sqlite"
        if sqlite and (self.ordering.endswith("published_at") or searching.finds_few(words)):
            return (
                "claims_search CROSS JOIN claims_feedrow f ON f.sequence = claims_search.rowid",
                "claims_search.rowid",
                searching.matching(words),
            )
        few = not sqlite and searching.finds_few(words)
        return "claims_feedrow f", "f.sequence", searching.among(words) if few else searching.holding(words)

    def _began(self) -> str:
        """SQL for the last link of the chain and the last check, read in the same moment as the first page."""
        if self.is_past:
            return f"{self._past_head}, 0"
        if self.cursor is not None:
            return f"{self.cursor.head}, {self.cursor.reading}"
        readings = self.ordering.endswith("checked_on")
        last_check = "COALESCE((SELECT MAX(id) FROM claims_check), 0)" if readings else "0"
        return f"(SELECT MAX(sequence) FROM claims_revision), {last_check}"

    def _beside(self, row: Row, *, backward: bool) -> Cursor:
        return Cursor(
            ordering=self.ordering, filters=self.checksum, backward=backward, key=row.sort_key, sequence=row.sequence,
            head=row.head, day=self.on, reading=row.reading,
        )  # fmt: skip

    def _texts(self, rows: Sequence[Row], lang: str) -> list[str]:
        """The documents of rows. Those that do not stand now are put together from their revisions."""
        old = [row.revision for row in rows if row.document is None or row.until is not None]
        if not old:
            return [row.document for row in rows if row.document is not None]
        found = Revision.objects.in_bulk(old)
        bodies = published.documents([found[pk] for pk in old], on=self.on, lang=lang)
        texts = {pk: canonical(body) for pk, body in zip(old, bodies, strict=True)}
        return [texts.get(row.revision) or row.document or "" for row in rows]

    def walk(self, *, head: int, lang: str = "en") -> Iterator[list[str]]:
        """The documents of all that was found when `head` was the last link, oldest first, a large page at a time.

        Each page is read when it is asked for; what is published meanwhile is not in it.
        """
        at = copy(self)
        at.ordering, at.size = "published_at", LARGEST_PAGE
        at.cursor = Cursor(
            at.ordering, at.checksum, backward=False, key=0, sequence=0, head=head, day=self.on, reading=0
        )
        following = True
        while following:
            page = at.page(lang=lang)
            yield page.texts
            at.cursor, following = page.next, page.next is not None

    def address(self, cursor: Cursor | None) -> str | None:
        """The query string of the page at a cursor."""
        if cursor is None:
            return None
        query = self.query.copy()
        query["cursor"] = cursor.encode()
        return query.urlencode()

    # --- All of it --------------------------------------------------------------------------------------------------

    def _all(self, *, ignoring: str = "") -> SQL:
        """FROM and WHERE of every row that is found, today or on the day in the past; a claim may stand in several."""
        life, view = self._standing()
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
