"""Accounts and roles: only a superuser gives rights, never their own, and no form or forged request raises anybody."""

from importlib import import_module

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from claims import operations
from claims.models import Act, Claim, Conflict, Person, Source
from claims.operations import OperationRefused
from tests.claims import factories as make
from tests.claims.desk import signed_in, visit
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
FIXED = import_module("claims.migrations.0005_roles_of_the_workbench").ROLES


def root(name: str = "root") -> Person:
    return make.person(name, is_staff=True, is_superuser=True)


def clerk() -> Person:
    """Staff that was given the right to change accounts, and everything else that sounds like it."""
    person = make.person("clerk", "registry-manager", is_staff=True)
    given = ("add_person", "change_person", "delete_person", "view_person", "add_group", "change_group", "delete_group")
    person.user_permissions.set(Permission.objects.filter(codename__in=(*given, "view_group", "change_permission")))
    return person


@pytest.fixture(autouse=True)
def everybody(db) -> None:
    """Somebody in each role, so that no test makes an account while it compares them."""
    for somebody in (root, clerk, make.editor, make.reviewer, make.manager):
        somebody()


def rights() -> dict[str, tuple]:
    """All that says how far each account reaches, and what each role may do."""
    people = {
        person.username: (
            person.is_active,
            person.is_staff,
            person.is_superuser,
            person.password,
            sorted(person.groups.values_list("name", flat=True)),
            sorted(person.user_permissions.values_list("codename", flat=True)),
        )
        for person in Person.objects.all()
    }
    roles = {
        f"role {group.name}": tuple(sorted(group.permissions.values_list("codename", flat=True)))
        for group in Group.objects.all()
    }
    return people | roles


def save(by: Person, person: Person, groups=None, **columns) -> Person:
    for name, value in columns.items():
        setattr(person, name, value)
    return operations.save_person(by=by, at=NOON, person=person, groups=groups)


def group(name: str) -> Group:
    return Group.objects.get(name=name)


# The rules


@pytest.mark.parametrize("role", FIXED)
def test_a_role_may_exactly_what_the_contract_says(role):
    assert set(group(role).permissions.values_list("codename", flat=True)) == set(FIXED[role])
    assert set(operations.ROLES) == set(FIXED)


def test_nobody_but_the_operator_may_do_anything_with_accounts():
    for codenames in FIXED.values():
        assert not {name for name in codenames if name.endswith(("_person", "_group", "_permission"))}


def test_a_superuser_makes_accounts_and_gives_roles_and_the_log_says_so():
    person = save(root(), Person(username="new", password="!"), is_staff=True)
    act = Act.objects.latest("pk")
    assert (act.verb, act.detail["about"], act.detail["person"]) == ("add_person", "person new", person.pk)
    save(root(), person, [group("editor"), group("reviewer")], email="new@example.org")
    act = Act.objects.latest("pk")
    assert (act.verb, act.by) == ("change_person", root())
    assert act.detail == {
        "about": "person new",
        "person": person.pk,
        "changed": ["email"],
        "rights": {"roles": [[], ["editor", "reviewer"]]},
    }
    assert "new@example.org" not in str(act.detail)


@pytest.mark.parametrize(
    "change", [{"is_superuser": False}, {"is_staff": False}, {"is_active": False}, {"groups": ["editor"]}]
)
def test_nobody_changes_their_own_rights(change):
    root("second")
    groups = [group(name) for name in change.pop("groups", [])] or None
    before = rights()
    with pytest.raises(OperationRefused, match="Nobody changes their own rights"):
        save(root(), root(), groups, **change)
    assert rights() == before


def test_the_last_superuser_stays_even_where_two_remove_one_another():
    first, second = root(), root("second")
    save(first, Person.objects.get(pk=second.pk), is_superuser=False)
    before = rights()
    with pytest.raises(OperationRefused, match="This is the last superuser who can sign in here"):
        save(second, Person.objects.get(pk=first.pk), is_active=False)  # `second` was asked before the first was done
    assert rights() == before


def test_one_of_two_superusers_can_be_given_up():
    second = root("second")
    save(root(), second, is_superuser=False, is_staff=False)
    assert Act.objects.latest("pk").detail["rights"] == {"is_staff": [True, False], "is_superuser": [True, False]}


def test_a_clerk_corrects_names_and_nothing_else():
    ed = make.editor()
    save(clerk(), ed, first_name="Edith")
    assert Act.objects.latest("pk").detail == {
        "about": "person ed",
        "person": ed.pk,
        "changed": ["first_name"],
        "rights": {},
    }
    before = rights()
    for change in ({"is_superuser": True}, {"is_staff": False}, {"is_active": False}):
        with pytest.raises(OperationRefused, match="Only a superuser gives and takes rights"):
            save(clerk(), make.editor(), **change)
    with pytest.raises(OperationRefused, match="Only a superuser gives and takes rights"):
        save(clerk(), make.editor(), [group("registry-manager")])
    with pytest.raises(OperationRefused, match="Only a superuser changes the account of a superuser"):
        save(clerk(), root(), first_name="Mallory")
    with pytest.raises(OperationRefused, match="Only a superuser makes accounts"):
        save(clerk(), Person(username="new", password="!"))
    with pytest.raises(OperationRefused, match="ed may not change accounts"):
        save(make.editor(), make.reviewer(), first_name="Mallory")
    with pytest.raises(OperationRefused, match="Only a superuser sets the password"):
        operations.password_was_set(by=clerk(), at=NOON, person=make.editor())
    assert rights() == before


