from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    """A total counts from the moment it is stated: the registry of an earlier day does not know it."""

    dependencies = [("claims", "0005_roles_of_the_workbench")]

    operations = [
        migrations.AddField(
            model_name="statedtotal",
            name="stated_at",
            field=models.DateTimeField(default=timezone.now),
            preserve_default=False,
        ),
    ]
