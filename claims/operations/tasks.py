"""Tasks: what a machine noticed, looked at by a person."""

from datetime import datetime

from django.db import transaction

from claims.models import Person, Task
from claims.operations.acts import record
from claims.operations.rules import OperationRefused, require


@transaction.atomic
def close_task(*, by: Person, at: datetime, task: Task, outcome: str) -> Task:
    """Say what was found where a machine had noticed something. Refused where somebody closed it already."""
    require(by, "claims.change_task", "close tasks")
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.closed_at is not None:
        who = task.closed_by.get_username() if task.closed_by else "A machine"
        raise OperationRefused(f"{who} closed this already: {task.outcome}")
    if not outcome.strip():
        raise OperationRefused("Say what you found: the next person has to understand it.", field="outcome")
    task.closed_at, task.closed_by, task.outcome = at, by, outcome.strip()
    task.full_clean()
    task.save()
    record("close_task", by=by, at=at, claim=task.claim, source=task.source, note=task.outcome, kind=task.kind)
    return task
