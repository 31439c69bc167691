from django.conf import settings
from django.db import models

from claims.models.claim import Claim
from claims.models.visit import Visit


class Check(models.Model):
    """Somebody, or a machine, looked. An event, never an edited date; triggers refuse to change one.

    Only a person's reading advances the last-checked date of a claim
    (`claims.freshness`).
    """

    class Kind(models.TextChoices):
        LINK_ANSWERS = "link_answers", "The link answers"
        FIGURE_PRESENT = "figure_present", "The printed figure is still in the page"
        READ_IN_CONTEXT = "read_in_context", "A person read the value in its context"
        UPSTREAM_READ = "upstream_read", "A person read the upstream source"
        TEXT_UNCHANGED = "text_unchanged", "The text is as it was at the last visit"
        CHANGED = "changed", "A person read it: the figure has changed"
        GONE = "gone", "A person looked: the figure is gone"
        DOUBTFUL = "doubtful", "A person read it and doubts it"
        SUPERSEDED = "superseded", "A newer figure replaces it"

    class Finding(models.TextChoices):
        """What a machine found; empty for a person's check."""

        ANSWERS = "answers", "answers"
        MOVED = "moved", "leads to another address"
        GONE = "gone", "is gone"
        UNREACHABLE = "unreachable", "could not be asked"
        FOUND = "found", "found with its surrounding words"
        ELSEWHERE = "elsewhere", "found only in navigation, references or advertising"
        MISSING = "missing", "not found"
        UNREADABLE = "unreadable", "could not be read"
        UNCHANGED = "unchanged", "unchanged"
        TEXT_CHANGED = "text_changed", "changed"

    # Kinds a machine may add; none of them advances a date.
    MACHINE = (Kind.LINK_ANSWERS, Kind.FIGURE_PRESENT, Kind.TEXT_UNCHANGED)
    NEED_NOTE = (Kind.GONE, Kind.DOUBTFUL, Kind.SUPERSEDED)
    READINGS = (Kind.READ_IN_CONTEXT, Kind.UPSTREAM_READ)

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=20, choices=Kind)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    note = models.TextField(blank=True)
    finding = models.CharField(max_length=14, choices=Finding, blank=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="checks")

    class Meta:
        ordering = ("-on", "-pk")
        indexes = [models.Index(fields=("claim", "kind", "-on"), name="check_claim_kind_on")]
        constraints = [
            models.CheckConstraint(
                name="check_reading_has_reader",
                condition=models.Q(kind__in=["link_answers", "figure_present", "text_unchanged"])
                | models.Q(by__isnull=False),
                violation_error_message="A reading is made by a person.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim.slug}: {self.get_kind_display()}, {self.on.isoformat()}"
