"""The root of all addresses. Each app keeps its own; only what belongs to none stands here."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from assessments import payback_views
from claims import views as claim_pages
from claims.api import NothingHereView
from config import health

handler400 = "claims.api_errors.bad_request"
handler500 = "claims.api_errors.server_error"
urlpatterns = [
    path("api/v1/", include("claims.api_urls")),  # first, since it is asked for most
    path("", claim_pages.home, name="home"),
    path("", include("claims.urls")),
    path("api/v1/", include("assessments.api_urls")),
    path("api/v1/", include("reports.api_urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("admin/", include("claims.queue_urls")),  # its start page and the screens of the queue come first
    path("admin/", admin.site.urls),
    path("payback/", payback_views.payback, name="payback"),
    path("assessments/", include("assessments.urls")),
    path("tokens/", include("assessments.token_urls")),
    path("webhooks/", include("assessments.webhook_urls")),
    path("", include("reports.urls")),
    # Last: an address under the API that no app answers gets a problem document, not a page.
    path("api/v1/<path:rest>/", NothingHereView.as_view()),
]
