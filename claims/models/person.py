from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    """Somebody who signs in, or who signed a change.

    What a person may do in the registry follows from their groups (`editor`,
    `reviewer`, `registry-manager`); what they may see of clients follows from
    their memberships in firms, which live in the assessments app.
    """

    class Digest(models.TextChoices):
        DAILY = "daily", "every working day"
        WEEKLY = "weekly", "on Mondays"
        NEVER = "never", "never"

    digest = models.CharField(
        "e-mail digest",
        max_length=6,
        choices=Digest,
        default=Digest.WEEKLY,
        help_text="A letter that names what is due to you, with a link to each item.",
    )

    class Meta(AbstractUser.Meta):
        verbose_name = "person"
        verbose_name_plural = "people"
