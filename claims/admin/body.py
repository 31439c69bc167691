"""Bodies of evidence: judgements of their certainty, and the totals that claims state."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from claims import bodies, operations, published
from claims.admin.words import lines, name_of
from claims.body_forms import QUESTION, JudgementForm, PartForm, PartFormSet, TotalForm
from claims.editor_forms import ReasonForm
from claims.models import CertaintyJudgement, Claim, Metric, StatedPart, StatedTotal, Subject
from claims.operations import OperationRefused
from claims.operations.judging import REASONS
from claims.templatetags.registry import day, in_words, scope_words


@admin.register(CertaintyJudgement)
class JudgementAdmin(admin.ModelAdmin):
    """Judged anew, never changed: a page to judge, and the judgements there were."""

    form = JudgementForm
    change_form_template = "admin/claims/certaintyjudgement/change_form.html"
    list_display = ("question", "scope_in_words", "certainty", "judged_on", "judge")
    list_filter = ("certainty", "subject", "metric")
    list_select_related = ("subject", "metric", "by")
    # What those read who look at one; `get_fieldsets` has what those fill in who judge.
    fields_to_read = (
        "subject",
        "metric",
        "scope_in_words",
        "starts_from",
        "reasons_in_words",
        "certainty",
        "note",
        "judged_on",
        "judge",
    )

    @admin.display(description="question", ordering="subject__name")
    def question(self, judgement: CertaintyJudgement) -> str:
        return f"{judgement.subject.name}: {judgement.metric.name.lower()}"

    @admin.display(description="scope")
    def scope_in_words(self, judgement: CertaintyJudgement) -> SafeString:
        return lines(scope_words(judgement.scope))

    @admin.display(description="lowered because")
    def reasons_in_words(self, judgement: CertaintyJudgement) -> SafeString:
        steps = {1: "one step", 2: "two steps"}
        return lines(
            [
                (f"{in_words(one['code'], 'certainty_reason')} ({steps[one['steps']]})", one["note"])
                for one in judgement.reasons
            ]
        )

    @admin.display(description="judged on", ordering="at")
    def judged_on(self, judgement: CertaintyJudgement) -> str:
        return day(judgement.at)

    @admin.display(description="by")
    def judge(self, judgement: CertaintyJudgement) -> str:
        return name_of(judgement.by)

    def has_change_permission(self, request: HttpRequest, obj: CertaintyJudgement | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CertaintyJudgement | None = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: CertaintyJudgement | None = None) -> Any:
        if obj:
            return ((None, {"fields": self.fields_to_read}),)
        reasons = [(f"steps_{code}", f"note_{code}") for code in REASONS]
        return (
            ("The question", {"fields": (("subject", "metric"), "scope")}),
            ("How certain", {"fields": ("starts_from",)}),
            ("What lowers it", {"fields": tuple(reasons)}),
            (None, {"fields": ("note",)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: CertaintyJudgement | None = None) -> Any:
        return self.fields_to_read if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The question that the address names, and what was judged of it last."""
        subject, metric = self._asked(request)
        initial: dict[str, Any] = {"subject": subject and subject.pk, "metric": metric and metric.pk}
        if subject and metric:
            before = CertaintyJudgement.objects.newest(subject=subject, metric=metric).get(operations.scope_key({}))
            if before:
                initial |= {"starts_from": before.starts_from, "note": before.note}
                for one in before.reasons:
                    initial |= {f"steps_{one['code']}": one["steps"], f"note_{one['code']}": one["note"]}
        return initial

    def _asked(self, request: HttpRequest) -> tuple[Subject | None, Metric | None]:
        return (
            Subject.objects.filter(slug=request.GET.get("subject", "")).first(),
            Metric.objects.filter(slug=request.GET.get("metric", "")).first(),
        )

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        subject, metric = self._asked(request)
        context["body"] = bodies.body(subject, metric, on=timezone.localdate()) if subject and metric else None
        context["title"] = "Judge a body of evidence" if kwargs.get("add") else str(kwargs.get("obj"))
        context["subtitle"] = None
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: CertaintyJudgement, form: ModelForm, change: bool) -> None:
        made = operations.judge_certainty(
            by=request.user,
            at=timezone.now(),
            reasons=form.reasons,
            **{key: form.cleaned_data[key] for key in QUESTION},
        )
        obj.pk, obj.certainty = made.pk, made.certainty

    def response_add(
        self, request: HttpRequest, obj: CertaintyJudgement, post_url_continue: Any = None
    ) -> HttpResponse:
        messages.success(request, f"Judged: {obj.get_certainty_display().lower()} certainty.")
        return HttpResponseRedirect(reverse("claims:body", args=[obj.metric.slug, obj.subject.slug]))


