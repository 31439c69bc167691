"""Addresses of the public pages; `home` stands in config/urls.py, outside the namespace."""

from django.urls import path

from claims import body_views, feeds, views

app_name = "claims"
urlpatterns = [
    path("claims/", views.claim_list, name="claim-list"),
    path("claims.csv", views.claim_file, {"form": "csv"}, name="claim-list-csv"),
    path("claims.xlsx", views.claim_file, {"form": "xlsx"}, name="claim-list-xlsx"),
    path("claims.yaml", views.claim_file, {"form": "yaml"}, name="claim-list-yaml"),
    path("claims.jsonl", views.claim_file, {"form": "jsonl"}, name="claim-list-jsonl"),
    path("claims/<slug:slug>/", views.claim_detail, name="claim-detail"),
    path("claims/<slug:slug>@<int:number>/", views.revision_detail, name="revision-detail"),
    path("claims/<slug:slug>/differences/", views.claim_differences, name="claim-differences"),
    path("topics/", views.topic_list, name="topic-list"),
    path("topics/<slug:slug>/", views.topic_detail, name="topic-detail"),
    path("topics/<slug:slug>/feed/", feeds.changes, name="topic-feed"),
    path("sources/", views.source_list, name="source-list"),
    path("sources/<slug:slug>/", views.source_detail, name="source-detail"),
    path("changes/", views.change_list, name="change-list"),
    path("changes/feed/", feeds.changes, name="change-feed"),
    path("compare/", views.compare_index, name="compare-index"),
    path("compare/<slug:metric>/", views.compare, name="compare"),
    path("compare/<slug:metric>/<slug:subject>/", body_views.body, name="body"),
    path("method/", views.method, name="method"),
]
