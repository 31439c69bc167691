import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from claims.immutability import migration_step

BEFORE = ("assessment_id", "reference", "language", "content", "digest", "manifest", "issued_by_id", "issued_at")
FROZEN = (*BEFORE, "issued_to", "reservations")

freeze_before, thaw_before = migration_step("reports_report", BEFORE)


class Migration(migrations.Migration):
    """For whom a report was issued and in spite of what, and who fetched it. A table that is rebuilt loses its triggers."""

    dependencies = [
        ("reports", "0002_immutable_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(thaw_before, freeze_before),
        migrations.AddField(
            model_name="report",
            name="issued_to",
            field=models.CharField(blank=True, help_text="The people it was issued for, as typed.", max_length=200),
        ),
        migrations.AddField(
            model_name="report",
            name="reservations",
            field=models.JSONField(default=list, help_text="What it was issued in spite of, with the reasons."),
        ),
        migrations.RunPython(*migration_step("reports_report", FROZEN)),
        migrations.CreateModel(
            name="Download",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="downloads", to="reports.report"
                    ),
                ),
            ],
            options={"ordering": ("-at", "-pk")},
        ),
        migrations.RunPython(*migration_step("reports_download")),
    ]
