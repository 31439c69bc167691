"""The claims that a list of the desk shows, as a file: its filters and its search, without its pages."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims import exporting
from claims.downloads import claims_as_file

FORMS = ("csv", "xlsx", "yaml")


class ExportsItsList:
    """Adds the address of the export to a `ModelAdmin` of claims, and the links to its list."""

    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(require_safe(self.export_view))
        # One address a form: an address that is none is not found, before anybody is asked who they are.
        return [
            *(
                path(f"export.{form}", export, {"form": form}, name=f"claims_claim_export_{form}")
                for form in FORMS
            ),
            *super().get_urls(),  # type: ignore[misc]  # a mixin before ModelAdmin
        ]  # fmt: skip

    def export_view(self, request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
        """The working copies of the claims that the list shows with the same address, as a file that can be imported."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        changelist = self.get_changelist_instance(request)  # type: ignore[attr-defined]
        records = exporting.working_records(changelist.queryset)
        return claims_as_file(records, form, name=f"claims-{timezone.localdate().isoformat()}")
