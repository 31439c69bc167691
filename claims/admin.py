"""The editors' desk: stock Django admin, with every write of a claim going through `operations`."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form, ModelForm
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from claims import operations
from claims.editor_forms import CheckForm, ClaimForm, ReasonForm, SupersedeForm
from claims.models import (
    Check,
    Citation,
    Claim,
    Conflict,
    Metric,
    MetricFamily,
    Person,
    Revision,
    Source,
    Subject,
    Topic,
)
from claims.operations import OperationRefused
from claims.published import documents

admin.site.site_header = "Footing registry"
admin.site.site_title = "Footing registry"
admin.site.index_title = "Registry"


class CitationInline(admin.TabularInline):
    model = Citation
    extra = 0
    min_num = 1
    fk_name = "claim"
    autocomplete_fields = ("source", "attributed_to")
    fields = ("source", "stance", "printed", "locator", "attributed_to", "note")


class History(admin.TabularInline):
    """Rows that are shown and never edited."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CheckInline(History):
    model = Check
    fields = ("on", "kind", "by", "note")
    readonly_fields = fields


class RevisionInline(History):
    model = Revision
    fields = ("number", "state", "published_at", "author", "approver", "note", "public_page")
    readonly_fields = fields
    ordering = ("-number",)

    @admin.display(description="page")
    def public_page(self, revision: Revision) -> str:
        return format_html('<a href="{}">{}</a>', revision.get_absolute_url(), revision)


class FreshnessFilter(admin.SimpleListFilter):
    title = "freshness"
    parameter_name = "freshness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, state) for state in ("fresh", "due", "overdue", "expired")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        from claims import published

        if not self.value():
            return queryset
        chosen = published.in_state(published.revisions(), [str(self.value())], timezone.now().date())
        return queryset.filter(current_revision__in=chosen.values("pk"))


