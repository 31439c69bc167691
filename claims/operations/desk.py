"""What people keep on their desk: items they work on, views they saved, how often they want a letter.

None of this changes what the registry says, so none of it goes into the log of acts.
"""

from datetime import datetime

from django.db import transaction

from claims.models import Person, SavedView, TakenItem
from claims.operations.rules import OperationRefused, require


@transaction.atomic
def take(*, by: Person, at: datetime, kind: str, item: int) -> TakenItem:
    """Say that one works on an item of the queue. Refused while somebody else does; a take lapses after a day."""
    require(by, "claims.view_claim", "work on the queue")
    TakenItem.objects.filter(taken_at__lte=at - TakenItem.LAPSES_AFTER).delete()
    taken, created = TakenItem.objects.select_for_update().get_or_create(
        kind=kind, object_id=item, defaults={"person": by, "taken_at": at}
    )
    if created:
        return taken
    if taken.person_id != by.pk:
        raise OperationRefused(f"{taken.person.get_username()} works on this already: take another.")
    taken.taken_at = at
    taken.save(update_fields=["taken_at"])
    return taken


@transaction.atomic
def release(*, by: Person, at: datetime, kind: str, item: int) -> None:  # noqa: ARG001 - every verb says when
    """Put an item back for others; what somebody else took stays theirs."""
    TakenItem.objects.filter(kind=kind, object_id=item, person=by).delete()


@transaction.atomic
def save_view(*, by: Person, at: datetime, name: str, query: str) -> SavedView:  # noqa: ARG001 - every verb says when
    """Keep a filter of the queue under a name; the same name again replaces it."""
    require(by, "claims.view_claim", "work on the queue")
    if not name.strip():
        raise OperationRefused("Give the view a name.", field="name")
    view = SavedView.objects.select_for_update().filter(person=by, name=name.strip()).first()
    view = view or SavedView(person=by, name=name.strip())
    view.query = query
    view.clean_fields()
    view.save()
    return view


@transaction.atomic
def delete_view(*, by: Person, at: datetime, view: SavedView) -> None:  # noqa: ARG001 - every verb says when
    """Forget a view of one's own."""
    if view.person_id != by.pk:
        raise OperationRefused("This view is somebody else's.")
    view.delete()


@transaction.atomic
def choose_digest(*, by: Person, at: datetime, digest: str) -> Person:  # noqa: ARG001 - every verb says when
    """Say how often one wants the letter of what is due. For oneself only."""
    if digest not in Person.Digest:
        raise OperationRefused("Choose every working day, on Mondays, or never.", field="digest")
    person = Person.objects.select_for_update().get(pk=by.pk)
    person.digest = digest
    person.save(update_fields=["digest"])
    return person
