"""From a working copy to the published document: the one writer of revisions.

A document is the claim as `contract.md` gives it. Its canonical form is JSON
with sorted keys and no white space; its digest covers the document without the
`digest` key together with the digest of the revision before it, so that no
revision can be changed, dropped or slipped in without breaking the chain.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from claims import freshness
from claims.models import Check, Citation, Claim, Conflict, Revision, Source, Topic
from claims.quantity import text


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
    return len({c.attributed_to_id or c.source_id for c in citations if c.stance == Citation.Stance.SUPPORTS})


def evidence_dated_on(citations: list[Citation]) -> date | None:
    """The newest date a supporting source gives itself; None where none is dated."""
    dates = [c.source.updated_on or c.source.published_on for c in citations if c.stance != Citation.Stance.CONTRADICTS]
    return max((day for day in dates if day), default=None)


def contesting_slugs(claim: Claim) -> list[str]:
    """Slugs of the claims that contest this one, in order."""
    pairs = Conflict.objects.filter(Q(first=claim) | Q(second=claim), state__in=Conflict.CONTESTING)
    return sorted(
        {slug for pair in pairs.values_list("first__slug", "second__slug") for slug in pair if slug != claim.slug}
    )


def dating(claim: Claim, dated_on: date | None, checked_on: date | None, on: date) -> dict[str, Any]:
    """The keys of a document that say how fresh it is on a day."""
    return freshness_keys(claim.metric.family.interval_days, dated_on, checked_on, claim.expires_on, on)


def freshness_keys(
    interval_days: int, dated_on: date | None, checked_on: date | None, expires_on: date | None, on: date
) -> dict[str, Any]:
    """`freshness`, `checked_on`, `check_due_on`, `expires_on` as a document gives them."""
    due_on = freshness.due_on(checked_on=checked_on, dated_on=dated_on, interval_days=interval_days)
    state = freshness.state(
        checked_on=checked_on, dated_on=dated_on, interval_days=interval_days, expires_on=expires_on, as_of=on
    )
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
    quantity = claim.quantity
    return {
        "slug": claim.slug,
        "revision": number,
        "state": state,
        "url": f"/api/v1/claims/{claim.slug}@{number}/",
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
        "independent_sources": independent_sources(citations),
        "contested_by": contesting_slugs(claim),
        **dating(claim, evidence_dated_on(citations), checked_on, at.date()),
        "published_at": at.isoformat().replace("+00:00", "Z"),
    }


def write(
    claim: Claim, *, state: str, author_id: int, approver_id: int, at: datetime, note: str, previous: Revision | None
) -> Revision:
    """Append the next revision of a claim to the chain. `previous` is the head of the chain."""
    number = (claim.revisions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    citations, topics = cited(claim), list(claim.topics.all())
    checked_on = last_reading(claim, at.date())
    body = _document(claim, citations, topics, number=number, state=state, at=at, checked_on=checked_on)
    previous_digest = previous.digest if previous else ""
    body["digest"] = digest(body, previous_digest)
    supporting = [c for c in citations if c.stance == Citation.Stance.SUPPORTS] or citations
    quantity = claim.quantity
    revision = Revision.objects.create(
        claim=claim,
        number=number,
        sequence=previous.sequence + 1 if previous else 1,
        state=state,
        document=canonical(body),
        digest=body["digest"],
        previous_digest=previous_digest,
        author_id=author_id,
        approver_id=approver_id,
        published_at=at,
        note=note,
        subject=claim.subject,
        metric=claim.metric,
        low=quantity.lower,
        high=quantity.upper,
        is_numeric=quantity.unit != "rating",
        unit=claim.unit,
        currency=claim.currency,
        reliability=min(c.source.reliability for c in supporting),
        credibility=claim.credibility,
        certainty=claim.certainty,
        evidence_dated_on=evidence_dated_on(citations),
        expires_on=claim.expires_on,
        search_text=" ".join(
            [
                claim.statement,
                claim.subject.name,
                claim.metric.name,
                *(f"{c.source.title} {c.source.publisher}" for c in citations),
                *(topic.name for topic in topics),
            ]
        ).lower(),
    )
    # A new revision has no links yet: they are written without asking which are there.
    Revision.topics.through.objects.bulk_create(
        Revision.topics.through(revision=revision, topic=topic) for topic in topics
    )
    Revision.sources.through.objects.bulk_create(
        Revision.sources.through(revision=revision, source_id=pk) for pk in sorted({c.source_id for c in citations})
    )
    return revision


def last_reading(claim: Claim, on: date) -> date | None:
    """The last day up to `on` on which a person read the figure."""
    return claim.checks.filter(kind__in=Check.READINGS, on__lte=on).order_by("-on").values_list("on", flat=True).first()
