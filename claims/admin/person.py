"""People and their roles."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from claims.models import Person


@admin.register(Person)
class PersonAdmin(UserAdmin):
    """Accounts; the groups are the roles of the registry."""

    list_display = ("username", "email", "first_name", "last_name", "is_staff", "is_active")
