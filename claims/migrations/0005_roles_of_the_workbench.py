from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

READ = (
    "view_act", "view_certaintyjudgement", "view_check", "view_citation", "view_claim", "view_conflict", "view_metric",
    "view_metricfamily", "view_revision", "view_source", "view_statedtotal", "view_subject", "view_task", "view_topic",
    "view_visit",
)  # fmt: skip
EDIT = (
    "add_claim", "change_claim", "add_citation", "change_citation", "delete_citation", "add_check", "add_conflict",
    "change_conflict", "add_source", "change_source", "change_task", "add_statedtotal", "change_statedtotal",
    "add_certaintyjudgement", "add_importbatch", "change_importbatch", "view_importbatch",
)  # fmt: skip
REVIEW = ("approve_claim", "add_check", "change_conflict", "change_task", "add_certaintyjudgement")
MANAGE = (
    "retract_claim", "add_topic", "change_topic", "add_subject", "change_subject", "add_metric", "change_metric",
    "add_metricfamily", "change_metricfamily",
)  # fmt: skip
ROLES = {
    "editor": READ + EDIT,
    "reviewer": READ + REVIEW,
    "registry-manager": READ + EDIT + REVIEW + MANAGE,
}


def make_roles(apps, schema_editor):
    # Permissions are normally made after all migrations; the roles need them now.
    create_permissions(installed.get_app_config("claims"), apps=apps, verbosity=0)
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, codenames in ROLES.items():
        group, _ = group_model.objects.get_or_create(name=name)
        permissions = permission_model.objects.filter(content_type__app_label="claims", codename__in=codenames)
        if len(permissions) != len(set(codenames)):
            raise RuntimeError(f"Permissions of the role {name} are missing: the models and this list disagree.")
        group.permissions.set(permissions)


class Migration(migrations.Migration):
    """What the three roles may do with what the workbench keeps."""

    dependencies = [
        ("claims", "0004_workbench"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
