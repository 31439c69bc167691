from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from claims.models.claim import Claim
from claims.models.revision import Revision


class ConflictQuerySet(models.QuerySet["Conflict"]):
    """Conflicts, and those that readers must be told of."""

    def contesting(self, claims: Iterable[int]) -> Self:
        """Pairs with one of these claims (ids) that are not settled as no contest and still stand."""
        ids = list(claims)
        return self.standing().filter(Q(first__in=ids) | Q(second__in=ids), state__in=Conflict.CONTESTING)

    def standing(self) -> Self:
        """Pairs that have not lapsed, both sides being published now."""
        return self.filter(
            lapsed_at__isnull=True,
            first__current_revision__state="published",
            second__current_revision__state="published",
        )

    def to_decide(self) -> Self:
        """Pairs that wait for an editor."""
        return self.standing().filter(state=Conflict.State.OPEN)


class Conflict(models.Model):
    """Two claims on one subject and metric that disagree, and what an editor decided."""

    class Relation(models.TextChoices):
        DISJOINT = "disjoint", "disjoint"
        OVERLAPPING = "overlapping", "overlapping"
        NESTED = "nested", "nested"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SCOPE_DIFFERS = "scope_differs", "The scope differs"
        SUPERSEDED = "superseded", "One replaces the other"
        DOUBTFUL = "doubtful", "One is doubtful"
        CONTESTED = "contested", "Genuinely contested"

    # States in which each side is shown as contested wherever it is cited.
    CONTESTING = (State.OPEN, State.DOUBTFUL, State.CONTESTED)

    first = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="conflicts_as_first")
    second = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="conflicts_as_second")
    first_revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="What was compared."
    )
    second_revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    relation = models.CharField(max_length=12, choices=Relation)
    state = models.CharField(max_length=14, choices=State, default=State.OPEN)
    reason = models.TextField(blank=True)
    opened_at = models.DateTimeField(help_text="When it was opened, or opened again.")
    lapsed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when the two no longer disagree, because one of them was changed. Empty: they do.",
    )
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("first", "second"),
                name="conflict_once_per_pair",
                violation_error_message="This pair is recorded already.",
            ),
            models.CheckConstraint(
                name="conflict_pair_in_order",
                condition=Q(first__lt=F("second")),
                violation_error_message="A conflict is between two claims, the older one first.",
            ),
            models.CheckConstraint(
                name="conflict_decision_has_reason",
                condition=Q(state="open", decided_on__isnull=True, decided_by__isnull=True)
                | (~Q(state="open") & Q(reason__gt="", decided_on__isnull=False, decided_by__isnull=False)),
                violation_error_message="A decision has a reason, a date and somebody who took it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first.slug} and {self.second.slug}: {self.get_state_display()}"
