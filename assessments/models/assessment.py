"""How a client's case was judged."""

import json
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from assessments.models.firm import Client, Firm
from claims.models import Person, Revision


class ReferenceYear(models.Model):
    """The last number given to an assessment in a year. Its row is locked while a reference is taken."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last_number}"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Assessments."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Own firm's cases. A client reader sees issued reports (in the reports app), never the case behind one."""
        return self.filter(firm__in=Firm.objects.visible_to(person))


class Assessment(models.Model):
    """One client's case: the answers, and once it is final, the result with the revisions it stands on."""

    class State(models.TextChoices):
        """A draft may change; what is final may not."""

        DRAFT = "draft", "Draft"
        FINAL = "final", "Final"

    class Language(models.TextChoices):
        """Languages of a report."""

        ENGLISH = "en", "English"
        SPANISH = "es", "Spanish"

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="assessments")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="assessments")
    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    currency = models.CharField(
        max_length=3,
        default="USD",
        validators=[RegexValidator(r"^[A-Z]{3}\Z", "A currency is three capital letters, such as USD.")],
        help_text="All money in the report is in this currency.",
    )
    questionnaire_version = models.PositiveIntegerField()
    answers = models.JSONField(default=dict, blank=True, help_text="Valid answers by question.")
    unread_answers = models.JSONField(
        default=dict, blank=True, help_text="What somebody typed that is not a valid answer yet, as typed."
    )
    answer_versions = models.JSONField(
        default=dict, blank=True, help_text="At which version of the assessment each answer was changed last."
    )
    choices = models.JSONField(
        default=dict,
        blank=True,
        help_text="What the consultant decided besides the answers: assumptions of their own.",
    )
    shown_frameworks = models.JSONField(
        null=True,
        blank=True,
        help_text="Ids of the frameworks that this case runs and shows. Empty: those of the firm.",
    )
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=5, choices=State, default=State.DRAFT)
    as_of = models.DateField(
        null=True, blank=True, help_text="The evidence is as it was published on this day. Set when final."
    )
    result = models.TextField(blank=True, help_text="Canonical JSON of the result. Set when final.")
    digest = models.CharField(max_length=71, blank=True)
    predecessor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        help_text="Which case this one re-runs.",
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    finalised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    finalised_at = models.DateTimeField(null=True, blank=True)
    cited_revisions = models.ManyToManyField(Revision, through="CitedRevision", related_name="+")

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "-pk")
        indexes = [models.Index(fields=("firm", "-changed_at"), name="assessment_firm_changed")]
        constraints = [
            models.CheckConstraint(
                name="assessment_final_is_complete",
                condition=(
                    Q(
                        state="draft",
                        as_of__isnull=True,
                        result="",
                        digest="",
                        finalised_by__isnull=True,
                        finalised_at__isnull=True,
                    )
                    | (
                        Q(
                            state="final",
                            as_of__isnull=False,
                            finalised_by__isnull=False,
                            finalised_at__isnull=False,
                            digest__startswith="sha256:",
                        )
                        & ~Q(result="")
                    )
                ),
                violation_error_message="A final assessment has its result, digest, date and signatory; a draft has none.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        """Where the case stands: its result, or the next open question."""
        return reverse("assessments:overview", args=[self.reference])

    @property
    def is_final(self) -> bool:
        """Whether the case is frozen."""
        return self.state == self.State.FINAL

    @property
    def result_document(self) -> dict[str, Any]:
        """The frozen result of a final assessment, as a new dictionary."""
        document: dict[str, Any] = json.loads(self.result)
        return document


class CitedRevision(models.Model):
    """A claim revision a final assessment stands on, with its number in the report."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="citations")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="cited_in")
    n = models.PositiveIntegerField("citation number")

    class Meta:
        ordering = ("assessment", "n")
        constraints = [
            models.UniqueConstraint(fields=("assessment", "revision"), name="citedrevision_once_per_assessment"),
            models.UniqueConstraint(fields=("assessment", "n"), name="citedrevision_number_once_per_assessment"),
        ]

    def __str__(self) -> str:
        return f"[{self.n}] {self.revision}"


def live_citations() -> models.QuerySet[CitedRevision]:
    """What the cases that count today stand on: they are final, and no final successor has taken their place."""
    final = Assessment.State.FINAL
    return CitedRevision.objects.filter(assessment__state=final).exclude(assessment__successors__state=final)
