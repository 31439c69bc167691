import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from claims.immutability import migration_step

IDENTITY = (
    "firm_id", "certificate", "chain", "subject", "serial", "valid_from", "valid_until", "fingerprint", "sealed_key",
    "made_by_id", "made_at",
)  # fmt: skip

freeze_written, thaw_written = migration_step("reports_writtenfile")


class Migration(migrations.Migration):
    """With what a firm signs, which files are signed, and copies of issued reports that open with a password.

    A table that is rebuilt loses its triggers.
    """

    dependencies = [
        ("assessments", "0007_gaps_of_assessments"),
        ("reports", "0007_brands"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="download",
            name="file",
            field=models.CharField(
                choices=[
                    ("report.pdf", "Report"),
                    ("evidence.csv", "Evidence (CSV)"),
                    ("evidence.xlsx", "Evidence (XLSX)"),
                    ("costs.csv", "Costs (CSV)"),
                    ("costs.xlsx", "Costs (XLSX)"),
                    ("protected.pdf", "Copy with a password"),
                ],
                default="report.pdf",
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="SigningIdentity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("certificate", models.BinaryField(help_text="X.509, DER.")),
                (
                    "chain",
                    models.TextField(
                        blank=True, help_text="The certificates of whoever issued it, PEM; go into each signature."
                    ),
                ),
                ("subject", models.CharField(help_text="Whose certificate it is, as it says itself.", max_length=400)),
                ("serial", models.CharField(help_text="Serial number, hex digits.", max_length=64)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                (
                    "fingerprint",
                    models.CharField(db_index=True, help_text="SHA-256 of the certificate.", max_length=71),
                ),
                ("sealed_key", models.BinaryField(help_text="The private key, sealed under FOOTING_SIGNING_KEY.")),
                ("made_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signing_identities",
                        to="assessments.firm",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "retired_by",
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
            },
        ),
        migrations.AddConstraint(
            model_name="signingidentity",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at__isnull", True)),
                fields=("firm",),
                name="signing_identity_one_at_a_time",
                violation_error_message="A firm signs with one certificate at a time: retire the other first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signingidentity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retired_at__isnull", True), ("retired_by__isnull", True)),
                    models.Q(("retired_at__isnull", False), ("retired_by__isnull", False)),
                    _connector="OR",
                ),
                name="signing_identity_retired_by_somebody",
                violation_error_message="A certificate that is retired says by whom and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signingidentity",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gt", models.F("valid_from"))),
                name="signing_identity_ends_after_it_begins",
                violation_error_message="A certificate ends after it begins.",
            ),
        ),
        migrations.RunPython(*migration_step("reports_signingidentity", IDENTITY)),
        migrations.RunPython(thaw_written, freeze_written),
        migrations.AddField(
            model_name="writtenfile",
            name="copy_of",
            field=models.ForeignKey(
                help_text="The issued report of which it is a copy with a password.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="reports.report",
            ),
        ),
        migrations.AddField(
            model_name="writtenfile",
            name="signed_by",
            field=models.ForeignKey(
                help_text="With what it was signed.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reports.signingidentity",
            ),
        ),
        migrations.AddConstraint(
            model_name="writtenfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "issued"),
                    models.Q(("copy_of__isnull", True), ("signed_by__isnull", True)),
                    _connector="OR",
                ),
                name="written_file_only_issued_are_copied_or_signed",
                violation_error_message="Only issued reports are signed, and only of them there are copies.",
            ),
        ),
        migrations.RunPython(freeze_written, thaw_written),
    ]
