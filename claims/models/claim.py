from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from claims.models.source import Source
from claims.models.vocabulary import Metric, Subject, Topic
from claims.quantity import Bound, Quantity, bound_of


class Claim(models.Model):
    """The working copy of one assertion: what editors change. Readers see its `Revision`s."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        REVIEW = "review", "In review"
        PUBLISHED = "published", "Published"
        RETRACTED = "retracted", "Retracted"
        SUPERSEDED = "superseded", "Superseded"

    class StudyType(models.TextChoices):
        CONTROLLED_COMPARISON = "controlled_comparison", "Controlled comparison"
        OFFICIAL_DOCUMENTATION = "official_documentation", "Official price or documentation"
        NAMED_SURVEY = "named_survey", "Named survey"
        PRACTITIONER_REPORT = "practitioner_report", "Practitioner report"
        ANECDOTE = "anecdote", "Anecdote"
        OPINION = "opinion", "Opinion"

    class Credibility(models.IntegerChoices):
        """Credibility of the information, Admiralty code."""

        CONFIRMED = 1, "1, confirmed by other sources"
        PROBABLE = 2, "2, probably true"
        POSSIBLE = 3, "3, possibly true"
        DOUBTFUL = 4, "4, doubtful"
        IMPROBABLE = 5, "5, improbable"
        UNJUDGED = 6, "6, cannot be judged"

    class Certainty(models.TextChoices):
        """Certainty of the body of evidence, GRADE."""

        HIGH = "high", "High"
        MODERATE = "moderate", "Moderate"
        LOW = "low", "Low"
        VERY_LOW = "very_low", "Very low"

    slug = models.SlugField(max_length=120, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT, editable=False)
    statement = models.TextField(help_text="One assertion, in our own words.")
    statement_es = models.TextField("statement in Spanish", blank=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="claims")
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="claims")
    topics = models.ManyToManyField(Topic, related_name="claims", blank=True)
    low = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    likely = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    high = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    bound = models.CharField(max_length=10, blank=True, choices=[(b.value, b.value.replace("_", " ")) for b in Bound])
    rating = models.SlugField(max_length=40, blank=True)
    unit = models.CharField(max_length=30)
    currency = models.CharField(max_length=3, blank=True)
    per = models.CharField(max_length=30, blank=True)
    scope = models.JSONField(default=dict, blank=True, help_text="Where the figure holds: method, tier, population …")
    assumptions = models.TextField(blank=True)
    study_type = models.CharField(max_length=40, choices=StudyType)
    credibility = models.PositiveSmallIntegerField(choices=Credibility)
    credibility_reason = models.TextField()
    certainty = models.CharField(max_length=10, choices=Certainty)
    certainty_reasons = models.JSONField(default=list, blank=True)
    expires_on = models.DateField(
        "hard stop", null=True, blank=True, help_text="From this day the claim may not be cited."
    )

    drafters = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        editable=False,
        blank=True,
        help_text="Everybody who changed the draft since the last publication; none of them may approve it.",
    )
    edit_number = models.PositiveIntegerField(default=0, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    changed_at = models.DateTimeField(editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    submitted_at = models.DateTimeField(null=True, editable=False)
    change_note = models.TextField(blank=True, help_text="Why this change is made; printed in the change log.")
    current_revision = models.OneToOneField(
        "claims.Revision", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        ordering = ("slug",)
        permissions = [
            ("approve_claim", "Can approve and publish what somebody else drafted"),
            ("retract_claim", "Can retract and supersede claims"),
        ]
        constraints = [
            models.CheckConstraint(
                name="claim_low_not_above_high",
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")),
                violation_error_message="The low end cannot be above the high end.",
            ),
            models.CheckConstraint(
                name="claim_likely_within_range",
                condition=(
                    (Q(likely__isnull=True) | Q(low__isnull=True) | Q(likely__gte=F("low")))
                    & (Q(likely__isnull=True) | Q(high__isnull=True) | Q(likely__lte=F("high")))
                ),
                violation_error_message="The likely value lies between the low and the high end.",
            ),
            models.CheckConstraint(
                name="claim_money_has_currency",
                condition=Q(unit="currency", currency__gt="") | (~Q(unit="currency") & Q(currency="")),
                violation_error_message="An amount of money has a currency, and nothing else has one.",
            ),
            models.CheckConstraint(
                name="claim_credibility_admiralty",
                condition=Q(credibility__gte=1, credibility__lte=6),
                violation_error_message="Credibility is a number from 1 to 6 (Admiralty code).",
            ),
            models.CheckConstraint(
                name="claim_published_has_revision",
                condition=~Q(state__in=["published", "retracted", "superseded"]) | Q(current_revision__isnull=False),
                violation_error_message="A claim is published by writing a revision.",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("claims:claim-detail", args=[self.slug])

    @property
    def quantity(self) -> Quantity:
        """The typed value; raises `QuantityError` where the columns make no sense together."""
        return Quantity(
            low=None if self.low is None else Decimal(self.low),
            likely=None if self.likely is None else Decimal(self.likely),
            high=None if self.high is None else Decimal(self.high),
            bound=bound_of(self.bound) if self.bound else None,
            rating=self.rating or None,
            unit=self.unit,
            currency=self.currency or None,
            per=self.per or None,
        )


class Citation(models.Model):
    """Where a claim is read: the figure as its source prints it, and the place."""

    class Stance(models.TextChoices):
        SUPPORTS = "supports", "supports"
        CONTRADICTS = "contradicts", "contradicts"
        MENTIONS = "mentions", "mentions"

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    stance = models.CharField(max_length=12, choices=Stance, default=Stance.SUPPORTS)
    printed = models.CharField("figure as printed", max_length=200, blank=True)
    locator = models.CharField("where in the source", max_length=300)
    attributed_to = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attributions",
        help_text="Whom the source names as its own source.",
    )
    note = models.TextField(blank=True, help_text="What the source says about how it got this figure.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("claim", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("claim", "source", "stance", "printed"),
                name="citation_once_per_source_and_figure",
                violation_error_message="This source is cited for this figure already: add the place to its locator.",
            ),
            models.CheckConstraint(
                name="citation_not_attributed_to_itself",
                condition=Q(attributed_to__isnull=True) | ~Q(attributed_to=F("source")),
                violation_error_message="A source is not attributed to itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source.slug}: {self.printed or self.locator}"
