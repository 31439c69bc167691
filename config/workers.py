"""Workers that live, and the tasks of those that do not.

The engine in our database marks a task as running when a worker takes it. A worker that is killed never says how it
ended, and its task would stay running for ever. So each worker beats; a task whose worker has been silent too long is
put back and runs again. Every task of ours may run twice: it takes up what is left to do.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.models import Worker

BEAT_EVERY = timedelta(seconds=15)
LOST_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 5

logger = logging.getLogger(__name__)


class WorkersLost(RuntimeError):
    """A task whose worker ended without a word as often as it was tried."""


def beat(name: str, at: datetime) -> None:
    """Say that a worker lives."""
    Worker.objects.update_or_create(name=name, defaults={"beat_at": at})


def leave(name: str) -> None:
    """Say that a worker ended as it should."""
    Worker.objects.filter(name=name).delete()


def any_alive(at: datetime, lost_after: timedelta = LOST_AFTER) -> bool:
    """Whether some worker said lately that it lives."""
    return Worker.objects.filter(beat_at__gt=at - lost_after).exists()


@transaction.atomic
def take_up_again(at: datetime, lost_after: timedelta = LOST_AFTER) -> int:
    """Put back what silent workers left running; how many tasks. One that was tried five times has failed."""
    living = set(Worker.objects.filter(beat_at__gt=at - lost_after).values_list("name", flat=True))
    running = DBTaskResult.objects.running().select_for_update(skip_locked=True)
    lost = [task for task in running if not task.worker_ids or task.worker_ids[-1] not in living]
    for task in lost:
        if len(task.worker_ids) >= MOST_ATTEMPTS:
            task.set_failed(WorkersLost(f"{len(task.worker_ids)} workers ended in it"))
            logger.error("Task %s has failed: %d workers ended in it", task.id, len(task.worker_ids))
        else:
            task.status, task.started_at = TaskResultStatus.READY, None
            task.save(update_fields=["status", "started_at"])
            logger.warning("Task %s is taken up again: its worker is silent", task.id)
    Worker.objects.filter(beat_at__lte=at - lost_after).delete()
    return len(lost)


@contextmanager
def beating(name: str, lost_after: timedelta = LOST_AFTER) -> Iterator[None]:
    """Let a worker beat, and look after the tasks of others, in a thread of its own while the block runs."""
    every = min(BEAT_EVERY, lost_after / 4)
    beat(name, timezone.now())
    take_up_again(timezone.now(), lost_after)
    ended = Event()
    thread = Thread(target=_keep_beating, args=(name, every, lost_after, ended), name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        leave(name)


def _keep_beating(name: str, every: timedelta, lost_after: timedelta, ended: Event) -> None:
    while not ended.wait(every.total_seconds()):
        try:
            beat(name, timezone.now())
            take_up_again(timezone.now(), lost_after)
        except DatabaseError as error:  # the next beat tries again
            logger.warning("The worker could not beat: %s", error)
        finally:
            connection.close()
