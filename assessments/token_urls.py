"""Addresses of the pages of tokens, under /tokens/."""

from django.urls import path

from assessments import token_views

urlpatterns = [
    path("", token_views.TokenList.as_view(), name="tokens"),
    path("<int:token>/revoke/", token_views.TokenRevoke.as_view(), name="token-revoke"),
]
