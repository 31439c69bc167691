"""Records of files into the registry: all or nothing, every refusal with its place.

A claim that differs from what is published goes the way of every change:
revised, submitted by one person, approved by another. Loading the same twice
changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models, transaction

from claims import exporting, operations, published
from claims.models import (
    Check,
    Citation,
    Claim,
    Conflict,
    Metric,
    MetricFamily,
    Person,
    Revision,
    Source,
    Subject,
    Topic,
)
from claims.operations import OperationRefused
from claims.quantity import Quantity, QuantityError
from claims.records import RECORDS, Record, in_order

REQUIRED = {
    "families": ("slug", "name", "half_life_days"),
    "topics": ("slug", "name"),
    "subjects": ("slug", "name"),
    "metrics": ("slug", "name", "family", "units"),
    "sources": ("slug", "title", "publisher", "kind", "reliability", "reliability_reason"),
    "claims": (
        "slug",
        "statement",
        "subject",
        "metric",
        "value.unit",
        "study_type",
        "credibility",
        "credibility_reason",
        "certainty",
        "citations",
    ),
    "conflicts": ("claims", "relation", "state"),
}


@dataclass(slots=True)
class LoadReport:
    """What a load did, or would do: slugs by outcome, and the refusals as sentences."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class _Refused(Exception):
    """One record is refused: messages by column."""

    def __init__(self, messages: Mapping[str, Iterable[str]]) -> None:
        super().__init__()
        self.messages = {column: list(texts) for column, texts in messages.items()}


def registry_person(username: str, *, group: str) -> Person:
    """The person a load is signed by; made, without a password, where there is none."""
    person, created = Person.objects.get_or_create(username=username)
    if created:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        person.groups.add(Group.objects.get(name=group))
    return person


def load(
    records: Iterable[Record],
    *,
    author: Person,
    approver: Person,
    at: datetime,
    dry_run: bool = False,
) -> LoadReport:
    """Bring records into the registry, in one transaction that is rolled back where one is refused or on a dry run.

    Claims are drafted by `author` and approved by `approver`, two people; `at` is the moment
    of publication unless the registry was published later already.
    """
    report = LoadReport()
    if author == approver:
        report.refused.append("The author of a change cannot be its approver: name two people.")
        return report
    head = Revision.objects.order_by("-sequence").first()
    moment = max(at, head.published_at) if head else at
    with transaction.atomic():
        loader = _Loader(author=author, approver=approver, at=moment, report=report)
        ordered = in_order(records)
        for position, record in enumerate(ordered):
            loader.load(record)
            if record.kind == "sources" and (position + 1 == len(ordered) or ordered[position + 1].kind != "sources"):
                loader.attribute([earlier for earlier in ordered if earlier.kind == "sources"])
        if dry_run or report.refused:
            transaction.set_rollback(True)
    return report


