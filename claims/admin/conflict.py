"""Conflicts, and the decisions on them."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from claims import operations
from claims.models import Conflict


@admin.register(Conflict)
class ConflictAdmin(admin.ModelAdmin):
    """A decision is written by `operations.settle_conflict`; pairs are recorded by the loader."""

    list_display = ("__str__", "relation", "state", "decided_on", "decided_by")
    list_filter = ("state", "relation")
    fields = ("first", "second", "relation", "state", "reason", "decided_on", "decided_by")
    readonly_fields = ("first", "second", "relation", "decided_on", "decided_by")

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
