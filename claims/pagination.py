"""Pages of the claim list by keyset: a page begins where another ended, so it costs the same wherever it lies.

A cursor holds the order, a checksum of the filters and the sort key of the row
at the edge of a page. It is opaque to those who use it, and refused with
another order or other filters, where it would lead to a page of nothing sensible.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, DateField, DecimalField, Expression, F, Field, Func, QuerySet, Value
from django.db.models.functions import Coalesce

from claims import published
from claims.forms import SLUG
from claims.models import Revision

PAGE_SIZE = 50
LARGEST_PAGE = 500
LARGEST_ID = 2**63 - 1
# Beyond any value: claims without a number stand last, whichever way the list runs.
NO_NUMBER = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class SortKey:
    """One thing to sort by: an expression that is never null, its field, and how a cursor's text is read back."""

    expression: Callable[[bool], Any]
    read: Callable[[str], Any]
    field: Any = None


def _value(descending: bool) -> Expression:
    beyond = Value(-NO_NUMBER if descending else NO_NUMBER)
    return Coalesce("low", "high", beyond, output_field=DecimalField(max_digits=24, decimal_places=8))


def _finite(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number) > NO_NUMBER:
        raise ValueError
    return number


def _sequence(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LARGEST_ID:
        raise ValueError
    return number


def _slug(text: str) -> str:
    if not SLUG.fullmatch(text):
        raise ValueError
    return text


SORT_KEYS = {
    # The chain is never written backwards, so its sequence is the order of publication, without ties.
    "published_at": SortKey(lambda _descending: F("sequence"), _sequence),
    "checked_on": SortKey(
        lambda _descending: Coalesce("read_on", Value(date.min), output_field=DateField()), date.fromisoformat
    ),
    "value": SortKey(_value, _finite, DecimalField(max_digits=24, decimal_places=8)),
    "slug": SortKey(lambda _descending: F("claim__slug"), _slug),
}
ORDERINGS = [sign + name for name in SORT_KEYS for sign in ("", "-")]
NEWEST_FIRST = "-published_at"


class Row(Func):
    """A row value: `(a, b)`."""

    function = ""
    output_field = Field()


class Before(Func):
    """Two row values compared by the database: `(a, b) < (c, d)`."""

    template = "%(expressions)s"
    arg_joiner = " < "
    output_field = BooleanField()


class After(Before):
    """`(a, b) > (c, d)`."""

    arg_joiner = " > "


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: the sort key and id of the row beside it, and which way to go from there."""

    ordering: str
    filters: str
    backward: bool
    key: Any
    row: int

    def encode(self) -> str:
        """As a query string carries it."""
        parts = [self.ordering, self.filters, int(self.backward), str(self.key), self.row]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, *, ordering: str, filters: str) -> "Cursor":
        """The inverse of `encode`; `ValidationError` where it is no cursor, or one of another list."""
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            of, made_for, backward, key, row = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if (of, made_for) != (ordering, filters):
                raise ValidationError("It belongs to another order or other filters: begin without a cursor.")
            name = ordering.removeprefix("-")
            return cls(ordering, filters, bool(backward), SORT_KEYS[name].read(key), _sequence(str(row)))
        except (ValueError, ArithmeticError, TypeError, binascii.Error, RecursionError):
            raise ValidationError("It is not a cursor: take it from `next` or `previous` of an answer.") from None


def checksum(parameters: Iterable[tuple[str, list[str]]]) -> str:
    """The same text for the same filters, in whatever order they were written."""
    canonical = json.dumps(sorted((name, sorted(set(values))) for name, values in parameters))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Page:
    """Revisions in order, with the cursors to what lies before and after; None where nothing does."""

    revisions: list[Revision]
    previous: Cursor | None
    next: Cursor | None


def paginate(
    queryset: QuerySet[Revision], *, ordering: str, filters: str, size: int, cursor: Cursor | None, on: date
) -> Page:
    """One page of a list, in one query. `filters` is their checksum; `on` is the day whose readings count."""
    descending = ordering.startswith("-")
    backward = cursor is not None and cursor.backward
    key = SORT_KEYS[ordering.removeprefix("-")]
    rows = published.with_reading(queryset, on).annotate(sort_key=key.expression(descending)).only("pk")
    if cursor is not None:
        edge = Row(Value(cursor.key, output_field=key.field) if key.field else Value(cursor.key), Value(cursor.row))
        comparison = Before if descending != backward else After
        rows = rows.filter(comparison(Row(F("sort_key"), F("pk")), edge))
    sign = "-" if descending != backward else ""
    found = list(rows.order_by(f"{sign}sort_key", f"{sign}pk")[: size + 1])
    more, shown = len(found) > size, found[:size]
    if backward:
        shown.reverse()

    def beside(revision: Any, *, backward: bool) -> Cursor:
        return Cursor(ordering, filters, backward, revision.sort_key, revision.pk)

    has_previous, has_next = (more, True) if backward else (cursor is not None, more)
    return Page(
        revisions=shown,
        previous=beside(shown[0], backward=True) if shown and has_previous else None,
        next=beside(shown[-1], backward=False) if shown and has_next else None,
    )
