"""Claims as editors and reviewers work on them."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from claims import operations, published
from claims.admin import changes, collision
from claims.admin.bulk import BulkApproval
from claims.admin.export import ExportsItsList
from claims.admin.log import ActsOfOne
from claims.admin.place import Onward, published_beside
from claims.admin.revisions import RevisionPages
from claims.admin.steps import STEPS, what_was_seen
from claims.admin.words import InWords, chip
from claims.editor_forms import CitationForm, ClaimForm
from claims.models import Citation, Claim, StatedTotal
from claims.operations import EditedMeanwhile, OperationRefused


class CitationInline(admin.StackedInline):
    """The sources of a claim, edited with it."""

    model = Citation
    form = CitationForm
    extra = 0
    min_num = 1
    fk_name = "claim"
    fields = (("source", "stance"), ("printed", "locator"), "attributed_to", "note")


class FreshnessFilter(admin.SimpleListFilter):
    """Published claims that are fresh, due, overdue or expired today."""

    title = "freshness"
    parameter_name = "freshness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, state) for state in ("fresh", "due", "overdue", "expired")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        if not self.value():
            return queryset
        chosen = published.in_state(published.revisions(), [str(self.value())], timezone.now().date())
        return queryset.filter(current_revision__in=chosen.values("pk"))


@admin.register(Claim)
class ClaimAdmin(Onward, ExportsItsList, InWords, BulkApproval, RevisionPages, ActsOfOne, admin.ModelAdmin):
    """Saving keeps a draft; what readers see changes only when somebody else approves it."""

    form = ClaimForm
    change_form_template = "admin/claims/claim/change_form.html"
    inlines = (CitationInline,)
    list_display = ("summary", "value_text", "state_chip", "freshness", "filed_under", "changed_on")
    list_filter = ("state", FreshnessFilter, "certainty", "subject", "metric", "topics", "citations__source")
    list_select_related = ("subject", "metric", "current_revision")
    search_fields = (
        "slug",
        "statement",
        "subject__name",
        "metric__name",
        "citations__printed",
        "citations__source__title",
    )
    search_help_text = "Words of the statement, the subject, the metric, the printed figure or the source"
    list_per_page = 50
    # In the order in which a claim is made: what it says, what it says in numbers, where it holds, how far to trust it.
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "slug",
                    "statement",
                    "statement_es",
                    ("subject", "metric"),
                    "topics",
                    "started_from",
                    "compared_from",
                )
            },
        ),
        (
            "Value",
            {
                "fields": (
                    "value_text",
                    "value_as_printed",
                    ("low", "likely", "high"),
                    ("unit", "currency", "per"),
                    ("bound", "rating"),
                )
            },
        ),
        ("Where it holds", {"fields": ("scope", "assumptions")}),
        (
            "How good the evidence is",
            {
                "fields": (
                    ("study_type", "credibility", "certainty"),
                    "credibility_reason",
                    "certainty_reasons",
                    "expires_on",
                )
            },
        ),
        ("This change", {"fields": ("change_note",)}),
    )
    # The same for those who read it and do not change it: words instead of fields.
    fieldsets_to_read = (
        (None, {"fields": ("statement", "statement_es", "subject", "metric", "topics_in_words")}),
        ("Value", {"fields": ("value_text",)}),
        ("Where it holds", {"fields": ("scope_in_words", "assumptions")}),
        (
            "How good the evidence is",
            {
                "fields": (
                    "study_type",
                    "credibility",
                    "credibility_reason",
                    "certainty",
                    "reasons_in_words",
                    "expires_on",
                )
            },
        ),
        ("This change", {"fields": ("change_note",)}),
    )

    @admin.display(description="freshness")
    def freshness(self, claim: Claim) -> str | SafeString:
        state = self._freshness.get(claim.current_revision_id)
        return chip(state, state) if state else "–"

    def get_fieldsets(self, request: HttpRequest, obj: Claim | None = None) -> Any:
        return self.fieldsets if obj is None or self.has_change_permission(request, obj) else self.fieldsets_to_read

    def get_view_on_site_url(self, obj: Claim | None = None) -> str | None:
        """A claim has a page once it was published."""
        return obj.get_absolute_url() if obj and obj.current_revision_id else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        return super().get_queryset(request).select_related("subject", "metric")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        current = [claim.current_revision for claim in changelist.result_list if claim.current_revision]
        bodies = published.documents(current, on=timezone.now().date())
        self._freshness = {revision.pk: body["freshness"] for revision, body in zip(current, bodies, strict=True)}
        return changelist

    def get_readonly_fields(self, request: HttpRequest, obj: Claim | None = None) -> tuple[str, ...]:
        return ("slug", "value_text") if obj else ("value_text",)

    def has_change_permission(self, request: HttpRequest, obj: Claim | None = None) -> bool:
        """A closed claim is read; who sends a form of it gets what they typed back, with the reason."""
        closed = obj is not None and obj.state in (Claim.State.RETRACTED, Claim.State.SUPERSEDED)
        return not (closed and request.method != "POST") and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Claim | None = None) -> bool:
        return False

    # Saving: the form and its citations are checked by Django, written by `operations`.

    def save_model(self, request: HttpRequest, obj: Claim, form: ModelForm, change: bool) -> None:
        """Write nothing yet: the claim and its citations are one operation, in `save_related`."""

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[BaseInlineFormSet], change: bool
    ) -> None:
        by, at = request.user, timezone.now()
        fields = {key: form.cleaned_data[key] for key in operations.FIELDS if key in form.cleaned_data}
        topics = list(form.cleaned_data["topics"])
        citations = [
            {key: row[key] for key in ("source", "stance", "printed", "locator", "attributed_to", "note")}
            for formset in formsets
            if formset.model is Citation
            for row in formset.cleaned_data
            if row and not row.get("DELETE")
        ]
        if change:
            claim = operations.revise(
                by=by,
                at=at,
                claim=form.instance,
                fields=fields,
                citations=citations,
                topics=topics,
                edit_number=form.cleaned_data["started_from"],
            )
        else:
            claim = operations.draft(
                by=by, at=at, slug=form.cleaned_data["slug"], fields=fields, citations=citations, topics=topics
            )
            form.instance.pk = claim.pk
        if "_submit" in request.POST:
            operations.submit(by=by, at=at, claim=claim)
            messages.success(request, f"Submitted {claim.slug}: somebody else can approve it now.")

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """The log entry names the changed fields; citations are written by the operation, not by their formset."""
        return super().construct_change_message(request, form, [], add)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        arguments = (object_id, form_url, extra_context)
        request.collision, request.refused = None, []
        self._compare(request, object_id)
        try:
            return super().changeform_view(request, *arguments)
        except EditedMeanwhile:  # between our look and the save
            self._compare(request, object_id)
        except OperationRefused as refusal:
            request.refused.append((refusal.field, refusal.message))
        except ValidationError as error:
            found = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
            request.refused += [(field, text) for field, texts in found.items() for text in texts]
        # Nothing was written. The form comes back with all that was typed, and why.
        return super().changeform_view(request, *arguments)

    def _compare(self, request: HttpRequest, object_id: str | None) -> None:
        """Where somebody else saved since the person opened the form: put both texts into it, and store nothing yet."""
        claim = Claim.objects.filter(pk=object_id).first() if object_id and object_id.isdecimal() else None
        started_from = request.POST.get("started_from", "")
        if request.method != "POST" or claim is None or not (started_from.isdecimal() and len(started_from) < 10):
            return
        take, compared_from = request.POST.get("_take", ""), request.POST.get("compared_from", "")
        if int(started_from) != claim.edit_number:
            found = collision.compare(claim, request.POST, started_from=int(started_from))
        elif take and compared_from.isdecimal() and len(compared_from) < 10:
            found = collision.compare(claim, request.POST, started_from=int(compared_from), take=take, merge=False)
        else:
            return
        request.collision, request.POST = found, found.data
        request.refused.append((None, "Nothing is stored yet: look at both texts above, then save again."))

    def get_form(self, request: HttpRequest, obj: Claim | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refused = getattr(request, "refused", ())
        return form

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        # As it is stored: a form that was refused has put what was typed into its own instance.
        claim = Claim.objects.filter(pk=kwargs["obj"].pk).first() if kwargs.get("obj") else None
        context["steps"] = [step for step in STEPS.values() if claim and step.is_offered(request.user, claim)]
        context["claim"] = claim
        context["old"] = published_beside(request, claim)
        if context["old"] and (field := context["adminform"].form.fields.get("value_as_printed")):
            field.widget.attrs["autofocus"] = True  # who may only read has no such field
        context["changes"] = changes.of(claim) if claim else []
        context["warning"] = operations.warning_of(claim) if claim else ""
        context["collision"] = getattr(request, "collision", None)
        context["checks"] = claim.checks.select_related("by") if claim else None
        context["revisions"] = (
            claim.revisions.select_related("claim", "author", "approver").order_by("-number") if claim else None
        )
        context["total"] = StatedTotal.objects.filter(claim=claim).first() if claim else None
        context["may_state"] = request.user.has_perm("claims.add_statedtotal")
        context["title"] = claim.statement if claim else "New claim"
        context["subtitle"] = None
        return super().render_change_form(request, context, *args, **kwargs)

    # Steps of the life of a claim, each on a page of its own that says what it does.

    def get_urls(self) -> list[URLPattern]:
        step = self.admin_site.admin_view(self.step_view)
        return [path("<int:pk>/step/<slug:verb>/", step, name="claims_claim_step"), *super().get_urls()]

    def step_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """Confirm and take one step; the operation has the last word on whether it may be taken."""
        claim = get_object_or_404(Claim, pk=pk)
        if not self.has_view_permission(request, claim):
            raise PermissionDenied
        if verb not in STEPS:
            raise Http404
        step = STEPS[verb]
        form = step.form(request.POST if request.method == "POST" else None)
        warning = operations.warning_of(claim) if step.judges else ""
        if not warning:
            form.fields.pop("although", None)
        seen = request.POST.get("seen", "")
        if request.method == "POST" and form.is_valid():
            try:
                step.perform(by=request.user, at=timezone.now(), claim=claim, answers=form.cleaned_data, seen=seen)
            except OperationRefused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
                claim.refresh_from_db()
            else:
                messages.success(request, step.done.format(claim=claim.slug))
                return HttpResponseRedirect(reverse("admin:claims_claim_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "opts": self.opts,
            "claim": claim,
            "step": step,
            "value": self.value_text(claim),
            "form": form,
            "changes": changes.of(claim),
            "warning": warning,
            "meanwhile": what_was_seen(claim, seen) if step.judges else [],
            "citations": claim.citations.select_related("source"),
        }
        return TemplateResponse(request, "admin/claims/claim/step.html", context)
