"""From a working copy to the published document: the one writer of revisions.

A document is the claim as `contract.md` gives it. Its canonical form is JSON
with sorted keys and no white space; its digest covers the document without the
`digest` key together with the digest of the revision before it, so that no
revision can be changed, dropped or slipped in without breaking the chain.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from claims import freshness
from claims.models import Check, Citation, Claim, Conflict, Revision, Source, Topic
from claims.quantity import text
from claims.support import Cited, independent


def canonical(body: Mapping[str, Any]) -> str:
    """JSON text that is the same for the same content: sorted keys, no white space, UTF-8 as it is."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(body: Mapping[str, Any], previous: str) -> str:
    """`sha256:` and the hex digest of a document (its own `digest` left out) chained to the one before."""
    content = {key: value for key, value in body.items() if key != "digest"}
    link = canonical({"previous": previous or None, "document": content})
    return "sha256:" + hashlib.sha256(link.encode()).hexdigest()


def _source(source: Source) -> dict[str, Any]:
    return {
        "slug": source.slug,
        "title": source.title,
        "publisher": source.publisher,
        "author": source.author or None,
        "url": source.url or None,
        "kind": source.kind,
        "language": source.language,
        "published_on": source.published_on.isoformat() if source.published_on else None,
        "updated_on": source.updated_on.isoformat() if source.updated_on else None,
        "accessed_on": source.accessed_on.isoformat() if source.accessed_on else None,
        "reliability": source.reliability,
        "interest": source.interest,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "source": _source(citation.source),
        "stance": citation.stance,
        "printed": citation.printed,
        "locator": citation.locator,
        "attributed_to": citation.attributed_to.slug if citation.attributed_to else None,
        "note": citation.note,
    }


def independent_sources(citations: list[Citation]) -> int:
    """How many sources support a claim, those that lead to one upstream counted once."""
    return independent(
        Cited(c.source.slug, c.attributed_to.slug if c.attributed_to else None, c.stance) for c in citations
    )


def supporting(citations: list[Citation]) -> list[Citation]:
    """The citations that support a claim; all of them where none does."""
    return [c for c in citations if c.stance == Citation.Stance.SUPPORTS] or citations


def evidence_dated_on(citations: list[Citation]) -> date | None:
    """The newest date a supporting source gives itself; None where none is dated."""
    dates = (c.source.updated_on or c.source.published_on for c in supporting(citations))
    return max((day for day in dates if day), default=None)


def contesting_slugs(claim: Claim) -> list[str]:
    """Slugs of the published claims that contest this one, in order."""
    pairs = Conflict.objects.contesting([claim.pk]).values_list("first__slug", "second__slug")
    return sorted({slug for pair in pairs for slug in pair if slug != claim.slug})


def dating(claim: Claim, dated_on: date | None, checked_on: date | None, on: date) -> dict[str, Any]:
    """The keys of a document that say how fresh it is on a day."""
    return freshness_keys(claim.metric.family.interval_days, dated_on, checked_on, claim.expires_on, on)


def freshness_keys(
    interval_days: int, dated_on: date | None, checked_on: date | None, expires_on: date | None, on: date
) -> dict[str, Any]:
    """`freshness`, `checked_on`, `check_due_on`, `expires_on` as a document gives them."""
    due_on = freshness.due_on(checked_on=checked_on, dated_on=dated_on, interval_days=interval_days)
    state = freshness.state_of(due_on, interval_days=interval_days, expires_on=expires_on, as_of=on)
    return {
        "freshness": state.value,
        "checked_on": checked_on.isoformat() if checked_on else None,
        "check_due_on": due_on.isoformat() if due_on else None,
        "expires_on": expires_on.isoformat() if expires_on else None,
    }


def build(claim: Claim, *, number: int, state: str, at: datetime, checked_on: date | None) -> dict[str, Any]:
    """The document of a claim as it stands now, without its digest. Shape: contract.md, "A claim"."""
    return _document(
        claim,
        cited(claim),
        list(claim.topics.all()),
        number=number,
        state=state,
        at=at,
        checked_on=checked_on,
    )


def cited(claim: Claim) -> list[Citation]:
    """The citations of a claim in their order, with their sources."""
    return list(claim.citations.select_related("source", "attributed_to").order_by("position", "pk"))


def _document(
    claim: Claim,
    citations: list[Citation],
    topics: list[Topic],
    *,
    number: int,
    state: str,
    at: datetime,
    checked_on: date | None,
) -> dict[str, Any]:
    return {
        **content(claim, citations, topics),
        "revision": number,
        "state": state,
        "url": f"/api/v1/claims/{claim.slug}@{number}/",
        "independent_sources": independent_sources(citations),
        "contested_by": contesting_slugs(claim),
        **dating(claim, evidence_dated_on(citations), checked_on, at.date()),
        "published_at": moment_text(at),
    }


