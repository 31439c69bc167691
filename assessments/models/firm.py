"""Firms, the people in them, and their clients."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from claims.models import Person


class FirmQuerySet(models.QuerySet["Firm"]):
    """Firms."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The firms whose cases this person works on. A client reader works on none."""
        if not person.is_authenticated:
            return self.none()
        return self.filter(
            pk__in=Membership.objects.filter(person_id=person.pk, role__in=Membership.ADVISORY_ROLES).values("firm")
        )

    def managed_by(self, person: Person | AnonymousUser) -> Self:
        """The firms whose frameworks, members and brand this person decides on."""
        if not person.is_authenticated:
            return self.none()
        managing = Membership.objects.filter(person_id=person.pk, role=Membership.Role.FIRM_ADMIN)
        return self.filter(pk__in=managing.values("firm"))


class Firm(models.Model):
    """A consultancy. What it knows of its clients is nobody else's."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    shown_frameworks = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text="Ids of the frameworks that its assessments run and show. Empty: the founding ones.",
    )

    objects = FirmQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ClientQuerySet(models.QuerySet["Client"]):
    """Clients."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of the firms whose cases this person works on."""
        return self.filter(firm__in=Firm.objects.visible_to(person))


class Client(models.Model):
    """Whom a firm advises."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="clients")
    name = models.CharField(max_length=200)
    sector = models.CharField(max_length=120, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ClientQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("firm", "name"),
                name="client_name_once_per_firm",
                violation_error_message="Your firm has a client of this name already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What a person may do in a firm."""

    class Role(models.TextChoices):
        """What somebody is in a firm."""

        CONSULTANT = "consultant", "Consultant"
        FIRM_ADMIN = "firm_admin", "Firm admin"
        CLIENT_READER = "client_reader", "Client reader"

    ADVISORY_ROLES = (Role.CONSULTANT, Role.FIRM_ADMIN)

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="readers",
        help_text="Whose issued reports a client reader sees.",
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("firm", "person")
        constraints = [
            models.CheckConstraint(
                name="membership_client_reader_has_a_client",
                condition=Q(role="client_reader", client__isnull=False)
                | (~Q(role="client_reader") & Q(client__isnull=True)),
                violation_error_message="A client reader reads one client's reports; nobody else is tied to a client.",
            ),
            models.UniqueConstraint(
                fields=("firm", "person", "role"),
                condition=Q(client__isnull=True),
                name="membership_once_per_role",
                violation_error_message="This person has this role in the firm already.",
            ),
            models.UniqueConstraint(
                fields=("firm", "person", "client"),
                condition=Q(client__isnull=False),
                name="membership_once_per_client",
                violation_error_message="This person reads this client's reports already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display().lower()} at {self.firm}"

    def clean(self) -> None:
        """A reader's client is one of the firm."""
        if self.client is not None and self.client.firm_id != self.firm_id:
            raise ValidationError({"client": "This client belongs to another firm."})
