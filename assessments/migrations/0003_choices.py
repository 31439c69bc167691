from django.db import migrations, models

from claims.immutability import migration_step


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_immutable_when_final")]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="choices",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="What the consultant decided besides the answers: assumptions of their own.",
            ),
        ),
        # SQLite has built the table anew, without its triggers.
        migrations.RunPython(*migration_step("assessments_assessment", condition="OLD.state = 'final'")),
    ]
