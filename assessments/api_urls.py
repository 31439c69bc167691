"""Addresses of assessments under /api/v1/."""

from django.urls import path

from assessments import api

urlpatterns = [
    path("assessments/", api.AssessmentListView.as_view(), name="api-assessment-list"),
    path("assessments/<slug:reference>/", api.AssessmentDetailView.as_view(), name="api-assessment-detail"),
    path(
        "assessments/<slug:reference>/evaluate/", api.AssessmentEvaluateView.as_view(), name="api-assessment-evaluate"
    ),
]
