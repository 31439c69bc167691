"""The log of who did what: one row a verb, written in the verb's own transaction, never changed."""

from datetime import datetime
from typing import Any

from claims.models import Act, Claim, Conflict, Person, Revision, Source


def record(
    verb: str,
    *,
    by: Person | None,
    at: datetime,
    claim: Claim | None = None,
    source: Source | None = None,
    conflict: Conflict | None = None,
    revision: Revision | None = None,
    note: str = "",
    **detail: Any,
) -> Act:
    """Put an act into the log. `by=None` is a machine; `detail` is plain data (JSON), such as the fields that changed."""
    return Act.objects.create(
        verb=verb, by=by, at=at, claim=claim, source=source, conflict=conflict, revision=revision, note=note,
        detail=detail,
    )  # fmt: skip
