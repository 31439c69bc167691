"""The decision tables that a firm has added."""

import json
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from assessments.models.firm import Firm
from claims.models import Person


class FirmFrameworkQuerySet(models.QuerySet["FirmFramework"]):
    """Frameworks of firms."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of the firms this person advises for."""
        return self.filter(firm__in=Firm.objects.visible_to(person))

    def in_use(self) -> Self:
        """Those that nobody has withdrawn."""
        return self.filter(withdrawn_at=None)


class FirmFramework(models.Model):
    """A decision table of one firm, by the name its file gives it. What it says stands in its versions."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="frameworks")
    slug = models.SlugField(max_length=60)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is not run any more.")

    objects = FirmFrameworkQuerySet.as_manager()

    class Meta:
        ordering = ("firm", "slug")
        constraints = [
            models.UniqueConstraint(fields=("firm", "slug"), name="firmframework_slug_once_per_firm"),
            models.CheckConstraint(
                name="firmframework_withdrawn_by_somebody",
                condition=Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                violation_error_message="Who withdraws a framework is named, with the moment.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} of {self.firm}"


class FrameworkVersionQuerySet(models.QuerySet["FrameworkVersion"]):
    """Versions of frameworks."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of the firms this person advises for."""
        return self.filter(framework__firm__in=Firm.objects.visible_to(person))

    def current(self) -> Self:
        """The newest version of each framework."""
        newest = FrameworkVersion.objects.filter(framework=OuterRef("framework")).order_by("-number").values("pk")[:1]
        return self.filter(pk=Subquery(newest))


class FrameworkVersion(models.Model):
    """One file of a framework, as it was uploaded. Nothing of it ever changes."""

    framework = models.ForeignKey(FirmFramework, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(help_text="The file.")
    content = models.TextField(help_text="What it holds, as JSON.")
    digest = models.CharField(max_length=71, help_text="Of the definition: the file without its cases.")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    objects = FrameworkVersionQuerySet.as_manager()

    class Meta:
        ordering = ("framework", "-number")
        constraints = [
            models.UniqueConstraint(fields=("framework", "number"), name="frameworkversion_number_once_per_framework"),
            models.CheckConstraint(name="frameworkversion_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="frameworkversion_has_a_digest", condition=Q(digest__startswith="sha256:")),
        ]

    def __str__(self) -> str:
        return f"{self.framework.slug}, version {self.number}"

    def get_absolute_url(self) -> str:
        """The page of this version."""
        return reverse(
            "assessments:framework-version", args=[self.framework.firm.slug, self.framework.slug, self.number]
        )

    @property
    def data(self) -> dict[str, Any]:
        """What the file holds, as a new dictionary."""
        data: dict[str, Any] = json.loads(self.content)
        return data

    @property
    def title(self) -> str:
        """Its title in English."""
        return str(self.data["title"]["en"])
