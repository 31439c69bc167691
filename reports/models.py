"""Issued reports with their bytes, and the digests of every file that was ever written."""

import json
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse

from assessments.models import Assessment, Firm, Membership
from claims.models import Person

# What triggers keep from changing (claims/immutability.py); only the state of a report moves, once.
FROZEN_REPORT_COLUMNS = (
    "assessment_id",
    "reference",
    "language",
    "content",
    "digest",
    "manifest",
    "issued_by_id",
    "issued_at",
    "issued_to",
    "reservations",
)


class ReportQuerySet(models.QuerySet["Report"]):
    """Every query of a page starts at `visible_to`."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of the own firm; for a client reader those of the one client."""
        if not person.is_authenticated:
            return self.none()
        read = Membership.objects.filter(person_id=person.pk, role=Membership.Role.CLIENT_READER).values("client")
        return self.filter(Q(assessment__firm__in=Firm.objects.visible_to(person)) | Q(assessment__client__in=read))


class Report(models.Model):
    """A report as it was issued: bytes, digest, manifest. Superseded, never edited."""

    class State(models.TextChoices):
        ISSUED = "issued", "Issued"
        SUPERSEDED = "superseded", "Superseded"

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reports")
    reference = models.CharField(max_length=20, db_index=True)
    language = models.CharField(max_length=2, choices=Assessment.Language)
    content = models.BinaryField(help_text="The PDF.")
    digest = models.CharField(max_length=71, unique=True)
    manifest = models.TextField(help_text="evidence.json as attached to the PDF.")
    state = models.CharField(max_length=10, choices=State, default=State.ISSUED)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    issued_to = models.CharField(max_length=200, blank=True, help_text="The people it was issued for, as typed.")
    reservations = models.JSONField(default=list, help_text="What it was issued in spite of, with the reasons.")
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="supersedes")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-issued_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("assessment", "language"),
                name="report_once_per_language",
                violation_error_message="This assessment was issued in this language already.",
            ),
            models.CheckConstraint(
                name="report_superseded_names_successor",
                condition=Q(state="issued", superseded_by__isnull=True)
                | Q(state="superseded", superseded_by__isnull=False),
                violation_error_message="A superseded report names the one that replaced it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.language})"

    def get_absolute_url(self) -> str:
        return reverse("reports:pdf", args=[self.reference]) + f"?lang={self.language}"

    @property
    def hex_digest(self) -> str:
        """The digest without its algorithm, as the address of the verification page has it."""
        return self.digest.removeprefix("sha256:")

    @property
    def manifest_document(self) -> dict[str, Any]:
        """The manifest as a new dictionary."""
        document: dict[str, Any] = json.loads(self.manifest)
        return document


class Download(models.Model):
    """That somebody fetched an issued report. Written once for each time."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="downloads")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.report} by {self.person}"


class WrittenFile(models.Model):
    """A PDF we wrote, known by its digest and nothing else, so that it can be recognised later."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ISSUED = "issued", "Issued"

    digest = models.CharField(max_length=71, unique=True)
    reference = models.CharField(max_length=40)
    state = models.CharField(max_length=6, choices=State)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("-written_at", "-pk")

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"
