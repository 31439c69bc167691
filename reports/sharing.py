"""Links that show an issued report to whoever has one, for a while: made, revoked, opened. Each write is a verb here.

The token has 256 random bits. Its digest is kept and nothing else, so nobody who reads the database can open a link.
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction

from assessments.membership import require_membership
from claims.models import Person
from claims.operations import OperationRefused
from reports.models import Report, SharedLink, SharedView

LONGEST, USUAL = 180, 30  # days
TOKEN_BYTES = 32


def share(*, report: Report, by: Person, at: datetime, expires_on: date) -> tuple[SharedLink, str]:
    """A new link and its token, which is told here once. `expires_on`: the last day on which it opens, in UTC.

    Raises OperationRefused for somebody who does not work for the firm, and for a day in the past or past the longest.
    """
    require_membership(by, report.assessment.firm)
    last = at.date() + timedelta(days=LONGEST)
    if not at.date() <= expires_on <= last:
        raise OperationRefused(
            f"A link opens for {LONGEST} days at most: choose a day from {at.date()} to {last}, not {expires_on}."
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = SharedLink.objects.create(
        report=report, token_digest=_digest(token), made_by=by, made_at=at, expires_on=expires_on
    )
    return link, token


@transaction.atomic
def revoke(*, link: SharedLink, by: Person, at: datetime) -> SharedLink:
    """End a link at once. Raises OperationRefused for one that is revoked already, and for a stranger."""
    require_membership(by, link.report.assessment.firm)
    kept = SharedLink.objects.select_for_update().get(pk=link.pk)
    if kept.revoked_at is not None:
        raise OperationRefused("This link was revoked already.")
    kept.revoked_by, kept.revoked_at = by, at
    kept.save(update_fields=["revoked_by", "revoked_at"])
    return kept


def opened(token: str, *, on: date) -> SharedLink | None:
    """The link of a token, with its report. None for one that is unknown, revoked or past its day: nobody learns which."""
    found = SharedLink.objects.filter(token_digest=_digest(token))
    link = found.select_related("report__superseded_by").defer("report__content").first()
    return link if link is not None and link.opens_on(on) else None


def log_view(*, link: SharedLink, at: datetime) -> None:
    """Remember that a link was opened."""
    SharedView.objects.create(link=link, at=at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