def test_an_account_keeps_the_rules_of_its_columns():
    with pytest.raises(ValidationError):
        save(root(), make.editor(), username="not a name!")


def test_the_roles_of_the_registry_are_fixed_and_others_are_a_superusers():
    with pytest.raises(OperationRefused, match="What the role editor may do is fixed"):
        operations.save_role(by=root(), at=NOON, role=group("editor"), permissions=[])
    with pytest.raises(OperationRefused, match="Only a superuser makes or changes roles"):
        operations.save_role(by=clerk(), at=NOON, role=Group(name="mine"), permissions=[])
    reads = Permission.objects.filter(codename="view_claim")
    role = operations.save_role(by=root(), at=NOON, role=Group(name="guests"), permissions=list(reads))
    assert Act.objects.latest("pk").detail == {
        "about": "role guests",
        "changed": {"name": [None, "guests"], "permissions": [[], ["claims.view_claim"]]},
    }
    operations.save_role(by=root(), at=NOON, role=role, permissions=[])
    assert Act.objects.latest("pk").detail["changed"]["permissions"] == [["claims.view_claim"], []]


# The forms


def account(who: Person, of: Person):
    return visit(who, reverse("admin:claims_person_change", args=[of.pk]))


def test_a_superuser_works_with_accounts_at_the_desk():
    page = visit(root(), reverse("admin:claims_person_add"))
    page.send(username="new", usable_password="true", password1="long enough 12", password2="long enough 12", _save="1")
    new = Person.objects.get(username="new")
    account(root(), new).send(is_staff="on", groups=[str(group("editor").pk)], _save="1")
    new.refresh_from_db()
    assert (new.is_staff, [role.name for role in new.groups.all()]) == (True, ["editor"])
    before = new.password
    address = reverse("admin:auth_user_password_change", args=[new.pk])
    visit(root(), address).send(password1="another one 12", password2="another one 13")
    assert Act.objects.latest("pk").verb == "change_person"
    visit(root(), address).send(password1="another one 12", password2="another one 12")
    new.refresh_from_db()
    assert (Act.objects.latest("pk").verb, new.password != before) == ("set_password", True)
    history = signed_in(root()).get(reverse("admin:claims_person_history", args=[new.pk])).content.decode()
    assert [words in history for words in ("Made the account", "Changed the account", "Set the password of")] == [
        True
    ] * 3
    assert "Roles:" in history
    assert signed_in(root()).get(reverse("admin:auth_user_password_change", args=[999])).status_code == 404


def test_a_superuser_sees_their_own_rights_and_cannot_change_them():
    second = root("second")
    before = rights()
    page = account(root(), root())
    assert not {"is_active", "is_staff", "is_superuser", "groups"} & page.data.keys()
    page.send(is_active="", is_superuser="", groups=[], first_name="Ruth", _save="1")
    assert Person.objects.get(username="root").first_name == "Ruth"
    assert rights() == before
    other = account(root(), second)
    sent = {key: value for key, value in other.data.items() if key != "is_superuser"}
    signed_in(root()).post(other.address, sent | {"_save": "1"})
    second.refresh_from_db()
    assert second.is_superuser is False


def test_what_an_operation_refuses_stands_on_the_form(monkeypatch):
    ed = make.editor()
    page = account(root(), ed)
    Person.objects.filter(username="root").update(is_superuser=False)
    assert signed_in(root()).post(page.address, page.data | {"_save": "1"}).status_code == 403
    Person.objects.filter(username="root").update(is_superuser=True)

    def refuses(**given):
        raise OperationRefused("Not today.")

    monkeypatch.setattr(operations, "save_person", refuses)
    assert "Not today." in page.send(first_name="Edith", _save="1").text


def test_a_clerks_form_has_names_only_and_takes_nothing_else():
    ed = make.editor()
    page = account(clerk(), ed)
    assert page.data.keys() == {"csrfmiddlewaretoken", "first_name", "last_name", "email", "digest"}
    before = rights()
    poison = POISON | {"groups": [group("registry-manager").pk], "first_name": "Edith", "digest": "never", "_save": "1"}
    signed_in(clerk()).post(page.address, page.data | poison)
    ed.refresh_from_db()
    assert (ed.first_name, ed.username) == ("Edith", "ed")
    assert rights() == before
    assert account(clerk(), root()).data.keys() == {"csrfmiddlewaretoken"}
    before = rights()
    assert signed_in(clerk()).post(account(clerk(), root()).address, poison).status_code == 403
    assert signed_in(clerk()).post(account(clerk(), clerk()).address, poison).status_code == 302
    for name, arguments in (
        ("admin:auth_user_password_change", [ed.pk]),
        ("admin:claims_person_add", []),
        ("admin:claims_person_delete", [ed.pk]),
        ("admin:auth_group_add", []),
        ("admin:auth_group_change", [group("editor").pk]),
        ("admin:auth_group_delete", [group("editor").pk]),
        ("admin:auth_group_changelist", []),
    ):
        assert signed_in(clerk()).post(reverse(name, args=arguments), poison).status_code == 403, name
    assert rights() == before


