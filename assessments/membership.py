"""Who may write to a firm's cases."""

from assessments.models import Firm
from claims.models import Person
from claims.operations import OperationRefused


def require_membership(person: Person, firm: Firm) -> None:
    """Raise `OperationRefused` for somebody who does not advise for the firm."""
    if not Firm.objects.visible_to(person).filter(pk=firm.pk).exists():
        raise OperationRefused(f"{person.get_username()} does not work for this firm.")
