"""Three ways to bring a CSV file of claims into the registry: ours, django-import-export, a bulk upsert."""

import csv
import io
import json
from datetime import datetime
from typing import Any

import tablib
from django.contrib.auth.models import Group
from django.db import connection, transaction
from import_export import fields, resources
from import_export.widgets import DecimalWidget, ForeignKeyWidget, JSONWidget, ManyToManyWidget

from claims import immutability, importing, operations
from claims.models import Act, Citation, Claim, ImportedChange, Metric, Person, Source, Subject, Topic
from claims.records import typed

BATCH = 2_000


def make_person() -> Person:
    """The editor who imports."""
    person = Person.objects.create(username="bench")
    person.groups.add(Group.objects.get(name="editor"))
    return person


def empty_registry() -> None:
    """Take all claims away, so that each way starts alike."""
    with immutability.suspended(connection):
        Act.objects.all().delete()
    ImportedChange.objects.all()._raw_delete("default")  # noqa: SLF001 - a hundred thousand rows, one statement
    Claim.objects.all().delete()


def ours(person: Person, content: bytes, at: datetime) -> None:
    """What an upload in the admin does, from the file to the drafts."""
    batch = importing.preview(by=person, at=at, name="bench.csv", content=content)
    operations.apply_import(by=person, at=at, batch=batch, digest=batch.digest)


class ClaimResource(resources.ModelResource):
    """The same columns with the widgets of django-import-export, unchanged rows skipped and every claim cleaned."""

    subject = fields.Field("subject", "subject", ForeignKeyWidget(Subject, "slug"))
    metric = fields.Field("metric", "metric", ForeignKeyWidget(Metric, "slug"))
    topics = fields.Field("topics", "topics", ManyToManyWidget(Topic, separator="; ", field="slug"))
    low = fields.Field("low", "value.low", DecimalWidget())
    likely = fields.Field("likely", "value.likely", DecimalWidget())
    high = fields.Field("high", "value.high", DecimalWidget())
    scope = fields.Field("scope", "scope", JSONWidget())
    certainty_reasons = fields.Field("certainty_reasons", "certainty_reasons", JSONWidget())

    class Meta:
        model = Claim
        import_id_fields = ("slug",)
        skip_unchanged = True
        report_skipped = False
        clean_model_instances = True
        use_transactions = True
        fields = (
            "slug", "statement", "statement_es", "subject", "metric", "topics", "low", "likely", "high", "bound",
            "rating", "unit", "currency", "per", "scope", "assumptions", "study_type", "credibility",
            "credibility_reason", "certainty", "certainty_reasons",
        )  # fmt: skip

    def __init__(self, person: Person, at: datetime) -> None:
        super().__init__()
        self.person, self.at = person, at

    def before_save_instance(self, instance: Claim, row: Any, **kwargs: Any) -> None:
        """Who changed it, and when."""
        instance.changed_by, instance.changed_at = self.person, self.at

    def after_init_instance(self, instance: Claim, new: bool, row: Any, **kwargs: Any) -> None:
        """Needed before the instance is cleaned."""
        if new:
            instance.changed_by, instance.changed_at = self.person, self.at

    def after_save_instance(self, instance: Claim, row: Any, **kwargs: Any) -> None:
        """The citations, each cleaned, written anew."""
        instance.citations.all().delete()
        for place, cited in enumerate(json.loads(row["citations"])):
            source = Source.objects.get(slug=cited["source"])
            citation = Citation(claim=instance, position=place, **{**cited, "source": source})
            citation.full_clean()
            citation.save()


def import_export(person: Person, content: bytes, at: datetime) -> None:
    """django-import-export, in one transaction."""
    names = {
        "value.bound": "bound", "value.rating": "rating", "value.unit": "unit", "value.currency": "currency",
        "value.per": "per", "translations.es.statement": "statement_es",
    }  # fmt: skip
    rows = csv.reader(io.StringIO(content.decode()))
    header = [names.get(column, column) for column in next(rows)]
    data = tablib.Dataset(*rows, headers=header)
    result = ClaimResource(person, at).import_data(data, raise_errors=True, use_transactions=True)
    assert not result.has_validation_errors(), result.invalid_rows[0].error


@transaction.atomic
def bulk_upsert(person: Person, content: bytes, at: datetime) -> None:
    """Django's own bulk upsert of every row, with topics and citations written anew; nothing is validated."""
    subjects, metrics, topics, sources = (
        dict(model._default_manager.values_list("slug", "pk")) for model in (Subject, Metric, Topic, Source)
    )
    rows = [typed("claims", row) for row in csv.DictReader(io.StringIO(content.decode()))]
    columns = [
        "statement", "subject", "metric", "low", "likely", "high", "unit", "currency", "per", "scope", "study_type",
        "credibility", "credibility_reason", "certainty", "certainty_reasons", "changed_by", "changed_at",
    ]  # fmt: skip
    for start in range(0, len(rows), BATCH):
        chunk = rows[start : start + BATCH]
        claims = Claim.objects.bulk_create(
            [
                Claim(
                    slug=row["slug"], statement=row["statement"], subject_id=subjects[row["subject"]],
                    metric_id=metrics[row["metric"]], low=row.get("value.low"), likely=row.get("value.likely"),
                    high=row.get("value.high"), unit=row["value.unit"], currency=row.get("value.currency", ""),
                    per=row.get("value.per", ""), scope=row["scope"], study_type=row["study_type"],
                    credibility=row["credibility"], credibility_reason=row["credibility_reason"],
                    certainty=row["certainty"], certainty_reasons=row["certainty_reasons"], changed_by=person,
                    changed_at=at,
                )
                for row in chunk
            ],
            update_conflicts=True,
            unique_fields=["slug"],
            update_fields=columns,
        )  # fmt: skip
        ids = [claim.pk for claim in claims]
        Citation.objects.filter(claim__in=ids).delete()
        Claim.topics.through.objects.filter(claim__in=ids).delete()
        Citation.objects.bulk_create(
            Citation(
                claim_id=pk, position=place, source_id=sources[cited["source"]], stance=cited["stance"],
                printed=cited["printed"], locator=cited["locator"],
            )
            for pk, row in zip(ids, chunk, strict=True)
            for place, cited in enumerate(row["citations"])
        )  # fmt: skip
        Claim.topics.through.objects.bulk_create(
            Claim.topics.through(claim_id=pk, topic_id=topics[slug])
            for pk, row in zip(ids, chunk, strict=True)
            for slug in row["topics"]
        )
