"""Sources and the words that claims are filed under."""

from django.contrib import admin

from claims.models import Metric, MetricFamily, Source, Subject, Topic


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    """Documents and data sets, with what is known of their makers."""

    list_display = ("slug", "publisher", "title", "kind", "reliability", "published_on", "accessed_on")
    list_filter = ("kind", "reliability", "language")
    search_fields = ("slug", "title", "publisher", "author")
    filter_horizontal = ("attributes_to",)
    prepopulated_fields = {"slug": ("publisher", "title")}


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    """Headings under which people look; a tree."""

    list_display = ("slug", "name", "parent")
    search_fields = ("slug", "name")
    autocomplete_fields = ("parent",)


@admin.register(Subject)
class SubjectAdmin(admin.ModelAdmin):
    """What claims are about."""

    list_display = ("slug", "name")
    search_fields = ("slug", "name")


@admin.register(Metric)
class MetricAdmin(admin.ModelAdmin):
    """What is measured, and which values make sense."""

    list_display = ("slug", "name", "family", "units")
    list_filter = ("family",)
    search_fields = ("slug", "name")


@admin.register(MetricFamily)
class MetricFamilyAdmin(admin.ModelAdmin):
    """The freshness policy, a row a family."""

    list_display = ("slug", "name", "half_life_days", "review_days", "hard_stop")
