"""Firms and the people who advise for them, for the operator of the site. Clients and cases are not here: an operator
has no business with them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assessments import operations
from assessments.models import Firm, Membership, ReappraisalRound


class MembershipForm(forms.ModelForm):
    """A consultant or firm admin. Who reads a client's reports is the firm's own affair."""

    role = forms.ChoiceField(choices=[(role.value, role.label) for role in Membership.ADVISORY_ROLES])

    class Meta:
        model = Membership
        fields = ("firm", "person", "role")

    def clean(self) -> dict[str, Any]:
        """Says of a role that was given already that it was."""
        given: dict[str, Any] = super().clean() or {}
        if {"firm", "person", "role"} <= given.keys() and Membership.objects.filter(**given, client=None).exists():
            raise ValidationError("This person has this role in the firm already.")
        return given


@admin.register(Firm)
class FirmAdmin(admin.ModelAdmin):
    """Firms."""

    list_display = ("name", "slug")
    search_fields = ("name", "slug")

    def get_readonly_fields(self, request: HttpRequest, obj: Firm | None = None) -> tuple[str, ...]:
        """A slug is part of addresses and commands: it stays."""
        return ("slug",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Firm, form: Any, change: bool) -> None:
        """Through the operations, like every write."""
        if change:
            operations.rename_firm(firm=obj, name=obj.name)
        else:
            obj.pk = operations.create_firm(slug=obj.slug, name=obj.name).pk

    def has_delete_permission(self, request: HttpRequest, obj: Firm | None = None) -> bool:
        """A firm has history."""
        return False


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Who advises for which firm."""

    form = MembershipForm
    list_display = ("person", "firm", "role", "added_by", "added_at")
    list_filter = ("firm", "role")
    search_fields = ("person__username", "person__first_name", "person__last_name", "firm__name")
    autocomplete_fields = ("firm",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without client readers, whose rows would name a firm's clients."""
        return super().get_queryset(request).filter(role__in=Membership.ADVISORY_ROLES)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        """Through the operations, like every write."""
        made = operations.add_member(
            by=request.user, at=timezone.now(), firm=obj.firm, person=obj.person, role=obj.role
        )
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        """Through the operations, like every write."""
        operations.remove_member(membership=obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One after the other."""
        for membership in queryset:
            operations.remove_member(membership=membership)

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """A role is given and taken away, not edited."""
        return False


admin.site.unregister(DBTaskResult)  # the engine's own rows: what people want to know is how far a round has come


@admin.register(ReappraisalRound)
class ReappraisalRoundAdmin(admin.ModelAdmin):
    """How far the re-evaluation of cases has come, for who manages the registry: counts, never whose."""

    list_display = ("opened_at", "because", "progress", "unaffected", "moved", "flips", "not_judged", "failed")
    fields = readonly_fields = list_display

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the counts."""
        return super().get_queryset(request).with_progress().prefetch_related("events__claim")

    @admin.display(description="because")
    def because(self, obj: Any) -> str:
        """The first events in words."""
        events = list(obj.events.all())
        said = "; ".join(str(event) for event in events[:3])
        return said if len(events) <= 3 else f"{said}; and {len(events) - 3} more"

    @admin.display(description="cases looked at")
    def progress(self, obj: Any) -> str:
        """So many of so many."""
        return f"{obj.looked_at} of {obj.cases}"

    @admin.display(description="unaffected")
    def unaffected(self, obj: Any) -> int:
        """Cases whose advice and figures stand."""
        return int(obj.unaffected)

    @admin.display(description="figures moved")
    def moved(self, obj: Any) -> int:
        """Cases whose figures moved."""
        return int(obj.moved)

    @admin.display(description="recommendation flips")
    def flips(self, obj: Any) -> int:
        """Cases in which another option is recommended now."""
        return int(obj.flips)

    @admin.display(description="could not be judged")
    def not_judged(self, obj: Any) -> int:
        """Cases whose evidence is gone, or whose answers no longer fit."""
        return int(obj.not_judged)

    @admin.display(description="failed")
    def failed(self, obj: Any) -> int:
        """Cases in which something broke."""
        return int(obj.failed)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As to view."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: ReappraisalRound | None = None) -> bool:
        """Whoever may retract claims: the registry managers and the operator."""
        return request.user.has_perm("claims.retract_claim")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Workers open rounds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ReappraisalRound | None = None) -> bool:
        """Workers keep them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ReappraisalRound | None = None) -> bool:
        """A round is history."""
        return False
