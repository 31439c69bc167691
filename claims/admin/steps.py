"""The steps in the life of a claim that are taken on a page of their own: what each says, asks and does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.forms import Form

from claims import differences, operations, working_copy
from claims.differences import Difference
from claims.editor_forms import ApprovalForm, CheckForm, ReasonForm, SupersedeForm
from claims.models import Claim, Person
from claims.operations import OperationRefused


@dataclass(frozen=True, slots=True)
class Step:
    """One verb of `operations` as an editor sees it; `look` is the class of its button.

    `judges`: the step is about the text on the page, so it carries the edit number that the page showed.
    """

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
    judges: bool = False

    def is_offered(self, person: Person, claim: Claim) -> bool:
        """Whether this person may take the step with the claim as it is."""
        return claim.state in self.states and person.has_perm(self.permission)

    def perform(self, *, by: Person, at: datetime, claim: Claim, answers: dict[str, Any], seen: str = "") -> None:
        """Take the step; raises `OperationRefused` where a rule forbids it. `seen`: the edit number of the page."""
        given = {key: answers[key] for key in self.answers if key in answers}
        if self.judges:
            if not (seen.isdecimal() and len(seen) < 10):
                raise OperationRefused("This page does not say which text you saw: open it again.")
            given["edit_number"] = int(seen)
        self.take(by=by, at=at, claim=claim, **given)


def what_was_seen(claim: Claim, seen: str) -> list[Difference]:
    """What changed since the page on which a step was taken: the text it showed, and the text there is now."""
    if not (seen.isdecimal() and len(seen) < 10) or int(seen) == claim.edit_number:
        return []
    then = working_copy.text_at(claim, int(seen))
    return differences.between(then, working_copy.text_of(claim)) if then else []


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
            judges=True,
        ),
        Step(
            verb="publish",
            label="Approve and publish",
            explain="Append a revision that can never be changed, and show it to readers from now on.",
            done="Published {claim}.",
            permission="claims.approve_claim",
            states=_REVIEW,
            take=operations.approve,
            look="default",
            form=ApprovalForm,
            answers=("although",),
            judges=True,
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
            judges=True,
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
