"""Reading a page of the claim list: ranges of the feed by index, with the documents joined on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from claims import past_documents, prepared, registry_version, searching
from claims.pagination import Cursor
from claims.pieces import FRESHNESS, joined
from claims.views_of_time import SQL, Past, Today, View

if TYPE_CHECKING:
    from claims.listing import Listing


@cache
def _document_and_join(vendor: str, lang: str, of: str) -> tuple[str, str]:
    """SQL for the document of a row called `of`, as text, and what is joined on for it."""
    document = joined(lang, FRESHNESS)
    if vendor == "sqlite":
        return document, f" CROSS JOIN claims_servedclaim s ON s.claim_id = {of}.claim_id"
    # PostgreSQL looks each one up for less than it joins them.
    return f"(SELECT {document} FROM claims_servedclaim s WHERE s.claim_id = {of}.claim_id)", ""


@dataclass(frozen=True, slots=True)
class Page:
    """Documents in order, as JSON with commas between, and the cursors to what lies before and after; None where nothing
    does.

    `version` is that of the registry which they were read in, empty where that is not known.
    """

    joined: bytes
    previous: Cursor | None
    next: Cursor | None
    version: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The documents as dictionaries."""
        found: list[dict[str, Any]] = json.loads(b"[%s]" % self.joined)
        return found


class Row(NamedTuple):
    """A row of a page: its place, its revision and what that was replaced by, its document, and the moment.

    `moment` is the same for all: where the walk began (link of the chain, last check) and the version of the registry.
    """

    sequence: int
    sort_key: Any
    until: int | None
    revision: int
    document: bytes | None
    moment: str


@dataclass(frozen=True, slots=True)
class Sought:
    """What is asked for, as SQL: the rows `f` of the feed under some headings, in some states, that meet conditions.

    `words` is an expression for the index of words, empty where none is asked for.
    """

    headings: Sequence[int]
    states: Sequence[str]
    conditions: Sequence[SQL]
    words: str


Part = tuple[Sought, int, str, SQL, SQL, bool]
"""What is sought, under one heading and in one state, which of its rows count, what they are sorted by, and whether they
are read in the order of the feed."""


