import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from claims.immutability import migration_step

TOKEN = ("person_id", "firm_id", "name", "digest", "beginning", "scopes", "made_at", "expires_on")


class Migration(migrations.Migration):
    """Tokens of the API, and the answers that are kept for idempotency keys."""

    dependencies = [
        ("assessments", "0007_gaps_of_assessments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "owner",
                    models.CharField(help_text="Whose key it is: a token or a person, and the firm.", max_length=60),
                ),
                ("key", models.CharField(help_text="As the client sent it.", max_length=255)),
                (
                    "fingerprint",
                    models.CharField(help_text="SHA-256 of method, address, precondition and body.", max_length=64),
                ),
                ("begun_at", models.DateTimeField(db_index=True)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("content", models.TextField(blank=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "key"),
                        name="kept_answer_once_per_key",
                        violation_error_message="This key was used already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="What it is for, as its owner calls it.", max_length=60)),
                (
                    "digest",
                    models.CharField(help_text="SHA-256 of the key, as hex digits.", max_length=64, unique=True),
                ),
                (
                    "beginning",
                    models.CharField(help_text="How the key begins, by which its owner knows it.", max_length=12),
                ),
                ("scopes", models.JSONField(help_text="Words of Token.Scope.")),
                ("made_at", models.DateTimeField()),
                ("expires_on", models.DateField(help_text="The last day on which it opens anything, in UTC.")),
                ("last_used_at", models.DateTimeField(help_text="To the minute.", null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to="assessments.firm"
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tokens",
                        to="assessments.membership",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
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
                        name="token_revoked_by_somebody",
                        violation_error_message="A token that is revoked says by whom and when.",
                    )
                ],
            },
        ),
        migrations.RunPython(*migration_step("assessments_token", TOKEN)),
    ]
