from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models.firm import Firm, Membership
from claims.models import Person

# What triggers keep from changing (claims/immutability.py). The rest is when it was used last, and how it ended.
FROZEN_TOKEN_COLUMNS = ("person_id", "firm_id", "name", "digest", "beginning", "scopes", "made_at", "expires_on")


class TokenQuerySet(models.QuerySet["Token"]):
    """Tokens."""

    def revocable_by(self, person: Person) -> Self:
        """One's own, and those of the firms that one manages."""
        return self.filter(Q(person=person) | Q(firm__in=Firm.objects.managed_by(person)))


class Token(models.Model):
    """With what a program of a person's asks the API, as one of the person's roles in one firm. Its key is kept nowhere.

    A membership that ends takes its tokens with it, and they stay dead when the person comes back.
    """

    class Scope(models.TextChoices):
        """What a token is for. It never reaches further than the person does at that moment."""

        READ = "read", "Read assessments, results and reports"
        ASSESS = "assess", "Create, answer and evaluate assessments"
        ISSUE = "issue", "Make assessments final and issue their reports"

    class State(models.TextChoices):
        """Whether it opens anything."""

        LIVE = "live", "in use"
        REVOKED = "revoked", "revoked"
        EXPIRED = "expired", "expired"
        ENDED = "ended", "ended with the membership"

    membership = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="tokens")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60, help_text="What it is for, as its owner calls it.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the key, as hex digits.")
    beginning = models.CharField(max_length=12, help_text="How the key begins, by which its owner knows it.")
    scopes = models.JSONField(help_text="Words of Token.Scope.")
    made_at = models.DateTimeField()
    expires_on = models.DateField(help_text="The last day on which it opens anything, in UTC.")
    last_used_at = models.DateTimeField(null=True, help_text="To the minute.")
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="token_revoked_by_somebody",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                violation_error_message="A token that is revoked says by whom and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.beginning}… of {self.person}"

    def state_on(self, day: date) -> str:
        """Whether it opens anything on that day, or why not."""
        if self.revoked_at is not None:
            return self.State.REVOKED
        if day > self.expires_on:
            return self.State.EXPIRED
        return self.State.LIVE if self.membership_id is not None else self.State.ENDED

    @property
    def scope_labels(self) -> list[str]:
        """What it is for, in words."""
        return [str(self.Scope(scope).label) for scope in self.scopes]
