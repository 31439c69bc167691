from django.db import migrations, models

from claims.immutability import migration_step

freeze, thaw = migration_step("reports_writtenfile")


class Migration(migrations.Migration):
    """By what a file is known besides its digest. A table that is rebuilt loses its triggers."""

    dependencies = [("reports", "0003_how_it_was_issued")]

    operations = [
        migrations.RunPython(thaw, freeze),
        migrations.AddField(
            model_name="writtenfile",
            name="seal",
            field=models.CharField(
                blank=True,
                db_index=True,
                default="",
                help_text="Digest of what it says, as printed in it; empty: from before files had one.",
                max_length=71,
            ),
        ),
        migrations.RunPython(freeze, thaw),
    ]
