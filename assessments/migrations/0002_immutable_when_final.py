from django.db import migrations

from claims.immutability import migration_step


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_firms_and_assessments")]

    operations = [
        migrations.RunPython(*migration_step("assessments_assessment", condition="OLD.state = 'final'")),
        migrations.RunPython(*migration_step("assessments_citedrevision")),
    ]
