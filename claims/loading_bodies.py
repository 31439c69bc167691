"""Stated totals and judgements of certainty from records: compared with what stands, changed only through operations."""

from decimal import Decimal, InvalidOperation
from typing import Any

from claims import exporting, operations
from claims.loading_claims import ClaimLoader
from claims.loading_vocabulary import RecordRefused
from claims.models import CertaintyJudgement, Claim, Metric, StatedTotal, Subject
from claims.records import Record


class BodyLoader(ClaimLoader):
    """Writes records of totals and judgements too; each method returns `added`, `changed` or `unchanged`."""

    def total(self, record: Record) -> str:
        claim = self.named(Claim, record["claim"], "claim")
        given = _mappings(record["parts"], {"claim", "times"}, "parts")
        if any(not one.get("claim") for one in given):
            raise RecordRefused({"parts": ["A part names a claim."]})
        parts = [(self.named(Claim, str(one["claim"]), "parts"), _times(one.get("times", 1))) for one in given]
        standing = StatedTotal.objects.filter(claim=claim).first()
        wanted = (record["operation"], record["note"] or "", parts)
        if standing:
            now = [(part.claim, part.times) for part in standing.parts.select_related("claim")]
            if (standing.operation, standing.note, now) == wanted:
                return "unchanged"
        operations.state_total(
            by=self.author, at=self.at, claim=claim, operation=wanted[0], parts=parts, note=wanted[1]
        )
        return "changed" if standing else "added"

    def judgement(self, record: Record) -> str:
        scope = record["scope"] or {}
        if not isinstance(scope, dict):
            raise RecordRefused({"scope": ["Expected a mapping of keys to texts, numbers or true/false."]})
        reasons = _mappings(record["reasons"] or [], {"code", "steps", "note"}, "reasons")
        subject, metric = (
            self.named(Subject, record["subject"], "subject"),
            self.named(Metric, record["metric"], "metric"),
        )
        standing = CertaintyJudgement.objects.newest(subject=subject, metric=metric).get(operations.scope_key(scope))
        if standing:
            now = exporting.judgement_record(standing)
            same = ("starts_from", "note")
            if [now[key] for key in same] == [record[key] for key in same] and (now["reasons"] or []) == [
                {"steps": 1, **reason} for reason in reasons
            ]:
                return "unchanged"
        operations.judge_certainty(
            by=self.author,
            at=self.at,
            subject=subject,
            metric=metric,
            scope=scope,
            starts_from=record["starts_from"],
            reasons=reasons,
            note=record["note"] or "",
        )
        return "changed" if standing else "added"


def _mappings(items: Any, known: set[str], column: str) -> list[dict[str, Any]]:
    if not isinstance(items, list) or not all(isinstance(item, dict) and set(item) <= known for item in items):
        raise RecordRefused({column: [f"Expected a list of mappings with {', '.join(sorted(known))}."]})
    return items


def _times(value: Any) -> Decimal:
    try:
        times = Decimal(str(value))
    except InvalidOperation:
        times = Decimal("NaN")
    if not times.is_finite():
        raise RecordRefused({"parts": [f"A part counts a number of times, not {value!r}."]})
    return times
