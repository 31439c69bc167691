"""Records of files into the registry: all or nothing, every refusal with its place.

A claim that differs from what is published goes the way of every change:
revised, submitted by one person, approved by another. Loading the same twice
changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction

from claims.loading_bodies import BodyLoader
from claims.loading_vocabulary import RecordRefused
from claims.models import Person, Revision
from claims.operations import OperationRefused
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
    "totals": ("claim", "operation", "parts"),
    "judgements": ("subject", "metric", "starts_from"),
}


@dataclass(slots=True)
class LoadReport:
    """What a load did, or would do: slugs by outcome, and the refusals as sentences."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


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
        self.report = report
        self.writer = BodyLoader(author=author, approver=approver, at=at)
        self.seen: set[tuple[str, str]] = set()

    def load(self, record: Record) -> None:
        """One record; refusals go to the report."""
        write: Callable[[Record], str] = {
            "families": self.writer.family,
            "topics": self.writer.topic,
            "subjects": self.writer.subject,
            "metrics": self.writer.metric,
            "sources": self.writer.source,
            "claims": self.writer.claim,
            "conflicts": self.writer.conflict,
            "totals": self.writer.total,
            "judgements": self.writer.judgement,
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
                self._write(record, _name(record), self.writer.attributions)

    def _write(self, record: Record, name: str, write: Callable[[Record], str]) -> None:
        """Write in a savepoint of its own, and report how it went."""
        try:
            with transaction.atomic():
                outcome = write(record)
        except RecordRefused as refusal:
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
        self.writer.caches.clear()
        for column, texts in messages.items():
            for text in texts:
                self.report.refused.append(f"{record.file}, row {record.row}, column {column}: {text}")


def _name(record: Record) -> str:
    """What a report calls a record: a claim by its slug, everything else with its kind before it."""
    if record.kind == "judgements":
        given = record["scope"] if isinstance(record["scope"], dict) else {}
        scope = ", ".join(f"{key} {value}" for key, value in given.items())
        return f"judgement {record['metric']} of {record['subject']}" + (f" ({scope})" if scope else "")
    slug = record["slug"] or record["claim"] or " and ".join(record["claims"] or ["without a slug"])
    return slug if record.kind == "claims" else f"{_SINGULAR[record.kind]} {slug}"


_SINGULAR = {
    "families": "family",
    "topics": "topic",
    "subjects": "subject",
    "metrics": "metric",
    "sources": "source",
    "conflicts": "conflict",
    "totals": "total",
}


def _column(kind: str, model_field: str) -> str:
    """The column of a file that holds a field of the model."""
    if f"value.{model_field}" in RECORDS[kind]:
        return f"value.{model_field}"
    return {"statement_es": "translations.es.statement", "__all__": "row"}.get(model_field, model_field)
