"""Files of claims: uploaded, looked through, applied as drafts, taken back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from claims import importing, operations
from claims.admin import import_words
from claims.admin.words import chip, name_of
from claims.models import ImportBatch
from claims.operations import ImportRefused, ImportTouched, OperationRefused

CLAIMS_A_PAGE = 50
MOST_TOUCHED = 100
"""Claims named on the page of an undo; of the others, the number."""
ENDINGS = (".csv", ".xlsx", ".yaml", ".yml")


class UploadForm(forms.Form):
    """A file of claims, and why it is imported."""

    file = forms.FileField(
        help_text=f"CSV, XLSX or YAML, at most {importing.MAX_BYTES // 1_000_000} MB, with the columns that an export "
        "has. Nothing is changed yet: you see first what it would change."
    )
    note = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="Why; printed in the change log of every claim. Empty: “Imported from” and the file's name.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(ENDINGS):
            raise forms.ValidationError("Choose a file named .csv, .xlsx or .yaml.")
        if file.size > importing.MAX_BYTES:
            raise forms.ValidationError(
                f"The file is larger than {importing.MAX_BYTES // 1_000_000} MB: import it in parts."
            )
        return file


class UndoForm(forms.Form):
    """Whether what was worked on since may stay as it is."""

    leave_touched = forms.BooleanField(
        required=False, label="Leave these as they are, and take back the others", initial=False
    )


@admin.register(ImportBatch)
class ImportBatchAdmin(admin.ModelAdmin):
    """Every upload, who applied it, and whether it was taken back."""

    list_display = ("name", "state_chip", "what", "uploaded", "applied", "undone")
    list_filter = ("state",)
    search_fields = ("name",)
    search_help_text = "Words of the file's name"
    list_select_related = ("uploaded_by", "applied_by", "undone_by")
    list_per_page = 50
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        return super().get_queryset(request).defer("records")

    @admin.display(description="state", ordering="state")
    def state_chip(self, batch: ImportBatch) -> str:
        return chip(batch.state, batch.get_state_display().lower())

    @admin.display(description="claims")
    def what(self, batch: ImportBatch) -> str:
        return import_words.counts(batch)

    @admin.display(description="uploaded", ordering="uploaded_at")
    def uploaded(self, batch: ImportBatch) -> str:
        return import_words.who_and_when(name_of(batch.uploaded_by), batch.uploaded_at)

    @admin.display(description="applied", ordering="applied_at")
    def applied(self, batch: ImportBatch) -> str:
        return import_words.who_and_when(name_of(batch.applied_by), batch.applied_at)

    @admin.display(description="taken back", ordering="undone_at")
    def undone(self, batch: ImportBatch) -> str:
        return import_words.who_and_when(name_of(batch.undone_by), batch.undone_at)

    def has_delete_permission(self, request: HttpRequest, obj: ImportBatch | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        apply, undo = (self.admin_site.admin_view(view) for view in (require_POST(self.apply_view), self.undo_view))
        return [
            path("<int:pk>/apply/", apply, name="claims_importbatch_apply"),
            path("<int:pk>/undo/", undo, name="claims_importbatch_undo"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Upload a file; what it would change is shown next."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                batch = importing.preview(
                    by=request.user,
                    at=timezone.now(),
                    name=file.name,
                    content=file.read(),
                    note=form.cleaned_data["note"],
                )
            except (importing.UnreadableFile, OperationRefused) as error:
                form.add_error("file", str(error))
            else:
                return HttpResponseRedirect(_address("change", batch))
        return self._page(request, "upload", title="Import claims from a file", form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What a file would change, or did, by claim and field; or why it is refused, by row and column."""
        batch = get_object_or_404(ImportBatch, pk=object_id)
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        return self._batch_page(request, batch)

    def _batch_page(self, request: HttpRequest, batch: ImportBatch, **context: Any) -> HttpResponse:
        lines = import_words.changing_lines(batch)
        page = Paginator(lines, CLAIMS_A_PAGE).get_page(request.GET.get("p"))
        is_mine = batch.uploaded_by_id == request.user.pk
        return self._page(
            request,
            "batch",
            title=batch.name,
            batch=batch,
            state=chip(batch.state, batch.get_state_display().lower()),
            counts=import_words.counts(batch),
            others=import_words.others(batch),
            refusals=context.pop("refusals", None) or import_words.refusals(batch),
            refused=batch.report["refused"],
            page=page,
            claims=import_words.of_page(batch, page.object_list),
            may_apply=is_mine
            and batch.state == ImportBatch.State.PREVIEWED
            and bool(batch.report["new"] or batch.report["changed"]),
            is_mine=is_mine,
            may_undo=batch.state == ImportBatch.State.APPLIED and self.has_change_permission(request, batch),
            **context,
        )

    def apply_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write the drafts, all or none; `digest` says which file the person saw."""
        batch = get_object_or_404(ImportBatch, pk=pk)
        if not self.has_change_permission(request, batch):
            raise PermissionDenied
        try:
            operations.apply_import(
                by=request.user, at=timezone.now(), batch=batch, digest=request.POST.get("digest", "")
            )
        except ImportRefused as refusal:
            messages.error(request, refusal.message)
            rows = [(one.row, one.slug, one.part, one.message) for one in refusal.refusals[: operations.MOST_REFUSALS]]
            return self._batch_page(request, batch, refusals=rows)
        except OperationRefused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(
                request, f"Applied {batch.name}: its claims are drafts now, and readers see none of it yet."
            )
        return HttpResponseRedirect(_address("change", batch))

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm and take an import back; where claims were worked on since, ask before leaving them."""
        batch = get_object_or_404(ImportBatch, pk=pk)
        if not self.has_change_permission(request, batch):
            raise PermissionDenied
        form = UndoForm(request.POST if request.method == "POST" else None)
        touched: list[operations.Touched] = []
        if request.method == "POST" and form.is_valid():
            try:
                left = operations.undo_import(
                    by=request.user,
                    at=timezone.now(),
                    batch=batch,
                    leave_touched=form.cleaned_data["leave_touched"],
                )
            except ImportTouched as refusal:
                form.add_error(None, refusal.message)
                touched = list(refusal.touched)
            except OperationRefused as refusal:
                form.add_error(None, refusal.message)
            else:
                stayed = f" {len(left)} were worked on since and stay as they are." if left else ""
                messages.success(request, f"Took {batch.name} back.{stayed}")
                return HttpResponseRedirect(_address("change", batch))
        return self._page(
            request,
            "undo",
            title=f"Take back {batch.name}",
            batch=batch,
            counts=import_words.counts(batch),
            form=form,
            touched=touched[:MOST_TOUCHED],
            more=max(0, len(touched) - MOST_TOUCHED),
        )

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/claims/importbatch/{template}.html",
            {**self.admin_site.each_context(request), "opts": self.opts, **context},
        )


def _address(page: str, batch: ImportBatch) -> str:
    return reverse(f"admin:claims_importbatch_{page}", args=[batch.pk])
