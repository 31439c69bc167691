"""The registry as records again: the inverse of `claims.loading`."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from claims import projection, published
from claims.models import (
    CertaintyJudgement,
    Check,
    Claim,
    Conflict,
    Metric,
    MetricFamily,
    Revision,
    Source,
    StatedTotal,
    Subject,
    Topic,
)
from claims.records import RECORDS, Record
from claims.totals import definition


def _record(kind: str, cells: dict[str, Any]) -> Record:
    kept = {column: cells[column] for column in RECORDS[kind] if cells.get(column) not in (None, "", [], {})}
    return Record(kind=kind, cells=kept, file="", row=0)


def vocabulary() -> Iterator[Record]:
    """Families, topics, subjects, metrics and sources as they are now."""
    for family in MetricFamily.objects.all():
        yield _record("families", {column: getattr(family, column) for column in RECORDS["families"]})
    for topic in _parents_first():
        parent = topic.parent.slug if topic.parent else None
        yield _record(
            "topics", {"slug": topic.slug, "name": topic.name, "parent": parent, "description": topic.description}
        )
    for subject in Subject.objects.all():
        yield _record("subjects", {column: getattr(subject, column) for column in RECORDS["subjects"]})
    for metric in Metric.objects.select_related("family"):
        yield _record(
            "metrics",
            {column: getattr(metric, column) for column in RECORDS["metrics"]} | {"family": metric.family.slug},
        )
    for source in Source.objects.prefetch_related("attributes_to"):
        upstream = sorted(other.slug for other in source.attributes_to.all())
        yield _record(
            "sources",
            {column: getattr(source, column) for column in RECORDS["sources"]} | {"attributes_to": upstream},
        )


def _parents_first() -> list[Topic]:
    """The topics, each after the one it stands under."""
    children: dict[int | None, list[Topic]] = {}
    for topic in Topic.objects.select_related("parent"):
        children.setdefault(topic.parent_id, []).append(topic)
    ordered = list(children.get(None, ()))
    for topic in ordered:
        ordered.extend(children.get(topic.pk, ()))
    return ordered


def check_cells(check: Check) -> dict[str, Any]:
    """One check as a record of a claim holds it."""
    cells: dict[str, Any] = {"kind": check.kind, "on": check.on.isoformat()}
    if check.note:
        cells["note"] = check.note
    if check.by:
        cells["by"] = check.by.get_username()
    return cells


def claim_record(body: dict[str, Any], *, state: str | None, checks: list[dict[str, Any]]) -> Record:
    """The record of a claim from its document; `state` only where it is not published."""
    value = body["value"]
    numbers = {
        f"value.{key}": None if value[key] is None else Decimal(str(value[key])) for key in ("low", "likely", "high")
    }
    citations = [
        {
            key: given
            for key, given in {
                "source": citation["source"]["slug"],
                "stance": citation["stance"],
                "printed": citation["printed"],
                "locator": citation["locator"],
                "attributed_to": citation["attributed_to"],
                "note": citation["note"],
            }.items()
            if given
        }
        for citation in body["citations"]
    ]
    expires_on = body["expires_on"]
    return _record(
        "claims",
        {column: body.get(column) for column in RECORDS["claims"] if "." not in column}
        | numbers
        | {f"value.{key}": value[key] for key in ("bound", "rating", "unit", "currency", "per")}
        | {
            "state": state,
            "translations.es.statement": body["translations"].get("es", {}).get("statement"),
            "subject": body["subject"]["slug"],
            "metric": body["metric"]["slug"],
            "expires_on": date.fromisoformat(expires_on) if expires_on else None,
            "citations": citations,
            "checks": checks,
        },
    )


def claims(*, as_of: date | None) -> Iterator[Record]:
    """Published claims in the order of the chain, then (without `as_of`) drafts and claims in review."""
    revisions = published.revisions(as_of=as_of).order_by("sequence").select_related("claim")
    checks: dict[int, list[dict[str, Any]]] = {}
    events = Check.objects.filter(on__lte=as_of) if as_of else Check.objects.all()
    for event in events.select_related("by", "claim").order_by("on", "pk"):
        checks.setdefault(event.claim_id, []).append(check_cells(event))
    for revision in revisions:
        yield claim_record(revision.body, state=None, checks=checks.get(revision.claim_id, []))
    if as_of is None:
        unpublished = Claim.objects.filter(current_revision__isnull=True).order_by("pk")
        for claim in unpublished.select_related("subject", "metric__family"):
            yield working_record(claim, checks=checks.get(claim.pk, []))


def working_record(claim: Claim, *, checks: list[dict[str, Any]]) -> Record:
    """The record of a claim that was never published."""
    body = projection.build(claim, number=0, state=Revision.State.PUBLISHED, at=claim.changed_at, checked_on=None)
    return claim_record(body, state=claim.state, checks=checks)


def conflicts() -> Iterator[Record]:
    """The recorded conflicts with their decisions."""
    for conflict in Conflict.objects.select_related("first", "second"):
        yield _record(
            "conflicts",
            {
                "claims": [conflict.first.slug, conflict.second.slug],
                "relation": conflict.relation,
                "state": conflict.state,
                "reason": conflict.reason,
                "decided_on": conflict.decided_on,
            },
        )


def totals() -> Iterator[Record]:
    """The totals that claims state, with their parts."""
    for total in StatedTotal.objects.select_related("claim").prefetch_related("parts__claim"):
        defined = definition(total.operation, total.note, total.parts.all())
        yield _record("totals", {"claim": total.claim.slug, **defined})


def judgements() -> Iterator[Record]:
    """The judgement that counts of each question."""
    newest: dict[tuple[int, int, str], CertaintyJudgement] = {}
    for one in CertaintyJudgement.objects.select_related("subject", "metric").order_by("pk"):
        newest[one.subject_id, one.metric_id, one.scope_key] = one
    for one in newest.values():
        yield judgement_record(one)


def judgement_record(judgement: CertaintyJudgement) -> Record:
    """The record of one judgement; what comes out of its reasons is not in it."""
    return _record(
        "judgements",
        {
            "subject": judgement.subject.slug,
            "metric": judgement.metric.slug,
            "scope": judgement.scope,
            "starts_from": judgement.starts_from,
            "reasons": judgement.reasons,
            "note": judgement.note,
        },
    )


def registry(*, as_of: date | None = None) -> Iterator[Record]:
    """Everything `load_claims` reads, in an order in which it can be read."""
    yield from vocabulary()
    yield from claims(as_of=as_of)
    if as_of is None:
        yield from conflicts()
        yield from totals()
        yield from judgements()
