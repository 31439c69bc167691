"""Pages of the claim list by keyset: a page begins where another ended, so it costs the same wherever it lies.

A cursor holds the order, a checksum of the filters, the sort key of the row at the edge of a page, and the moment at
which the walk began: the last link of the chain at that time, and the day. Later pages show the registry of that
moment, so that whoever pages through while editors publish sees each claim once. A cursor is opaque to those who use
it, and refused with another order or other filters, where it would lead to a page of nothing sensible. Four bytes of
checksum tell one that was damaged on its way, whatever it would have led to.
"""

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import orjson
from django.core.exceptions import ValidationError

from claims.forms import NUMBER, SLUG
from claims.serving import NO_NUMBER

PAGE_SIZE = 50
LARGEST_PAGE = 500
LARGEST_ID = 2**63 - 1
REMEMBERED = 256
"""Query strings, of eight kilobytes at most, for which a process knows what they come to."""
CHECKSUM = 4
"""Bytes of the CRC-32 that a cursor begins with."""

Parameters = tuple[tuple[str, tuple[str, ...]], ...]
"""Names as they were given, each with its values."""


def _finite(text: str) -> str:
    if not isinstance(text, str) or not NUMBER.fullmatch(text):
        raise ValueError
    number = Decimal(text)
    if not number.is_finite() or abs(number) > NO_NUMBER:
        raise ValueError
    return text


def _whole(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LARGEST_ID:
        raise ValueError
    return number


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _slug(text: str) -> str:
    if not SLUG.fullmatch(text):
        raise ValueError
    return text


SORT_KEYS: dict[str, Callable[[str], Any]] = {
    "published_at": _whole,  # the chain is never written backwards: its sequence is the order of publication
    "checked_on": _day,
    "value": _finite,
    "slug": _slug,
}
"""What a list is sorted by, and how the text of such a key in a cursor is read back."""
ORDERINGS = [sign + name for name in SORT_KEYS for sign in ("", "-")]
NEWEST_FIRST = "-published_at"
FOREIGN = "foreign"
"""Code of the error that says that a cursor belongs to another list."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: the sort key and link of the row beside it, and which way to go from there.

    `head` is the last link of the chain when the walk began, `day` the day, `reading` the last check (its id) for a
    list in the order of readings, else 0.
    """

    ordering: str
    filters: str
    backward: bool
    key: Any
    sequence: int
    head: int
    day: date
    reading: int

    def encode(self) -> str:
        """As a query string carries it."""
        parts = [
            self.ordering, self.filters, int(self.backward), str(self.key), self.sequence, self.head,
            self.day.isoformat(), self.reading,
        ]  # fmt: skip
        return _sealed(orjson.dumps(parts)).decode()

    @classmethod
    def decode(cls, text: str, *, ordering: str, filters: str) -> "Cursor":
        """The inverse of `encode`; `ValidationError` where it is no cursor, or one of another list."""
        try:
            of, made_for, backward, key, sequence, head, day, reading = json.loads(_unsealed(text.encode("ascii")))
            if (of, made_for) != (ordering, filters):
                raise ValidationError("It belongs to another order or other filters: begin without a cursor.", FOREIGN)
            return cls(
                ordering,
                filters,
                bool(backward),
                SORT_KEYS[ordering.removeprefix("-")](key),
                *map(_whole, map(str, (sequence, head))),
                date.fromisoformat(day),
                _whole(str(reading)),
            )
        except (ValueError, ArithmeticError, TypeError, binascii.Error, RecursionError):
            raise ValidationError("It is not a cursor: take it from `next` or `previous` of an answer.") from None


def _sealed(content: bytes) -> bytes:
    """In letters that an address may hold, with a checksum before it."""
    return base64.urlsafe_b64encode(zlib.crc32(content).to_bytes(CHECKSUM) + content).rstrip(b"=")


def _unsealed(text: bytes) -> bytes:
    """The inverse; `ValueError` for anything that `_sealed` would not have written so."""
    whole = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    content = whole[CHECKSUM:]
    if _sealed(content) != text:
        raise ValueError
    return content


@lru_cache(maxsize=REMEMBERED)
def checksum(parameters: Parameters) -> str:
    """The same text for the same filters, in whatever order they were written."""
    canonical = json.dumps(sorted((name, sorted(set(values))) for name, values in parameters))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


@lru_cache(maxsize=REMEMBERED)
def written(parameters: Parameters) -> str:
    """A query string without a cursor, with what one is put behind: all pages of a walk have the same."""
    return "".join(f"{urlencode([(name, value)])}&" for name, values in parameters for value in values)
