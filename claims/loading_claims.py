"""Claims and their conflicts from records: compared with what stands, and changed only through operations."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from claims import exporting, operations
from claims.loading_vocabulary import RecordRefused, VocabularyLoader
from claims.models import Check, Citation, Claim, Conflict, Metric, Person, Source, Subject, Topic
from claims.quantity import Quantity, QuantityError
from claims.records import Record


class ClaimLoader(VocabularyLoader):
    """Writes claim and conflict records; each method returns `added`, `changed` or `unchanged`."""

    def __init__(self, *, author: Person, approver: Person, at: datetime) -> None:
        super().__init__(author=author, approver=approver, at=at)
        self.standing = {record["slug"]: record for record in exporting.claims(as_of=None)}

    def claim(self, record: Record) -> str:
        state = record["state"] or Claim.State.PUBLISHED
        if state not in (Claim.State.PUBLISHED, Claim.State.REVIEW, Claim.State.DRAFT):
            raise RecordRefused({"state": ["A file holds claims that are published, review or draft."]})
        fields, citations, topics = self._fields(record), self._citations(record), self._topics(record)
        checks = self._checks(record)
        claim = Claim.objects.filter(slug=record["slug"]).first()
        if claim is None:
            claim = operations.draft(
                by=self.author, at=self.at, slug=record["slug"], fields=fields, citations=citations, topics=topics
            )
            outcome = "added"
        elif self._differs(record, state):
            self._may_change(claim)
            claim = operations.revise(
                by=self.author, at=self.at, claim=claim, fields=fields, citations=citations, topics=topics
            )
            outcome = "changed"
        else:
            outcome = "unchanged"
        if self._new_checks(claim, checks) and outcome == "unchanged":
            outcome = "changed"
        if outcome != "unchanged":
            self._bring_to(claim, state)
        return outcome

    def _differs(self, record: Record, state: str) -> bool:
        """Whether a record says something else than what stands; checks are compared on their own."""
        standing = self.standing.get(record["slug"])
        if standing is None or (standing["state"] or Claim.State.PUBLISHED) != state:
            return True

        def comparable(cells: Mapping[str, Any]) -> dict[str, Any]:
            kept = {key: value for key, value in cells.items() if key not in ("state", "checks")}
            kept["topics"] = sorted(cells.get("topics") or [])
            kept["citations"] = [
                {"stance": "supports"} | {key: value for key, value in citation.items() if value}
                for citation in cells["citations"]
            ]
            return kept

        return comparable(record.cells) != comparable(standing.cells)

    def _may_change(self, claim: Claim) -> None:
        if claim.state in (Claim.State.DRAFT, Claim.State.REVIEW) and claim.current_revision_id:
            raise RecordRefused(
                {"slug": [f"{claim.slug} has an unpublished change by {claim.changed_by.get_username()}."]}
            )
        if claim.state in (Claim.State.RETRACTED, Claim.State.SUPERSEDED):
            raise RecordRefused({"slug": [f"{claim.slug} is {claim.get_state_display().lower()}: it is history now."]})

    def _bring_to(self, claim: Claim, state: str) -> None:
        claim.refresh_from_db()
        if claim.state == Claim.State.DRAFT and state in (Claim.State.REVIEW, Claim.State.PUBLISHED):
            claim = operations.submit(by=self.author, at=self.at, claim=claim)
        if claim.state == Claim.State.REVIEW and state == Claim.State.PUBLISHED:
            operations.publish(by=self.approver, at=self.at, claim=claim)

    def _fields(self, record: Record) -> dict[str, Any]:
        try:
            quantity = Quantity.from_json({key: record[f"value.{key}"] for key in operations.VALUE_FIELDS})
        except QuantityError as error:
            raise RecordRefused({f"value.{error.field}": [str(error)]}) from error
        return {
            "statement": record["statement"],
            "statement_es": record["translations.es.statement"] or "",
            "subject": self.named(Subject, record["subject"], "subject"),
            "metric": self.named(Metric, record["metric"], "metric"),
            "low": quantity.low,
            "likely": quantity.likely,
            "high": quantity.high,
            "bound": quantity.bound or "",
            "rating": quantity.rating or "",
            "unit": quantity.unit,
            "currency": quantity.currency or "",
            "per": quantity.per or "",
            "scope": record["scope"] or {},
            "assumptions": record["assumptions"] or "",
            "study_type": record["study_type"],
            "credibility": record["credibility"],
            "credibility_reason": record["credibility_reason"],
            "certainty": record["certainty"],
            "certainty_reasons": record["certainty_reasons"] or [],
            "expires_on": record["expires_on"],
        }

    def _topics(self, record: Record) -> list[Topic]:
        named = (self.named(Topic, slug, "topics") for slug in record["topics"] or [])
        return [topic for topic in named if topic]

    def _citations(self, record: Record) -> list[dict[str, Any]]:
        known = {"source", "stance", "printed", "locator", "attributed_to", "note"}
        cited = []
        for number, citation in enumerate(_mappings(record, "citations", known)):
            if "source" not in citation or "locator" not in citation:
                raise RecordRefused({"citations": [f"Citation {number + 1} needs a source and a locator."]})
            cited.append(
                {
                    "source": self.named(Source, citation["source"], "citations"),
                    "stance": citation.get("stance") or Citation.Stance.SUPPORTS,
                    "printed": str(citation.get("printed") or ""),
                    "locator": str(citation["locator"]),
                    "attributed_to": self.named(Source, citation.get("attributed_to") or None, "citations"),
                    "note": str(citation.get("note") or ""),
                }
            )
        return cited

    def _checks(self, record: Record) -> list[dict[str, Any]]:
        checks = []
        for number, check in enumerate(_mappings(record, "checks", {"kind", "on", "note", "by"})):
            try:
                day = check["on"] if isinstance(check["on"], date) else date.fromisoformat(check["on"])
                kind = Check.Kind(check["kind"])
            except (KeyError, ValueError, TypeError):
                kinds = ", ".join(Check.Kind.values)
                raise RecordRefused(
                    {"checks": [f"Check {number + 1} needs `on`, a date, and `kind`: {kinds}."]}
                ) from None
            checks.append({"kind": kind, "on": day, "note": str(check.get("note") or ""), "by": check.get("by")})
        return checks

    def _new_checks(self, claim: Claim, checks: list[dict[str, Any]]) -> bool:
        standing = {(event.kind, event.on, event.note) for event in claim.checks.all()} if checks else set()
        new = [check for check in checks if (check["kind"], check["on"], check["note"]) not in standing]
        for check in new:
            machine = check["kind"] not in (*Check.READINGS, Check.Kind.SUPERSEDED)
            reader = Person.objects.filter(username=check["by"]).first() or self.author
            operations.check(
                by=None if machine else reader,
                at=self.at,
                claim=claim,
                kind=check["kind"],
                on=check["on"],
                note=check["note"],
            )
        return bool(new)

    def conflict(self, record: Record) -> str:
        if len(record["claims"]) != 2:
            raise RecordRefused({"claims": ["A conflict is between two claims."]})
        pair = [self.named(Claim, slug, "claims") for slug in record["claims"]]
        first, second = sorted((claim for claim in pair if claim), key=lambda claim: claim.pk)
        wanted = (record["state"], record["reason"] or "", record["decided_on"])
        conflict = Conflict.objects.filter(first=first, second=second).first()
        outcome = "changed"
        if conflict is None:
            conflict = operations.record_conflict(
                by=self.author, at=self.at, claims=(first, second), relation=record["relation"]
            )
            outcome = "added"
        elif conflict.relation != record["relation"]:
            raise RecordRefused({"relation": [f"The ranges of these two are {conflict.relation}: say so."]})
        elif conflict.state == record["state"] == Conflict.State.OPEN or (
            (conflict.state, conflict.reason, conflict.decided_on) == wanted
        ):
            return "unchanged"
        elif (conflict.state, conflict.reason, conflict.opened_at) == (Conflict.State.OPEN, "", self.at):
            outcome = "added"  # publishing its claims, in this load, put it down already
        if record["state"] != Conflict.State.OPEN:
            operations.settle_conflict(
                by=self.author,
                at=self.at,
                conflict=conflict,
                state=record["state"],
                reason=record["reason"] or "",
                on=record["decided_on"],
            )
        return outcome


def _mappings(record: Record, column: str, known: set[str]) -> list[dict[str, Any]]:
    items = record[column] or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise RecordRefused({column: ["Expected a list of mappings."]})
    for item in items:
        unknown = set(item) - known
        if unknown:
            raise RecordRefused({column: [f"Unknown key {min(unknown)}. Known: {', '.join(sorted(known))}."]})
    return items
