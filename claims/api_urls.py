"""Addresses of the read API, under /api/v1/."""

from django.urls import path

from claims import api, api_compare, api_dataset, api_lookup, api_root, api_streams, guides, views

urlpatterns = [
    path("claims/", api.ClaimListView.as_view(), name="api-claim-list"),
    path("claims/<slug:slug>/", api.ClaimDetailView.as_view(), name="api-claim-detail"),
    path("claims/<slug:slug>@<int:number>/", api.RevisionDetailView.as_view(), name="api-revision-detail"),
    path("claims/<slug:slug>/revisions/", api.RevisionListView.as_view(), name="api-revision-list"),
    path("claims/<slug:slug>/checks/", api.CheckListView.as_view(), name="api-check-list"),
    path("", api_root.RootView.as_view(), name="api-root"),
    path("topics/", api.TopicListView.as_view(), name="api-topic-list"),
    path("topics/<slug:slug>/", api.TopicDetailView.as_view(), name="api-topic-detail"),
    path("subjects/", api.SubjectListView.as_view(), name="api-subject-list"),
    path("subjects/<slug:slug>/", api.SubjectDetailView.as_view(), name="api-subject-detail"),
    path("metrics/", api.MetricListView.as_view(), name="api-metric-list"),
    path("metrics/<slug:slug>/", api.MetricDetailView.as_view(), name="api-metric-detail"),
    path("sources/", api.SourceListView.as_view(), name="api-source-list"),
    path("sources/<slug:slug>/", api.SourceDetailView.as_view(), name="api-source-detail"),
    path("conflicts/", api.ConflictListView.as_view(), name="api-conflict-list"),
    path("changes/", api.ChangeListView.as_view(), name="api-change-list"),
    path("compare/", api_compare.CompareView.as_view(), name="api-compare"),
    path("lookup/", api_lookup.LookupView.as_view(), name="api-lookup"),
    path("claims.csv", api_streams.CSVView.as_view(), name="api-claims-csv"),
    path("claims.jsonl", api_streams.JSONLView.as_view(), name="api-claims-jsonl"),
    path("dataset/", api_dataset.DatasetView.as_view(), name="api-dataset"),
    path("schema/", api.SchemaView.as_view(), name="api-schema"),
    path("guide/", guides.api_guide, name="api-guide"),
    path("recipes/", guides.recipes, name="api-recipes"),
    path("docs/", views.api_docs, name="api-docs"),
]