def test_roles_at_the_desk():
    assert (
        signed_in(root()).post(reverse("admin:auth_group_change", args=[group("editor").pk]), {"name": "x"}).status_code
        == 403
    )
    page = visit(root(), reverse("admin:auth_group_change", args=[group("editor").pk]))
    assert (page.status, "permissions" in page.data) == (200, False)
    visit(root(), reverse("admin:auth_group_add")).send(name="guests", permissions=[], _save="1")
    guests = group("guests")
    visit(root(), reverse("admin:auth_group_change", args=[guests.pk])).send(name="visitors", _save="1")
    history = signed_in(root()).get(reverse("admin:auth_group_history", args=[guests.pk])).content.decode()
    assert "guests → visitors" in history


# Every address of the desk, with everything a forger could think of

POISON = {
    "username": "mallory",
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "on",
    "password": "x",
    "password1": "long enough 12",
    "password2": "long enough 12",
    "usable_password": "true",
    "name": "mallory",
    "person-0-is_superuser": "on",
    "groups-0-id": "1",
    "Person_groups-TOTAL_FORMS": "1",
    "Person_groups-INITIAL_FORMS": "0",
    "Person_groups-0-person": "1",
    "Person_groups-0-group": "1",
    "citations-TOTAL_FORMS": "1",
    "citations-INITIAL_FORMS": "0",
    "citations-0-is_superuser": "on",
    "form-TOTAL_FORMS": "1",
    "form-INITIAL_FORMS": "1",
    "form-0-id": "1",
    "form-0-is_superuser": "on",
    "form-0-groups": "1",
    "action": "delete_selected",
    "_selected_action": ["1", "2", "3"],
    "select_across": "1",
    "post": "yes",
    "_save": "1",
}


def admin_patterns(resolver: URLResolver) -> list[URLPattern]:
    return [
        found
        for entry in resolver.url_patterns
        for found in (admin_patterns(entry) if isinstance(entry, URLResolver) else [entry])
    ]


def addresses() -> list[str]:
    """Each address of the desk that has a name, about each of a few rows it could be about."""
    desk = next(entry for entry in get_resolver().url_patterns if getattr(entry, "namespace", "") == "admin")
    rows = {str(model.objects.order_by("pk").first().pk) for model in (Person, Group, Claim, Source, Conflict, Act)}
    found = set()
    for pattern in admin_patterns(desk):
        converters = pattern.pattern.converters
        for row in rows:
            words = {"app_label": "claims", "verb": "publish", "url": "x", "number": "1", "content_type_id": "1"}
            arguments = {name: words.get(name, row) for name in converters}
            try:
                found.add(reverse(f"admin:{pattern.name}", kwargs=arguments))
            except NoReverseMatch:
                continue
    # Signing out is not what is tried here, and everybody may change the password they know.
    return sorted(found - {reverse(f"admin:{name}") for name in ("logout", "login", "password_change")})


@pytest.mark.slow
@pytest.mark.one_database  # what refuses is the operation and the form
@pytest.mark.parametrize("who", ["editor", "reviewer", "manager", "clerk"])
def test_no_forged_request_to_any_address_of_the_desk_raises_anybody(who):
    person = clerk() if who == "clerk" else getattr(make, who)()
    root()
    claim = make.publish().claim
    operations.record_conflict(
        by=make.editor(), at=NOON, claims=(claim, make.publish("other").claim), relation="nested"
    )
    poison = POISON | {
        "groups": [role.pk for role in Group.objects.all()],
        "user_permissions": list(Permission.objects.values_list("pk", flat=True)[:50]),
        "permissions": list(Permission.objects.values_list("pk", flat=True)[:50]),
    }
    client, before, tried = signed_in(person), rights(), addresses()
    assert len(tried) > 60
    for address in tried:
        for query, more in (("", {}), ("?_popup=1&_to_field=id", {"_popup": "1", "_to_field": "id"})):
            answer = client.post(address + query, poison | more)
            assert answer.status_code in (200, 302, 400, 403, 404, 405), address
        assert rights() == before, address


@pytest.mark.parametrize("who", ["editor", "reviewer", "manager"])
def test_no_role_sees_accounts_or_roles(who):
    client = signed_in(getattr(make, who)())
    for model in ("claims_person", "auth_group"):
        for name in ("changelist", "add"):
            assert client.get(reverse(f"admin:{model}_{name}")).status_code == 403
