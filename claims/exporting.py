"""The registry as records again: the inverse of `claims.loading`."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

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

CHUNK = 500
"""Claims read at a time: a long list never stands in memory as a whole."""


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


def documents(revisions: QuerySet[Revision], *, on: date) -> Iterator[dict[str, Any]]:
    """Documents of revisions in order, as `published.documents` gives them, of which a few are in memory at a time."""
    ids = list(revisions.values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = {revision.pk: revision for revision in Revision.objects.filter(pk__in=chunk)}
        yield from published.documents([found[pk] for pk in chunk], on=on)


def published_records(revisions: QuerySet[Revision], *, as_of: date | None) -> Iterator[Record]:
    """The records of revisions in order, with the checks of their claims."""
    ids = list(revisions.values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = {revision.pk: revision for revision in Revision.objects.filter(pk__in=chunk)}
        checks = _checks([revision.claim_id for revision in found.values()], as_of=as_of)
        for pk in chunk:
            yield claim_record(found[pk].body, state=None, checks=checks.get(found[pk].claim_id, []))


def working_records(claims: QuerySet[Claim]) -> Iterator[Record]:
    """The records of claims as editors see them: their working copies, in order, with their checks."""
    ids = list(claims.values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = Claim.objects.select_related("subject", "metric__family").in_bulk(chunk)
        checks = _checks(chunk, as_of=None)
        for pk in chunk:
            yield working_record(found[pk], checks=checks.get(pk, []))


def _checks(claims: list[int], *, as_of: date | None) -> dict[int, list[dict[str, Any]]]:
    """Claim id → its checks as a record holds them."""
    events = Check.objects.filter(claim__in=claims)
    if as_of:
        events = events.filter(on__lte=as_of)
    checks: dict[int, list[dict[str, Any]]] = {}
    for event in events.select_related("by").order_by("on", "pk"):
        checks.setdefault(event.claim_id, []).append(check_cells(event))
    return checks


def claims(*, as_of: date | None) -> Iterator[Record]:
    """Published claims in the order of the chain, then (without `as_of`) drafts and claims in review."""
    yield from published_records(published.revisions(as_of=as_of).order_by("sequence"), as_of=as_of)
    if as_of is None:
        yield from working_records(Claim.objects.filter(current_revision__isnull=True).order_by("pk"))


def working_record(claim: Claim, *, checks: list[dict[str, Any]]) -> Record:
    """The record of a claim as it is worked on; its `state` is named where it is not the published one."""
    body = projection.build(claim, number=0, state=Revision.State.PUBLISHED, at=claim.changed_at, checked_on=None)
    return claim_record(body, state=None if claim.state == Claim.State.PUBLISHED else claim.state, checks=checks)


def conflicts() -> Iterator[Record]:
    """The conflicts with their decisions; without those that lapsed, which are history of this registry alone."""
    for conflict in Conflict.objects.filter(lapsed_at__isnull=True).select_related("first", "second"):
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
