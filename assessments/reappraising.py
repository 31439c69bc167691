"""Looking at cases again when the evidence they stand on changes.

An event is put down in the transaction of the change, with a task for the worker. The worker takes all events that
wait into one round, finds in one query which cases they touch, and judges each once more: same answers, same choices,
today's evidence. A task may be killed and run again: it takes up what is left.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django_tasks import TaskContext, task

from assessments import facts, gaps, operations
from assessments.engine.changes import changes
from assessments.engine.errors import FrameworkUnfit
from assessments.models import Assessment, EvidenceEvent, Reappraisal, ReappraisalRound, live_citations
from claims.events import Event, Kind
from claims.models import Claim, Revision

AT_ONCE = 50  # cases that a task takes, and stores, at once: what a killed worker loses
A_TASK = 1000  # cases on one reading of the evidence; then the worker is free for others
LEASE = timedelta(minutes=10)
A_FINALISATION = timedelta(hours=1)  # how long before a case became final its evidence may have been read, at most

NO_ADVICE = frozenset({"evidence_missing", "evidence_expired"})
"""What stands in place of an option where the house cannot recommend any."""

_ENDED = {
    Revision.State.PUBLISHED: Kind.REVISED,
    Revision.State.RETRACTED: Kind.RETRACTED,
    Revision.State.SUPERSEDED: Kind.SUPERSEDED,
}
_SHOWN = ("key", "params", "label", "low", "likely", "high", "bound", "unit", "currency", "per")

logger = logging.getLogger(__name__)


def affected(claims: Iterable[int]) -> QuerySet[Assessment]:
    """The cases that count today and cite one of these claims (ids), in any revision. One query, each case once."""
    return Assessment.objects.filter(pk__in=live_citations().filter(revision__claim__in=claims).values("assessment"))


def note(event: Event) -> None:
    """Put an event down for the worker, as far as a case that counts today cites its claims.

    Called in the transaction of the change (claims/events.py): event and task stand or fall with it.
    """
    if event.kind is Kind.PUBLISHED:
        return  # nothing stands on a claim that is new
    cited = list(
        live_citations()
        .filter(revision__claim__in=event.claims)
        .order_by()
        .values_list("revision__claim", flat=True)
        .distinct()
    )
    if cited:
        _put_down(event.kind, Claim.objects.filter(pk__in=cited), at=event.at)


def _put_down(kind: Kind, claims: QuerySet[Claim], *, at: datetime) -> int:
    """Events of these claims, and the task that takes them; how many."""
    made = EvidenceEvent.objects.bulk_create(
        EvidenceEvent(kind=kind.value, claim_id=claim, revision_id=revision, at=at)
        for claim, revision in claims.order_by("pk").values_list("pk", "current_revision")
    )
    if made:
        reappraise.enqueue()
    return len(made)


@transaction.atomic
def note_due(*, at: datetime) -> int:
    """Put down what no operation tells: claims that have expired, and changes that were missed. How many events.

    Missed is a change that came between the reading of the evidence and the moment a case became final, or before there
    were events. Run daily. A second run puts down nothing.
    """
    cited = live_citations().order_by()
    expired = Claim.objects.filter(
        ~Exists(EvidenceEvent.objects.filter(kind=Kind.EXPIRED.value, revision=OuterRef("current_revision"))),
        pk__in=cited.values("revision__claim"),
        state=Revision.State.PUBLISHED,
        current_revision__expires_on__lte=at.date(),
    )
    count = _put_down(Kind.EXPIRED, expired, at=at)
    missed = cited.filter(
        ~Exists(EvidenceEvent.objects.filter(revision=OuterRef("revision__claim__current_revision"))),
        revision__claim__current_revision__published_at__gte=F("assessment__finalised_at") - A_FINALISATION,
    ).exclude(revision__claim__current_revision=F("revision"))
    for state, kind in _ENDED.items():
        claims = missed.filter(revision__claim__current_revision__state=state).values("revision__claim")
        count += _put_down(kind, Claim.objects.filter(pk__in=claims), at=at)
    if not count and _free(at).exists():
        reappraise.enqueue()
    return count


@transaction.atomic
def try_again() -> int:
    """Let what failed be judged once more; how many cases."""
    count = Reappraisal.objects.filter(state=Reappraisal.State.FAILED).update(
        state=Reappraisal.State.WAITING, reason="", at=None, taken_by="", leased_until=None
    )
    if count:
        reappraise.enqueue()
    return count


@task(takes_context=True)
def reappraise(context: TaskContext) -> int:
    """Judge what waits, up to `A_TASK` cases, and leave the rest to the next task. How many were judged."""
    return work(context.task_result.id)


def work(taker: str) -> int:
    """What the task does. `taker` names it: run again under the same name, it takes up the cases that it had."""
    open_round(at=timezone.now())
    newest = ReappraisalRound.objects.order_by("-pk").values_list("pk", flat=True).first()
    done, evidence = 0, None
    while done < A_TASK and (cases := take(taker, at=timezone.now(), newest=newest)):
        # Read after the rounds are known: no event of theirs is newer than the evidence.
        evidence = evidence or facts.registry(timezone.localdate())
        store([judged(case, evidence) for case in cases], newest=newest, at=timezone.now())
        done += len(cases)
    if _free(timezone.now()).exists():
        reappraise.enqueue()
    return done


@transaction.atomic
def open_round(*, at: datetime) -> ReappraisalRound | None:
    """Take all events that wait into a round, with a row for each case they touch; None where none waits."""
    events = list(EvidenceEvent.objects.select_for_update(skip_locked=True).filter(round=None))
    if not events:
        return None
    opened = ReappraisalRound.objects.create(opened_at=at)
    EvidenceEvent.objects.filter(pk__in=[event.pk for event in events]).update(round=opened)
    touched = affected({event.claim_id for event in events}).order_by("pk").values_list("pk", flat=True)
    Reappraisal.objects.bulk_create(
        (Reappraisal(round=opened, assessment_id=pk) for pk in touched.iterator()), batch_size=1000
    )
    return opened


def _free(at: datetime, taker: str | None = None) -> QuerySet[Reappraisal]:
    """What may be taken: what waits, what `taker` had before, and what is with a task that is gone."""
    running = Q(state=Reappraisal.State.RUNNING)
    return Reappraisal.objects.filter(
        Q(state=Reappraisal.State.WAITING) | (running & (Q(leased_until__lt=at) | Q(taken_by=taker or "-")))
    )


@transaction.atomic
def take(taker: str, *, at: datetime, newest: int | None) -> list[Assessment]:
    """The next cases to judge, marked as taken. Each once, however many rounds up to `newest` wait for it."""
    rows = _free(at, taker).filter(round__lte=newest or 0).order_by("pk")
    taken = list(rows.select_for_update(skip_locked=True).values_list("pk", "assessment")[:AT_ONCE])
    Reappraisal.objects.filter(pk__in=[pk for pk, _ in taken]).update(
        state=Reappraisal.State.RUNNING, taken_by=taker, leased_until=at + LEASE
    )
    return list(Assessment.objects.filter(pk__in={case for _, case in taken}).order_by("pk"))


def judged(case: Assessment, evidence: facts.Registry) -> Reappraisal:
    """What a case comes to on this evidence, against what was made final. Not stored, and without a round."""
    found = Reappraisal(assessment=case, as_of=evidence.as_of, state=Reappraisal.State.DONE)
    try:
        result = operations.evaluate(case, as_of=evidence.as_of, on=evidence).as_dict()
    except FrameworkUnfit:
        found.outcome, found.reason = Reappraisal.Outcome.NOT_JUDGED, "framework_does_not_fit"
    except operations.AnswersError:
        found.outcome, found.reason = Reappraisal.Outcome.NOT_JUDGED, "answers_do_not_fit"
    except operations.CurrencyError:
        found.outcome, found.reason = Reappraisal.Outcome.NOT_JUDGED, "no_exchange_rate"
    except Exception as error:
        logger.exception("%s could not be judged again", case.reference)
        found.state, found.reason = Reappraisal.State.FAILED, type(error).__name__
    else:
        _compare(found, case.result_document, result)
        found.lacking = result.get("gaps", [])
    return found


def _compare(found: Reappraisal, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Enter outcome and differences of two result documents."""
    differences = changes(before, after)
    found.outcome, found.digest = differences.verdict, after["digest"]
    option = differences.recommendation.after.option
    if differences.recommendation.flips and option in NO_ADVICE:
        found.outcome, found.reason = Reappraisal.Outcome.NOT_JUDGED, option
    shown = differences.as_dict()
    shown["figures"] = [_shown(figure) for figure in shown["figures"] if figure["material"]]
    found.differences = shown | {"method": before["method"] != after["method"]}


def _shown(figure: dict[str, Any]) -> dict[str, Any]:
    """A change of a figure without the origins, which only mean something inside their documents."""
    sides = {
        side: None if figure[side] is None else {key: figure[side][key] for key in _SHOWN}
        for side in ("before", "after")
    }
    return figure | sides


@transaction.atomic
def store(findings: Iterable[Reappraisal], *, newest: int | None, at: datetime) -> None:
    """Keep what was found in every row of these cases that waited for it. What was stored already is left alone."""
    lacking: dict[date, dict[int, gaps.Found]] = defaultdict(dict)
    for found in findings:
        stored = (
            Reappraisal.objects.open()
            .filter(assessment=found.assessment_id, round__lte=newest or 0)
            .update(
                state=found.state,
                outcome=found.outcome,
                reason=found.reason,
                differences=found.differences,
                as_of=found.as_of,
                digest=found.digest,
                at=at,
                leased_until=None,
            )
        )
        if stored and found.as_of and found.lacking is not None:
            lacking[found.as_of][found.assessment_id] = found.lacking
    for day, of_day in lacking.items():
        gaps.note(of_day, at=at, on=day)
