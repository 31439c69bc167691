"""Who asks the API, and what they reach: a person who is signed in, or a program with one of a person's tokens.

A token reaches what its person reaches, in its one firm and in its one role.
"""

from dataclasses import dataclass

from assessments import tokens
from assessments.models import Assessment, AssessmentQuerySet, Firm, FirmQuerySet, Membership, Token
from claims.models import Person


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who was recognised. `token` is None for a person who is signed in."""

    person: Person
    token: Token | None = None

    @property
    def name(self) -> str:
        """By which requests are counted and idempotency keys are told apart."""
        return f"token {self.token.pk}" if self.token else f"person {self.person.pk}"

    @property
    def reads_for(self) -> Membership | None:
        """The membership of a token that only reads one client's reports."""
        membership = self.token.membership if self.token else None
        return membership if membership and membership.role == Membership.Role.CLIENT_READER else None

    def may(self, scope: str) -> bool:
        """Whether the token has this scope; who is signed in has all."""
        return self.token is None or tokens.may(self.token, scope)

    def firms(self) -> FirmQuerySet:
        """The firms on whose cases the caller works."""
        firms = Firm.objects.visible_to(self.person)
        if self.token is None:
            return firms
        return firms.none() if self.reads_for else firms.filter(pk=self.token.firm_id)

    def cases(self) -> AssessmentQuerySet:
        """The cases the caller works on."""
        return Assessment.objects.visible_to(self.person).filter(firm__in=self.firms())
