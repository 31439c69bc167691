"""The text of a working copy as plain data, and back: what the log keeps of a text that was replaced.

The shape is that of a published document (`contract.md`, "A claim") without what follows from the day and from other
claims, and with the note on the change. So whatever reads documents reads these texts too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from claims import projection
from claims.models import Act, Claim, Metric, Source, Subject, Topic
from claims.quantity import Quantity

# What an editor writes, of the keys of a document.
WRITTEN = (
    "statement",
    "translations",
    "subject",
    "metric",
    "topics",
    "value",
    "scope",
    "assumptions",
    "citations",
    "study_type",
    "credibility",
    "credibility_reason",
    "certainty",
    "certainty_reasons",
    "expires_on",
)


@dataclass(frozen=True, slots=True)
class Parts:
    """A text as `operations.revise` takes it."""

    fields: dict[str, Any]
    citations: list[dict[str, Any]]
    topics: list[Topic]


class NamesWhatIsGone(LookupError):
    """A text names rows that are no longer there; `names` says which, for people."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(set(names))
        super().__init__(", ".join(self.names))


def text_of(claim: Claim) -> dict[str, Any]:
    """What the working copy of a claim says, as JSON data: the keys `WRITTEN` and `change_note`."""
    body = projection.build(claim, number=0, state=claim.state, at=claim.changed_at, checked_on=None)
    return {key: body[key] for key in WRITTEN} | {"change_note": claim.change_note}


def text_at(claim: Claim, edit_number: int) -> dict[str, Any] | None:
    """What the working copy said when it had this edit number; None where the log does not know.

    The log has each text in the act that replaced it. Files that are loaded in bulk may leave steps out.
    """
    if edit_number == claim.edit_number:
        return text_of(claim)
    act = Act.objects.filter(claim=claim, detail__edit_number=edit_number + 1).first()
    return act.detail.get("replaced") if act else None


def acts_since(claim: Claim, edit_number: int) -> list[Act]:
    """Who wrote the text after it had this edit number, oldest first."""
    later = Act.objects.filter(claim=claim, detail__edit_number__gt=edit_number)
    return list(later.select_related("by").order_by("pk"))


def parts_of(body: Mapping[str, Any]) -> Parts:
    """The inverse: a document, or the text of a working copy, as fields, citations and topics.

    Raises `NamesWhatIsGone` where a source, a topic, the subject or the metric is no longer in the registry.
    """
    cited = body["citations"]
    named = {c["source"]["slug"]: f"source “{c['source']['title']}” ({c['source']['slug']})" for c in cited}
    for citation in cited:
        if citation["attributed_to"]:
            named.setdefault(citation["attributed_to"], f"source {citation['attributed_to']}")
    sources = _found(Source, named)
    topics = _found(Topic, {slug: f"topic {slug}" for slug in body["topics"]})
    subjects = _found(Subject, {body["subject"]["slug"]: f"subject {body['subject']['slug']}"})
    metrics = _found(Metric, {body["metric"]["slug"]: f"metric {body['metric']['slug']}"})
    gone = [row for rows in (sources, topics, subjects, metrics) for row in rows.values() if isinstance(row, str)]
    if gone:
        raise NamesWhatIsGone(gone)
    quantity = Quantity.from_json(body["value"])
    return Parts(
        fields={
            "statement": body["statement"],
            "statement_es": body["translations"].get("es", {}).get("statement", ""),
            "subject": subjects[body["subject"]["slug"]],
            "metric": metrics[body["metric"]["slug"]],
            "low": quantity.low,
            "likely": quantity.likely,
            "high": quantity.high,
            "bound": quantity.bound.value if quantity.bound else "",
            "rating": quantity.rating or "",
            "unit": quantity.unit,
            "currency": quantity.currency or "",
            "per": quantity.per or "",
            "expires_on": date.fromisoformat(body["expires_on"]) if body["expires_on"] else None,
            "change_note": body.get("change_note", ""),
        }
        | {
            key: body[key]
            for key in (
                "scope",
                "assumptions",
                "study_type",
                "credibility",
                "credibility_reason",
                "certainty",
                "certainty_reasons",
            )
        },
        citations=[
            {
                "source": sources[citation["source"]["slug"]],
                "attributed_to": sources[citation["attributed_to"]] if citation["attributed_to"] else None,
            }
            | {key: citation[key] for key in ("stance", "printed", "locator", "note")}
            for citation in cited
        ],
        topics=list(topics.values()),
    )


def _found(model: type[models.Model], names: Mapping[str, str]) -> dict[str, Any]:
    """Slug → row; → its name for people where there is none."""
    rows = {row.slug: row for row in model._default_manager.filter(slug__in=names)}  # type: ignore[attr-defined]
    return {slug: rows.get(slug, name) for slug, name in names.items()}