class _Loader:
    def __init__(self, *, author: Person, approver: Person, at: datetime, report: LoadReport) -> None:
        self.author, self.approver, self.at, self.report = author, approver, at, report
        self.seen: set[tuple[str, str]] = set()
        self.standing = {record["slug"]: record for record in exporting.claims(as_of=None)}
        self.caches: dict[type[models.Model], dict[str, Any]] = {}

    def load(self, record: Record) -> None:
        """One record; refusals go to the report."""
        write: Callable[[Record], str] = {
            "families": self._family,
            "topics": self._topic,
            "subjects": self._subject,
            "metrics": self._metric,
            "sources": self._source,
            "claims": self._claim,
            "conflicts": self._conflict,
        }[record.kind]
        name = _name(record)
        missing = [column for column in REQUIRED[record.kind] if record[column] is None]
        if missing:
            self._refuse(record, {column: ["This column is required."] for column in missing})
        elif (record.kind, name) in self.seen:
            self._refuse(record, {"slug": [f"{name} stands in these files twice."]})
        else:
            self.seen.add((record.kind, name))
            self._write(record, name, write)

    def attribute(self, records: list[Record]) -> None:
        """The attributions between sources."""
        for record in records:
            if not self.report.refused:
                self._write(record, _name(record), self._attributions)

    def _write(self, record: Record, name: str, write: Callable[[Record], str]) -> None:
        """Write in a savepoint of its own, and report how it went."""
        try:
            with transaction.atomic():
                outcome = write(record)
        except _Refused as refusal:
            self._refuse(record, refusal.messages)
        except ValidationError as error:
            messages = error.message_dict if hasattr(error, "error_dict") else {"row": error.messages}
            self._refuse(record, {_column(record.kind, key): texts for key, texts in messages.items()})
        except OperationRefused as error:
            self._refuse(record, {_column(record.kind, error.field or "row"): [error.message]})
        else:
            outcomes = getattr(self.report, outcome)
            if name not in self.report.added and (record.kind == "claims" or outcome != "unchanged"):
                outcomes.append(name)

    def _refuse(self, record: Record, messages: Mapping[str, Iterable[str]]) -> None:
        # What the refused record had written is gone, so nothing remembered of it may be used.
        self.caches.clear()
        for column, texts in messages.items():
            for text in texts:
                self.report.refused.append(f"{record.file}, row {record.row}, column {column}: {text}")

    def _named(self, model: type[models.Model], slug: str | None, column: str) -> Any:
        if slug is None:
            return None
        cache = self.caches.setdefault(model, {})
        if slug not in cache:
            found = model._default_manager.filter(slug=slug).first()
            if found is None:
                raise _Refused({column: [f"There is no {model._meta.verbose_name} {slug}."]})
            cache[slug] = found
        return cache[slug]

    def _put(self, model: type[models.Model], columns: Mapping[str, Any]) -> tuple[models.Model, str]:
        row = model._default_manager.filter(slug=columns["slug"]).first()
        outcome = "unchanged"
        if row is None:
            row, outcome = model(), "added"
        elif any(getattr(row, column) != value for column, value in columns.items()):
            outcome = "changed"
        if outcome != "unchanged":
            for column, value in columns.items():
                setattr(row, column, value)
            row.full_clean()
            row.save()
            self.caches.setdefault(model, {})[columns["slug"]] = row
        return row, outcome

    def _family(self, record: Record) -> str:
        return self._put(
            MetricFamily,
            {
                "slug": record["slug"],
                "name": record["name"],
                "half_life_days": record["half_life_days"],
                "review_days": record["review_days"],
                "hard_stop": record["hard_stop"] or "",
            },
        )[1]

    def _topic(self, record: Record) -> str:
        parent = self._named(Topic, record["parent"], "parent")
        columns = {"slug": record["slug"], "name": record["name"], "description": record["description"] or ""}
        return self._put(Topic, {**columns, "parent": parent})[1]

    def _subject(self, record: Record) -> str:
        columns = {"slug": record["slug"], "name": record["name"], "description": record["description"] or ""}
        return self._put(Subject, columns)[1]

    def _metric(self, record: Record) -> str:
        return self._put(
            Metric,
            {
                "slug": record["slug"],
                "name": record["name"],
                "description": record["description"] or "",
                "family": self._named(MetricFamily, record["family"], "family"),
                "units": record["units"],
                "ratings": record["ratings"] or [],
                "max_percent": record["max_percent"],
                "allow_negative": bool(record["allow_negative"]),
            },
        )[1]

    def _source(self, record: Record) -> str:
        texts = ("author", "url", "interest", "method", "limits", "notes")
        required = ("slug", "title", "publisher", "kind", "reliability", "reliability_reason")
        source, outcome = self._put(
            Source,
            {column: record[column] for column in required}
            | {column: record[column] or "" for column in texts}
            | {"language": record["language"] or "en"}
            | {column: record[column] for column in ("published_on", "updated_on", "accessed_on")},
        )
        assert isinstance(source, Source)
        return outcome

    def _attributions(self, record: Record) -> str:
        """Whom a source names as its own sources: written after all sources, which may name one another."""
        source = self._named(Source, record["slug"], "slug")
        wanted = {self._named(Source, slug, "attributes_to") for slug in record["attributes_to"] or []}
        if set(source.attributes_to.all()) == wanted:
            return "unchanged"
        source.attributes_to.set(wanted)
        return "changed"

    def _claim(self, record: Record) -> str:
        state = record["state"] or Claim.State.PUBLISHED
        if state not in (Claim.State.PUBLISHED, Claim.State.REVIEW, Claim.State.DRAFT):
            raise _Refused({"state": ["A file holds claims that are published, review or draft."]})
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
            raise _Refused({"slug": [f"{claim.slug} has an unpublished change by {claim.changed_by.get_username()}."]})
        if claim.state in (Claim.State.RETRACTED, Claim.State.SUPERSEDED):
            raise _Refused({"slug": [f"{claim.slug} is {claim.get_state_display().lower()}: it is history now."]})

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
            raise _Refused({f"value.{error.field}": [str(error)]}) from error
        return {
            "statement": record["statement"],
            "statement_es": record["translations.es.statement"] or "",
            "subject": self._named(Subject, record["subject"], "subject"),
            "metric": self._named(Metric, record["metric"], "metric"),
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
        named = (self._named(Topic, slug, "topics") for slug in record["topics"] or [])
        return [topic for topic in named if topic]

    def _citations(self, record: Record) -> list[dict[str, Any]]:
        known = {"source", "stance", "printed", "locator", "attributed_to", "note"}
        cited = []
        for number, citation in enumerate(_mappings(record, "citations", known)):
            if "source" not in citation or "locator" not in citation:
                raise _Refused({"citations": [f"Citation {number + 1} needs a source and a locator."]})
            cited.append(
                {
                    "source": self._named(Source, citation["source"], "citations"),
                    "stance": citation.get("stance") or Citation.Stance.SUPPORTS,
                    "printed": str(citation.get("printed") or ""),
                    "locator": str(citation["locator"]),
                    "attributed_to": self._named(Source, citation.get("attributed_to") or None, "citations"),
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
                raise _Refused({"checks": [f"Check {number + 1} needs `on`, a date, and `kind`: {kinds}."]}) from None
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
                at=max(self.at, published.end_of(check["on"])) if check["on"] == self.at.date() else self.at,
                claim=claim,
                kind=check["kind"],
                on=check["on"],
                note=check["note"],
            )
        return bool(new)

    def _conflict(self, record: Record) -> str:
        if len(record["claims"]) != 2:
            raise _Refused({"claims": ["A conflict is between two claims."]})
        pair = [self._named(Claim, slug, "claims") for slug in record["claims"]]
        first, second = sorted((claim for claim in pair if claim), key=lambda claim: claim.pk)
        wanted = (record["relation"], record["state"], record["reason"] or "", record["decided_on"])
        conflict = Conflict.objects.filter(first=first, second=second).first()
        outcome = "changed"
        if conflict is None:
            conflict = operations.record_conflict(
                by=self.author, at=self.at, claims=(first, second), relation=record["relation"]
            )
            outcome = "added"
        elif (conflict.relation, conflict.state, conflict.reason, conflict.decided_on) == wanted:
            return "unchanged"
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


def _name(record: Record) -> str:
    """What a report calls a record: a claim by its slug, everything else with its kind before it."""
    slug = record["slug"] or " and ".join(record["claims"] or ["without a slug"])
    return slug if record.kind == "claims" else f"{_SINGULAR[record.kind]} {slug}"


_SINGULAR = {
    "families": "family",
    "topics": "topic",
    "subjects": "subject",
    "metrics": "metric",
    "sources": "source",
    "conflicts": "conflict",
}


def _mappings(record: Record, column: str, known: set[str]) -> list[dict[str, Any]]:
    items = record[column] or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _Refused({column: ["Expected a list of mappings."]})
    for item in items:
        unknown = set(item) - known
        if unknown:
            raise _Refused({column: [f"Unknown key {sorted(unknown)[0]}. Known: {', '.join(sorted(known))}."]})
    return items


def _column(kind: str, model_field: str) -> str:
    """The column of a file that holds a field of the model."""
    if f"value.{model_field}" in RECORDS[kind]:
        return f"value.{model_field}"
    return {"statement_es": "translations.es.statement", "__all__": "row"}.get(model_field, model_field)
