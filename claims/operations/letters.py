"""Letters of what is due: put down before they are sent, so that nobody gets two on one day."""

from datetime import datetime, time
from typing import Any

from django.db import transaction

from claims.models import Act, Person
from claims.operations.acts import record

QUEUE, CASES = "digest", "case_digest"
"""The kinds of letter: what is due in the registry, and advice to look at again."""


def _failed(kind: str) -> str:
    return f"{kind}_failed"


def written_to(at: datetime, kind: str = QUEUE, about: str = "") -> set[int]:
    """Ids of the people to whom a letter of a kind went out on the day of `at`; `about`: that one thing, if it has one."""
    midnight = datetime.combine(at.date(), time.min, at.tzinfo)
    balance: dict[int, int] = {}
    today = Act.objects.filter(verb__in=(kind, _failed(kind)), at__gte=midnight, at__lte=at)
    if about:
        today = today.filter(detail__about=about)
    for verb, person in today.values_list("verb", "detail__person"):
        balance[person] = balance.get(person, 0) + (1 if verb == kind else -1)
    return {person for person, letters in balance.items() if letters > 0}


@transaction.atomic
def begin_letter(
    *, at: datetime, to: Person, items: int, again: bool = False, kind: str = QUEUE, about: str = ""
) -> bool:
    """Put down that a letter goes out to somebody. False where one did today already, unless `again`.

    `about`: what it is about, for a kind of which somebody gets one for each thing.
    """
    Person.objects.select_for_update().get(pk=to.pk)  # the command may run twice at once
    if not again and to.pk in written_to(at, kind, about):
        return False
    record(kind, by=None, at=at, person=to.pk, items=items, **_about(about))
    return True


@transaction.atomic
def letter_failed(*, at: datetime, to: Person, kind: str = QUEUE, about: str = "") -> None:
    """Put down that the letter just begun could not be handed over: the next run tries again."""
    record(_failed(kind), by=None, at=at, person=to.pk, **_about(about))


def _about(about: str) -> dict[str, Any]:
    return {"about": about} if about else {}
