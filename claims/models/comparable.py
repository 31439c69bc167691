from django.db import models

from claims.models.claim import Claim
from claims.models.vocabulary import Metric, Subject


class Comparable(models.Model):
    """What is published now, made comparable: one row a numeric claim, kept by publishing.

    `measure` names what the numbers are in after unit, currency, period and ratio were made alike; an open end is
    empty. Conflicts are found through the two indexes, in time proportional to what is found.
    """

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="comparable")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+")
    measure = models.CharField(max_length=80)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=("subject", "metric", "measure", "low"), name="comparable_by_low"),
            models.Index(fields=("subject", "metric", "measure", "high"), name="comparable_by_high"),
        ]

    def __str__(self) -> str:
        return f"{self.claim.slug}: {self.low} to {self.high} {self.measure}"
