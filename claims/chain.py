"""The one chain of all revisions: who may append to it next, and when."""

from datetime import datetime

from django.db import connection

from claims.models import Revision

# Any number does, as long as everybody who appends to the chain asks for the same one.
LOCK = 0x466F6F74


def hold() -> None:
    """Keep everybody else from appending to the chain until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def next_link(at: datetime) -> tuple[Revision | None, datetime]:
    """The last revision (None: there is none yet) and the moment of the next, with the chain locked until the
    transaction ends.

    Time never runs backwards in the chain: where two clocks differ, the later one counts. SQLite has one writer
    anyway, since its transactions begin immediate.
    """
    hold()
    head = Revision.objects.order_by("-sequence").first()
    return head, max(at, head.published_at) if head else at
