"""With which key and certificate a firm signs its reports."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models import Firm

# Of an identity only its retirement is ever written.
FROZEN_IDENTITY_COLUMNS = (
    "firm_id",
    "certificate",
    "chain",
    "subject",
    "serial",
    "valid_from",
    "valid_until",
    "fingerprint",
    "sealed_key",
    "made_by_id",
    "made_at",
)


class SigningIdentity(models.Model):
    """A certificate of a firm with its private key, which is sealed (`signing_keys.py`) and leaves this row only to sign."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="signing_identities")
    certificate = models.BinaryField(help_text="X.509, DER.")
    chain = models.TextField(
        blank=True, help_text="The certificates of whoever issued it, PEM; go into each signature."
    )
    subject = models.CharField(max_length=400, help_text="Whose certificate it is, as it says itself.")
    serial = models.CharField(max_length=64, help_text="Serial number, hex digits.")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    fingerprint = models.CharField(max_length=71, db_index=True, help_text="SHA-256 of the certificate.")
    sealed_key = models.BinaryField(help_text="The private key, sealed under FOOTING_SIGNING_KEY.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("firm",),
                condition=Q(retired_at__isnull=True),
                name="signing_identity_one_at_a_time",
                violation_error_message="A firm signs with one certificate at a time: retire the other first.",
            ),
            models.CheckConstraint(
                name="signing_identity_retired_by_somebody",
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                violation_error_message="A certificate that is retired says by whom and when.",
            ),
            models.CheckConstraint(
                name="signing_identity_ends_after_it_begins",
                condition=Q(valid_until__gt=models.F("valid_from")),
                violation_error_message="A certificate ends after it begins.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} of {self.firm}"
