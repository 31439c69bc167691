"""Conflicts, and the decisions on them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims import operations
from claims.admin.log import ActsOfOne
from claims.admin.place import Onward
from claims.admin.words import name_of
from claims.models import Claim, Conflict
from claims.quantity import text
from claims.templatetags.registry import day


@admin.register(Conflict)
class ConflictAdmin(Onward, ActsOfOne, admin.ModelAdmin):
    """A decision is written by `operations.settle_conflict`; pairs are recorded by the loader."""

    list_display = ("pair", "relation", "state", "decided", "judge")
    list_filter = ("state", "relation")
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 80})}}
    list_select_related = ("first", "second", "decided_by")
    fields = ("one", "other", "relation", "state", "reason", "decided", "judge")
    readonly_fields = ("one", "other", "relation", "decided", "judge")

    @admin.display(description="claims")
    def pair(self, conflict: Conflict) -> SafeString:
        return format_html(
            '<span class="statement">{}</span> <span class="ref">{}</span>'
            '<span class="statement">{}</span> <span class="ref">{}</span>',
            conflict.first.statement,
            conflict.first.slug,
            conflict.second.statement,
            conflict.second.slug,
        )

    @admin.display(description="one claim")
    def one(self, conflict: Conflict) -> SafeString:
        return _side(conflict.first)

    @admin.display(description="the other claim")
    def other(self, conflict: Conflict) -> SafeString:
        return _side(conflict.second)

    @admin.display(description="decided on", ordering="decided_on")
    def decided(self, conflict: Conflict) -> str:
        return day(conflict.decided_on) or "not decided"

    @admin.display(description="decided by")
    def judge(self, conflict: Conflict) -> str:
        return name_of(conflict.decided_by)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Conflict | None = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)

        class Decision(form):  # type: ignore[misc, valid-type]  # the base is made by the admin at run time
            def clean(self) -> dict[str, Any]:
                cleaned: dict[str, Any] = super().clean() or {}
                if cleaned.get("state") == Conflict.State.OPEN:
                    self.add_error("state", "To settle a conflict, choose what it is.")
                if not (cleaned.get("reason") or "").strip():
                    self.add_error("reason", "A decision has a reason.")
                return cleaned

            def _get_validation_exclusions(self) -> set[str]:
                # Date and person of the decision are set by the operation, so the row is whole only after it.
                return {*super()._get_validation_exclusions(), "reason", "decided_on", "decided_by"}

        return Decision

    def save_model(self, request: HttpRequest, obj: Conflict, form: ModelForm, change: bool) -> None:
        operations.settle_conflict(
            by=request.user,
            at=timezone.now(),
            conflict=Conflict.objects.get(pk=obj.pk),
            state=form.cleaned_data["state"],
            reason=form.cleaned_data["reason"],
        )


def _side(claim: Claim) -> SafeString:
    return format_html(
        '<a href="{}">{}</a> <b>{}</b>',
        reverse("admin:claims_claim_change", args=[claim.pk]),
        claim.statement,
        text(claim.quantity),
    )
