from typing import Any

from django.conf import settings
from django.db import models

from claims.models.claim import Claim
from claims.models.vocabulary import Metric, Subject


class JudgementQuerySet(models.QuerySet["CertaintyJudgement"]):
    """Judgements, and those that count."""

    def newest(self, **question: Any) -> dict[str, "CertaintyJudgement"]:
        """Scope key → the newest judgement of it, of those on one `subject` and `metric`."""
        return {one.scope_key: one for one in self.filter(**question).order_by("pk")}


class CertaintyJudgement(models.Model):
    """How certain the body of evidence on one question is (GRADE), judged by a person. Never changed: judged again.

    The question is a subject, a metric and a scope; the newest judgement of it counts. `reasons` are
    `{"code", "steps", "note"}`: why the certainty was lowered, and by how many steps (1 or 2).
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="judgements")
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="judgements")
    scope = models.JSONField(default=dict, blank=True)
    scope_key = models.TextField(help_text="The scope as canonical JSON.")
    starts_from = models.CharField(max_length=10, choices=Claim.Certainty)
    certainty = models.CharField(max_length=10, choices=Claim.Certainty)
    reasons = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("subject", "metric", "-id"), name="judgement_question_newest")]

    def __str__(self) -> str:
        return f"{self.subject.slug}, {self.metric.slug}: {self.get_certainty_display()}"
