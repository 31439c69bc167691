"""Issued reports with their bytes, and the digests of every file that was ever written."""

import json
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse

from assessments.models import Assessment, Firm, Membership
from claims.models import Person
from reports.batch_models import Batch, BatchItem  # noqa: F401 - Django finds an app's models here
from reports.brand_models import BrandVersion
from reports.layout_models import SavedLayout  # noqa: F401
from reports.layouts import Layout
from reports.signing_models import FROZEN_IDENTITY_COLUMNS, SigningIdentity  # noqa: F401

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
    "layout",
    "firm_brand_id",
    "client_brand_id",
)
# Of a link only its revocation is ever written.
FROZEN_LINK_COLUMNS = ("report_id", "token_digest", "made_by_id", "made_at", "expires_on")


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
    layout = models.JSONField(default=dict, help_text="Its sections and their order; empty: the full report.")
    firm_brand = models.ForeignKey(
        BrandVersion,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The brand of the firm that it was issued with; empty: it had none.",
    )
    client_brand = models.ForeignKey(
        BrandVersion,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="What its client had instead; empty: nothing.",
    )
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
    def written(self) -> "WrittenFile":
        """What is remembered of its file."""
        return WrittenFile.objects.get(digest=self.digest)

    @property
    def laid_out(self) -> Layout:
        """The layout with which it was issued."""
        return Layout.from_dict(self.layout)

    @property
    def hex_digest(self) -> str:
        """The digest without its algorithm, as the address of the verification page has it."""
        return self.digest.removeprefix("sha256:")

    @property
    def verification_path(self) -> str:
        """The page that says whether it is genuine and still stands."""
        return reverse("reports:verified", args=[self.hex_digest])

    @property
    def manifest_document(self) -> dict[str, Any]:
        """The manifest as a new dictionary."""
        document: dict[str, Any] = json.loads(self.manifest)
        return document


class Download(models.Model):
    """That somebody fetched a file of an issued report. Written once for each time."""

    class File(models.TextChoices):
        REPORT = "report.pdf", "Report"
        EVIDENCE_CSV = "evidence.csv", "Evidence (CSV)"
        EVIDENCE_XLSX = "evidence.xlsx", "Evidence (XLSX)"
        COSTS_CSV = "costs.csv", "Costs (CSV)"
        COSTS_XLSX = "costs.xlsx", "Costs (XLSX)"
        PROTECTED = "protected.pdf", "Copy with a password"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="downloads")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file = models.CharField(max_length=20, choices=File, default=File.REPORT)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.report} by {self.person}"


class SharedLink(models.Model):
    """A link that shows one issued report as a page to whoever has it, until a day. The token itself is kept nowhere."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="links")
    token_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, as hex digits.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_on = models.DateField(help_text="The last day on which it opens, in UTC.")
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="shared_link_revoked_by_somebody",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                violation_error_message="A link that is revoked says by whom and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"link to {self.report}, until {self.expires_on}"

    def opens_on(self, day: date) -> bool:
        """Whether it shows the report on that day."""
        return self.revoked_at is None and day <= self.expires_on


class SharedView(models.Model):
    """That a shared link was opened, by somebody nobody knows. Written once for each time."""

    link = models.ForeignKey(SharedLink, on_delete=models.PROTECT, related_name="views")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.link} opened"


class WrittenFile(models.Model):
    """A PDF we wrote, known by the digest of its bytes and by its seal, so that it can be recognised later."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ISSUED = "issued", "Issued"

    digest = models.CharField(max_length=71, unique=True)
    seal = models.CharField(
        max_length=71,
        blank=True,
        default="",
        db_index=True,
        help_text="Digest of what it says, as printed in it; empty: from before files had one.",
    )
    reference = models.CharField(max_length=40)
    state = models.CharField(max_length=6, choices=State)
    written_at = models.DateTimeField()
    copy_of = models.ForeignKey(
        Report,
        on_delete=models.PROTECT,
        null=True,
        related_name="copies",
        help_text="The issued report of which it is a copy with a password.",
    )
    signed_by = models.ForeignKey(
        SigningIdentity, on_delete=models.PROTECT, null=True, related_name="+", help_text="With what it was signed."
    )

    class Meta:
        ordering = ("-written_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="written_file_only_issued_are_copied_or_signed",
                condition=Q(state="issued") | Q(copy_of__isnull=True, signed_by__isnull=True),
                violation_error_message="Only issued reports are signed, and only of them there are copies.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"

    @property
    def report(self) -> Report | None:
        """The issued report whose file, or a copy of whose file, it is; without the bytes. None for a draft."""
        reports = Report.objects.select_related("superseded_by").defer("content", "manifest")
        return reports.filter(Q(digest=self.digest) | Q(pk=self.copy_of_id)).first()

    @classmethod
    def was_signed(cls, seal: str) -> bool:
        """Whether a report with this seal was issued with a signature."""
        return bool(seal) and cls.objects.filter(seal=seal, signed_by__isnull=False).exists()
