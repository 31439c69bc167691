"""Lists of working copies: what waits for a second person, and what a person began and has not finished."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from claims import projection
from claims.models import Act, Claim, Person, TakenItem
from claims.quantity import QuantityError, text
from claims.queue.lists import QueueList, Row

# Parts of a document in the order in which a reviewer wants to hear of them.
_PARTS = {
    "value": "the value changes",
    "citations": "the citations change",
    "scope": "the scope changes",
    "statement": "the statement changes",
    "subject": "the subject changes",
    "metric": "the metric changes",
    "certainty": "the certainty changes",
    "credibility": "the credibility changes",
    "study_type": "the kind of evidence changes",
    "expires_on": "the hard stop changes",
    "assumptions": "the assumptions change",
    "topics": "the topics change",
    "translations": "the Spanish text changes",
    "certainty_reasons": "the reasons for its certainty change",
    "credibility_reason": "the reason for its credibility changes",
}


def why(claim: Claim) -> list[str]:
    """Why a draft needs a second person: what it would change for readers. Needs citations and topics prefetched."""
    if claim.current_revision is None:
        return ["new claim"]
    before = claim.current_revision.body
    after = projection.content(claim, list(claim.citations.all()), list(claim.topics.all()))
    changed = [key for key in _PARTS if before.get(key) != after[key]]
    if not changed:
        return ["only confirms what is published"]
    words = [_PARTS[key] for key in changed]
    if "value" in changed and "citations" not in changed:
        words.insert(1, "but no citation does")
    return words


class WorkingCopies(QueueList):
    """Claims as editors work on them."""

    def about(self, queryset: QuerySet[Claim], claims: QuerySet[Claim]) -> QuerySet[Claim]:
        return queryset.filter(pk__in=claims)

    def whole(self, objects: Iterable[Any]) -> list[Claim]:
        """The same claims, in their order, with all that a document is built from."""
        order = [claim.pk for claim in objects]
        found = (
            Claim.objects.select_related("subject", "metric__family", "current_revision", "submitted_by", "changed_by")
            .prefetch_related("citations__source", "citations__attributed_to", "topics", "drafters")
            .in_bulk(order)
        )
        return [found[pk] for pk in order]

    def row(self, claim: Claim) -> Row:
        try:
            value = text(claim.quantity)
        except QuantityError:
            value = ""
        return Row(item=claim.pk, title=claim.statement, ref=claim.slug, address=self.address(claim.pk), value=value)


class Reviews(WorkingCopies):
    """Drafts that wait for somebody who did not work on them, the longest waiting first."""

    code, name, kind = "review", "Reviews", TakenItem.Kind.REVIEW
    says = "Drafts that wait for a second person, the longest waiting first. What you worked on is under My drafts."
    empty = "No draft of somebody else waits for a review."
    screen = "queue:review"
    states = (("new", "new claim"), ("change", "change of a published claim"))

    def objects(self, person: Person, on: date) -> QuerySet[Claim]:
        return Claim.objects.filter(state=Claim.State.REVIEW).exclude(drafters=person).order_by("submitted_at", "pk")

    def in_state(self, queryset: QuerySet[Claim], state: str, on: date) -> QuerySet[Claim]:
        return queryset.filter(current_revision__isnull=state == "new")

    def rows(self, objects: Iterable[Any], on: date) -> list[Row]:
        rows = []
        for claim in self.whole(objects):
            row = self.row(claim)
            by = claim.submitted_by
            who = (by.get_full_name() or by.get_username()) if by else "somebody"
            row.why = [*why(claim), f"by {who}", *filter(None, [claim.change_note])]
            rows.append(row)
        return rows


class MyDrafts(WorkingCopies):
    """What a person worked on and is not published yet; what was sent back comes first."""

    code, name = "drafts", "My drafts"
    says = "Changes you worked on that are not published yet. What was sent back to you stands first."
    empty = "You have no draft."
    screen = "admin:claims_claim_change"
    extra = {"old": "published"}
    states = (("back", "sent back"), ("draft", "draft"), ("review", "in review"))

    def objects(self, person: Person, on: date) -> QuerySet[Claim]:
        last = Act.objects.filter(claim=OuterRef("pk"), verb__in=("send_back", "submit", "revise", "draft"))
        mine = Claim.objects.filter(state__in=(Claim.State.DRAFT, Claim.State.REVIEW), drafters=person)
        returned_first = Case(When(last_verb="send_back", then=0), default=1)
        return mine.annotate(last_verb=Subquery(last.order_by("-pk").values("verb")[:1])).order_by(
            returned_first, "changed_at", "pk"
        )

    def in_state(self, queryset: QuerySet[Claim], state: str, on: date) -> QuerySet[Claim]:
        back = Q(state=Claim.State.DRAFT, last_verb="send_back")
        return queryset.filter({"back": back, "draft": Q(state="draft") & ~back, "review": Q(state="review")}[state])

    def rows(self, objects: Iterable[Any], on: date) -> list[Row]:
        verbs = {claim.pk: claim.last_verb for claim in objects}
        rows = []
        for claim in self.whole(objects):
            row = self.row(claim)
            row.chip = (claim.state, claim.get_state_display().lower())
            back = claim.state == Claim.State.DRAFT and verbs[claim.pk] == "send_back"
            row.why = [f"sent back: {claim.change_note}"] if back else why(claim)
            rows.append(row)
        return rows
