import zlib

from django.db import models

from claims.models.source import Source


class Visit(models.Model):
    """One look at a source by a machine: what answered, and the main text where it is new. Never changed.

    `text` is compressed (zlib) and kept only where its digest differs from that of the visit before;
    `main_text` finds it. What came back is data: it is shown escaped and never as HTML.
    """

    class Finding(models.TextChoices):
        ANSWERS = "answers", "The link answers"
        MOVED = "moved", "The link leads to another address"
        GONE = "gone", "The page is gone"
        REFUSED = "refused", "The server refuses to show the page"
        UNREACHABLE = "unreachable", "No answer"
        FORBIDDEN_ADDRESS = "forbidden_address", "The address is not one we may ask"
        ROBOTS = "robots", "The site asks robots to stay out"
        TOO_MUCH = "too_much", "The answer is larger or slower than we read"
        UNREADABLE = "unreadable", "The answer is nothing we can read"

    DEAD = (Finding.GONE, Finding.REFUSED, Finding.UNREACHABLE, Finding.FORBIDDEN_ADDRESS)

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="visits")
    at = models.DateTimeField()
    finding = models.CharField(max_length=20, choices=Finding)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    final_url = models.URLField(max_length=2000, blank=True, help_text="Where the answer came from, after redirects.")
    media_type = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=300, blank=True, help_text="What went wrong, in our words.")
    digest = models.CharField(max_length=71, blank=True, help_text="Of the main text; empty where none was read.")
    text = models.BinaryField(null=True, blank=True, help_text="The main text, compressed; empty: as the visit before.")

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("source", "-id"), name="visit_source_newest")]

    def __str__(self) -> str:
        return f"{self.source.slug}: {self.get_finding_display()}, {self.at:%Y-%m-%d}"

    @property
    def main_text(self) -> str | None:
        """The main text as it was read; None where nothing was."""
        if not self.digest:
            return None
        holder = self
        if holder.text is None:
            found = Visit.objects.filter(source=self.source_id, digest=self.digest, text__isnull=False)
            first = found.order_by("-pk").first()
            if first is None:
                return None
            holder = first
        return zlib.decompress(bytes(holder.text or b"")).decode()
