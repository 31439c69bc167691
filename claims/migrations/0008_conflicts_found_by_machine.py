from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_what_was_compared(apps, schema_editor):
    """Pairs that were recorded before: the revisions of today are what their decisions are about."""
    claim_model = apps.get_model("claims", "Claim")
    conflict_model = apps.get_model("claims", "Conflict")

    def current(side):
        return Subquery(claim_model.objects.filter(pk=OuterRef(side)).values("current_revision")[:1])

    for side in ("first", "second"):
        unnamed = conflict_model.objects.filter(**{f"{side}_revision": None})
        unnamed.exclude(**{f"{side}__current_revision": None}).update(**{f"{side}_revision": current(side)})


class Migration(migrations.Migration):
    """Comparable rows can be found by scope, and a pair that no longer disagrees lapses."""

    dependencies = [("claims", "0007_an_import_is_called_one")]

    operations = [
        migrations.RemoveIndex(model_name="comparable", name="comparable_by_low"),
        migrations.RemoveIndex(model_name="comparable", name="comparable_by_high"),
        migrations.AddField(model_name="comparable", name="lead", field=models.CharField(blank=True, max_length=80)),
        migrations.AddField(
            model_name="comparable", name="lead_key", field=models.CharField(blank=True, max_length=20)
        ),
        migrations.AddIndex(
            model_name="comparable",
            index=models.Index(fields=["subject", "metric", "measure", "lead", "low"], name="comparable_lead_low"),
        ),
        migrations.AddIndex(
            model_name="comparable",
            index=models.Index(fields=["subject", "metric", "measure", "lead", "high"], name="comparable_lead_high"),
        ),
        migrations.AddIndex(
            model_name="comparable",
            index=models.Index(fields=["subject", "metric", "measure", "lead_key", "low"], name="comparable_key_low"),
        ),
        migrations.AddIndex(
            model_name="comparable",
            index=models.Index(fields=["subject", "metric", "measure", "lead_key", "high"], name="comparable_key_high"),
        ),
        migrations.AddField(
            model_name="conflict",
            name="lapsed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Since when the two no longer disagree, because one of them was changed. Empty: they do.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="conflict",
            name="opened_at",
            field=models.DateTimeField(help_text="When it was opened, or opened again."),
        ),
        migrations.RunPython(name_what_was_compared, migrations.RunPython.noop),
    ]
