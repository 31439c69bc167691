"""Conflicts: the two claims beside each other, the decision on them, and pairs put down by hand."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims import operations
from claims.admin import pair
from claims.admin.log import ActsOfOne
from claims.admin.place import Onward, Place, asked_next
from claims.admin.refusals import RefusedOnTheForm
from claims.admin.words import chip, name_of
from claims.conflict_forms import DecisionForm, PairForm
from claims.models import Claim, Conflict, TakenItem
from claims.operations import OperationRefused
from claims.templatetags.registry import day
from claims.wording import CONFLICT_STATE

CANDIDATES_SHOWN = 50


@admin.register(Conflict)
class ConflictAdmin(Onward, RefusedOnTheForm, ActsOfOne, admin.ModelAdmin):
    """A decision is written by `operations.settle_conflict`, a pair by `operations.record_conflict`."""

    change_form_template = "admin/claims/conflict/change_form.html"
    list_display = ("pair", "relation", "state_chip", "decided", "judge")
    list_filter = ("state", "relation", ("lapsed_at", admin.EmptyFieldListFilter))
    list_select_related = ("first", "second", "decided_by")
    search_fields = ("first__slug", "second__slug", "first__statement", "second__statement", "reason")
    search_help_text = "Words of either claim or of the reason"

    @admin.display(description="claims")
    def pair(self, conflict: Conflict) -> SafeString:
        return format_html(
            '<span class="statement">{}</span> <span class="ref">{}</span>'
            '<span class="statement">{}</span> <span class="ref">{}</span>',
            conflict.first.statement,
            conflict.first.slug,
            conflict.second.statement,
            conflict.second.slug,
        )

    @admin.display(description="state", ordering="state")
    def state_chip(self, conflict: Conflict) -> str | SafeString:
        if conflict.lapsed_at is not None:
            return "Lapsed"
        words = conflict.get_state_display()
        return chip("contested", words) if conflict.state in Conflict.CONTESTING else words

    @admin.display(description="decided on", ordering="decided_on")
    def decided(self, conflict: Conflict) -> str:
        return day(conflict.decided_on) or "not decided"

    @admin.display(description="decided by")
    def judge(self, conflict: Conflict) -> str:
        return name_of(conflict.decided_by)

    def has_delete_permission(self, request: HttpRequest, obj: Conflict | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conflict]:
        return super().get_queryset(request).select_related("first__current_revision", "second__current_revision")

    def get_fields(self, request: HttpRequest, obj: Conflict | None = None) -> Any:
        return ("state", "reason") if obj else ("first", "second", "relation", "reason")

    def get_form(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        return super().get_form(request, obj, form=DecisionForm if obj else PairForm, **options)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The claim that the address names."""
        return {"first": request.GET.get("first", ""), "relation": Conflict.Relation.DISJOINT}

    def save_model(self, request: HttpRequest, obj: Conflict, form: ModelForm, change: bool) -> None:
        by, at, answers = request.user, timezone.now(), form.cleaned_data
        if change:
            operations.settle_conflict(
                by=by, at=at, conflict=obj, state=answers["state"], reason=answers["reason"], seen=answers["seen"]
            )
            operations.release(by=by, at=at, kind=TakenItem.Kind.CONFLICT, item=obj.pk)
            return
        claims = answers["first"], answers["second"]
        try:
            made = operations.record_conflict(
                by=by, at=at, claims=claims, relation=answers["relation"], reason=answers["reason"]
            )
        except ValidationError as error:  # the schema refuses, such as a pair that stands already
            raise OperationRefused(" ".join(error.messages)) from error
        obj.pk, obj.first, obj.second = made.pk, made.first, made.second

    def response_add(self, request: HttpRequest, obj: Conflict, post_url_continue: Any = None) -> HttpResponse:
        messages.success(request, "Put down. Decide it here, or leave it in the queue for somebody else.")
        return HttpResponseRedirect(reverse("admin:claims_conflict_change", args=[obj.pk]))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        conflict: Conflict | None = kwargs.get("obj")
        # What a form that was refused left on the object is not what is stored.
        stored = Conflict.objects.get(pk=conflict.pk) if conflict else None
        context |= {
            "subtitle": None, "conflict": conflict, "stored": stored, "place": None, "taken": None, "candidates": [],
            "yours": None, "seen": "",
        }  # fmt: skip
        if conflict is None:
            context |= {"title": "Put down a conflict", "candidates": _candidates(request)}
        else:
            context |= _page_of(request, conflict, context["adminform"].form)
        return super().render_change_form(request, context, *args, **kwargs)


def _page_of(request: HttpRequest, conflict: Conflict, form: ModelForm) -> dict[str, Any]:
    """What the page of a conflict shows, as things are now."""
    at, seen = timezone.now(), operations.last_act(conflict)
    place = _place(request)
    taken = TakenItem.objects.held(at).filter(kind=TakenItem.Kind.CONFLICT, object_id=conflict.pk)
    return {
        "title": f"{conflict.first.subject.name}: {conflict.first.metric.name.lower()}",
        "pair": pair.of(conflict, on=at.date()),
        "history": pair.history(conflict),
        "seen": seen,
        "place": place,
        "taken": taken.select_related("person").first() if place else None,
        "yours": _yours(form) if form.is_bound and form.data.get("seen") != str(seen) else None,
    }


def _yours(form: ModelForm) -> dict[str, str]:
    """What somebody typed who decided a conflict at the same time as somebody else."""
    state = form.data.get("state", "")
    return {"state": CONFLICT_STATE.get(state, "–"), "reason": form.data.get("reason", "")}


def _place(request: HttpRequest) -> Place | None:
    """Where in the queue somebody came from, by `next` in the address."""
    address = urlsplit(asked_next(request) or "")
    if address.path != reverse("queue:next"):
        return None
    place = Place.read(QueryDict(address.query), "conflict")
    return place if place.queue.code == "conflict" else None


def _candidates(request: HttpRequest) -> list[Claim]:
    """Published claims on the same question as the one that the address names."""
    first = Claim.objects.filter(slug=request.GET.get("first", "")).first()
    if first is None:
        return []
    same = Claim.objects.filter(
        subject=first.subject_id, metric=first.metric_id, current_revision__state="published"
    ).exclude(pk=first.pk)
    return list(same.order_by("slug")[:CANDIDATES_SHOWN])
