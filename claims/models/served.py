from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q

from claims.models.claim import Claim
from claims.models.revision import Revision
from claims.models.vocabulary import Metric, Subject

# What is derived from revisions, checks, conflicts and totals so that reading costs the same in a registry of any size.
# `claims/serving.py` writes these tables, in the transaction of the change; `verify_served` compares them with a rebuild.


class RowidOneToOneField(models.OneToOneField):
    """A primary key that is the key of another table; on SQLite it is the rowid, so that a row is found by one search
    where a `bigint` takes two.
    """

    def get_internal_type(self) -> str:
        """What Django knows it as."""
        return "OneToOneField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """The type of the column."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class ServedClaim(models.Model):
    """A claim as readers get it today: its document in pieces, between which stand what the day and the language decide.

    `{"arithmetic":` + arithmetic + `before_freshness` + freshness of the day + `before_text` + text + `after_text`.
    """

    claim = RowidOneToOneField(Claim, on_delete=models.CASCADE, primary_key=True, related_name="served")
    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=120, unique=True)
    due_from = models.DateField(help_text="From this day the claim is due; a day long past where nothing dates it.")
    overdue_from = models.DateField(help_text="From this day it is overdue.")
    expires_from = models.DateField(help_text="From this day it is expired; a day that never comes where it has none.")
    arithmetic_en = models.TextField()
    arithmetic_es = models.TextField()
    before_freshness = models.TextField()
    before_text = models.TextField()
    text_en = models.TextField()
    text_es = models.TextField()
    after_text = models.TextField()

    def __str__(self) -> str:
        return self.slug


class FeedRow(models.Model):
    """A revision under one heading: a row for each of its topics, for each topic above those, and for the whole registry.

    A list is one range of one index. Rows of revisions that were replaced stay, with the link of the chain that replaced
    them, so that a list can be read as it was.
    """

    WHOLE = 0

    heading = models.BigIntegerField(help_text="Id of a topic; 0: the whole registry.")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="+", db_index=False)
    sequence = models.PositiveIntegerField()
    until = models.PositiveIntegerField(null=True, help_text="Sequence of what replaced it; empty: it stands.")
    state = models.CharField(max_length=12, choices=Revision.State)
    slug = models.SlugField(max_length=120, db_index=False)
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+", db_index=False)
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+", db_index=False)
    unit = models.CharField(max_length=30)
    currency = models.CharField(max_length=3, blank=True)
    reliability = models.CharField(max_length=1)
    credibility = models.PositiveSmallIntegerField()
    certainty = models.CharField(max_length=10)
    contested = models.BooleanField()
    is_numeric = models.BooleanField()
    low = models.DecimalField(max_digits=24, decimal_places=8, null=True)
    high = models.DecimalField(max_digits=24, decimal_places=8, null=True)
    value_upwards = models.DecimalField(
        max_digits=24, decimal_places=8, help_text="To sort by; without a number, last."
    )
    value_downwards = models.DecimalField(max_digits=24, decimal_places=8)
    read_on = models.DateField(help_text="Last reading by a person; a day long past where there is none.")
    due_from = models.DateField()
    overdue_from = models.DateField()
    expires_from = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("revision", "heading"), name="feedrow_once_per_heading")]
        indexes = [
            models.Index(fields=("claim",), condition=Q(until__isnull=True), name="feedrow_of_claim"),
            models.Index(
                fields=("heading", "until", "sequence"), condition=Q(until__isnull=False), name="feedrow_replaced"
            ),
            models.Index(fields=("heading", "sequence"), name="feedrow_past"),
            *(
                models.Index(
                    fields=("heading", "state", *columns),
                    condition=Q(until__isnull=True),
                    name=f"feedrow_by_{name}",
                )
                for name, columns in {
                    "sequence": ("sequence", "claim"),  # all that the list in its usual order takes from here
                    "metric": ("metric", "sequence"),
                    "subject": ("subject", "sequence"),
                    "value": ("value_upwards", "sequence"),
                    "value_down": ("value_downwards", "sequence"),
                    "reading": ("read_on", "sequence"),
                    "slug": ("slug", "sequence"),
                }.items()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug}, {self.sequence} under {self.heading}"


class Tally(models.Model):
    """How many claims stand under a heading, in a state, with a value of something that can be counted.

    `facet` empty: all of them. Kept by the same transactions as the feed.
    """

    heading = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=Revision.State)
    facet = models.CharField(max_length=12, blank=True)
    value = models.CharField(max_length=120, blank=True)
    claims = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=("heading", "state", "facet", "value"), name="tally_once"),
            models.CheckConstraint(
                name="tally_counts_something",
                condition=Q(claims__gte=0),
                violation_error_message="A number of claims is not below zero.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.heading} {self.state} {self.facet}={self.value}: {self.claims}"


class RegistryVersion(models.Model):
    """One row, whose number rises with every transaction that put an act into the log. Triggers write it."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
