"""What a draft would change for readers, line by line: what a reviewer has to judge."""

from typing import Any

from claims import projection
from claims.admin.words import reason_pairs
from claims.models import Claim
from claims.templatetags.registry import day, scope_words


def of(claim: Claim) -> list[tuple[str, str, str]]:
    """Name, published and proposed text of each part that differs; empty where nothing is published or proposed."""
    if claim.current_revision is None or claim.state not in (Claim.State.DRAFT, Claim.State.REVIEW):
        return []
    proposed = projection.build(
        claim, number=claim.current_revision.number + 1, state="published", at=claim.changed_at, checked_on=None
    )
    before, after = _parts(claim.current_revision.body), _parts(proposed)
    return [(name, before[name], after[name]) for name in after if before[name] != after[name]]


def _parts(body: dict[str, Any]) -> dict[str, str]:
    return {
        "Statement": body["statement"],
        "Statement in Spanish": body["translations"].get("es", {}).get("statement", ""),
        "Subject": body["subject"]["name"],
        "Metric": body["metric"]["name"],
        "Topics": ", ".join(sorted(body["topics"])),
        "Value": body["value"]["text"],
        "Scope": _lines(scope_words(body["scope"])),
        "Assumptions": body["assumptions"],
        "Kind of evidence": body["study_type"].replace("_", " "),
        "Credibility": f"{body['credibility']}. {body['credibility_reason']}",
        "Certainty": _lines([("Grade", body["certainty"].replace("_", " ")), *reason_pairs(body["certainty_reasons"])]),
        "Hard stop": day(body["expires_on"]),
        "Sources": _lines([_citation(citation) for citation in body["citations"]]),
    }


def _citation(citation: dict[str, Any]) -> tuple[str, str]:
    name = f"{citation['source']['publisher']} {citation['stance']}"
    rest = (citation["attributed_to"] and f"after {citation['attributed_to']}", citation["note"])
    return name, ". ".join(filter(None, (citation["printed"] or "no figure", citation["locator"], *rest)))


def _lines(pairs: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {words}" for name, words in pairs)
