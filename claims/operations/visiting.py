"""Visits: what a machine saw when it looked at a source, and the tasks that follow. It decides nothing.

No verb here moves the last-checked date of a claim, changes a claim, or publishes.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from claims import chain
from claims.models import Check, Claim, Source, Task, Visit
from claims.operations.acts import record
from claims.operations.checking import check

LINK_FINDING: dict[str, Check.Finding] = {
    Visit.Finding.ANSWERS: Check.Finding.ANSWERS,
    Visit.Finding.MOVED: Check.Finding.MOVED,
    Visit.Finding.GONE: Check.Finding.GONE,
    Visit.Finding.TOO_MUCH: Check.Finding.UNREADABLE,
    Visit.Finding.UNREADABLE: Check.Finding.UNREADABLE,
}
AT_ONCE = (Visit.Finding.GONE, Visit.Finding.FORBIDDEN_ADDRESS)
ANSWERED = (Visit.Finding.ANSWERS, Visit.Finding.MOVED)
FIGURE_TASK = {
    Check.Finding.MISSING: Task.Kind.FIGURE_MISSING,
    Check.Finding.ELSEWHERE: Task.Kind.FIGURE_ELSEWHERE,
}
ANSWERS_AGAIN = "The link answers again. No person has looked."


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one printed figure of a claim: FOUND, ELSEWHERE or MISSING, and a note in our words."""

    printed: str
    finding: Check.Finding
    note: str = ""


@dataclass(frozen=True, slots=True)
class SeenClaim:
    """A published claim that cites the source, with what was seen of each figure it cites from there."""

    claim: Claim
    figures: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """How a source answered. `main_text` and `digest` are there where a page was read."""

    finding: Visit.Finding
    http_status: int | None = None
    final_url: str = ""
    media_type: str = ""
    note: str = ""
    digest: str = ""
    main_text: str | None = None


@transaction.atomic
def record_visit(*, at: datetime, source: Source, look: Look, claims: Sequence[SeenClaim]) -> Visit:
    """Put down what a machine saw at a source: the visit, its checks on each claim, the tasks that follow.

    The main text is kept where it differs from that of the visit before. A dead link becomes a task at once where the
    server says that the page is gone, else when it was dead on two different days.
    """
    chain.hold()
    source = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    earlier = source.visits.exclude(digest="").first()
    is_new = bool(look.digest) and (earlier is None or earlier.digest != look.digest)
    visit = Visit(
        source=source,
        at=at,
        finding=look.finding,
        http_status=look.http_status,
        final_url=look.final_url[:2000],
        media_type=look.media_type[:100],
        note=look.note[:300],
        digest=look.digest,
        text=zlib.compress((look.main_text or "").encode(), 9) if is_new else None,
    )
    visit.save()
    record("visit", by=None, at=at, source=source, note=visit.note, finding=visit.finding)
    compared = bool(look.digest) and earlier is not None
    link_checks = [_record_checks(seen, visit, at=at, changed=is_new if compared else None) for seen in claims]
    opener = link_checks[0] if link_checks else None
    if compared and is_new:
        _open(Task.Kind.TEXT_CHANGED, at=at, source=source, opened_by=opener)
    _judge_link(visit, at=at, opened_by=opener)
    return visit


def _record_checks(seen: SeenClaim, visit: Visit, *, at: datetime, changed: bool | None) -> Check:
    """The checks of one claim; gives back the one of the link. `changed` is None where nothing could be compared."""
    claim = seen.claim
    link = check(
        by=None,
        at=at,
        claim=claim,
        kind=Check.Kind.LINK_ANSWERS,
        finding=LINK_FINDING.get(visit.finding, Check.Finding.UNREACHABLE),
        note=visit.note,
        visit=visit,
    )
    for figure in seen.figures:
        event = check(
            by=None,
            at=at,
            claim=claim,
            kind=Check.Kind.FIGURE_PRESENT,
            finding=figure.finding,
            note=f"{figure.printed}. {figure.note}" if figure.note else figure.printed,
            visit=visit,
        )
        if figure.finding in FIGURE_TASK:
            _open(
                FIGURE_TASK[figure.finding],
                at=at,
                claim=claim,
                opened_by=event,
                note=f"{event.note} ({visit.source.slug})",
            )
    if changed is not None:
        check(
            by=None,
            at=at,
            claim=claim,
            kind=Check.Kind.TEXT_UNCHANGED,
            finding=Check.Finding.TEXT_CHANGED if changed else Check.Finding.UNCHANGED,
            visit=visit,
        )
    return link


def _judge_link(visit: Visit, *, at: datetime, opened_by: Check | None) -> None:
    source = visit.source
    if visit.finding in ANSWERED:
        _answers_again(source, at=at)
        if visit.finding == Visit.Finding.MOVED:
            _open(Task.Kind.LINK_MOVED, at=at, source=source, opened_by=opened_by)
    elif visit.finding in AT_ONCE or (visit.finding in Visit.DEAD and _was_dead_before(visit)):
        _open(Task.Kind.LINK_DEAD, at=at, source=source, opened_by=opened_by, note=visit.note)


def _was_dead_before(visit: Visit) -> bool:
    """Whether the link was dead on an earlier day too, and has not answered in between."""
    before = Visit.objects.filter(source=visit.source, pk__lt=visit.pk)
    answered = before.exclude(finding__in=Visit.DEAD).order_by("-pk").values_list("pk", flat=True).first() or 0
    return before.filter(pk__gt=answered, at__date__lt=visit.at.date()).exists()


def _answers_again(source: Source, *, at: datetime) -> None:
    """The one task that a machine closes: that a link is dead is a thing machines see, and it is so no longer."""
    for task in source.tasks.filter(kind=Task.Kind.LINK_DEAD, closed_at__isnull=True):
        task.closed_at, task.outcome = at, ANSWERS_AGAIN
        task.save(update_fields=["closed_at", "outcome"])
        record("close_task", by=None, at=at, source=source, note=ANSWERS_AGAIN, kind=task.kind)


def _open(
    kind: Task.Kind,
    *,
    at: datetime,
    opened_by: Check | None,
    claim: Claim | None = None,
    source: Source | None = None,
    note: str = "",
) -> None:
    """Put something on the list of people, unless it is there already."""
    Task.objects.get_or_create(
        kind=kind,
        claim=claim,
        source=source,
        closed_at__isnull=True,
        defaults={"opened_at": at, "opened_by": opened_by, "note": note},
    )
