"""Choices of sections that a firm keeps: saved under a name, renamed, removed. Each write is a verb here."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.membership import require_membership
from assessments.models import Firm
from claims.models import Person
from claims.operations import OperationRefused
from reports.layout_models import SavedLayout
from reports.layouts import CUSTOM, Layout

MOST = 40  # choices of one firm


@transaction.atomic
def save(*, firm: Firm, name: str, layout: Layout, by: Person, at: datetime) -> SavedLayout:
    """Keep the sections of a layout under a name.

    Raises OperationRefused for a stranger, a layout that is no choice of one's own, a name that is empty, longer than
    60 characters or taken, and for more choices than a list can show.
    """
    require_membership(by, firm)
    if layout.name != CUSTOM:
        raise OperationRefused("Only a choice of sections of your own is kept under a name.")
    if firm.saved_layouts.count() >= MOST:
        raise OperationRefused(f"The firm has {MOST} saved choices already. Remove one that nobody needs first.")
    return _written(SavedLayout(firm=firm, sections=list(layout.sections), made_by=by, made_at=at), name)


@transaction.atomic
def rename(*, saved: SavedLayout, name: str, by: Person) -> SavedLayout:
    """Give a saved choice another name. Raises OperationRefused as `save` does."""
    require_membership(by, saved.firm)
    return _written(saved, name)


@transaction.atomic
def remove(*, saved: SavedLayout, by: Person) -> None:
    """Forget a saved choice. Reports that were issued with it stay as they are. Raises OperationRefused for a stranger."""
    require_membership(by, saved.firm)
    saved.delete()


def _written(saved: SavedLayout, name: str) -> SavedLayout:
    """Raises OperationRefused with what is wrong about the name."""
    saved.name = " ".join(name.split())
    if not saved.name:
        raise OperationRefused("Give the choice a name, such as Board version.")
    try:
        saved.full_clean()
        with transaction.atomic():
            saved.save()
    except ValidationError as error:
        raise OperationRefused(" ".join(error.messages)) from error
    except IntegrityError as error:  # somebody took the name in the meantime
        raise OperationRefused("The firm has a choice of this name already. Give another name.") from error
    return saved
