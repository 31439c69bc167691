from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.lacking import Lacking
from claims.models.revision import Revision


class GapQuerySet(models.QuerySet["Gap"]):
    """Gaps in the evidence."""

    def open(self, on: date) -> Self:
        """Those that nobody closed, and those whose claim has expired by a day: nothing has to run for that."""
        expired = Q(filled_by__claim__current_revision__expires_on__lte=on)
        return self.filter(Q(closed_at__isnull=True) | expired)

    def waiting(self, on: date) -> Self:
        """The open ones that somebody lacks at present."""
        return self.open(on).filter(lacked_by__gt=0)


class Gap(models.Model):
    """A number that is needed and that no published claim gives. It says what is lacking and how often, never to whom.

    Subjects and metrics are slugs: what is lacking may be a word that the vocabulary does not have yet.
    """

    class Code(models.TextChoices):
        NO_CLAIM = "no_claim", "No published claim says it"
        EXPIRED = "expired", "What said it has expired"
        NO_RATE = "no_rate", "It is published in a currency that no exchange rate leads from"
        SCOPE_UNANSWERED = "scope_unanswered", "It is published for scopes that a case may leave open"

    key = models.CharField(max_length=71, unique=True, editable=False, help_text="Digest of all that tells it apart.")
    code = models.CharField(max_length=20, choices=Code)
    subjects = models.JSONField(help_text="Slugs; a claim on any of them would do.")
    metrics = models.JSONField(help_text="Slugs; a claim on any of them would do.")
    unit = models.CharField(max_length=30)
    currency = models.CharField(max_length=3, blank=True)
    per = models.CharField(max_length=30, blank=True)
    scope = models.JSONField(default=dict, blank=True, help_text="What a claim that fills it may not contradict.")
    claims = models.JSONField(default=list, blank=True, help_text="What came near and was set aside, as slug@n.")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    lacked_by = models.PositiveIntegerField(
        default=0, help_text="How many live assessments lack it, as they were last judged."
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    filled_by = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="What gives the number."
    )
    reason = models.TextField(blank=True, help_text="Why it is not to be had.")

    objects = GapQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        default_permissions = ()  # who closes tasks closes gaps
        constraints = [
            models.CheckConstraint(
                name="gap_closed_whole",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, filled_by__isnull=True, reason="")
                | Q(closed_at__isnull=False, closed_by__isnull=False, filled_by__isnull=False, reason="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False, filled_by__isnull=True) & ~Q(reason="")),
                violation_error_message="A gap is closed by a claim that fills it, or by somebody with a reason.",
            )
        ]

    def __str__(self) -> str:
        scope = (str(self.scope[key]).replace(" ", "-") for key in sorted(self.scope))
        return "-".join([*self.subjects, *self.metrics, *scope])

    @property
    def lacking(self) -> Lacking:
        """What is lacking, as plain data."""
        return Lacking(
            code=self.code,
            subjects=tuple(self.subjects),
            metrics=tuple(self.metrics),
            unit=self.unit,
            currency=self.currency,
            per=self.per,
            scope=self.scope,
            claims=tuple(self.claims),
        )
