from django.db import models
from django.db.models import Q

from claims.models.claim import Claim


class StatedTotal(models.Model):
    """A claim says that it is the sum, or the product, of others in its source."""

    class Operation(models.TextChoices):
        SUM = "sum", "the sum of"
        PRODUCT = "product", "the product of"

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="stated_total")
    operation = models.CharField(max_length=8, choices=Operation)
    note = models.TextField(blank=True, help_text="What the source says about how its total comes about.")
    stated_at = models.DateTimeField()

    class Meta:
        ordering = ("claim",)

    def __str__(self) -> str:
        return f"{self.claim.slug}: {self.get_operation_display()} its parts"


class StatedPart(models.Model):
    """One part of a stated total: a claim, and how often it counts (12 for a monthly figure in a yearly total)."""

    total = models.ForeignKey(StatedTotal, on_delete=models.CASCADE, related_name="parts")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="part_of")
    times = models.DecimalField(max_digits=12, decimal_places=4, default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("total", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("total", "claim"),
                name="statedpart_once_per_total",
                violation_error_message="This part is named already.",
            ),
            models.CheckConstraint(
                name="statedpart_counts",
                condition=Q(times__gt=0),
                violation_error_message="A part counts at least a little: give a number above zero.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.times.normalize():f} × {self.claim.slug}"
