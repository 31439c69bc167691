from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.models.check import Check
from claims.models.claim import Claim
from claims.models.source import Source


class Task(models.Model):
    """Something a machine noticed and a person has to look at. Closing it says what was found."""

    class Kind(models.TextChoices):
        LINK_DEAD = "link_dead", "The link does not answer"
        LINK_MOVED = "link_moved", "The link leads elsewhere"
        FIGURE_MISSING = "figure_missing", "The printed figure was not found"
        FIGURE_ELSEWHERE = "figure_elsewhere", "The figure stands only in navigation, references or advertising"
        TEXT_CHANGED = "text_changed", "The text has changed since the last visit"
        TOTAL_DOES_NOT_FOLLOW = "total_does_not_follow", "A stated total does not follow from its parts"
        PRICE_CHANGED = "price_changed", "A newer price is proposed"

    kind = models.CharField(max_length=24, choices=Kind)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    opened_by = models.ForeignKey(Check, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.TextField(blank=True, help_text="What the person found.")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="task_about_claim_or_source",
                condition=Q(claim__isnull=False, source__isnull=True) | Q(claim__isnull=True, source__isnull=False),
                violation_error_message="A task is about one claim or one source.",
            ),
            models.CheckConstraint(
                name="task_closed_whole",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True) | Q(closed_at__isnull=False),
                violation_error_message="A task that somebody closed has a moment.",
            ),
            models.UniqueConstraint(
                fields=("kind", "claim"),
                condition=Q(closed_at__isnull=True, claim__isnull=False),
                name="task_open_once_per_claim",
                violation_error_message="This is on the list already.",
            ),
            models.UniqueConstraint(
                fields=("kind", "source"),
                condition=Q(closed_at__isnull=True, source__isnull=False),
                name="task_open_once_per_source",
                violation_error_message="This is on the list already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.claim or self.source}"
