from django.db import migrations

from claims.immutability import migration_step


class Migration(migrations.Migration):
    """From here on the database refuses to change or delete what was published or checked."""

    dependencies = [("claims", "0001_registry")]

    operations = [
        migrations.RunPython(*migration_step("claims_revision")),
        migrations.RunPython(*migration_step("claims_revision_topics")),
        migrations.RunPython(*migration_step("claims_revision_sources")),
        migrations.RunPython(*migration_step("claims_check")),
    ]