class PartInline(admin.TabularInline):
    """The parts of a total, written with it."""

    model = StatedPart
    form = PartForm
    formset = PartFormSet
    fields = ("times", "claim")
    extra = 2
    autocomplete_fields = ("claim",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("claims.add_statedtotal")

    has_change_permission = has_delete_permission = has_add_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("claims.view_statedtotal")


@admin.register(StatedTotal)
class TotalAdmin(admin.ModelAdmin):
    """What a total is made of is written by `operations.state_total`; whether it follows is computed."""

    form = TotalForm
    inlines = (PartInline,)
    change_form_template = "admin/claims/statedtotal/change_form.html"
    list_display = ("total", "operation", "finding")
    list_filter = ("operation",)
    list_select_related = ("claim",)
    autocomplete_fields = ("claim",)
    search_fields = ("claim__slug", "claim__statement")

    @admin.display(description="claim", ordering="claim__slug")
    def total(self, total: StatedTotal) -> str:
        return total.claim.statement

    @admin.display(description="finding")
    def finding(self, total: StatedTotal) -> str:
        return self._findings.get(total.claim_id, "The claim is not published.")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        rows = list(published.revisions().filter(claim__in=[total.claim_id for total in changelist.result_list]))
        found = published.documents(rows, on=timezone.localdate())
        self._findings = {
            row.claim_id: in_words(body["arithmetic"]["finding"], "total_finding")
            for row, body in zip(rows, found, strict=True)
            if body["arithmetic"]
        }
        return changelist

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatedTotal]:
        return super().get_queryset(request).select_related("claim")

    def get_readonly_fields(self, request: HttpRequest, obj: StatedTotal | None = None) -> Any:
        return ("total",) if obj else ()

    def get_fields(self, request: HttpRequest, obj: StatedTotal | None = None) -> Any:
        return ("total" if obj else "claim", "operation", "note")

    def has_delete_permission(self, request: HttpRequest, obj: StatedTotal | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        claim = Claim.objects.filter(slug=request.GET.get("claim", "")).first()
        return {"claim": claim and claim.pk}

    def save_model(self, request: HttpRequest, obj: StatedTotal, form: ModelForm, change: bool) -> None:
        """Write nothing yet: a total and its parts are one operation, in `save_related`."""

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list[PartFormSet], change: bool) -> None:
        total = operations.state_total(
            by=request.user,
            at=timezone.now(),
            claim=form.instance.claim,
            operation=form.cleaned_data["operation"],
            parts=[part for formset in formsets for part in formset.parts],
            note=form.cleaned_data["note"],
        )
        form.instance.pk = total.pk

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """The log entry names the changed fields; parts are written by the operation, not by their formset."""
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
        total: StatedTotal | None = kwargs.get("obj")
        rows = list(published.revisions().filter(claim=total.claim)) if total else []
        bodies_of = published.documents(rows, on=timezone.localdate())
        context["found"] = bodies_of[0]["arithmetic"] if bodies_of else None
        context["claim"] = total.claim if total else None
        context["stated"] = bodies_of[0]["value"]["text"] if bodies_of else ""
        context["may_withdraw"] = bool(total) and request.user.has_perm("claims.change_statedtotal")
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        withdraw = self.admin_site.admin_view(self.withdraw_view)
        return [path("<int:pk>/withdraw/", withdraw, name="claims_statedtotal_withdraw"), *super().get_urls()]

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say, with a reason, that the claim states no total after all."""
        total = get_object_or_404(StatedTotal.objects.select_related("claim"), pk=pk)
        if not request.user.has_perm("claims.change_statedtotal"):
            raise PermissionDenied
        form = ReasonForm(request.POST if request.method == "POST" else None)
        form.fields["reason"].help_text = "Kept in the log."
        if request.method == "POST" and form.is_valid():
            try:
                operations.withdraw_total(
                    by=request.user, at=timezone.now(), claim=total.claim, reason=form.cleaned_data["reason"]
                )
            except OperationRefused as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, f"{total.claim.slug} states no total any more.")
                return HttpResponseRedirect(reverse("admin:claims_claim_change", args=[total.claim_id]))
        context = {
            **self.admin_site.each_context(request),
            "title": "Withdraw a total",
            "opts": self.opts,
            "total": total,
            "form": form,
        }
        return TemplateResponse(request, "admin/claims/statedtotal/withdraw.html", context)
