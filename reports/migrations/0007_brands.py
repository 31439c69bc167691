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
    "layout",
)
FROZEN = (*BEFORE, "firm_brand_id", "client_brand_id")

freeze_report, thaw_report = migration_step("reports_report", BEFORE)


class Migration(migrations.Migration):
    """How the reports of a firm look, in versions that the database protects, and with which ones a report was issued.

    A table that is rebuilt loses its triggers.
    """

    dependencies = [
        ("assessments", "0007_gaps_of_assessments"),
        ("reports", "0006_batches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BrandVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("logo", models.BinaryField(help_text="The picture as PNG.", null=True)),
                ("logo_digest", models.CharField(blank=True, db_index=True, max_length=71)),
                (
                    "logo_pixels",
                    models.CharField(blank=True, help_text="Digest of what the picture shows.", max_length=71),
                ),
                ("logo_width", models.PositiveIntegerField(default=0)),
                ("logo_height", models.PositiveIntegerField(default=0)),
                ("logo_alt", models.CharField(blank=True, max_length=200)),
                ("accent", models.CharField(blank=True, max_length=7)),
                ("ink", models.CharField(blank=True, max_length=7)),
                ("text_font", models.CharField(blank=True, max_length=40)),
                ("figure_font", models.CharField(blank=True, max_length=40)),
                ("cover_text", models.CharField(blank=True, max_length=200)),
                ("footer_text", models.CharField(blank=True, max_length=200)),
                ("disclaimer", models.TextField(blank=True)),
                ("file_name", models.CharField(blank=True, max_length=100)),
                ("words", models.JSONField(default=dict, help_text="Templates by the name of their passage.")),
                ("made_at", models.DateTimeField()),
                (
                    "restores",
                    models.PositiveIntegerField(help_text="The number of the version that it brings back.", null=True),
                ),
                (
                    "client",
                    models.ForeignKey(
                        help_text="Whose reports alone it is for; empty: all of the firm.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brand_versions",
                        to="assessments.client",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brand_versions",
                        to="assessments.firm",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("firm", "client", "-number"),
            },
        ),
        migrations.RunPython(thaw_report, freeze_report),
        migrations.AddField(
            model_name="report",
            name="client_brand",
            field=models.ForeignKey(
                help_text="What its client had instead; empty: nothing.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reports.brandversion",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="firm_brand",
            field=models.ForeignKey(
                help_text="The brand of the firm that it was issued with; empty: it had none.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reports.brandversion",
            ),
        ),
        migrations.RunPython(*migration_step("reports_report", FROZEN)),
        migrations.AddConstraint(
            model_name="brandversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("client__isnull", True)),
                fields=("firm", "number"),
                name="brandversion_numbered_in_its_firm",
                violation_error_message="Somebody saved the brand at the same time. Look at it, then save again.",
            ),
        ),
        migrations.AddConstraint(
            model_name="brandversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("client__isnull", False)),
                fields=("client", "number"),
                name="brandversion_numbered_for_its_client",
                violation_error_message="Somebody saved the brand at the same time. Look at it, then save again.",
            ),
        ),
        migrations.AddConstraint(
            model_name="brandversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("logo__isnull", True), ("logo_digest", "")),
                    models.Q(
                        ("logo__isnull", False),
                        models.Q(("logo_digest", ""), _negated=True),
                        models.Q(("logo_alt", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="brandversion_logo_is_described",
                violation_error_message="A logo has its digest and words for those who do not see it.",
            ),
        ),
        migrations.RunPython(*migration_step("reports_brandversion")),
    ]
