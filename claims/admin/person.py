"""People and their roles. Rights are given by superusers alone, whatever a form sends; `operations.people` has the rules."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from claims import operations
from claims.admin.log import ActsOfOne
from claims.admin.refusals import RefusedOnTheForm
from claims.models import Act, Person

_ABOUT = ("first_name", "last_name", "email", "digest")


@admin.register(Person)
class PersonAdmin(RefusedOnTheForm, ActsOfOne, UserAdmin):
    """Accounts. The groups are the roles; single permissions are not given."""

    list_display = ("username", "email", "first_name", "last_name", "is_staff", "is_active")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("About", {"fields": _ABOUT}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    # For staff who were given `change_person` and are no superusers.
    fieldsets_about = ((None, {"fields": ("username", *_ABOUT)}),)

    def get_fieldsets(self, request: HttpRequest, obj: Person | None = None) -> Any:
        return super().get_fieldsets(request, obj) if request.user.is_superuser else self.fieldsets_about

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> tuple[str, ...]:
        """What a person who is no superuser cannot set is not in the form at all, so that nothing sent sets it."""
        if not request.user.is_superuser:
            return ("username",)
        own = ("is_active", "is_staff", "is_superuser", "groups") if obj and obj.pk == request.user.pk else ()
        return (*self.readonly_fields, *own)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """The log names people. Who leaves is made inactive."""
        return False

    def acts_of(self, row: Person) -> QuerySet[Act]:
        return Act.objects.filter(detail__person=row.pk)

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        """Write nothing yet: the account and its roles are one operation, in `save_related`."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        groups = form.cleaned_data.get("groups")
        operations.save_person(by=request.user, at=timezone.now(), person=form.instance, groups=groups)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 - as the base names it
        """Another password for somebody else: for superusers, and in the log."""
        if not request.user.is_superuser:
            raise PermissionDenied
        with transaction.atomic():
            person = self.get_object(request, id)
            before = person.password if person else None
            response = super().user_change_password(request, id, form_url)
            if person is not None and Person.objects.get(pk=person.pk).password != before:
                operations.password_was_set(by=request.user, at=timezone.now(), person=person)
        return response


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(RefusedOnTheForm, ActsOfOne, GroupAdmin):
    """Roles. Those of the registry are as the contract has them and are only read here; others are a superuser's."""

    def _is_for_superusers(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_for_superusers(request)

    def has_view_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return self._is_for_superusers(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_for_superusers(request)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return self._is_for_superusers(request) and not (obj is not None and obj.name in operations.ROLES)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def acts_of(self, row: Group) -> QuerySet[Act]:
        return Act.objects.filter(detail__about=f"role {row.name}")

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        """Write nothing yet: the role and what it may do are one operation, in `save_related`."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        operations.save_role(
            by=request.user, at=timezone.now(), role=form.instance, permissions=list(form.cleaned_data["permissions"])
        )
