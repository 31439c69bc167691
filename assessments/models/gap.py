from django.db import models

from assessments.models.assessment import Assessment
from claims.models import Gap


class AssessmentGap(models.Model):
    """What a final assessment lacked when it was last judged: counted by gap, it never leaves this app otherwise."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="gaps")
    gap = models.ForeignKey(Gap, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("assessment", "gap"), name="assessmentgap_once")]

    def __str__(self) -> str:
        return f"{self.assessment.reference}: {self.gap}"


def live_gaps() -> models.QuerySet[AssessmentGap]:
    """What the cases that count today lack: they are final, and no final successor has taken their place."""
    final = Assessment.State.FINAL
    return AssessmentGap.objects.filter(assessment__state=final).exclude(assessment__successors__state=final)
