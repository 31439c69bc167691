import io

import pytest
from django.core.management import call_command

from assessments.models import Assessment, Client, Firm, Membership
from claims.models import Person
from reports.models import Report
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def create_demo():
    out = io.StringIO()
    call_command("create_demo", stdout=out)
    return out.getvalue()


def counts():
    return [model.objects.count() for model in (Person, Firm, Membership, Client, Assessment, Report)]


def test_the_demo_has_people_in_every_role_and_one_issued_report(settings):
    factories.examples_gate()
    said = create_demo()
    password = (settings.VAR_DIR / "demo-password").read_text().strip()
    assert password in said
    assert all(
        Person.objects.get(username=name).check_password(password) for name in ("consultant", "reader", "editor")
    )
    assert set(Membership.objects.filter(firm__slug="northwind").values_list("role", flat=True)) == {
        "consultant",
        "firm_admin",
        "client_reader",
    }
    report = Report.objects.get()
    assert (settings.VAR_DIR / "sample-report.pdf").read_bytes() == bytes(report.content)
    assert report.assessment.is_final
    before = counts()
    assert create_demo() == said
    assert counts() == before


def test_the_password_of_the_environment_is_used_and_not_kept(settings, monkeypatch):
    monkeypatch.setenv("FOOTING_DEMO_PASSWORD", "given-by-the-operator")
    factories.examples_gate()
    create_demo()
    assert Person.objects.get(username="manager").check_password("given-by-the-operator")
    assert not (settings.VAR_DIR / "demo-password").exists()
