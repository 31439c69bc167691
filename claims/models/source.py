from django.db import models
from django.urls import reverse


class Source(models.Model):
    """A document or data set that claims are read from, and what is known of its makers."""

    class Kind(models.TextChoices):
        CONTROLLED_COMPARISON = "controlled_comparison", "Controlled comparison"
        OFFICIAL_DOCUMENTATION = "official_documentation", "Official price or documentation"
        NAMED_SURVEY = "named_survey", "Named survey"
        PRACTITIONER_REPORT = "practitioner_report", "Practitioner report"
        ANECDOTE = "anecdote", "Anecdote"
        OPINION = "opinion", "Opinion"
        PRICE_DATA = "price_data", "Price data"
        UNLOCATED = "unlocated", "Named by another source, could not be found"

    class Reliability(models.TextChoices):
        """Reliability of the source, Admiralty code."""

        A = "A", "A, completely reliable"
        B = "B", "B, usually reliable"
        C = "C", "C, fairly reliable"
        D = "D", "D, not usually reliable"
        E = "E", "E, unreliable"
        F = "F", "F, reliability cannot be judged"

    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200)
    author = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=500, blank=True)
    kind = models.CharField(max_length=40, choices=Kind)
    language = models.CharField(max_length=10, default="en")
    published_on = models.DateField(null=True, blank=True, help_text="Empty where the source does not say.")
    updated_on = models.DateField(null=True, blank=True)
    accessed_on = models.DateField(null=True, blank=True)
    reliability = models.CharField(max_length=1, choices=Reliability)
    reliability_reason = models.TextField()
    interest = models.TextField(
        blank=True, help_text="What the publisher sells or promotes that bears on its claims. Empty: none declared."
    )
    method = models.TextField(blank=True, help_text="What the source says about how it got its figures.")
    limits = models.TextField(blank=True, help_text="What the source says about the limits of its figures.")
    notes = models.TextField(blank=True)
    attributes_to = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="carried_by")

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("claims:source-detail", args=[self.slug])

    @property
    def dated_on(self) -> str | None:
        """The day its figures speak of themselves: last change, else publication, as ISO date; None if undated."""
        day = self.updated_on or self.published_on
        return day.isoformat() if day else None
