"""A case as a template for the next client: what is known of the kind of case, and nothing of whose it was."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from assessments import framework_choice, operations, own_frameworks
from assessments.membership import require_membership
from assessments.models import Assessment, Client
from claims.models import Person
from claims.operations import OperationRefused


def names(client: Client, text: str) -> bool:
    """Whether a text names a client, in whatever case it is written."""
    return " ".join(client.name.split()).casefold() in " ".join(text.split()).casefold()


@transaction.atomic
def copy_as_template(
    *,
    by: Person,
    at: datetime,
    assessment: Assessment,
    title: str,
    assumptions: Collection[str],
    client: Client | None = None,
    new_client: str = "",
) -> Assessment:
    """Begin a draft with a case's answers for another client of the firm, who may be a new one.

    Copied are the valid answers, language, currency, the choice of frameworks, and of the consultant's own assumptions those named, signed by
    `by`. Neither the client nor the title, what was typed and is no answer, scenarios or result are, and the copy does
    not say what it was made from. Raises `OperationRefused` across firms, for the same client, and where title or a
    reason names the client; `ValidationError` for a title or a new client's name that is not right.
    """
    require_membership(by, assessment.firm)
    if client is not None and client.firm_id != assessment.firm_id:
        raise OperationRefused("A case is copied within one firm: this client belongs to another.")
    if client is not None and client.pk == assessment.client_id:
        raise OperationRefused("This is the client of the case itself: choose another.")
    if names(assessment.client, title):
        raise OperationRefused("The title names the client of the case that is copied: give another.")
    declared: dict[str, Any] = assessment.choices.get("assumptions", {})
    kept = {key: one for key, one in declared.items() if key in assumptions}
    for one in kept.values():
        if names(assessment.client, one["note"]):
            raise OperationRefused(
                f"A reason names the client of the case that is copied: “{one['note']}”. Leave this assumption out."
            )
    if client is None:
        client = operations.create_client(by=by, at=at, firm=assessment.firm, name=new_client)
    offered = [one.id for one in framework_choice.offered(assessment.firm)]
    kept_frameworks = [name for name in assessment.shown_frameworks or () if name in offered]
    copy = operations.create_assessment(
        by=by,
        at=at,
        client=client,
        title=title,
        language=assessment.language,
        currency=assessment.currency,
        answers=assessment.answers,
        choices={"assumptions": {key: one | {"by": by.get_username()} for key, one in kept.items()}} if kept else {},
    )
    return own_frameworks.choose_for_assessment(by=by, at=at, assessment=copy, frameworks=kept_frameworks or None)
