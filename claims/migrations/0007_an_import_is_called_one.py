from django.db import migrations


class Migration(migrations.Migration):
    """An uploaded file is an import to people; the tables stay as they are."""

    dependencies = [("claims", "0006_stated_totals_have_a_date")]

    operations = [
        migrations.AlterModelOptions(
            name="importbatch",
            options={"ordering": ("-pk",), "verbose_name": "import"},
        ),
    ]
