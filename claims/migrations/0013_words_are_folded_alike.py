from django.db import migrations


def enter(apps, schema_editor):
    """What an installation has published before. A new one has nothing."""
    if apps.get_model("claims", "Revision").objects.exists():
        from claims import serving  # noqa: PLC0415 - a new installation needs none of it

        serving.enter_words()


class Migration(migrations.Migration):
    """The words of revisions are entered anew: capitals that come of taking letters apart are small now, as in “LoRA™”."""

    dependencies = [
        ("claims", "0012_list_covered"),
    ]

    operations = [
        migrations.RunPython(enter, migrations.RunPython.noop),
    ]
