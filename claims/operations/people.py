"""Accounts and roles. Only a superuser gives or takes rights, never their own, and somebody always keeps them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from claims.models import Person
from claims.operations.acts import record
from claims.operations.rules import OperationRefused, require

# What says how far an account reaches; `groups` are the roles.
RIGHTS = ("is_active", "is_staff", "is_superuser")
ABOUT = ("username", "first_name", "last_name", "email", "digest")
# The roles of the contract: a migration says what each may do, and nobody changes it by hand.
ROLES = ("editor", "reviewer", "registry-manager")


@transaction.atomic
def save_person(*, by: Person, at: datetime, person: Person, groups: Iterable[Group] | None = None) -> Person:
    """Enter or change an account, given as an instance with its new columns. `groups`: its roles; None: as before.

    Who was given `change_person` and is no superuser may correct names, address and letters of people who are none.
    """
    standing = _locked(person)
    if standing is None and not by.is_superuser:
        raise OperationRefused("Only a superuser makes accounts.")
    if standing is not None and not by.is_superuser:
        require(by, "claims.change_person", "change accounts")
        if standing.is_superuser:
            raise OperationRefused("Only a superuser changes the account of a superuser.")
    before = _rights(standing)
    after = {key: getattr(person, key) for key in RIGHTS} | {
        "roles": before["roles"] if groups is None else sorted(group.name for group in groups)
    }
    moved = {key: [before[key], value] for key, value in after.items() if before[key] != value}
    if moved and standing is not None:
        _may_change_rights(by, standing, lost=not (person.is_superuser and person.is_active and person.is_staff))
    person.full_clean(exclude=["password"])
    person.save()
    if groups is not None:
        person.groups.set(groups)
    texts = [key for key in ABOUT if standing is None or getattr(standing, key) != getattr(person, key)]
    record(
        "add_person" if standing is None else "change_person",
        by=by,
        at=at,
        about=f"person {person.get_username()}",
        person=person.pk,
        changed=texts,
        rights=moved,
    )
    return person


@transaction.atomic
def password_was_set(*, by: Person, at: datetime, person: Person) -> None:
    """Put into the log that somebody's password was set for them. The form that does it is Django's."""
    if not by.is_superuser:
        raise OperationRefused("Only a superuser sets the password of somebody else.")
    record("set_password", by=by, at=at, about=f"person {person.get_username()}", person=person.pk)


@transaction.atomic
def save_role(*, by: Person, at: datetime, role: Group, permissions: Sequence[Permission]) -> Group:
    """Enter or change a group. The roles of the registry stay as they are."""
    if not by.is_superuser:
        raise OperationRefused("Only a superuser makes or changes roles.")
    standing = Group.objects.select_for_update().filter(pk=role.pk).first()
    if standing is not None and standing.name in ROLES:
        raise OperationRefused(f"What the role {standing.name} may do is fixed: make another group beside it.")
    before = _codes(standing.permissions.all()) if standing else []
    role.full_clean()
    role.save()
    role.permissions.set(permissions)
    record(
        "change_role" if standing else "add_role",
        by=by,
        at=at,
        about=f"role {role.name}",
        changed={
            "name": [standing.name if standing else None, role.name],
            "permissions": [before, _codes(permissions)],
        },
    )
    return role


def _codes(permissions: Iterable[Permission]) -> list[str]:
    return sorted(f"{permission.content_type.app_label}.{permission.codename}" for permission in permissions)


def _locked(person: Person) -> Person | None:
    """The account as it is stored, locked with those of all superusers, so that two cannot remove one another."""
    list(Person.objects.select_for_update().filter(is_superuser=True).order_by("pk"))
    return Person.objects.select_for_update().filter(pk=person.pk).first()


def _rights(person: Person | None) -> dict[str, object]:
    if person is None:
        return {"is_active": None, "is_staff": None, "is_superuser": None, "roles": []}
    return {key: getattr(person, key) for key in RIGHTS} | {
        "roles": sorted(person.groups.values_list("name", flat=True))
    }


def _may_change_rights(by: Person, standing: Person, *, lost: bool) -> None:
    if not by.is_superuser:
        raise OperationRefused("Only a superuser gives and takes rights.")
    if standing.pk == by.pk:
        raise OperationRefused("Nobody changes their own rights: another superuser has to do it.")
    others = Person.objects.filter(is_superuser=True, is_active=True, is_staff=True).exclude(pk=standing.pk)
    if standing.is_superuser and lost and not others.exists():
        raise OperationRefused("This is the last superuser who can sign in here: make another one first.")
