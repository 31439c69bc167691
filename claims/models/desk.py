from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models


class TakenItemQuerySet(models.QuerySet["TakenItem"]):
    """Items that somebody works on."""

    def held(self, at: datetime) -> Self:
        """Those taken less than a day before `at`: a take that is older has lapsed."""
        return self.filter(taken_at__gt=at - TakenItem.LAPSES_AFTER)


class TakenItem(models.Model):
    """Somebody works on an item of the queue: others see who, and take another."""

    class Kind(models.TextChoices):
        """The lists of the queue. `object_id` is a claim, but for conflicts, tasks, gaps and links (a source)."""

        RECHECK = "recheck", "Re-checks"
        REVIEW = "review", "Drafts in review"
        CONFLICT = "conflict", "Open conflicts"
        TASK = "task", "What machines noticed"
        SUPPORT = "support", "Claims without independent support"
        LINK = "link", "Sources with a dead link"
        GAP = "gap", "What the evidence lacks"

    LAPSES_AFTER = timedelta(hours=24)

    kind = models.CharField(max_length=10, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="taken_items")
    taken_at = models.DateTimeField()

    objects = TakenItemQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "object_id"),
                name="takenitem_by_one_person",
                violation_error_message="Somebody else works on this already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.object_id}: {self.person}"


class SavedView(models.Model):
    """A filter of the queue that a person keeps under a name."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("person", "name")
        constraints = [
            models.UniqueConstraint(
                fields=("person", "name"),
                name="savedview_name_once_per_person",
                violation_error_message="You have a view of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
