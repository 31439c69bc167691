"""Tokens of the API: made, revoked, recognised. Each write is a verb here, and making and revoking stand in the log.

What a token may do is asked anew each time: the person must be active, the membership must be there, and a role that
only reads takes the other scopes away.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Q

from assessments.models import Membership, Token
from claims import bearer
from claims.bearer import Secret
from claims.models import Person
from claims.operations import OperationRefused
from claims.operations.acts import record

LONGEST, USUAL = 365, 90  # days
LONGEST_NAME = 60  # characters
USED_AGAIN = timedelta(minutes=1)
Scope = Token.Scope
MAY = {
    Membership.Role.CONSULTANT: frozenset(Scope),
    Membership.Role.FIRM_ADMIN: frozenset(Scope),
    Membership.Role.CLIENT_READER: frozenset({Scope.READ}),
}
"""What a role may do through the API, at most."""

logger = logging.getLogger(__name__)


class TokenRefused(Exception):
    """This key opens nothing; the message says why, to whoever has it."""


@transaction.atomic
def make(
    *, by: Person, at: datetime, membership: Membership, name: str, scopes: Sequence[str], expires_on: date
) -> tuple[Token, Secret]:
    """A new token of one's own membership, and its key, which is told here once. `expires_on`: the last day, in UTC.

    Raises `OperationRefused` for the membership of somebody else, without a name or a scope, for a scope that the role does
    not have, and for a day in the past or more than a year ahead.
    """
    if membership.person_id != by.pk:
        raise OperationRefused("A token is made by the person whose membership it uses.")
    name = " ".join(name.split())
    if not name:
        raise OperationRefused("Say what the token is for.", field="name")
    if len(name) > LONGEST_NAME:
        raise OperationRefused(f"Say it in {LONGEST_NAME} characters.", field="name")
    wanted = [scope for scope in Scope.values if scope in scopes]
    if not wanted:
        raise OperationRefused("Choose what the token may do: one of these at least.", field="scopes")
    if beyond := [scope for scope in wanted if scope not in MAY[Membership.Role(membership.role)]]:
        role = membership.get_role_display().lower()
        raise OperationRefused(f"As a {role} you cannot give a token the scope {beyond[0]}.", field="scopes")
    last = at.date() + timedelta(days=LONGEST)
    if not at.date() <= expires_on <= last:
        raise OperationRefused(f"Choose a day from {at.date()} to {last}, not {expires_on}.", field="expires_on")
    secret = bearer.make()
    token = Token(
        membership=membership,
        person=by,
        firm=membership.firm,
        name=name,
        digest=secret.digest,
        beginning=secret.beginning,
        scopes=wanted,
        made_at=at,
        expires_on=expires_on,
    )
    token.save()
    record("make_token", by=by, at=at, about=str(token), token=token.pk, scopes=wanted, expires_on=str(expires_on))
    return token, secret


@transaction.atomic
def revoke(*, by: Person, at: datetime, token: Token) -> Token:
    """End a token at once. Raises `OperationRefused` for one that is revoked, and for one that is not the person's to end."""
    if not Token.objects.revocable_by(by).filter(pk=token.pk).exists():
        raise OperationRefused("Its owner and the admins of the firm revoke a token, nobody else.")
    kept = Token.objects.select_for_update(of=("self",)).select_related("person").get(pk=token.pk)
    if kept.revoked_at is not None:
        raise OperationRefused("This token was revoked already.")
    kept.revoked_by, kept.revoked_at = by, at
    kept.save(update_fields=["revoked_by", "revoked_at"])
    record("revoke_token", by=by, at=at, about=str(kept), token=kept.pk)
    return kept


def recognise(secret: Secret, *, at: datetime) -> Token:
    """The token of a key, with its person, firm and membership, in one question. Raises `TokenRefused`."""
    if not secret.is_well_formed:
        raise TokenRefused("This is no key of ours: it is mistyped or cut off.")
    token = Token.objects.select_related("person", "firm", "membership").filter(digest=secret.digest).first()
    if token is None:
        raise TokenRefused("This key is not known here.")
    state = token.state_on(at.date())
    if state == Token.State.REVOKED:
        raise TokenRefused("The token was revoked.")
    if state == Token.State.EXPIRED:
        raise TokenRefused(f"The token expired at the end of {token.expires_on}.")
    if state == Token.State.ENDED or not token.person.is_active:
        raise TokenRefused("The membership for which the token was made has ended.")
    return token


def may(token: Token, scope: str) -> bool:
    """Whether a recognised token has a scope, and its owner still the role for it."""
    assert token.membership is not None, "a recognised token has its membership"
    return scope in token.scopes and scope in MAY[Membership.Role(token.membership.role)]


def used(token: Token, *, at: datetime) -> None:
    """Remember when a token was used last, to the minute. A database that cannot be written to is no reason to fail."""
    before = at - USED_AGAIN
    if token.last_used_at is not None and token.last_used_at > before:
        return
    try:
        with transaction.atomic():
            stale = Token.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=before), pk=token.pk)
            stale.update(last_used_at=at)
    except DatabaseError:
        logger.warning("When token %s was used could not be written down.", token.pk, exc_info=True)
