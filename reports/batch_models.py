"""Many reports made in one go, in the background: which, how far, and what came of each."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse

from assessments.models import Assessment, Firm
from claims.models import Person
from reports.branding import naming


class BatchQuerySet(models.QuerySet["Batch"]):
    """Every query of a page starts at `visible_to`."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of the firms whose cases this person works on."""
        return self.filter(firm__in=Firm.objects.visible_to(person))

    def with_progress(self) -> Self:
        """Adds `size`, `made`, `failed` and `open` (waiting or at work): numbers of reports."""
        states = BatchItem.State

        def counted(*of: str) -> Count:
            return Count("items", filter=Q(items__state__in=of))

        return self.annotate(
            size=Count("items"),
            made=counted(states.DONE),
            failed=counted(states.FAILED),
            open=counted(states.WAITING, states.RUNNING),
        )


class Batch(models.Model):
    """What somebody chose to have made. How far it is follows from its items."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="batches")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    issued_to = models.CharField(max_length=200, blank=True, help_text="For whom its reports are issued, as typed.")
    because = models.CharField(max_length=500, blank=True, help_text="Why they are issued in spite of warnings.")

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"Batch {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("reports:batch", args=[self.pk])


class BatchItemQuerySet(models.QuerySet["BatchItem"]):
    """Items in their order."""

    def without_bytes(self) -> Self:
        """Without the PDFs, with what a line about each needs."""
        return self.select_related("assessment__client", "report").defer(
            "content", "report__content", "report__manifest", "assessment__result"
        )


class BatchItem(models.Model):
    """One report of a batch: issued where the case is final, a draft where it is not."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "At work"
        DONE = "done", "Made"
        FAILED = "failed", "Failed"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, choices=Assessment.Language)
    issues = models.BooleanField(help_text="Whether a report is issued; else a draft is made.")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    error = models.TextField(blank=True, help_text="Why there is no report, in words for people.")
    report = models.ForeignKey("reports.Report", on_delete=models.PROTECT, null=True, related_name="+")
    content = models.BinaryField(null=True, help_text="The PDF of a draft.")
    digest = models.CharField(max_length=71, blank=True)
    at = models.DateTimeField(null=True, help_text="When it was made, or failed.")
    taken_by = models.CharField(max_length=64, blank=True, help_text="Which task has it, or had it last.")
    leased_until = models.DateTimeField(null=True, help_text="Until when no other task takes it.")

    objects = BatchItemQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("batch", "assessment", "language"),
                name="batchitem_once_in_its_batch",
                violation_error_message="This report is in the batch already.",
            ),
            models.CheckConstraint(
                name="batchitem_done_has_its_file",
                condition=~Q(state="done")
                | Q(issues=True, report__isnull=False, content__isnull=True)
                | Q(issues=False, report__isnull=True, content__isnull=False),
                violation_error_message="What is made is there: an issued report, or the PDF of a draft.",
            ),
            models.CheckConstraint(
                name="batchitem_failed_says_why",
                condition=Q(state="failed") ^ Q(error=""),
                violation_error_message="What failed says why, and nothing else does.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment.reference} ({self.language}) of {self.batch}"

    @property
    def file_name(self) -> str:
        """How its PDF is called, where it stands alone; empty for what is not made."""
        return naming.of_items(self.batch, [self])[0]

    def in_words(self, file: str) -> dict[str, Any]:
        """What an index says of it, by column. `file`: how its PDF is called there."""
        return {
            "file": file,
            "reference": self.assessment.reference,
            "client": self.assessment.client.name,
            "title": self.assessment.title,
            "language": self.get_language_display(),
            "kind": "issued" if self.issues else "draft",
            "state": "made" if self.state == self.State.DONE else self.state,
            "made_at": self.at.isoformat(timespec="seconds") if self.at else "",
            "digest": self.digest,
            "error": self.error,
        }
