"""Who disagrees with the claims of a result, and what was decided: frozen with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assessments.engine.claim import ClaimDocument
from assessments.engine.result import Result

Conflict = Mapping[str, Any]


def among(claims: Sequence[ClaimDocument], conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Those of `conflicts` (as the API serves them) of which both sides are among `claims`.

    Each gets `revisions`, the `slug@n` of its two sides.
    """
    published = {document["slug"]: f"{document['slug']}@{document['revision']}" for document in claims}
    return [
        {**conflict, "revisions": [published[slug] for slug in conflict["claims"]]}
        for conflict in conflicts
        if all(slug in published for slug in conflict["claims"])
    ]


def with_disagreements(result: Result, conflicts: Iterable[Conflict]) -> Result:
    """The result with those of `conflicts` that concern a claim it cites, applied or set aside.

    They stand in the order in which the result names their claims.
    """
    named = [cited["claim"] for cited in result.citations]
    named += [ruling["claim"] for part in ("applied", "set_aside") for ruling in result.evidence[part]]
    place = {reference.rpartition("@")[0]: number for number, reference in reversed(list(enumerate(named)))}

    def order(conflict: Conflict) -> list[int]:
        return sorted(place.get(slug, len(named)) for slug in conflict["claims"])

    ours = (conflict for conflict in conflicts if any(slug in place for slug in conflict["claims"]))
    return replace(result, conflicts=tuple(sorted(ours, key=order)))
