"""Every address of the app, asked for by every role. A new address that is not walked here fails the first test."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern, reverse

from assessments.models import Assessment
from assessments.urls import urlpatterns
from tests import factories
from tests.claims.factories import editor, manager, reviewer

pytestmark = pytest.mark.django_db

TITLE = "Nobody else's business"

# What fills the addresses: one case each of the firm that is walked.
OF_A_DRAFT = {"overview": {}, "step": {"step": "data"}, "answers": {}, "result": {}, "finalise": {}}
OF_A_FINAL = {"rerun": {}}
OF_NO_CASE = {"assessment-list", "assessment-create", "client-list"}
POST_ONLY = {"rerun"}
TAKES_POST = {"assessment-create", "client-list", "step", "finalise", "rerun"}


@pytest.fixture
def addresses(final_assessment):
    """Name → address, for all addresses of the app, about cases of the firm `northwind`."""
    draft = factories.assessment(answers=factories.worked_answers(), title=TITLE)
    found = {name: reverse(f"assessments:{name}") for name in OF_NO_CASE}
    for case, names in ((draft, OF_A_DRAFT), (final_assessment, OF_A_FINAL)):
        for name, more in names.items():
            found[name] = reverse(f"assessments:{name}", kwargs={"reference": case.reference, **more})
    return found


def strangers():
    """Everybody who is somebody, and nobody at Northwind."""
    reader = factories.member("rea", role="client_reader", client=factories.client())
    rival = factories.member("eve", of=factories.firm("eastgate"), role="firm_admin")
    root = factories.make_person("root", is_superuser=True, is_staff=True)
    return [reader, rival, root, editor(), reviewer(), manager(), factories.make_person("nobody")]


def test_every_address_is_walked(addresses):
    assert {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)} == set(addresses)
    assert len(urlpatterns) == len(addresses)


def test_nobody_gets_in_without_logging_in(client, addresses):
    for address in addresses.values():
        for method in (client.get, client.post):
            response = method(address)
            assert response.status_code == 302, address
            assert response["Location"].startswith("/accounts/login/?next="), address


def test_a_stranger_finds_no_case(client, addresses):
    for person in strangers():
        client.force_login(person)
        for name, address in addresses.items():
            if name in OF_NO_CASE:
                continue
            assert client.get(address).status_code == (405 if name in POST_ONLY and works(person) else 404), (
                person,
                address,
            )
            if name in TAKES_POST:
                assert client.post(address, {"version": "1"}).status_code == 404, (person, address)
    assert Assessment.objects.filter(state="final").count() == 1


def works(person):
    return person.memberships.exclude(role="client_reader").exists()


def test_people_who_advise_nobody_find_no_list_either(client, addresses):
    for person in strangers():
        client.force_login(person)
        for name in OF_NO_CASE:
            response = client.get(addresses[name])
            assert response.status_code == (200 if works(person) else 404), (person, name)


def test_the_lists_of_another_firm_do_not_mention_ours(client, addresses):
    rival = factories.member("eve", of=factories.firm("eastgate"))
    ours = factories.client()
    client.force_login(rival)
    for name in OF_NO_CASE:
        for query in ("", f"?client={ours.pk}&q=SEO"):
            page = client.get(addresses[name] + query).content.decode()
            assert TITLE not in page, name
            assert ours.name not in page, name
            assert "A-2026-" not in page, name


@pytest.mark.parametrize("role", ["consultant", "firm_admin"])
def test_people_of_the_firm_get_everywhere(client, addresses, role):
    client.force_login(factories.member("nora", role=role))
    for name, address in addresses.items():
        response = client.post(address) if name in POST_ONLY else client.get(address)
        assert response.status_code in (200, 302), address


def test_a_client_of_another_firm_cannot_be_assessed(client, addresses):
    client.force_login(factories.member("eve", of=factories.firm("eastgate")))
    theirs = factories.client()
    response = client.post(
        addresses["assessment-create"],
        {"client": theirs.pk, "title": "Mine", "language": "en", "currency": "USD", "new_client": ""},
    )
    assert response.status_code == 200
    assert "Select a valid choice" in response.content.decode()
    assert not Assessment.objects.filter(title="Mine").exists()


def test_anonymous_is_nobody_to_every_queryset(addresses):
    assert not Assessment.objects.visible_to(AnonymousUser()).exists()
