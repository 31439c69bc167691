from django.contrib.auth.models import AbstractUser


class Person(AbstractUser):
    """Somebody who signs in, or who signed a change.

    What a person may do in the registry follows from their groups (`editor`,
    `reviewer`, `registry-manager`); what they may see of clients follows from
    their memberships in firms, which live in the assessments app.
    """

    class Meta(AbstractUser.Meta):
        verbose_name = "person"
        verbose_name_plural = "people"
