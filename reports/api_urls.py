"""Addresses of reports under /api/v1/."""

from django.urls import path

from reports import api

urlpatterns = [
    path("assessments/<slug:reference>/issue/", api.IssueView.as_view(), name="api-assessment-issue"),
    path("assessments/<slug:reference>/report.pdf", api.ReportPdfView.as_view(), name="api-report-pdf"),
]
