"""Who disagrees with the claims of a result, and what was decided: frozen with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assessments.engine.claim import ClaimDocument
from assessments.engine.result import Result


def with_disagreements(
    result: Result, conflicts: Iterable[Mapping[str, Any]], claims: Sequence[ClaimDocument]
) -> Result:
    """The result with those of `conflicts` (as the API serves them) that concern a claim it cites, applied or set aside.

    Each gets `revisions`, the `slug@n` of both sides among `claims`; a pair of which one side was not published then is
    passed over. They stand in the order in which the result names their claims.
    """
    named = [cited["claim"] for cited in result.citations]
    named += [ruling["claim"] for part in ("applied", "set_aside") for ruling in result.evidence[part]]
    place = {reference.rpartition("@")[0]: number for number, reference in reversed(list(enumerate(named)))}
    published = {document["slug"]: f"{document['slug']}@{document['revision']}" for document in claims}

    def order(conflict: Mapping[str, Any]) -> list[int]:
        return sorted(place.get(slug, len(named)) for slug in conflict["claims"])

    ours = [
        {**conflict, "revisions": [published[slug] for slug in conflict["claims"]]}
        for conflict in conflicts
        if any(slug in place for slug in conflict["claims"]) and all(slug in published for slug in conflict["claims"])
    ]
    return replace(result, conflicts=tuple(sorted(ours, key=order)))
