from django.db import migrations

from claims import registry_version


def announce(apps, schema_editor):
    registry_version.announce(schema_editor)


class Migration(migrations.Migration):
    """PostgreSQL announces each new version of the registry to the processes that answer from memory."""

    dependencies = [
        ("claims", "0010_served"),
    ]

    operations = [
        migrations.RunPython(announce, migrations.RunPython.noop),
    ]
