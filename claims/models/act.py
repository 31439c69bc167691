from django.conf import settings
from django.db import models

from claims.models.claim import Claim
from claims.models.conflict import Conflict
from claims.models.revision import Revision
from claims.models.source import Source


class Act(models.Model):
    """Who did what, when: one row for each verb of `operations`. Triggers refuse to change or delete one."""

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty: a machine.",
    )
    verb = models.SlugField(max_length=40)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="acts")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="acts")
    conflict = models.ForeignKey(Conflict, on_delete=models.PROTECT, null=True, related_name="acts")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("claim", "-id"), name="act_claim_newest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by or 'machine'} {self.verb}"
