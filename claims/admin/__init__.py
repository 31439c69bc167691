"""The editors' desk: stock Django admin, with every write of a claim going through `operations`."""

from django.contrib import admin

from claims.admin import body, claim, conflict, imports, log, person, vocabulary

__all__ = ["body", "claim", "conflict", "imports", "log", "person", "vocabulary"]

admin.site.site_header = "Footing registry"
admin.site.site_title = "Footing registry"
admin.site.index_title = "Registry"
admin.site.enable_nav_sidebar = False  # the models stand in the header
