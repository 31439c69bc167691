from django.db import migrations, models


class Migration(migrations.Migration):
    """The list in its usual order takes all that it needs of the feed from an index."""

    dependencies = [
        ("claims", "0011_version_announced"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="feedrow", name="feedrow_by_sequence"),
        migrations.AddIndex(
            model_name="feedrow",
            index=models.Index(
                condition=models.Q(("until__isnull", True)),
                fields=["heading", "state", "sequence", "claim"],
                name="feedrow_by_sequence",
            ),
        ),
    ]
