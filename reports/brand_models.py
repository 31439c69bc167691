"""The versions of a firm's brand, and of what one client has instead. Django finds them through `models.py`."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from assessments.models import Client, Firm
from claims.models import Person
from reports.branding.brand import Brand, Logo

TEXTS = (
    "logo_alt",
    "accent",
    "ink",
    "text_font",
    "figure_font",
    "cover_text",
    "footer_text",
    "disclaimer",
    "file_name",
)
"""Columns that hold the part of a brand of the same name as it is."""


class BrandVersionQuerySet(models.QuerySet["BrandVersion"]):
    """Versions of brands."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of the firms whose cases this person works on."""
        return self.filter(firm__in=Firm.objects.visible_to(person))

    def of(self, firm: Firm, client: Client | None) -> Self:
        """Those of a firm, or of one client of it; the newest first."""
        return self.filter(firm=firm, client=client).order_by("-number")


class BrandVersion(models.Model):
    """What a firm said at one time of how its reports look. Written once; the newest counts."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="brand_versions")
    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        null=True,
        related_name="brand_versions",
        help_text="Whose reports alone it is for; empty: all of the firm.",
    )
    number = models.PositiveIntegerField()
    logo = models.BinaryField(null=True, help_text="The picture as PNG.")
    logo_digest = models.CharField(max_length=71, blank=True, db_index=True)
    logo_pixels = models.CharField(max_length=71, blank=True, help_text="Digest of what the picture shows.")
    logo_width = models.PositiveIntegerField(default=0)
    logo_height = models.PositiveIntegerField(default=0)
    logo_alt = models.CharField(max_length=200, blank=True)
    accent = models.CharField(max_length=7, blank=True)
    ink = models.CharField(max_length=7, blank=True)
    text_font = models.CharField(max_length=40, blank=True)
    figure_font = models.CharField(max_length=40, blank=True)
    cover_text = models.CharField(max_length=200, blank=True)
    footer_text = models.CharField(max_length=200, blank=True)
    disclaimer = models.TextField(blank=True)
    file_name = models.CharField(max_length=100, blank=True)
    words = models.JSONField(default=dict, help_text="Templates by the name of their passage.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    restores = models.PositiveIntegerField(null=True, help_text="The number of the version that it brings back.")

    objects = BrandVersionQuerySet.as_manager()

    class Meta:
        ordering = ("firm", "client", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=("firm", "number"),
                condition=Q(client__isnull=True),
                name="brandversion_numbered_in_its_firm",
                violation_error_message="Somebody saved the brand at the same time. Look at it, then save again.",
            ),
            models.UniqueConstraint(
                fields=("client", "number"),
                condition=Q(client__isnull=False),
                name="brandversion_numbered_for_its_client",
                violation_error_message="Somebody saved the brand at the same time. Look at it, then save again.",
            ),
            models.CheckConstraint(
                name="brandversion_logo_is_described",
                condition=Q(logo__isnull=True, logo_digest="")
                | (Q(logo__isnull=False) & ~Q(logo_digest="") & ~Q(logo_alt="")),
                violation_error_message="A logo has its digest and words for those who do not see it.",
            ),
        ]

    def __str__(self) -> str:
        return f"brand of {self.client or self.firm}, version {self.number}"

    @property
    def brand(self) -> Brand:
        """What it says, the picture with its bytes."""
        logo = None
        if self.logo_digest:
            content = bytes(self.logo or b"")
            logo = Logo(self.logo_digest, self.logo_pixels, self.logo_width, self.logo_height, content)
        said: dict[str, Any] = {name: getattr(self, name) for name in TEXTS}
        return Brand(**said, logo=logo, words=self.words)
