"""Addresses of reports and of the public page that recognises one. Included at the root."""

from django.urls import path, register_converter

from reports import views


class DigestConverter:
    """The hex digits of a SHA-256 digest."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DigestConverter, "digest")

app_name = "reports"
urlpatterns = [
    path("reports/", views.report_list, name="report-list"),
    path("reports/<slug:reference>/issue/", views.issue, name="issue"),
    path("reports/<slug:reference>/log/", views.log, name="log"),
    path("reports/<slug:reference>.pdf", views.pdf, name="pdf"),
    path("reports/charts/<slug:reference>/<slug:name>.svg", views.chart, name="chart"),
    path("verify/", views.verify, name="verify"),
    path("verify/<digest:digest>/", views.verified, name="verified"),
]
