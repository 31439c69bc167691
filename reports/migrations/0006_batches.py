import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Many reports made in one go, with what came of each."""

    dependencies = [
        ("assessments", "0007_gaps_of_assessments"),
        ("reports", "0005_layouts_and_shared_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                (
                    "issued_to",
                    models.CharField(
                        blank=True, help_text="For whom its reports are issued, as typed.", max_length=200
                    ),
                ),
                (
                    "because",
                    models.CharField(blank=True, help_text="Why they are issued in spite of warnings.", max_length=500),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="assessments.firm"
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "batches",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="BatchItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(choices=[("en", "English"), ("es", "Spanish")], max_length=2)),
                ("issues", models.BooleanField(help_text="Whether a report is issued; else a draft is made.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "At work"),
                            ("done", "Made"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("error", models.TextField(blank=True, help_text="Why there is no report, in words for people.")),
                ("content", models.BinaryField(help_text="The PDF of a draft.", null=True)),
                ("digest", models.CharField(blank=True, max_length=71)),
                ("at", models.DateTimeField(help_text="When it was made, or failed.", null=True)),
                (
                    "taken_by",
                    models.CharField(blank=True, help_text="Which task has it, or had it last.", max_length=64),
                ),
                ("leased_until", models.DateTimeField(help_text="Until when no other task takes it.", null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.assessment"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="reports.batch"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.report"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "assessment", "language"),
                        name="batchitem_once_in_its_batch",
                        violation_error_message="This report is in the batch already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("content__isnull", True), ("issues", True), ("report__isnull", False)),
                            models.Q(("content__isnull", False), ("issues", False), ("report__isnull", True)),
                            _connector="OR",
                        ),
                        name="batchitem_done_has_its_file",
                        violation_error_message="What is made is there: an issued report, or the PDF of a draft.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "failed"), ("error", ""), _connector="XOR"),
                        name="batchitem_failed_says_why",
                        violation_error_message="What failed says why, and nothing else does.",
                    ),
                ],
            },
        ),
    ]
