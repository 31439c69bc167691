"""What-ifs that somebody kept."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from assessments.models.assessment import Assessment
from assessments.models.firm import Firm
from claims.models import Person


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    """Scenarios."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of the own firms' cases."""
        return self.filter(assessment__firm__in=Firm.objects.visible_to(person))


class Scenario(models.Model):
    """A what-if of an assessment under a name: which numbers are moved, and to what. Its result is never stored."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scenarios")
    name = models.CharField(max_length=60)
    parameters = models.JSONField(help_text="Control → value, as a what-if takes them.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ("assessment", "pk")
        constraints = [
            models.UniqueConstraint(
                "assessment",
                Lower("name"),
                name="scenario_name_once_per_assessment",
                violation_error_message="This assessment has a scenario of this name already.",
            ),
            models.CheckConstraint(
                name="scenario_has_a_name",
                condition=~Q(name=""),
                violation_error_message="A scenario needs a name.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment.reference}: {self.name}"
