"""Choices of sections that a firm has given a name, to be used for other reports of its own."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from assessments.models import Firm
from claims.models import Person


class SavedLayoutQuerySet(models.QuerySet["SavedLayout"]):
    """Every query of a page starts at `visible_to`."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of the firms whose cases this person works on."""
        return self.filter(firm__in=Firm.objects.visible_to(person))


class SavedLayout(models.Model):
    """A choice of sections under a name. A report that was issued with it keeps its own list."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="saved_layouts")
    name = models.CharField(max_length=60)
    sections = models.JSONField(help_text="Slugs in their order.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = SavedLayoutQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                "firm",
                Lower("name"),
                name="savedlayout_name_once_per_firm",
                violation_error_message="The firm has a choice of this name already. Give another name.",
            ),
            models.CheckConstraint(
                name="savedlayout_has_a_name",
                condition=~Q(name=""),
                violation_error_message="A choice of sections needs a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
