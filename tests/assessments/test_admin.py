import pytest
from django.urls import reverse

from assessments.models import Firm, Membership
from tests import factories
from tests.claims.factories import editor, manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client):
    client.force_login(factories.make_person("root", is_superuser=True, is_staff=True))
    return client


def test_the_operator_founds_a_firm_and_gives_roles(operator):
    person = factories.make_person("nora")
    operator.post(reverse("admin:assessments_firm_add"), {"slug": "northwind", "name": "Northwind"})
    firm = Firm.objects.get()
    add = reverse("admin:assessments_membership_add")
    given = {"firm": firm.pk, "person": person.pk, "role": "consultant"}
    operator.post(add, given)
    membership = Membership.objects.get()
    assert (membership.firm, membership.person, membership.added_by.username) == (firm, person, "root")
    assert "has this role in the firm already" in operator.post(add, given).content.decode()
    operator.post(reverse("admin:assessments_membership_delete", args=[membership.pk]), {"post": "yes"})
    assert not Membership.objects.exists()


def test_a_firm_is_renamed_and_keeps_its_slug(operator):
    firm = factories.firm("northwind")
    operator.post(reverse("admin:assessments_firm_change", args=[firm.pk]), {"slug": "other", "name": "North & Wind"})
    firm.refresh_from_db()
    assert (firm.slug, firm.name) == ("northwind", "North & Wind")


def test_the_admin_names_no_client(operator):
    client = factories.client("Secret client")
    factories.member("rosalind", role="client_reader", client=client)
    page = operator.get(reverse("admin:assessments_membership_changelist")).content.decode()
    assert "Secret client" not in page
    assert "rosalind" not in page


@pytest.mark.parametrize("person", [editor, manager])
def test_people_of_the_registry_find_no_firms_in_the_admin(client, person):
    client.force_login(person())
    for name in ("firm", "membership"):
        assert client.get(reverse(f"admin:assessments_{name}_changelist")).status_code == 403
