"""Sources and the words that claims are filed under."""

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims.admin.place import Onward
from claims.admin.vocabulary_saving import SavedThroughOperations
from claims.models import Metric, MetricFamily, Source, Subject, Topic
from claims.templatetags.registry import day


@admin.register(Source)
class SourceAdmin(Onward, SavedThroughOperations, admin.ModelAdmin):
    """Documents and data sets, with what is known of their makers."""

    list_display = ("summary", "publisher", "kind", "reliability", "dated")
    list_filter = ("kind", "reliability", "language")
    search_fields = ("slug", "title", "publisher", "author")
    search_help_text = "Words of the title, the publisher or the author"
    prepopulated_fields = {"slug": ("publisher", "title")}
    fieldsets = (
        (None, {"fields": ("title", "publisher", "author", "url", "slug")}),
        ("What it is", {"fields": (("kind", "language"), ("published_on", "updated_on", "accessed_on"))}),
        ("How reliable it is", {"fields": ("reliability", "reliability_reason", "interest")}),
        ("By its own account", {"fields": ("method", "limits", "attributes_to")}),
        ("For editors", {"fields": ("notes",)}),
    )
    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 80})},
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
        models.URLField: {"assume_scheme": "https", "label": "Address"},
    }

    @admin.display(description="source", ordering="title")
    def summary(self, source: Source) -> SafeString:
        return format_html('<span class="statement">{}</span> <span class="ref">{}</span>', source.title, source.slug)

    @admin.display(description="dated", ordering="published_on")
    def dated(self, source: Source) -> str:
        return day(source.updated_on or source.published_on) or "undated"


@admin.register(Topic)
class TopicAdmin(SavedThroughOperations, admin.ModelAdmin):
    """Headings under which people look; a tree."""

    list_display = ("slug", "name", "parent")
    search_fields = ("slug", "name")
    autocomplete_fields = ("parent",)


@admin.register(Subject)
class SubjectAdmin(SavedThroughOperations, admin.ModelAdmin):
    """What claims are about."""

    list_display = ("slug", "name")
    search_fields = ("slug", "name")


@admin.register(Metric)
class MetricAdmin(SavedThroughOperations, admin.ModelAdmin):
    """What is measured, and which values make sense."""

    list_display = ("slug", "name", "family", "units")
    list_filter = ("family",)
    search_fields = ("slug", "name")


@admin.register(MetricFamily)
class MetricFamilyAdmin(SavedThroughOperations, admin.ModelAdmin):
    """The freshness policy, a row a family."""

    list_display = ("slug", "name", "half_life_days", "review_days", "hard_stop")
