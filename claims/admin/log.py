"""The log of who did what: over all, and of one thing. It is read, and nothing in it can be changed."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from claims import differences, working_copy
from claims.admin.words import name_of
from claims.models import Act, Claim, Conflict, Source
from claims.wording import ACT, CHECK_KIND

_PER_PAGE = 50


def in_words(act: Act) -> str:
    """What was done, as "approved and published"; a verb without words is shown without underscores."""
    return ACT.get(act.verb, act.verb.replace("_", " "))


def about(act: Act) -> str | SafeString:
    """What it was done to, with a link to its page at the desk where it has one."""
    if act.claim:
        return _link("claim", act.claim, act.claim.slug)
    if act.source:
        return _link("source", act.source, act.source.slug)
    if act.conflict:
        return _link("conflict", act.conflict, f"{act.conflict.first.slug} and {act.conflict.second.slug}")
    return str(act.detail.get("about", "–"))


def about_plainly(act: Act) -> str:
    """The same without a link."""
    return strip_tags(about(act))


def _link(model: str, row: Model, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(f"admin:claims_{model}_change", args=[row.pk]), words)


def particulars(act: Act) -> list[tuple[str, str]]:
    """What an act says beyond who, what and why: pairs of a name and words."""
    detail = act.detail
    found = []
    if act.revision:
        found.append(("Revision", str(act.revision.number)))
    if "kind" in detail:
        found.append(("Kind of check", f"{CHECK_KIND.get(detail['kind'], detail['kind'])}, {detail.get('on', '')}"))
    if detail.get("although"):
        found.append(("Why the citation stays", str(detail["although"])))
    changed = detail.get("changed") or []
    if isinstance(changed, dict):
        found += [(_name(key), f"{_words(old)} → {_words(new)}") for key, (old, new) in changed.items()]
    elif changed:
        found.append(("Changed", ", ".join(_name(key).lower() for key in changed)))
    found += [
        (_name(key), f"{_words(old)} → {_words(new)}") for key, (old, new) in (detail.get("rights") or {}).items()
    ]
    return found


def _name(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _words(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def texts(act: Act) -> list[differences.Difference]:
    """What an act changed in the text of a claim, where the log has the text it replaced."""
    replaced, number = act.detail.get("replaced"), act.detail.get("edit_number")
    written = working_copy.text_at(act.claim, number) if act.claim and replaced else None
    return differences.between(replaced, written) if written else []


class VerbFilter(admin.SimpleListFilter):
    """One kind of act."""

    title = "what was done"
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(ACT.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Act]) -> QuerySet[Act]:
        return queryset.filter(verb=self.value()) if self.value() else queryset


@admin.register(Act)
class ActAdmin(admin.ModelAdmin):
    """All acts, newest first. Nobody adds, changes or deletes one: the database refuses it as well."""

    list_display = ("moment", "who", "what", "about", "note")
    list_filter = (("by", admin.RelatedOnlyFieldListFilter), VerbFilter)
    list_select_related = ("by", "claim", "source", "conflict__first", "conflict__second")
    date_hierarchy = "at"
    ordering = ("-pk",)
    search_fields = (
        "claim__slug",
        "source__slug",
        "conflict__first__slug",
        "conflict__second__slug",
        "by__username",
        "note",
        "detail__about",
    )
    search_help_text = "Words of the note, a slug, or who did it"
    list_per_page = _PER_PAGE
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    change_form_template = "admin/claims/act/change_form.html"
    fields = ("moment", "who", "what", "about", "note")
    readonly_fields = fields

    @admin.display(description="when", ordering="pk")
    def moment(self, act: Act) -> SafeString:
        return format_html('<span class="day">{}</span>', f"{act.at:%Y-%m-%d %H:%M} UTC")

    @admin.display(description="who", ordering="by__username")
    def who(self, act: Act) -> str:
        return name_of(act.by) if act.by else "machine"

    @admin.display(description="what", ordering="verb")
    def what(self, act: Act) -> str:
        return in_words(act)

    @admin.display(description="about")
    def about(self, act: Act) -> str | SafeString:
        return about(act)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Act | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Act | None = None) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        act: Act = kwargs["obj"]
        context["particulars"] = particulars(act)
        context["differences"] = texts(act)
        context["title"] = f"{self.who(act)} {in_words(act)} {about_plainly(act)}"
        context["subtitle"] = None
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """An act has no history: it never changes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        raise Http404


class ActsOfOne:
    """The page "who did what" of one thing, in the place of the stock history. `ModelAdmin` stands behind this class."""

    def acts_of(self, row: Any) -> QuerySet[Act]:
        """The acts that were done to it."""
        if isinstance(row, Claim):
            return Act.objects.filter(Q(claim=row) | Q(conflict__first=row) | Q(conflict__second=row))
        if isinstance(row, Source):
            return Act.objects.filter(source=row)
        if isinstance(row, Conflict):
            return Act.objects.filter(conflict=row)
        return Act.objects.filter(detail__about=f"{row._meta.verbose_name} {row.slug}")

    def history_view(self: Any, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        found = self.acts_of(row).select_related(*ActAdmin.list_select_related, "revision").order_by("-pk")
        page = self.get_paginator(request, found, _PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Who did what",
            "opts": self.opts,
            "row": row,
            "name": getattr(row, "slug", str(row)),
            "page": page,
            "acts": [(act, in_words(act), about(act), particulars(act)) for act in page],
        }
        return TemplateResponse(request, "admin/claims/acts.html", context)
