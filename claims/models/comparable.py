from django.db import models

from claims.models.claim import Claim
from claims.models.vocabulary import Metric, Subject


class Comparable(models.Model):
    """What is published now, made comparable: one row a numeric claim, kept by publishing.

    `measure` names what the numbers are in after unit, period and ratio were made alike; an open end is empty. `lead`
    is the scope key, with its value, that tells the claim best from others on its question. Conflicts are found
    through the four indexes, in time proportional to what is found (docs/decisions/0022).
    """

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="comparable")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+")
    measure = models.CharField(max_length=80)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    lead_key = models.CharField(max_length=20, blank=True)
    lead = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=("subject", "metric", "measure", "lead", "low"), name="comparable_lead_low"),
            models.Index(fields=("subject", "metric", "measure", "lead", "high"), name="comparable_lead_high"),
            models.Index(fields=("subject", "metric", "measure", "lead_key", "low"), name="comparable_key_low"),
            models.Index(fields=("subject", "metric", "measure", "lead_key", "high"), name="comparable_key_high"),
        ]

    def __str__(self) -> str:
        return f"{self.claim.slug}: {self.low} to {self.high} {self.measure}"
