from django.db import migrations

from claims.immutability import migration_step

# All that was issued; only the state of a report moves, once, and with it the report that replaced it.
ISSUED = ("assessment_id", "reference", "language", "content", "digest", "manifest", "issued_by_id", "issued_at")


class Migration(migrations.Migration):
    """From here on the database refuses to change or delete an issued report or the digest of a written file."""

    dependencies = [("reports", "0001_issued_reports")]

    operations = [
        migrations.RunPython(*migration_step("reports_report", ISSUED)),
        migrations.RunPython(*migration_step("reports_writtenfile")),
    ]
