"""What a draft would change for readers, part by part: what a reviewer has to judge."""

from claims import differences, working_copy
from claims.differences import Difference
from claims.models import Claim


def of(claim: Claim) -> list[Difference]:
    """The parts in which a draft differs from what is published; none where nothing is published or proposed."""
    if claim.current_revision is None or claim.state not in (Claim.State.DRAFT, Claim.State.REVIEW):
        return []
    proposed = working_copy.text_of(claim)
    del proposed["change_note"]  # readers find it in the list of revisions
    published = claim.current_revision.body
    return differences.between(published | {"state": None}, proposed)
