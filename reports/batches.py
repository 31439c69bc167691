"""Batches: many reports in the background, one at a time, each of them whole or not there.

A batch is put down with its items in one transaction, together with the tasks that make them. A task takes an item,
makes its report and enters what came of it, then takes the next. A report is issued in one transaction of its own, and
once (`report_once_per_language`); a task that was killed between issuing and entering finds the report issued when it
runs again, and enters it. What fails says why and keeps no other item waiting.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks import TaskContext, task

from assessments.membership import require_membership
from assessments.models import Assessment, Firm
from assessments.operations import AnswersError, CurrencyError, FrameworkUnfit
from claims.models import Person
from reports import document, operations
from reports.batch_models import Batch, BatchItem
from reports.models import Report
from reports.operations import LONGEST_REASON, SHORTEST_REASON, OperationRefused
from reports.pdf import Renderer, RenderError

LEASE = timedelta(minutes=5)  # longer than a report may take
MOST_ITEMS = 1000
A_TASK = 20  # reports; then the worker is free for others

logger = logging.getLogger(__name__)


@transaction.atomic
def start(
    *,
    by: Person,
    at: datetime,
    assessments: Sequence[Assessment],
    language: str = "",
    to: str = "",
    because: str = "",
    in_background: bool = True,
) -> Batch:
    """Put down a batch of reports of one firm: final cases are issued, of the others a draft is made.

    `language`: of all, else each in its own. `to`: for whom they are issued; `because`: why in spite of warnings, 10 to
    500 characters. Raises OperationRefused where nothing or too much is chosen, for a stranger, for the cases of two
    firms, and for a language or a reason that will not do.
    """
    chosen = {assessment.pk: assessment for assessment in assessments}
    because, to = " ".join(because.split()), " ".join(to.split())
    if not chosen:
        raise OperationRefused("Choose at least one assessment.")
    if len(chosen) > MOST_ITEMS:
        raise OperationRefused(f"A batch has at most {MOST_ITEMS} reports, not {len(chosen)}.")
    if language and language not in Assessment.Language.values:
        raise OperationRefused("Choose the language of the reports: English, Spanish, or that of each assessment.")
    if because and not SHORTEST_REASON <= len(because) <= LONGEST_REASON:
        raise OperationRefused(f"A reason has {SHORTEST_REASON} to {LONGEST_REASON} characters, not {len(because)}.")
    firms = {assessment.firm_id for assessment in chosen.values()}
    if len(firms) > 1:
        raise OperationRefused("Choose assessments of one firm.")
    firm = Firm.objects.visible_to(by).filter(pk__in=firms).first()
    if firm is None:
        raise OperationRefused(f"{by.get_username()} does not work for this firm.")
    batch = Batch.objects.create(firm=firm, started_by=by, started_at=at, issued_to=to, because=because)
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, assessment=one, language=language or one.language, issues=one.is_final, state="waiting")
        for _, one in sorted(chosen.items())
    )
    if in_background:
        _enqueue(batch)
    return batch


@transaction.atomic
def go_on(*, by: Person, batch: Batch, in_background: bool = True) -> int:
    """Let what failed be made once more, and what lies there be taken up; how many items are open then.

    Raises OperationRefused for a stranger.
    """
    require_membership(by, batch.firm)
    batch.items.filter(state=BatchItem.State.FAILED).update(
        state=BatchItem.State.WAITING, error="", at=None, taken_by="", leased_until=None
    )
    count = _open(batch.pk).count()
    if count and in_background:
        _enqueue(batch)
    return count


def _enqueue(batch: Batch) -> None:
    """As many tasks as there are presses: several workers share a batch. What finds nothing to do ends at once."""
    for _ in range(min(settings.RENDERERS, batch.items.count())):
        make.enqueue(batch.pk)


@task(takes_context=True)
def make(context: TaskContext, batch: int) -> int:
    """Make up to `A_TASK` reports of a batch, and leave the rest to the next task; how many were looked after."""
    done = work(batch, taker=str(context.task_result.id), most=A_TASK)
    if _free(batch, at=timezone.now()).exists():
        make.enqueue(batch)
    return done


def work(batch: int, *, taker: str, most: int = MOST_ITEMS, renderer: Renderer | None = None) -> int:
    """What the task does, until nothing is left to take or `most` are looked after.

    `taker` names it: run again under the same name, it takes up the item that it had.
    """
    done = 0
    while done < most and (item := take(batch, taker, at=timezone.now())) is not None:
        _make(item, renderer)
        done += 1
    return done


def _open(batch: int) -> "QuerySet[BatchItem]":
    return BatchItem.objects.filter(batch=batch, state__in=(BatchItem.State.WAITING, BatchItem.State.RUNNING))


def _free(batch: int, *, at: datetime, taker: str = "") -> "QuerySet[BatchItem]":
    """What may be taken: what waits, what `taker` had before, and what is with a task that is gone."""
    waits = Q(state=BatchItem.State.WAITING)
    return _open(batch).filter(waits | Q(leased_until__lt=at) | Q(taken_by=taker or "-"))


@transaction.atomic
def take(batch: int, taker: str, *, at: datetime) -> BatchItem | None:
    """The next item to make, marked as taken; None where there is none for this taker."""
    free = _free(batch, at=at, taker=taker).order_by("pk")
    found = free.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
    if found is None:
        return None
    BatchItem.objects.filter(pk=found).update(state=BatchItem.State.RUNNING, taken_by=taker, leased_until=at + LEASE)
    return BatchItem.objects.select_related("batch__started_by", "assessment__client", "assessment__firm").get(pk=found)


def _make(item: BatchItem, renderer: Renderer | None) -> None:
    """Make one report, and enter what came of it."""
    try:
        if item.issues:
            report = _issued(item, renderer)
            _enter(item, report=report, digest=report.digest)
        else:
            written = _draft(item, renderer)
            _enter(item, content=written.content, digest=written.digest)
    except FrameworkUnfit as error:
        _fail(item, str(error))
    except AnswersError:
        _fail(item, "Some questions are not answered yet, so there is nothing to report.")
    except (OperationRefused, CurrencyError, RenderError) as error:
        _fail(item, str(error))
    except Exception as error:
        logger.exception("%s failed", item)
        _fail(item, f"Something broke that should not ({type(error).__name__}). It is in the log of the worker.")


def _issued(item: BatchItem, renderer: Renderer | None) -> Report:
    """The report of a final case in its language. An issued one is never made again, whoever issued it."""
    found = Report.objects.filter(assessment=item.assessment_id, language=item.language)
    if (issued := found.first()) is not None:
        return issued
    batch = item.batch
    try:
        return operations.issue(
            assessment=item.assessment,
            by=batch.started_by,
            at=timezone.now(),
            language=item.language,
            to=batch.issued_to,
            because=batch.because,
            renderer=renderer,
        )
    except OperationRefused:
        if (issued := found.first()) is None:  # else somebody issued it in the meantime
            raise
        return issued


def _draft(item: BatchItem, renderer: Renderer | None) -> operations.Written:
    at, assessment = timezone.now(), item.assessment
    case = document.stored(assessment, as_of=assessment.as_of or at.date(), language=item.language)
    return operations.write_draft(case=case, at=at, renderer=renderer)


def _enter(item: BatchItem, *, digest: str, report: Report | None = None, content: bytes | None = None) -> None:
    """One statement: an item is made with its file, or is not made."""
    _open(item.batch_id).filter(pk=item.pk).update(
        state=BatchItem.State.DONE,
        report=report,
        content=content,
        digest=digest,
        at=timezone.now(),
        leased_until=None,
    )


def _fail(item: BatchItem, why: str) -> None:
    _open(item.batch_id).filter(pk=item.pk).update(
        state=BatchItem.State.FAILED, error=why, at=timezone.now(), leased_until=None
    )
