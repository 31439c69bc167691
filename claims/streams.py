"""The registry as one file, read a piece at a time: as it stood when the reading began, in memory that does not grow.

The whole is cut at a place of the hash chain. What is published, retracted or superseded while it is read lies behind
that place and is not in it: no claim is torn between two of its revisions, none comes twice and none is missing. It is
read by keyset, so nothing is held, neither a transaction nor a list. What a filter finds is fixed by one query for the
ids, eight bytes a claim. Freshness and conflicts of a line are those of the moment in which it is written.
"""

from array import array
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from claims import published
from claims.models import Revision

CHUNK = 500


def head() -> int:
    """The place in the chain of the newest change; 0 before anything was published."""
    return Revision.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def whole(head: int) -> Iterator[list[Revision]]:
    """Every claim that is published at a place of the chain, in its order, some at a time."""
    later = Revision.objects.filter(claim=OuterRef("claim"), number__gt=OuterRef("number"), sequence__lte=head)
    standing = Revision.objects.filter(~Exists(later), state=Revision.State.PUBLISHED, sequence__lte=head)
    rows, after = standing.order_by("sequence").only("sequence"), 0
    while chunk := list(rows.filter(sequence__gt=after)[:CHUNK]):
        yield chunk
        after = chunk[-1].sequence


def chosen(found: QuerySet[Revision]) -> Iterator[list[Revision]]:
    """What was found, in the order of the chain, some at a time."""
    ids = array("q", found.order_by("sequence").values_list("pk", flat=True).iterator())
    for start in range(0, len(ids), CHUNK):
        piece = ids[start : start + CHUNK].tolist()
        by_id = Revision.objects.only("pk").in_bulk(piece)
        yield [by_id[pk] for pk in piece]


def documents(pieces: Iterator[list[Revision]], *, on: date, lang: str) -> Iterator[list[dict[str, Any]]]:
    """The claims of each piece as the API serves them on a day."""
    for piece in pieces:
        yield published.documents(piece, on=on, lang=lang)
