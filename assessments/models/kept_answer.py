from django.db import models


class KeptAnswer(models.Model):
    """What the API answered to a write under an idempotency key, to be given again; `status` is empty while it runs."""

    owner = models.CharField(max_length=60, help_text="Whose key it is: a token or a person, and the firm.")
    key = models.CharField(max_length=255, help_text="As the client sent it.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, address, precondition and body.")
    begun_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    content = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("owner", "key"),
                name="kept_answer_once_per_key",
                violation_error_message="This key was used already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner}: {self.status or 'running'}"
