"""Saving sources and vocabulary through `operations`, so that the log has them and nobody overwrites unseen."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from claims import operations
from claims.admin.log import ActsOfOne, particulars
from claims.admin.refusals import RefusedOnTheForm
from claims.models import Act


class EntryForm(forms.ModelForm):
    """A source or a word, with a mark of the text that the person started from."""

    started_from = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["started_from"] = operations.fingerprint(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk:
            standing = type(self.instance)._default_manager.get(pk=self.instance.pk)
            now = operations.fingerprint(standing)
            if cleaned.get("started_from") != now:
                self.data = self.data.copy()
                self.data[self.add_prefix("started_from")] = now
                raise ValidationError(_what_happened(standing))
        return cleaned


def _what_happened(entry: operations.Entry) -> str:
    """Who saved it meanwhile, and what they changed."""
    last = Act.objects.filter(detail__about=f"{entry._meta.verbose_name} {entry.slug}").select_related("by").first()
    if last is None:
        return "Somebody saved this while you were editing. Nothing of yours is stored: compare, and save again."
    changes = "; ".join(f"{name}: {words}" for name, words in particulars(last))
    return (
        f"{last.by.get_username() if last.by else 'A machine'} saved {entry._meta.verbose_name} {entry.slug} while you "
        f"were editing ({changes}). Nothing of yours is stored yet: correct what you typed, and save again."
    )


class SavedThroughOperations(RefusedOnTheForm, ActsOfOne):
    """Mixed into the `ModelAdmin` of a source or a vocabulary."""

    form = EntryForm

    def get_readonly_fields(self: Any, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A slug is part of addresses and of published documents: it stays."""
        return (*self.readonly_fields, "slug") if obj else tuple(self.readonly_fields)

    def get_prepopulated_fields(self: Any, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else dict(self.prepopulated_fields)

    def get_fieldsets(self: Any, request: HttpRequest, obj: Any = None) -> Any:
        """The hidden mark goes with the first set, for those who may change the entry."""
        sets = super().get_fieldsets(request, obj)
        if not self.has_change_permission(request, obj):
            return [(name, options | {"fields": _without_mark(options["fields"])}) for name, options in sets]
        if any("started_from" in options["fields"] for _, options in sets):
            return sets
        (name, options), *rest = sets
        return [(name, options | {"fields": (*options["fields"], "started_from")}), *rest]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write nothing yet: the entry and what belongs to it are one operation, in `save_related`."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        operations.save_entry(
            by=request.user,
            at=timezone.now(),
            entry=form.instance,
            attributes_to=form.cleaned_data.get("attributes_to"),
            started_from=form.cleaned_data["started_from"] if change else None,
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What documents name stays."""
        return False


def _without_mark(fields: Any) -> tuple[Any, ...]:
    return tuple(field for field in fields if field != "started_from")
