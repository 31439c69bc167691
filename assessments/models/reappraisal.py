"""What changed in the evidence of cases that count today, and what that does to their advice."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from assessments.models.assessment import Assessment
from assessments.models.firm import Firm
from claims.events import Kind
from claims.models import Claim, Person, Revision


class ReappraisalRoundQuerySet(models.QuerySet["ReappraisalRound"]):
    """Rounds, with how far each has come."""

    def with_progress(self) -> Self:
        """Adds `cases` and `looked_at` (of them), and `unaffected`, `moved`, `flips`, `not_judged`, `failed`."""
        states, outcomes = Reappraisal.State, Reappraisal.Outcome

        def counted(**condition: Any) -> Count:
            return Count(
                "reappraisals", filter=Q(**{f"reappraisals__{key}": value for key, value in condition.items()})
            )

        return self.annotate(
            cases=Count("reappraisals"),
            looked_at=counted(state__in=(states.DONE, states.FAILED)),
            unaffected=counted(outcome=outcomes.UNAFFECTED),
            moved=counted(outcome=outcomes.FIGURES_MOVED),
            flips=counted(outcome=outcomes.RECOMMENDATION_FLIPS),
            not_judged=counted(outcome=outcomes.NOT_JUDGED),
            failed=counted(state=states.FAILED),
        )


class ReappraisalRound(models.Model):
    """Events that were taken together: each case that stands on one of them is looked at once."""

    opened_at = models.DateTimeField()

    objects = ReappraisalRoundQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = "round of re-evaluation"
        verbose_name_plural = "rounds of re-evaluation"

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d %H:%M}"


class EvidenceEvent(models.Model):
    """Something happened to a claim that cases which count today cite."""

    KINDS = [
        (Kind.REVISED.value, "has a new revision"),
        (Kind.RETRACTED.value, "was retracted"),
        (Kind.SUPERSEDED.value, "was superseded"),
        (Kind.CONTESTED.value, "is contested"),
        (Kind.SETTLED.value, "is no longer contested by one claim"),
        (Kind.EXPIRED.value, "has expired"),
    ]

    kind = models.CharField(max_length=10, choices=KINDS)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="+", help_text="The one that stood after the event."
    )
    at = models.DateTimeField()
    round = models.ForeignKey(
        ReappraisalRound,
        on_delete=models.PROTECT,
        null=True,
        related_name="events",
        help_text="Which round it is part of. Empty: no worker has taken it yet.",
    )

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("revision",), condition=Q(kind=Kind.EXPIRED.value), name="evidenceevent_expires_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.claim.slug} {self.get_kind_display()}"


class ReappraisalQuerySet(models.QuerySet["Reappraisal"]):
    """Re-evaluations of cases. Every query of a page starts at `visible_to`."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of the own firms' cases."""
        return self.filter(assessment__firm__in=Firm.objects.visible_to(person))

    def open(self) -> Self:
        """Those not looked at yet."""
        return self.filter(state__in=(Reappraisal.State.WAITING, Reappraisal.State.RUNNING))

    def standing(self) -> Self:
        """The last finding on each case that counts today: no later one, and no final successor."""
        later = Reappraisal.objects.filter(
            assessment=OuterRef("assessment"), pk__gt=OuterRef("pk"), state=Reappraisal.State.DONE
        )
        replaced = Assessment.objects.filter(predecessor=OuterRef("assessment"), state=Assessment.State.FINAL)
        return self.filter(~Exists(later), ~Exists(replaced), state=Reappraisal.State.DONE)

    def to_look_at(self) -> Self:
        """The standing findings that somebody should act on."""
        return self.standing().exclude(outcome=Reappraisal.Outcome.UNAFFECTED)


class Reappraisal(models.Model):
    """One case on the evidence after a round of events, and what differs from what was issued."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    class Outcome(models.TextChoices):
        """What came out; the first three are those of `engine.changes`."""

        UNAFFECTED = "unaffected", "Unaffected"
        FIGURES_MOVED = "figures_moved", "Figures moved"
        RECOMMENDATION_FLIPS = "recommendation_flips", "The recommendation flips"
        NOT_JUDGED = "not_judged", "Could not be judged"

    round = models.ForeignKey(ReappraisalRound, on_delete=models.PROTECT, related_name="reappraisals")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reappraisals")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it could not be judged, or failed.")
    differences = models.JSONField(
        default=dict, blank=True, help_text="As `engine.changes` gives them; of the figures those that moved."
    )
    as_of = models.DateField(null=True, blank=True, help_text="The day whose evidence it was judged on.")
    digest = models.CharField(max_length=71, blank=True, help_text="Digest of the result it came to.")
    at = models.DateTimeField(null=True, blank=True, help_text="When it was done.")
    taken_by = models.CharField(max_length=64, blank=True, help_text="The task that works on it.")
    leased_until = models.DateTimeField(
        null=True, blank=True, help_text="After this another task takes it up: the one that had it is gone."
    )

    objects = ReappraisalQuerySet.as_manager()

    # What the case lacks on this evidence, as in the result document; no column: it is kept by gap. None: not judged.
    lacking: Sequence[Mapping[str, Any]] | None = None

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("assessment", "-id"), name="reappraisal_newest")]
        constraints = [
            models.UniqueConstraint(fields=("assessment", "round"), name="reappraisal_once_per_round"),
            models.CheckConstraint(
                name="reappraisal_done_has_outcome",
                condition=(
                    Q(state="done", at__isnull=False) & ~Q(outcome="")
                    | (Q(state="failed", outcome="", at__isnull=False) & ~Q(reason=""))
                    | Q(state__in=("waiting", "running"), outcome="", at__isnull=True)
                ),
                violation_error_message="What is done has an outcome and a moment; what failed has a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment.reference}: {self.get_outcome_display() or self.get_state_display()}"

    @property
    def advice(self) -> Mapping[str, Any]:
        """The recommendation before and after; empty where there is none to compare."""
        found: Mapping[str, Any] = self.differences.get("recommendation", {})
        return found