class PageReader:
    """Reads the page that a listing asks for, with its documents in a language."""

    def __init__(self, listing: Listing, *, lang: str = "en") -> None:
        self.listing, self.lang = listing, lang
        self.by_sequence = listing.ordering.endswith("published_at")
        self.descending = listing.ordering.startswith("-")
        self.backward = listing.cursor is not None and listing.cursor.backward
        self.way = "DESC" if self.descending != self.backward else "ASC"

    def page(self) -> Page:
        """The page, in one query where nothing is of the past."""
        parts = self._parts()
        standing = [part for part in parts if part[-1]]
        if len(standing) == 1 and self.by_sequence and not self.backward and self._is_plain(parts):
            at_once = self._at_once(standing[0])
            if at_once is not None:
                return at_once
        encoded, previous, following, version = self._one_by_one(parts)
        return Page(b",".join(encoded), previous, following, version)

    def apart(self) -> tuple[list[bytes], Cursor | None]:
        """The documents of the page, as the bytes of JSON, and the cursor to what comes after."""
        encoded, _, following, _ = self._one_by_one(self._parts())
        return encoded, following

    def _parts(self) -> list[Part]:
        parts: list[Part] = []
        for life, view, stands in self._lives():
            sought, key = self.listing.sought(view), self._key(view)
            parts += [(sought, *place, life, key, stands) for place in product(sought.headings, sought.states)]
        return parts

    def _at_once(self, part: Part) -> Page | None:
        """A page of one heading in one state, in the order of publication: one row, which the database puts together. None
        where something was replaced since the walk began, and may have to be shown as it was.

        Documents are gathered in the order in which the innermost query finds them, as both databases do it.
        """
        _, heading, state, (standing, _), key, _ = part
        (document, days), join = self._document("f")
        rows, place = f"f.heading = %s AND f.state = %s AND {standing}", [heading, state]
        edge: SQL = ("TRUE", [])
        within: SQL = ("TRUE", [])
        replaced: SQL = ("FALSE", [])
        cursor = self.listing.cursor
        if cursor is not None:
            [edge] = self._edge(key, "f.sequence", stands=True)
            within = ("f.sequence + 0 <= %s", [cursor.head])
            replaced = (
                "EXISTS (SELECT 1 FROM claims_feedrow f WHERE f.heading = %s AND f.until > %s)",
                [heading, cursor.head],
            )
        beyond = "f.sequence < page.low" if self.descending else "f.sequence > page.high"
        moment, began = self._moment()
        [[low, high, documents, at, has_next, is_old]] = prepared.rows(
            f"SELECT page.low, page.high, page.documents, {moment},"
            f" EXISTS (SELECT 1 FROM claims_feedrow f WHERE {rows} AND {beyond} AND {within[0]}), {replaced[0]}"
            f" FROM (SELECT MIN(one.sequence) AS low, MAX(one.sequence) AS high,"
            f" {prepared.gathered('one.document')} AS documents"
            f" FROM (SELECT f.sequence, {document} AS document FROM claims_feedrow f{join} WHERE {rows} AND {edge[0]}"
            f" ORDER BY f.sequence {self.way} LIMIT {self.listing.size}) one) page",
            [*began, *place, *within[1], *replaced[1], *days, *place, *edge[1]],
        )
        if is_old:
            return None
        first, last = (high, low) if self.descending else (low, high)
        return Page(
            documents or b"",
            self._beside(first, first, at, backward=True) if cursor and documents else None,
            self._beside(last, last, at, backward=False) if has_next else None,
            _version(at),
        )

    def _one_by_one(self, parts: Sequence[Part]) -> tuple[list[bytes], Cursor | None, Cursor | None, str]:
        """The documents apart from each other, what lies before and after, and the version of the registry."""
        rows = self._rows(parts)
        if not rows:
            return [], None, None, ""
        more, shown = len(rows) > self.listing.size, rows[: self.listing.size]
        if self.backward:
            shown.reverse()
        has_previous, has_next = (more, True) if self.backward else (self.listing.cursor is not None, more)
        first, last = Row(*shown[0]), Row(*shown[-1])
        return (
            self._encoded(shown),
            self._beside(first.sequence, first.sort_key, first.moment, backward=True) if has_previous else None,
            self._beside(last.sequence, last.sort_key, last.moment, backward=False) if has_next else None,
            _version(first.moment),
        )

    def _lives(self) -> list[tuple[SQL, View, bool]]:
        """Which rows count on a page, and how they are looked at: on later pages of a walk, those that stood when it began.
        And whether they stand in the order of the feed, or are the few that were replaced since.
        """
        if self.listing.cursor is None:
            return [(*self.listing.standing(), True)]
        head = self.listing.cursor.head
        if self.listing.is_past:
            return [(("(f.until IS NULL OR f.until > %s)", [head]), Past(self.listing.on), True)]
        return [
            (("f.until IS NULL", []), Today(self.listing.on), True),
            (("f.until > %s", [head]), Past(self.listing.on), False),
        ]

    def _edge(self, key: SQL, first: str, *, stands: bool) -> list[SQL]:
        """What is beyond the cursor, and was there when the walk began. One bound a side: SQLite takes only one.

        Rows that were replaced since are few. They are found by what replaced them, and not by their own place.
        """
        assert self.listing.cursor is not None
        place = first if stands else "f.sequence + 0"
        head = self.listing.cursor.head
        if not self.by_sequence:
            sign = "<" if self.way == "DESC" else ">"
            beyond = (
                f"({key[0]}, f.sequence) {sign} (%s, %s)",
                [*key[1], self.listing.cursor.key, self.listing.cursor.sequence],
            )
            return [beyond, ("f.sequence + 0 <= %s", [head])]
        if self.way == "DESC":
            return [(f"{place} < %s", [min(self.listing.cursor.sequence, head + 1)])]
        return [(f"{place} > %s AND {place} <= %s", [self.listing.cursor.sequence, head])]

    def _key(self, view: View) -> SQL:
        return {
            "published_at": ("f.sequence", []),
            "checked_on": view.read_on(),
            "value": ("f.value_downwards" if self.descending else "f.value_upwards", []),
            "slug": ("f.slug", []),
        }[self.listing.ordering.removeprefix("-")]

    def _rows(self, parts: Sequence[Part]) -> list[Any]:
        """The first rows of all parts together, with documents: of each what `Row` names, in that order."""
        moment, began = self._moment()
        reads = prepared.rows if self._is_plain(parts) else prepared.rows_planned_anew
        if len(parts) == 1:
            # One range of one index: each row is looked up as it is found, and nothing is sorted.
            (document, days), join = self._document("f")
            columns = f", {prepared.utf8(document)}, {moment}", [*days, *began]
            return reads(*self._select(parts[0], columns, join))
        (document, days), join = self._document("found")
        selects = [self._select(part, (", f.claim_id", []), "") for part in parts]
        inner = " UNION ".join(f"SELECT * FROM ({sql}) part" for sql, _ in selects)
        statement = (
            f"SELECT found.sequence, found.sort_key, found.until, found.revision_id, {prepared.utf8(document)}, {moment}"
            f" FROM ({inner}) found{join}"
            f" ORDER BY found.sort_key {self.way}, found.sequence {self.way} LIMIT {self.listing.size + 1}"
        )
        return reads(statement, [*days, *began, *(param for _, some in selects for param in some)])

    def _is_plain(self, parts: Sequence[Part]) -> bool:
        """Whether nothing is sought but what stands under headings, so that one plan is good for any of them."""
        return not self.listing.is_past and not any(sought.conditions or sought.words for sought, *_ in parts)

    def _document(self, of: str) -> tuple[SQL, str]:
        """SQL for the document of a row called `of`, as text, NULL for a day in the past, and what is joined on for it."""
        if self.listing.is_past:
            return ("NULL", []), ""
        day = self.listing.on.isoformat()
        document, join = _document_and_join(connection.vendor, self.lang, of)
        return (document, [day] * 3), join

    def _select(self, part: Part, columns: SQL, join: str) -> SQL:
        """The first rows under one heading, in one state: SELECT with sequence, key, until, revision, and `columns`."""
        sought, heading, state, life, key, stands = part
        conditions: list[SQL] = [("f.heading = %s AND f.state = %s", [heading, state]), life, *sought.conditions]
        source, first = "claims_feedrow f", "f.sequence"
        if sought.words and stands:
            source, first, condition = self._searched(sought.words)
            conditions.append(condition)
        elif sought.words:
            conditions.append(searching.holding(sought.words))
        if self.listing.cursor is not None:
            conditions += self._edge(key, first, stands=stands)
        order = f"{first} {self.way}" if self.by_sequence else f"sort_key {self.way}, f.sequence {self.way}"
        sql = " AND ".join(one for one, _ in conditions)
        statement = (
            f"SELECT f.sequence, {key[0]} AS sort_key, f.until, f.revision_id{columns[0]} FROM {source}{join}"
            f" WHERE {sql}{f' ORDER BY {order} LIMIT {self.listing.size + 1}' if stands else ''}"
        )
        return statement, [*key[1], *columns[1], *(param for _, params in conditions for param in params)]

    def _searched(self, words: str) -> tuple[str, str, SQL]:
        """Where rows come from if words are looked for, what gives their sequence, and the condition.

        Few that are found are looked at one by one; of many, the list is walked until a page is full.
        """
        sqlite = connection.vendor == "sqlite"
        if sqlite and (self.by_sequence or searching.finds_few(words)):
            return (
                # + 0, or SQLite takes the bounds of a walk for bounds of `f` too, and reads all between them each time.
                "claims_search CROSS JOIN claims_feedrow f ON f.sequence = claims_search.rowid + 0",
                "claims_search.rowid",
                searching.matching(words),
            )
        few = not sqlite and searching.finds_few(words)
        return "claims_feedrow f", "f.sequence", searching.among(words) if few else searching.holding(words)

    def _moment(self) -> SQL:
        """SQL for the last link of the chain and the last check where the walk began, and the version of the registry now:
        numbers with a space between, read in the same moment as the first page.
        """
        cursor, given = self.listing.cursor, []
        began = "CAST(%s AS text)"
        if self.listing.is_past:
            given = [f"{self.listing.past_head} 0 "]
        elif cursor is not None:
            given = [f"{cursor.head} {cursor.reading} "]
        else:
            readings = self.listing.ordering.endswith("checked_on")
            last_check = "COALESCE((SELECT MAX(id) FROM claims_check), 0)" if readings else "0"
            began = f"COALESCE((SELECT MAX(sequence) FROM claims_revision), 0) || ' ' || {last_check} || ' '"
        # A query of its own is asked once, and not for each row.
        return f"(SELECT {began} || {registry_version.SQL})", given

    def _beside(self, sequence: int, sort_key: Any, moment: str, *, backward: bool) -> Cursor:
        head, reading, _ = moment.split()
        return Cursor(
            ordering=self.listing.ordering, filters=self.listing.checksum, backward=backward, key=sort_key, sequence=sequence,
            head=int(head), day=self.listing.on, reading=int(reading),
        )  # fmt: skip

    def _encoded(self, rows: Sequence[Any]) -> list[bytes]:
        """The documents of rows. Those that do not stand now are put together from their revisions."""
        old = [revision for _, _, until, revision, document, _ in rows if document is None or until is not None]
        made = past_documents.encoded(old, on=self.listing.on, lang=self.lang)
        return [made.get(revision, document) for _, _, _, revision, document, _ in rows]


def _version(moment: str) -> str:
    return moment.split()[2]
