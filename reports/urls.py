"""Addresses of reports and of the public page that recognises one. Included at the root."""

from django.urls import path, register_converter

from reports import (
    batch_views,
    brand_views,
    layout_views,
    link_views,
    protected_views,
    signing_views,
    table_views,
    tables,
    views,
)


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
    path("reports/batches/", batch_views.batch_list, name="batch-list"),
    path("reports/batches/<int:number>/", batch_views.batch, name="batch"),
    path("reports/batches/<int:number>/again/", batch_views.batch_again, name="batch-again"),
    path("reports/batches/<int:number>.zip", batch_views.batch_zip, name="batch-zip"),
    path("reports/<slug:reference>/version/", layout_views.version, name="version"),
    path("reports/<slug:reference>/version/<int:saved>/rename/", layout_views.rename, name="version-rename"),
    path("reports/<slug:reference>/version/<int:saved>/remove/", layout_views.remove, name="version-remove"),
    path("reports/signing/<slug:firm>/", signing_views.signing, name="signing"),
    path("reports/signing/<slug:firm>/retire/", signing_views.retire, name="signing-retire"),
    path("reports/<slug:reference>/issue/", views.issue, name="issue"),
    path("reports/<slug:reference>/log/", views.log, name="log"),
    path("reports/<slug:reference>.pdf", views.pdf, name="pdf"),
    *(
        path(
            f"reports/<slug:reference>/{name}.{form}",
            table_views.table,
            {"name": name, "form": form},
            name=f"{name}-{form}",
        )
        for name in tables.TABLES
        for form in table_views.WRITERS
    ),
    path("reports/<slug:reference>/protected/", protected_views.protected, name="protected"),
    path("reports/<slug:reference>/links/", link_views.links, name="links"),
    path("reports/<slug:reference>/links/<int:link>/revoke/", link_views.revoke, name="link-revoke"),
    path("r/<str:token>/brand.css", link_views.shared_sheet, name="shared-sheet"),
    path("r/<str:token>/logo.png", link_views.shared_logo, name="shared-logo"),
    path("r/<str:token>/", link_views.shared, name="shared"),
    path("reports/charts/<slug:reference>/<slug:name>.svg", views.chart, name="chart"),
    path("brand/", brand_views.BrandList.as_view(), name="brand-list"),
    path("brand/versions/<int:version>/", brand_views.BrandVersionPage.as_view(), name="brand-version"),
    path("brand/versions/<int:version>/restore/", brand_views.BrandRestore.as_view(), name="brand-restore"),
    path("brand/versions/<int:version>/logo.png", brand_views.BrandLogo.as_view(), name="brand-logo"),
    path("brand/of/<slug:firm>/", brand_views.BrandEdit.as_view(), name="brand"),
    path("brand/of/<slug:firm>/<int:client>/", brand_views.BrandEdit.as_view(), name="client-brand"),
    path("verify/", views.verify, name="verify"),
    path("verify/<digest:digest>/", views.verified, name="verified"),
]
