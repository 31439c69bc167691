"""The revisions of a claim at the desk: what differs between two of them, and an earlier one as a new draft."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from claims import comparing, differences, operations, working_copy
from claims.admin.steps import what_was_seen
from claims.editor_forms import ReasonForm
from claims.models import Claim, Revision
from claims.operations import OperationRefused


class RevisionPages:
    """Two pages beside those of `ModelAdmin`, which stands behind this class."""

    def get_urls(self: Any) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/differences/", view(self.differences_view), name="claims_claim_differences"),
            path("<int:pk>/restore/<int:number>/", view(self.restore_view), name="claims_claim_restore"),
            *super().get_urls(),
        ]

    def differences_view(self: Any, request: HttpRequest, pk: int) -> HttpResponse:
        """What differs between two revisions, as readers see it too."""
        claim = get_object_or_404(Claim, pk=pk)
        if not self.has_view_permission(request, claim):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "What differs",
            "opts": self.opts,
            "claim": claim,
            "comparison": comparing.revisions(claim, request.GET),
        }
        return TemplateResponse(request, "admin/claims/claim/differences.html", context)

    def restore_view(self: Any, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Show what restoring a revision changes, ask why, and make the draft."""
        claim = get_object_or_404(Claim, pk=pk)
        if not self.has_change_permission(request, claim):
            raise PermissionDenied
        revision = get_object_or_404(Revision.objects.select_related("claim"), claim=claim, number=number)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        seen = request.POST.get("seen", "")
        if request.method == "POST" and form.is_valid():
            try:
                if not (seen.isdecimal() and len(seen) < 10):
                    raise OperationRefused("This page does not say which text you saw: open it again.")
                operations.restore(
                    by=request.user,
                    at=timezone.now(),
                    claim=claim,
                    revision=revision,
                    reason=form.cleaned_data["reason"],
                    edit_number=int(seen),
                )
            except OperationRefused as refusal:
                form.add_error(None, refusal.message)
                claim.refresh_from_db()
            except ValidationError as error:
                form.add_error(None, f"The rules have changed since: {' '.join(error.messages)}")
            else:
                messages.success(request, f"Revision {number} of {claim.slug} is a draft now: submit it for review.")
                return HttpResponseRedirect(reverse("admin:claims_claim_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Restore revision {number}",
            "opts": self.opts,
            "claim": claim,
            "revision": revision,
            "form": form,
            "meanwhile": what_was_seen(claim, seen),
            "differences": differences.between(
                working_copy.text_of(claim), {key: revision.body[key] for key in working_copy.WRITTEN}
            ),
        }
        return TemplateResponse(request, "admin/claims/claim/restore.html", context)
