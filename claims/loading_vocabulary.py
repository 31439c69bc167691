"""Families, topics, subjects, metrics and sources from records: the half of a load that has no history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from claims import operations
from claims.models import Metric, MetricFamily, Person, Source, Subject, Topic
from claims.records import Record


class RecordRefused(Exception):
    """One record is refused: messages by column."""

    def __init__(self, messages: Mapping[str, list[str]]) -> None:
        super().__init__()
        self.messages = dict(messages)


class VocabularyLoader:
    """Writes vocabulary records; each method returns `added`, `changed` or `unchanged`."""

    def __init__(self, *, author: Person, approver: Person, at: datetime) -> None:
        self.author, self.approver, self.at = author, approver, at
        self.caches: dict[type[models.Model], dict[str, Any]] = {}

    def named(self, model: type[models.Model], slug: str | None, column: str) -> Any:
        if slug is None:
            return None
        cache = self.caches.setdefault(model, {})
        if slug not in cache:
            found = model._default_manager.filter(slug=slug).first()
            if found is None:
                raise RecordRefused({column: [f"There is no {model._meta.verbose_name} {slug}."]})
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
            operations.file_entry(by=self.author, at=self.at, entry=row)
            self.caches.setdefault(model, {})[columns["slug"]] = row
        return row, outcome

    def family(self, record: Record) -> str:
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

    def topic(self, record: Record) -> str:
        parent = self.named(Topic, record["parent"], "parent")
        columns = {"slug": record["slug"], "name": record["name"], "description": record["description"] or ""}
        return self._put(Topic, {**columns, "parent": parent})[1]

    def subject(self, record: Record) -> str:
        columns = {"slug": record["slug"], "name": record["name"], "description": record["description"] or ""}
        return self._put(Subject, columns)[1]

    def metric(self, record: Record) -> str:
        return self._put(
            Metric,
            {
                "slug": record["slug"],
                "name": record["name"],
                "description": record["description"] or "",
                "family": self.named(MetricFamily, record["family"], "family"),
                "units": record["units"],
                "ratings": record["ratings"] or [],
                "max_percent": record["max_percent"],
                "allow_negative": bool(record["allow_negative"]),
            },
        )[1]

    def source(self, record: Record) -> str:
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

    def attributions(self, record: Record) -> str:
        """Whom a source names as its own sources: written after all sources, which may name one another."""
        source = self.named(Source, record["slug"], "slug")
        wanted = {self.named(Source, slug, "attributes_to") for slug in record["attributes_to"] or []}
        if set(source.attributes_to.all()) == wanted:
            return "unchanged"
        operations.file_entry(by=self.author, at=self.at, entry=source, attributes_to=wanted)
        return "changed"
