import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from claims.immutability import migration_step

BEFORE = (
    "assessment_id",
    "reference",
    "language",
    "content",
    "digest",
    "manifest",
    "issued_by_id",
    "issued_at",
    "issued_to",
    "reservations",
)
FROZEN = (*BEFORE, "layout")
LINK = ("report_id", "token_digest", "made_by_id", "made_at", "expires_on")

freeze_report, thaw_report = migration_step("reports_report", BEFORE)
freeze_download, thaw_download = migration_step("reports_download")


class Migration(migrations.Migration):
    """Which sections a report was issued with, which file of it was fetched, and links that show one for a while.

    A table that is rebuilt loses its triggers.
    """

    dependencies = [
        ("reports", "0004_the_seal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(thaw_report, freeze_report),
        migrations.AddField(
            model_name="report",
            name="layout",
            field=models.JSONField(default=dict, help_text="Its sections and their order; empty: the full report."),
        ),
        migrations.RunPython(*migration_step("reports_report", FROZEN)),
        migrations.RunPython(thaw_download, freeze_download),
        migrations.AddField(
            model_name="download",
            name="file",
            field=models.CharField(
                choices=[
                    ("report.pdf", "Report"),
                    ("evidence.csv", "Evidence (CSV)"),
                    ("evidence.xlsx", "Evidence (XLSX)"),
                    ("costs.csv", "Costs (CSV)"),
                    ("costs.xlsx", "Costs (XLSX)"),
                ],
                default="report.pdf",
                max_length=20,
            ),
        ),
        migrations.RunPython(*migration_step("reports_download")),
        migrations.CreateModel(
            name="SharedLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "token_digest",
                    models.CharField(help_text="SHA-256 of the token, as hex digits.", max_length=64, unique=True),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_on", models.DateField(help_text="The last day on which it opens, in UTC.")),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="reports.report"
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="shared_link_revoked_by_somebody",
                        violation_error_message="A link that is revoked says by whom and when.",
                    )
                ],
            },
        ),
        migrations.RunPython(*migration_step("reports_sharedlink", LINK)),
        migrations.CreateModel(
            name="SharedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="views", to="reports.sharedlink"
                    ),
                ),
            ],
            options={"ordering": ("-at", "-pk")},
        ),
        migrations.RunPython(*migration_step("reports_sharedview")),
    ]
