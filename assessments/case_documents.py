"""An assessment as the API gives it: a row of the list, and the whole of it."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from assessments import facts
from assessments.models import Assessment


def row(case: Assessment) -> dict[str, Any]:
    """What the list says of a case. Asks nothing, given its client, firm, predecessor and who changed it."""
    return {
        "reference": case.reference,
        "url": reverse("api-assessment-detail", args=[case.reference]),
        "title": case.title,
        "client": case.client.name,
        "firm": case.firm.slug,
        "state": case.state,
        "language": case.language,
        "currency": case.currency,
        "version": case.version,
        "predecessor": case.predecessor.reference if case.predecessor else None,
        "created_at": _moment(case.created_at),
        "changed_at": _moment(case.changed_at),
        "changed_by": case.changed_by.get_username(),
    }


def whole(case: Assessment) -> dict[str, Any]:
    """A case with its answers, what they lack, and for a final one its result."""
    missing = {} if case.is_final else facts.problems(case.answers, case.unread_answers)
    return row(case) | {
        "answers": case.answers,
        "unread_answers": case.unread_answers,
        "missing": [{"question": question, "message": message} for question, message in missing.items()],
        "as_of": case.as_of.isoformat() if case.as_of else None,
        "digest": case.digest or None,
        "result": case.result_document if case.is_final else None,
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
