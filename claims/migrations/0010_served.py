import django.db.models.deletion
from django.db import migrations, models

from claims import registry_version, searching
from claims.models.served import RowidOneToOneField


def make(apps, schema_editor):
    searching.make_table(schema_editor)
    registry_version.install(schema_editor)


def unmake(apps, schema_editor):
    registry_version.remove(schema_editor)
    searching.drop_table(schema_editor)


def fill(apps, schema_editor):
    """What an installation has published before. A new one has nothing."""
    if apps.get_model("claims", "Revision").objects.exists():
        from claims import serving  # noqa: PLC0415 - a new installation needs none of it

        serving.rebuild()


class Migration(migrations.Migration):
    """What readers are served is kept in pieces, under each heading, counted, and found by its words."""

    dependencies = [
        ("claims", "0009_gaps_in_the_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("heading", models.BigIntegerField(help_text="Id of a topic; 0: the whole registry.")),
                ("sequence", models.PositiveIntegerField()),
                (
                    "until",
                    models.PositiveIntegerField(help_text="Sequence of what replaced it; empty: it stands.", null=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("published", "Published"), ("retracted", "Retracted"), ("superseded", "Superseded")],
                        max_length=12,
                    ),
                ),
                ("slug", models.SlugField(db_index=False, max_length=120)),
                ("unit", models.CharField(max_length=30)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("reliability", models.CharField(max_length=1)),
                ("credibility", models.PositiveSmallIntegerField()),
                ("certainty", models.CharField(max_length=10)),
                ("contested", models.BooleanField()),
                ("is_numeric", models.BooleanField()),
                ("low", models.DecimalField(decimal_places=8, max_digits=24, null=True)),
                ("high", models.DecimalField(decimal_places=8, max_digits=24, null=True)),
                (
                    "value_upwards",
                    models.DecimalField(
                        decimal_places=8, help_text="To sort by; without a number, last.", max_digits=24
                    ),
                ),
                ("value_downwards", models.DecimalField(decimal_places=8, max_digits=24)),
                (
                    "read_on",
                    models.DateField(help_text="Last reading by a person; a day long past where there is none."),
                ),
                ("due_from", models.DateField()),
                ("overdue_from", models.DateField()),
                ("expires_from", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="RegistryVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ServedClaim",
            fields=[
                (
                    "claim",
                    RowidOneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="served",
                        serialize=False,
                        to="claims.claim",
                    ),
                ),
                ("slug", models.SlugField(max_length=120, unique=True)),
                (
                    "due_from",
                    models.DateField(
                        help_text="From this day the claim is due; a day long past where nothing dates it."
                    ),
                ),
                ("overdue_from", models.DateField(help_text="From this day it is overdue.")),
                (
                    "expires_from",
                    models.DateField(
                        help_text="From this day it is expired; a day that never comes where it has none."
                    ),
                ),
                ("arithmetic_en", models.TextField()),
                ("arithmetic_es", models.TextField()),
                ("before_freshness", models.TextField()),
                ("before_text", models.TextField()),
                ("text_en", models.TextField()),
                ("text_es", models.TextField()),
                ("after_text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("heading", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("published", "Published"), ("retracted", "Retracted"), ("superseded", "Superseded")],
                        max_length=12,
                    ),
                ),
                ("facet", models.CharField(blank=True, max_length=12)),
                ("value", models.CharField(blank=True, max_length=120)),
                ("claims", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name_plural": "tallies",
            },
        ),
        migrations.RemoveField(
            model_name="revision",
            name="search_text",
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["published_at", "sequence"], name="revision_published"),
        ),
        migrations.AddField(
            model_name="feedrow",
            name="claim",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="claims.claim"
            ),
        ),
        migrations.AddField(
            model_name="feedrow",
            name="metric",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="claims.metric"
            ),
        ),
        migrations.AddField(
            model_name="feedrow",
            name="revision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="claims.revision"
            ),
        ),
        migrations.AddField(
            model_name="feedrow",
            name="subject",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="claims.subject"
            ),
        ),
        migrations.AddField(
            model_name="servedclaim",
            name="revision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="claims.revision"
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(fields=("heading", "state", "facet", "value"), name="tally_once"),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(
                condition=models.Q(("claims__gte", 0)),
                name="tally_counts_something",
                violation_error_message="A number of claims is not below zero.",
            ),
        ),
        migrations.AddIndex(
            model_name="feedrow",
            index=models.Index(condition=models.Q(("until__isnull", True)), fields=["claim"], name="feedrow_of_claim"),
        ),
        migrations.AddIndex(
            model_name="feedrow",
            index=models.Index(
                condition=models.Q(("until__isnull", False)),
                fields=["heading", "until", "sequence"],
                name="feedrow_replaced",
            ),
        ),
        migrations.AddIndex(
            model_name="feedrow",
            index=models.Index(fields=["heading", "sequence"], name="feedrow_past"),
        ),
        migrations.AddIndex(
            model_name="feedrow",
            index=models.Index(
                condition=models.Q(("until__isnull", True)),
                fields=["heading", "state", "sequence"],
                name="feedrow_by_sequence",
            ),
        ),
        migrations.AddIndex(
            model_name="feedrow",
            index=models.Index(
                condition=models.Q(("until__isnull", True)),
                fields=["heading", "state", "metric", "sequence"],
                name="feedrow_by_metric",
            ),
        ),
        migrations.AddIndex(
            model_name="feedrow",
            index=models.Index(
                condition=models.Q(("until__isnull", True)),
                fields=["heading", "state", "subject", "sequence"],
                name="feedrow_by_subject",
            ),
        ),
        migrations.AddIndex(
            model_name="feedrow",
            index=models.Index(
                condition=models.Q(("until__isnull", True)),
                fields=["heading", "state", "value_upwards", "sequence"],
                name="feedrow_by_value",
            ),
        ),
        migrations.AddIndex(
            model_name="feedrow",
            index=models.Index(
                condition=models.Q(("until__isnull", True)),
                fields=["heading", "state", "value_downwards", "sequence"],
                name="feedrow_by_value_down",
            ),
        ),
        migrations.AddIndex(
            model_name="feedrow",
            index=models.Index(
                condition=models.Q(("until__isnull", True)),
                fields=["heading", "state", "read_on", "sequence"],
                name="feedrow_by_reading",
            ),
        ),
        migrations.AddIndex(
            model_name="feedrow",
            index=models.Index(
                condition=models.Q(("until__isnull", True)),
                fields=["heading", "state", "slug", "sequence"],
                name="feedrow_by_slug",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedrow",
            constraint=models.UniqueConstraint(fields=("revision", "heading"), name="feedrow_once_per_heading"),
        ),
        migrations.RunPython(make, unmake),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
