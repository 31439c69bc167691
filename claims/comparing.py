"""Two revisions of one claim side by side: which two were asked for, and what differs."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404

from claims import differences
from claims.differences import Difference
from claims.models import Claim, Revision


@dataclass(frozen=True, slots=True)
class Comparison:
    """All revisions of a claim, newest first, and the two that are compared; `old` is None where there is only one."""

    history: list[Revision]
    old: Revision | None
    new: Revision
    differences: list[Difference]


def revisions(claim: Claim, asked: Mapping[str, str]) -> Comparison:
    """Compare the revisions `from` and `to` of a claim; without them the last two.

    Raises `Http404` where nothing was published, or one that is asked for is not there.
    """
    history = list(claim.revisions.select_related("claim").order_by("-number"))
    if not history:
        raise Http404
    numbered = {str(revision.number): revision for revision in history}
    try:
        new = numbered[asked.get("to") or str(history[0].number)]
        old = numbered[asked["from"]] if asked.get("from") else numbered.get(str(new.number - 1))
    except KeyError:
        raise Http404 from None
    return Comparison(history, old, new, differences.between(old.body, new.body) if old else [])
