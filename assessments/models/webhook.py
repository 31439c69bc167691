"""Where a firm's other systems are told what happened."""

import secrets
import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse

from assessments.models.firm import Firm
from claims.models import Person, Revision, Topic


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    """Endpoints. Every query of a page starts at `managed_by`."""

    def managed_by(self, person: Person | AnonymousUser) -> Self:
        """Those of the firms this person is an admin of, without deleted ones."""
        return self.filter(firm__in=Firm.objects.managed_by(person)).exclude(state=WebhookEndpoint.State.DELETED)

    def listening(self) -> Self:
        """Those that are told what happens."""
        return self.filter(state=WebhookEndpoint.State.ACTIVE)


class WebhookEndpoint(models.Model):
    """An address of a firm that is told of events, signed with a secret of its own."""

    class State(models.TextChoices):
        """Whether it is told."""

        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        OFF = "off", "Switched off"
        DELETED = "deleted", "Deleted"

    class Because(models.TextChoices):
        """Why it was switched off."""

        FAILING = "failing", "nothing it was sent was taken for five days"
        GONE = "gone", "it answered 410 Gone"

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="webhooks")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, help_text="What its secret is tied to.")
    url = models.CharField("address", max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    events = models.JSONField(help_text="Types of events it is told of.")
    topics = models.ManyToManyField(
        Topic, blank=True, related_name="+", help_text="Of which it is told of claims, with those below. None: of all."
    )
    sealed_secret = models.BinaryField(null=True)
    sealed_previous = models.BinaryField(null=True, help_text="The secret before it, while that counts too.")
    previous_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, choices=State, default=State.ACTIVE)
    because = models.CharField(max_length=7, choices=Because, blank=True)
    told_at = models.DateTimeField(null=True, help_text="When its firm was written to that it is switched off.")
    sequence = models.PositiveIntegerField(help_text="The last revision of which it was told, or that it passed over.")
    failures = models.PositiveIntegerField(default=0, help_text="Attempts that failed since the last that was taken.")
    failing_since = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True, help_text="After a failure nothing is sent to it before this.")
    wakes_at = models.DateTimeField(null=True, help_text="For when a task is put down that looks at it again.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ("firm", "pk")
        indexes = [models.Index(fields=("state", "sequence"), name="webhookendpoint_lagging")]
        constraints = [
            models.UniqueConstraint(
                fields=("firm", "url"),
                condition=~Q(state="deleted"),
                name="webhookendpoint_address_once_per_firm",
                violation_error_message="Your firm has an endpoint with this address already.",
            ),
            models.CheckConstraint(
                name="webhookendpoint_secret_until_deleted",
                condition=Q(state="deleted", sealed_secret__isnull=True, sealed_previous__isnull=True)
                | (~Q(state="deleted") & Q(sealed_secret__isnull=False)),
                violation_error_message="An endpoint has a secret until it is deleted.",
            ),
            models.CheckConstraint(
                name="webhookendpoint_previous_secret_ends",
                condition=Q(sealed_previous__isnull=True, previous_until__isnull=True)
                | Q(sealed_previous__isnull=False, previous_until__isnull=False),
                violation_error_message="An earlier secret counts until a moment.",
            ),
            models.CheckConstraint(
                name="webhookendpoint_off_says_why",
                condition=(Q(state="off") & ~Q(because="")) | (~Q(state="off") & Q(because="")),
                violation_error_message="An endpoint that is switched off says why, and no other does.",
            ),
        ]

    def __str__(self) -> str:
        return f"endpoint {self.pk} of {self.firm}"

    def get_absolute_url(self) -> str:
        return reverse("webhooks:endpoint", args=[self.pk])

    @property
    def is_active(self) -> bool:
        """Whether it is told of what happens."""
        return self.state == self.State.ACTIVE

    def previous_counts(self, at: datetime) -> bool:
        """Whether what is sent is signed with the earlier secret too."""
        return self.previous_until is not None and at < self.previous_until


def new_uid() -> str:
    """The id by which a receiver knows an event again."""
    return f"msg_{secrets.token_hex(16)}"


class WebhookEvent(models.Model):
    """Something that happened, in the words that are sent. The same for everybody it is sent to, however often."""

    class Type(models.TextChoices):
        """What happened."""

        CLAIM_PUBLISHED = "claim.published", "A claim is published, or has a new revision"
        CLAIM_RETRACTED = "claim.retracted", "A claim is retracted"
        CLAIM_SUPERSEDED = "claim.superseded", "A claim is superseded by another"
        REPORT_ISSUED = "report.issued", "A report of the firm is issued"
        REPORT_SUPERSEDED = "report.superseded", "A report of the firm is superseded by a later one"
        TEST = "webhook.test", "A test"

    uid = models.CharField(max_length=40, unique=True, default=new_uid)
    type = models.CharField(max_length=20, choices=Type)
    body = models.TextField(help_text="JSON, byte for byte as it is sent.")
    at = models.DateTimeField()
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, null=True, related_name="+", help_text="Whose it is.")
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, related_name="+", help_text="Of an event of a claim."
    )

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=("revision",), name="webhookevent_once_per_revision"),
            models.CheckConstraint(
                name="webhookevent_of_a_claim_or_a_firm",
                condition=Q(type__startswith="claim.", revision__isnull=False, firm__isnull=True)
                | (~Q(type__startswith="claim.") & Q(revision__isnull=True, firm__isnull=False)),
                violation_error_message="An event is one of a claim, for everybody, or one of a firm.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.uid}"


class WebhookDelivery(models.Model):
    """An event on its way to one endpoint: waiting, with a worker, taken, or given up."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        DELIVERED = "delivered", "Delivered"
        GIVEN_UP = "given_up", "Given up"

    event = models.ForeignKey(WebhookEvent, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    put_down_at = models.DateTimeField()
    tries = models.PositiveIntegerField(
        default=0, help_text="Attempts since it was put down, or sent again by somebody."
    )
    next_at = models.DateTimeField(null=True, help_text="Not before this; empty: it waits for nothing.")
    taken_by = models.CharField(max_length=64, blank=True, help_text="The task that sends it.")
    leased_until = models.DateTimeField(
        null=True, help_text="After this another task takes it up: the one that had it is gone."
    )

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=("state", "next_at"), name="webhookdelivery_due"),
            models.Index(fields=("endpoint", "-id"), name="webhookdelivery_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=("event", "endpoint"), name="webhookdelivery_once_per_endpoint"),
            models.CheckConstraint(
                name="webhookdelivery_state_has_its_moment",
                condition=Q(state="waiting", next_at__isnull=False, leased_until__isnull=True)
                | Q(state="sending", next_at__isnull=True, leased_until__isnull=False)
                | Q(state__in=("delivered", "given_up"), next_at__isnull=True, leased_until__isnull=True),
                violation_error_message="What waits says until when, and what is being sent how long it may take.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint}"

    def get_absolute_url(self) -> str:
        return reverse("webhooks:delivery", args=[self.pk])


class WebhookAttempt(models.Model):
    """One time that a delivery was sent. Put down before it is sent: without status and error its worker was stopped."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField(null=True)
    status = models.PositiveSmallIntegerField(null=True, help_text="Of the answer; empty: there was none.")
    error = models.CharField(max_length=300, blank=True, help_text="Why there was no answer, in our words.")
    answer = models.TextField(blank=True, help_text="The first kilobyte of the answer.")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.delivery} at {self.at:%Y-%m-%d %H:%M}"

    @property
    def was_taken(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


class WebhookAct(models.Model):
    """Who did what to an endpoint, when. Triggers refuse to change or delete one."""

    class Verb(models.TextChoices):
        """What was done."""

        ADD = "add", "added it"
        CHANGE = "change", "changed it"
        ROTATE = "rotate", "made a new secret"
        PAUSE = "pause", "paused it"
        RESUME = "resume", "switched it on again"
        TEST = "test", "sent a test"
        AGAIN = "again", "sent an event again"
        SWITCH_OFF = "switch_off", "switched off"
        DELETE = "delete", "deleted it"

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="acts")
    verb = models.CharField(max_length=10, choices=Verb)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty: a machine.",
    )
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by or 'machine'} {self.verb}"
