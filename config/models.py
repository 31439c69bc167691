"""What the installation knows of itself."""

from django.db import models


class Worker(models.Model):
    """A process that runs background work. It says every few seconds that it lives, and leaves when it ends."""

    name = models.CharField(max_length=64, unique=True)
    beat_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
