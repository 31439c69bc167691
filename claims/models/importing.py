from django.conf import settings
from django.db import models

from claims.models.claim import Claim


class ImportBatch(models.Model):
    """A file that somebody uploaded: read, shown as what it would change, applied as drafts, undone as one act."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", "Read, not applied"
        REFUSED = "refused", "Refused"
        APPLIED = "applied", "Applied as drafts"
        UNDONE = "undone", "Undone"

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=71, help_text="Of the uploaded file.")
    state = models.CharField(max_length=10, choices=State)
    records = models.BinaryField(help_text="The records as canonical JSON, compressed (zlib).")
    report = models.JSONField(default=dict, help_text="Counts, and refusals by row and column.")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = "import"

    def __str__(self) -> str:
        return f"{self.name}, {self.uploaded_at:%Y-%m-%d}"


class ImportedChange(models.Model):
    """What an applied import did to one claim: enough to take it back while nobody has touched the claim since."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="changes")
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(null=True, help_text="The working copy before; empty where the claim is new.")
    edit_number = models.PositiveIntegerField(help_text="Of the claim after the import.")

    class Meta:
        ordering = ("batch", "pk")
        constraints = [models.UniqueConstraint(fields=("batch", "claim"), name="importedchange_once_per_claim")]

    def __str__(self) -> str:
        return f"{self.claim.slug} by {self.batch.name}"


class ImportedRow(models.Model):
    """The row a claim was last imported from, as a digest: the same row again need not be read again.

    Holds only while the claim still has the edit number it had after that import.
    """

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, primary_key=True, related_name="imported_row")
    digest = models.CharField(max_length=64)
    edit_number = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.digest}"
