"""The evidence of a result as rows of its page: what is cited and why, what was set aside and why, who disagrees."""

from collections.abc import Mapping, Sequence
from typing import Any

from assessments import wording
from assessments.result_rows import Disagreement, Document, EvidenceRow
from claims.wording import CONFLICT_STATE, RELATION

Result = Mapping[str, Any]
Documents = Mapping[str, Document]


def cited(result: Result, documents: Documents) -> tuple[EvidenceRow, ...]:
    """The cited claims by number; one that was set aside above and counts in another reading says why it was."""
    rulings = result["evidence"]["set_aside"] + result["evidence"]["applied"]
    why = {ruling["claim"]: _why(ruling) for ruling in rulings}
    return tuple(
        EvidenceRow(
            one["claim"],
            one["n"],
            documents[one["claim"]],
            why.get(one["claim"], ()),
            _disagreements(result, documents, one["claim"]),
        )
        for one in result["citations"]
    )


def set_aside(result: Result, documents: Documents, numbers: Mapping[str, int]) -> tuple[EvidenceRow, ...]:
    """The claims that were not used; `numbers` are those of the evidence, by `slug@n`."""
    return tuple(
        EvidenceRow(
            ruling["claim"],
            numbers.get(ruling["claim"]),
            documents[ruling["claim"]],
            _why(ruling),
            _disagreements(result, documents, ruling["claim"]),
        )
        for ruling in result["evidence"]["set_aside"]
    )


def attention(rows: Sequence[EvidenceRow]) -> str:
    """How many of these claims are contested, overdue for a check or expired, in words; empty where none is."""
    contested = sum(bool(row.document["contested_by"]) for row in rows)
    late = {state: sum(row.document["freshness"] == state for row in rows) for state in ("overdue", "expired")}
    counts = {"contested": contested, "overdue for a check": late["overdue"], "expired": late["expired"]}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


def _disagreements(result: Result, documents: Documents, reference: str) -> tuple[Disagreement, ...]:
    return tuple(
        Disagreement(
            other,
            documents[other],
            CONFLICT_STATE[conflict["state"]],
            RELATION[conflict["relation"]],
            conflict["reason"],
            conflict["decided_on"],
        )
        for conflict in result.get("conflicts", ())
        if reference in conflict["revisions"]
        for other in conflict["revisions"]
        if other != reference
    )


def _why(ruling: Mapping[str, Any]) -> tuple[str, ...]:
    reasons = []
    for one in ruling["because"]:
        details = wording.details(one["params"])
        words = wording.word("because", one["code"])
        reasons.append(wording.sentence(words.removesuffix(".") + (f" ({details})" if details else "")))
    return (wording.sentence(wording.word("role", ruling["role"])), *reasons)
