"""Issued reports and written files can be looked up here, never changed."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from reports.models import Batch, BatchItem, Download, Report, SavedLayout, SharedLink, SharedView, WrittenFile


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

    list_display = ("report", "file", "person", "at")
    list_filter = ("file",)
    list_select_related = ("report", "person")
    search_fields = ("report__reference", "person__username")


@admin.register(WrittenFile)
class WrittenFileAdmin(ReadOnlyAdmin):
    """Digests of files."""

    list_display = ("reference", "state", "written_at", "digest", "seal")
    list_filter = ("state",)
    search_fields = ("reference", "digest", "seal")


@admin.register(SharedLink)
class SharedLinkAdmin(ReadOnlyAdmin):
    """Which links to reports there are, who made and who revoked them. Without what a link is known by."""

    list_display = ("report", "made_by", "made_at", "expires_on", "revoked_by", "revoked_at", "opened")
    list_filter = ("expires_on",)
    list_select_related = ("report", "made_by", "revoked_by")
    search_fields = ("report__reference", "made_by__username")
    fields = ("report", "made_by", "made_at", "expires_on", "revoked_by", "revoked_at", "opened")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SharedLink]:
        """With how often each was opened."""
        return super().get_queryset(request).annotate(times=Count("views"))

    @admin.display(description="Opened, times", ordering="times")
    def opened(self, link: Any) -> int:
        times: int = link.times
        return times


@admin.register(SharedView)
class SharedViewAdmin(ReadOnlyAdmin):
    """When links were opened. Nobody knows by whom."""

    list_display = ("link", "at")
    list_select_related = ("link__report",)
    search_fields = ("link__report__reference",)


class BatchItemInline(admin.TabularInline):
    """The reports of a batch by the references of their cases: whose cases they are is not told."""

    model = BatchItem
    fields = readonly_fields = ("reference", "language", "state")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[BatchItem]:
        """Without the bytes."""
        return super().get_queryset(request).select_related("assessment").defer("content", "assessment__result")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Case")
    def reference(self, item: BatchItem) -> str:
        return item.assessment.reference


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Who had how many reports made, and how far they are. Without what was typed for their readers."""

    list_display = ("__str__", "firm", "started_by", "started_at", "size", "made", "failed")
    list_select_related = ("firm", "started_by")
    search_fields = ("firm__name", "started_by__username")
    fields = ("firm", "started_by", "started_at")
    inlines = (BatchItemInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        """With how far each is."""
        return Batch.objects.with_progress()

    @admin.display(description="Reports")
    def size(self, batch: Any) -> int:
        size: int = batch.size
        return size

    @admin.display(description="Made")
    def made(self, batch: Any) -> int:
        made: int = batch.made
        return made

    @admin.display(description="Failed")
    def failed(self, batch: Any) -> int:
        failed: int = batch.failed
        return failed


@admin.register(SavedLayout)
class SavedLayoutAdmin(ReadOnlyAdmin):
    """The choices of sections that firms keep."""

    list_display = ("name", "firm", "made_by", "made_at")
    list_select_related = ("firm", "made_by")
    search_fields = ("name", "firm__name")