def content(claim: Claim, citations: list[Citation], topics: list[Topic]) -> dict[str, Any]:
    """The part of a document that an editor writes. Asks the database nothing that is not loaded already."""
    quantity = claim.quantity
    return {
        "slug": claim.slug,
        "statement": claim.statement,
        "translations": {"es": {"statement": claim.statement_es}} if claim.statement_es else {},
        "subject": {"slug": claim.subject.slug, "name": claim.subject.name},
        "metric": {"slug": claim.metric.slug, "name": claim.metric.name, "family": claim.metric.family.slug},
        "topics": sorted(topic.slug for topic in topics),
        "value": {**quantity.as_json(), "text": text(quantity, lang="en")},
        "scope": claim.scope,
        "assumptions": claim.assumptions,
        "citations": [_citation(citation) for citation in citations],
        "study_type": claim.study_type,
        "credibility": claim.credibility,
        "credibility_reason": claim.credibility_reason,
        "certainty": claim.certainty,
        "certainty_reasons": claim.certainty_reasons,
        "expires_on": claim.expires_on.isoformat() if claim.expires_on else None,
    }


def write(
    claim: Claim, *, author_id: int, approver_id: int, at: datetime, note: str, previous: Revision | None
) -> Revision:
    """Append what a claim says now to the chain. `previous` is the head of the chain."""
    citations, topics, quantity = cited(claim), list(claim.topics.all()), claim.quantity
    body = _document(
        claim,
        citations,
        topics,
        number=_next_number(claim),
        state=Revision.State.PUBLISHED,
        at=at,
        checked_on=last_reading(claim, at),
    )
    revision = Revision(
        claim=claim,
        author_id=author_id,
        approver_id=approver_id,
        note=note,
        subject=claim.subject,
        metric=claim.metric,
        low=quantity.lower,
        high=quantity.upper,
        is_numeric=quantity.unit != "rating",
        unit=claim.unit,
        currency=claim.currency,
        reliability=min(c.source.reliability for c in supporting(citations)),
        credibility=claim.credibility,
        certainty=claim.certainty,
        scope=claim.scope,
        evidence_dated_on=evidence_dated_on(citations),
        expires_on=claim.expires_on,
    )
    return _append(
        revision,
        body,
        at=at,
        previous=previous,
        topic_ids=[topic.pk for topic in topics],
        source_ids=sorted({c.source_id for c in citations}),
    )


def write_closing(
    current: Revision, *, state: Revision.State, approver_id: int, at: datetime, note: str, previous: Revision
) -> Revision:
    """Append the end of a claim: what was published last, retracted or superseded. No unpublished draft gets in."""
    links = (
        list(current.topics.values_list("pk", flat=True)),
        list(current.sources.values_list("pk", flat=True)),
    )
    body = current.body | {
        "revision": _next_number(current.claim),
        "state": state.value,
        "published_at": moment_text(at),
    }
    body["url"] = f"/api/v1/claims/{current.claim.slug}@{body['revision']}/"
    columns = {field.attname: getattr(current, field.attname) for field in Revision._meta.concrete_fields}
    revision = Revision(**columns | {"id": None, "approver_id": approver_id, "note": note})
    return _append(revision, body, at=at, previous=previous, topic_ids=links[0], source_ids=links[1])


def _append(
    revision: Revision,
    body: dict[str, Any],
    *,
    at: datetime,
    previous: Revision | None,
    topic_ids: list[int],
    source_ids: list[int],
) -> Revision:
    """Seal a revision with its document and link it to the head of the chain."""
    revision.previous_digest = previous.digest if previous else ""
    revision.sequence = previous.sequence + 1 if previous else 1
    body["digest"] = revision.digest = digest(body, revision.previous_digest)
    revision.document = canonical(body)
    revision.number, revision.state, revision.published_at = body["revision"], body["state"], at
    revision.save(force_insert=True)
    # A new revision has no links yet: they are written without asking which are there.
    topics, sources = Revision.topics.through, Revision.sources.through
    topics.objects.bulk_create(topics(revision=revision, topic_id=pk) for pk in topic_ids)
    sources.objects.bulk_create(sources(revision=revision, source_id=pk) for pk in source_ids)
    return revision


def _next_number(claim: Claim) -> int:
    return (claim.revisions.order_by("-number").values_list("number", flat=True).first() or 0) + 1


def moment_text(at: datetime) -> str:
    """A moment as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def last_reading(claim: Claim, at: datetime) -> date | None:
    """The last day on which a person read the figure, of the readings recorded by `at`."""
    readings = claim.checks.filter(kind__in=Check.READINGS, on__lte=at.date(), recorded_at__lte=at)
    return readings.order_by("-on").values_list("on", flat=True).first()
