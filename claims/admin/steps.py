"""The steps in the life of a claim that are taken on a page of their own: what each says, asks and does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.forms import Form

from claims import operations
from claims.editor_forms import CheckForm, ReasonForm, SupersedeForm
from claims.models import Claim, Person


@dataclass(frozen=True, slots=True)
class Step:
    """One verb of `operations` as an editor sees it; `look` is the class of its button."""

    verb: str
    label: str
    explain: str
    done: str
    permission: str
    states: frozenset[str]
    take: Callable[..., Any]
    look: str = "is-quiet"
    form: type[Form] = Form
    answers: tuple[str, ...] = field(default=())

    def is_offered(self, person: Person, claim: Claim) -> bool:
        """Whether this person may take the step with the claim as it is."""
        return claim.state in self.states and person.has_perm(self.permission)

    def perform(self, *, by: Person, at: datetime, claim: Claim, answers: dict[str, Any]) -> None:
        """Take the step; raises `OperationRefused` where a rule forbids it."""
        self.take(by=by, at=at, claim=claim, **{key: answers[key] for key in self.answers})


_PUBLISHED = frozenset({Claim.State.PUBLISHED})
_REVIEW = frozenset({Claim.State.REVIEW})

STEPS = {
    step.verb: step
    for step in (
        Step(
            verb="submit",
            label="Submit for review",
            explain="Hand the draft over: somebody who did not work on it approves it.",
            done="Submitted {claim}: somebody else can approve it now.",
            permission="claims.change_claim",
            states=frozenset({Claim.State.DRAFT}),
            take=operations.submit,
            look="default",
        ),
        Step(
            verb="publish",
            label="Approve and publish",
            explain="Append a revision that can never be changed, and show it to readers from now on.",
            done="Published {claim}.",
            permission="claims.approve_claim",
            states=_REVIEW,
            take=operations.publish,
            look="default",
        ),
        Step(
            verb="send-back",
            label="Send back",
            explain="Return the draft to its author with what should change.",
            done="Sent {claim} back: it is a draft again.",
            permission="claims.approve_claim",
            states=_REVIEW,
            take=operations.send_back,
            form=ReasonForm,
            answers=("reason",),
        ),
        Step(
            verb="check",
            label="Record a check",
            explain="Say that you read the figure at its source today. This advances the last-checked date.",
            done="Recorded your check of {claim}.",
            permission="claims.add_check",
            states=frozenset({Claim.State.PUBLISHED, Claim.State.REVIEW, Claim.State.DRAFT}),
            take=operations.check,
            form=CheckForm,
            answers=("kind", "note"),
        ),
        Step(
            verb="supersede",
            label="Supersede",
            explain="Name the claim that replaces this one. Its addresses go on answering.",
            done="Superseded {claim}.",
            permission="claims.retract_claim",
            states=_PUBLISHED,
            take=operations.supersede,
            look="is-grave",
            form=SupersedeForm,
            answers=("by_claim", "reason"),
        ),
        Step(
            verb="retract",
            label="Retract",
            explain="Withdraw the claim from every list. Its addresses go on answering and say so.",
            done="Retracted {claim}.",
            permission="claims.retract_claim",
            states=_PUBLISHED,
            take=operations.retract,
            look="is-grave",
            form=ReasonForm,
            answers=("reason",),
        ),
    )
}
