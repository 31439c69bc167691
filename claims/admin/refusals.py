"""What an operation refuses, on the form it was asked by."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from claims.operations import OperationRefused


class RefusedOnTheForm:
    """Shows what an operation refused on the form, with what was typed. `ModelAdmin` stands behind this class."""

    def changeform_view(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.refused = []
        try:
            return super().changeform_view(request, *args, **kwargs)
        except OperationRefused as refusal:
            request.refused.append(refusal.message)
        return super().changeform_view(request, *args, **kwargs)

    def get_form(self: Any, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        refused = getattr(request, "refused", [])

        class WithRefusals(form):  # type: ignore[misc, valid-type]  # the base is made by the admin at run time
            def clean(self) -> dict[str, Any]:
                cleaned: dict[str, Any] = super().clean() or {}
                if refused:
                    raise ValidationError(refused)
                return cleaned

        return WithRefusals