@admin.register(Claim)
class ClaimAdmin(admin.ModelAdmin):
    form = ClaimForm
    change_form_template = "admin/claims/claim/change_form.html"
    inlines = (CitationInline, CheckInline, RevisionInline)
    list_display = ("slug", "short_statement", "value_text", "state", "freshness", "subject", "metric", "changed_at")
    list_filter = ("state", FreshnessFilter, "subject", "metric", "certainty", "topics", "citations__source")
    list_select_related = ("subject", "metric", "current_revision")
    search_fields = ("slug", "statement", "subject__name", "metric__name", "citations__printed", "citations__source__title")
    search_help_text = "Words of the statement, the subject, the metric, the printed figure or the source"
    list_per_page = 50
    autocomplete_fields = ("subject", "metric")
    filter_horizontal = ("topics",)
    save_on_top = True
    actions = None
    fieldsets = (
        (None, {"fields": ("slug", "statement", "statement_es", "subject", "metric", "topics", "started_from")}),
        (
            "Value",
            {"fields": ("value_as_printed", ("low", "likely", "high"), ("bound", "rating"), ("unit", "currency", "per"))},
        ),
        ("Where it holds", {"fields": ("scope", "assumptions")}),
        (
            "How good the evidence is",
            {
                "fields": (
                    "study_type",
                    ("credibility", "certainty"),
                    "credibility_reason",
                    "certainty_reasons",
                    "expires_on",
                )
            },
        ),
        ("This change", {"fields": ("change_note",)}),
    )

    @admin.display(description="statement")
    def short_statement(self, claim: Claim) -> str:
        return claim.statement if len(claim.statement) <= 110 else claim.statement[:109].rstrip() + "…"

    @admin.display(description="value")
    def value_text(self, claim: Claim) -> str:
        from claims.quantity import text

        return text(claim.quantity)

    @admin.display(description="freshness")
    def freshness(self, claim: Claim) -> str:
        return self._freshness.get(claim.current_revision_id, "not published")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        return super().get_queryset(request).select_related("subject", "metric")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        current = [claim.current_revision for claim in changelist.result_list if claim.current_revision]
        bodies = documents(current, on=timezone.now().date())
        self._freshness = {
            revision.pk: body["freshness"] for revision, body in zip(current, bodies, strict=True)
        }
        return changelist

    def get_readonly_fields(self, request: HttpRequest, obj: Claim | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Claim | None = None) -> bool:
        closed = obj is not None and obj.state in (Claim.State.RETRACTED, Claim.State.SUPERSEDED)
        return not closed and super().has_change_permission(request, obj)

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
            messages.success(request, f"{claim.slug} is submitted: somebody else can approve it now.")

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
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except OperationRefused as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(request.get_full_path())

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        claim: Claim | None = kwargs.get("obj")
        context["steps"] = self._steps(request, claim) if claim else []
        context["claim"] = claim
        return super().render_change_form(request, context, *args, **kwargs)

    # Steps of the life of a claim, each on a page of its own that says what it does.

    def get_urls(self) -> list[URLPattern]:
        step = self.admin_site.admin_view(self.step_view)
        return [path("<int:pk>/step/<slug:verb>/", step, name="claims_claim_step"), *super().get_urls()]

    def _steps(self, request: HttpRequest, claim: Claim) -> list[dict[str, str]]:
        person = request.user
        published = claim.state == Claim.State.PUBLISHED
        offered = {
            "submit": claim.state == Claim.State.DRAFT and person.has_perm("claims.change_claim"),
            "publish": claim.state == Claim.State.REVIEW and person.has_perm("claims.approve_claim"),
            "send-back": claim.state == Claim.State.REVIEW and person.has_perm("claims.approve_claim"),
            "check": claim.current_revision_id is not None and person.has_perm("claims.add_check"),
            "supersede": published and person.has_perm("claims.retract_claim"),
            "retract": published and person.has_perm("claims.retract_claim"),
        }
        return [
            {
                "label": STEPS[verb]["label"],
                "url": reverse("admin:claims_claim_step", args=[claim.pk, verb]),
                "explain": STEPS[verb]["explain"],
            }
            for verb, allowed in offered.items()
            if allowed
        ]

    def step_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """Confirm and take one step; the operation has the last word on whether it may be taken."""
        claim = get_object_or_404(Claim, pk=pk)
        if not self.has_view_permission(request, claim):
            raise PermissionDenied
        step = STEPS.get(verb)
        if step is None:
            return HttpResponseRedirect(reverse("admin:claims_claim_change", args=[pk]))
        form: Form = step["form"](request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                self._take(verb, request, claim, form.cleaned_data)
            except OperationRefused as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, step["done"].format(claim=claim.slug))
                return HttpResponseRedirect(reverse("admin:claims_claim_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": step["label"],
            "opts": self.opts,
            "original": claim,
            "claim": claim,
            "step": step,
            "form": form,
            "citations": claim.citations.select_related("source"),
        }
        return TemplateResponse(request, "admin/claims/claim/step.html", context)

    def _take(self, verb: str, request: HttpRequest, claim: Claim, data: dict[str, Any]) -> None:
        by, at = request.user, timezone.now()
        if verb == "submit":
            operations.submit(by=by, at=at, claim=claim)
        elif verb == "publish":
            operations.publish(by=by, at=at, claim=claim)
        elif verb == "send-back":
            operations.send_back(by=by, at=at, claim=claim, reason=data["reason"])
        elif verb == "check":
            operations.check(by=by, at=at, claim=claim, kind=data["kind"], note=data["note"])
        elif verb == "retract":
            operations.retract(by=by, at=at, claim=claim, reason=data["reason"])
        else:
            operations.supersede(by=by, at=at, claim=claim, by_claim=data["by_claim"], reason=data["reason"])


STEPS: dict[str, dict[str, Any]] = {
    "submit": {
        "label": "Submit for review",
        "explain": "Hand the draft over: somebody who did not work on it approves it.",
        "form": Form,
        "done": "{claim} is in review.",
    },
    "publish": {
        "label": "Approve and publish",
        "explain": "Append a revision that can never be changed, and show it to readers from now on.",
        "form": Form,
        "done": "{claim} is published.",
    },
    "send-back": {
        "label": "Send back",
        "explain": "Return the draft to its author with what should change.",
        "form": ReasonForm,
        "done": "{claim} is a draft again.",
    },
    "check": {
        "label": "Record a check",
        "explain": "Say that you read the figure at its source today. This advances the last-checked date.",
        "form": CheckForm,
        "done": "Your check of {claim} is recorded.",
    },
    "supersede": {
        "label": "Supersede",
        "explain": "Name the claim that replaces this one. Its addresses go on answering.",
        "form": SupersedeForm,
        "done": "{claim} is superseded.",
    },
    "retract": {
        "label": "Retract",
        "explain": "Withdraw the claim from every list. Its addresses go on answering and say so.",
        "form": ReasonForm,
        "done": "{claim} is retracted.",
    },
}


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ("slug", "publisher", "title", "kind", "reliability", "published_on", "accessed_on")
    list_filter = ("kind", "reliability", "language")
    search_fields = ("slug", "title", "publisher", "author")
    filter_horizontal = ("attributes_to",)
    prepopulated_fields = {"slug": ("publisher", "title")}


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ("slug", "name", "parent")
    search_fields = ("slug", "name")
    autocomplete_fields = ("parent",)


@admin.register(Subject)
class SubjectAdmin(admin.ModelAdmin):
    list_display = ("slug", "name")
    search_fields = ("slug", "name")


@admin.register(Metric)
class MetricAdmin(admin.ModelAdmin):
    list_display = ("slug", "name", "family", "units")
    list_filter = ("family",)
    search_fields = ("slug", "name")


@admin.register(MetricFamily)
class MetricFamilyAdmin(admin.ModelAdmin):
    list_display = ("slug", "name", "half_life_days", "review_days", "hard_stop")


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


@admin.register(Person)
class PersonAdmin(UserAdmin):
    list_display = ("username", "email", "first_name", "last_name", "is_staff", "is_active")
