import json
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from claims.models.claim import Claim
from claims.models.source import Source
from claims.models.vocabulary import Metric, Subject, Topic


class Revision(models.Model):
    """One published state of a claim: an immutable document in one hash chain.

    `document` is the canonical JSON that readers get. The columns beside it
    repeat parts of the document so that lists can be filtered; they are written
    once, with the document. Triggers refuse to change or delete a row
    (`claims/immutability.py`).
    """

    class State(models.TextChoices):
        PUBLISHED = "published", "Published"
        RETRACTED = "retracted", "Retracted"
        SUPERSEDED = "superseded", "Superseded"

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    sequence = models.PositiveIntegerField(unique=True, help_text="Place in the chain, from 1, without gaps.")
    state = models.CharField(max_length=12, choices=State)
    document = models.TextField()
    digest = models.CharField(max_length=71, unique=True)
    previous_digest = models.CharField(max_length=71, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    note = models.TextField(blank=True)

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="+")
    topics = models.ManyToManyField(Topic, related_name="+")
    sources = models.ManyToManyField(Source, related_name="+")
    low = models.DecimalField(max_digits=24, decimal_places=8, null=True, help_text="Lower end; empty: unbounded.")
    high = models.DecimalField(max_digits=24, decimal_places=8, null=True, help_text="Upper end; empty: unbounded.")
    is_numeric = models.BooleanField()
    unit = models.CharField(max_length=30)
    currency = models.CharField(max_length=3, blank=True)
    reliability = models.CharField(max_length=1, help_text="The best reliability among the supporting sources.")
    credibility = models.PositiveSmallIntegerField()
    certainty = models.CharField(max_length=10)
    scope = models.JSONField(default=dict)
    evidence_dated_on = models.DateField(null=True, help_text="Newest date of a supporting source; empty: undated.")
    expires_on = models.DateField(null=True)

    class Meta:
        ordering = ("-sequence",)
        constraints = [
            models.UniqueConstraint(fields=("claim", "number"), name="revision_number_once_per_claim"),
            models.CheckConstraint(
                name="revision_author_is_not_approver",
                condition=~models.Q(author=models.F("approver")),
                violation_error_message="The author of a change cannot be its approver.",
            ),
            models.UniqueConstraint(
                fields=("previous_digest",),
                name="revision_chain_does_not_fork",
                violation_error_message="Somebody else published at the same moment: try again.",
            ),
        ]
        indexes = [
            models.Index(fields=("claim", "-published_at"), name="revision_claim_published"),
            models.Index(fields=("published_at", "sequence"), name="revision_published"),
        ]

    def __str__(self) -> str:
        return f"{self.claim.slug}@{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("claims:revision-detail", args=[self.claim.slug, self.number])

    @property
    def body(self) -> dict[str, Any]:
        """The document as a new dictionary."""
        body: dict[str, Any] = json.loads(self.document)
        return body
