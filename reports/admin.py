"""Issued reports and written files can be looked up here, never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from reports.models import Download, Report, WrittenFile


class ReadOnlyAdmin(admin.ModelAdmin):
    """Nothing is added, changed or deleted: rows come from operations, and triggers keep them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Who issued what, and what replaced it. Without the bytes."""

    list_display = ("reference", "language", "state", "issued_by", "issued_at", "digest")
    list_filter = ("state", "language")
    search_fields = ("reference", "digest")
    list_select_related = ("issued_by",)
    fields = ("reference", "language", "state", "issued_by", "issued_at", "issued_to", "superseded_by", "digest")


@admin.register(Download)
class DownloadAdmin(ReadOnlyAdmin):
    """Who fetched which issued report when."""

    list_display = ("report", "person", "at")
    list_select_related = ("report", "person")
    search_fields = ("report__reference", "person__username")


@admin.register(WrittenFile)
class WrittenFileAdmin(ReadOnlyAdmin):
    """Digests of files."""

    list_display = ("reference", "state", "written_at", "digest", "seal")
    list_filter = ("state",)
    search_fields = ("reference", "digest", "seal")
